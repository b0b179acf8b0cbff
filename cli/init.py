"""`suyuan init`: found a ledger."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cli import data_options
from cli.policy_file import read_policy
from ledger.actions.log.compare_heads import open_side
from ledger.actions.open_ledger import unlock_path
from ledger.actions.parties.continue_ledger import continuation_of, refuse_open
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64
from ledger.storage.database import open_engine, upgrade_schema
from ledger.trade.parties.bodies import LedgerContinued


@click.command()
@data_options.data
@click.option("--origin", help="The ledger's name for ever, such as ledger.example/main: a host you own and a path.")
@click.option(
    "--governance", "seats", type=int, default=1, show_default=True, help="How many governance keys there are, 1 to 16."
)
@click.option("--threshold", type=int, help="How many of them must sign; more than half by default.")
@click.option("--territory", default="-", show_default=True, help="Where the registrar sits, ISO 3166, such as CN-GZ.")
@click.option("--continues", metavar="FILE-OR-URL", help="The ledger before: its last checkpoint, address or directory.")
@click.option("--continues-policy", type=data_options.FILE, help="The policy file of that ledger.")
@data_options.unlock
@click.option("--upgrade", is_flag=True, help="Instead of founding: bring the database to this version. Take a backup first.")
@data_options.as_json
def command(
    *,
    data: Path,
    origin: str | None,
    seats: int,
    threshold: int | None,
    territory: str,
    continues: str | None,
    continues_policy: Path | None,
    unlock: Path | None,
    upgrade: bool,
    as_json: bool,
) -> None:
    """Found a ledger in a new data directory.

    Makes the log's key, the governance keys and a registrar, all held here at first and shown as such, and writes
    entry 0. Give the policy file to auditors by another way than this server. An origin is never founded twice.

    A ledger that moves is founded anew under another origin: entry 1 then names the last checkpoint of the ledger before,
    which its policy file has to accept.

    \b
    Examples:
      suyuan init --data ledger-data --origin ledger.example/main
      suyuan init --data second --origin ledger.example/second --continues https://ledger.example --continues-policy policy
    """
    if upgrade:
        engine = open_engine(data)
        upgrade_schema(engine)
        engine.dispose()
        click.echo(f"{data}: the database is of this version")
        return
    if origin is None:
        raise click.UsageError("--origin NAME is needed to found a ledger")
    before = _ledger_before(continues, continues_policy, origin)
    founding = Founding(origin, seats, seats // 2 + 1 if threshold is None else threshold, territory, before)
    found_ledger(data, founding, unlock=unlock).close()
    policy = data / POLICY_FILE
    first_entry = format_base64(Policy.parse(policy.read_text(encoding="utf-8")).first_entry)
    secret = unlock_path(data, unlock, os.environ)
    if as_json:
        click.echo(json.dumps({"origin": origin, "policy": str(policy), "first_entry": first_entry, "unlock": str(secret)}))
        return
    click.echo(f"policy: {policy}\nfirst entry: {first_entry}\nunlock: {secret}")
    click.echo("Keep the unlock file apart from backups: without it the held keys cannot be used again.", err=True)
    click.echo(f"Next: admit a party (suyuan party admit --help), then serve it (suyuan serve --data {data}).", err=True)


def _ledger_before(source: str | None, policy: Path | None, origin: str) -> LedgerContinued | None:
    if (source is None) is not (policy is None):
        raise click.UsageError("--continues and --continues-policy go together")
    if source is None or policy is None:
        return None
    trusted = read_policy(policy)
    with open_side(source) as last:
        found = continuation_of(last.note, trusted)
        if last.source is not None:
            refuse_open(last.source, found.size, successor=origin)
    return found
