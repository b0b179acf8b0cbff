"""`suyuan record post`: write dossier records into a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from cli import data_options
from cli.own_keys import OwnKeys, own_keys
from cli.policy_file import read_policy
from cli.record_files import send_all, show_answers
from cli.record_ways import Post, PostingHere, PostingSigned, PostingThere
from cli.remote import reached
from ledger.actions.dossier.as_json import Json
from ledger.actions.parties.admit_party import full_name
from ledger.evidence.authority import DOSSIER_CLASSES, ReadRule, RecordClass


@dataclass(frozen=True, slots=True)
class _Ways:
    """What the options say about who speaks, and to which ledger."""

    url: str | None
    api_key_file: Path | None
    data: Path | None
    unlock: Path | None
    party: str | None
    own: OwnKeys
    policy: Path | None
    read: ReadRule
    klass: RecordClass | None
    again: bool


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=data_options.FILE)
@data_options.data_if_local
@click.option("--as", "party", help="With --data: the party that says it, whose key the operator holds.")
@data_options.unlock
@data_options.url_of_server
@data_options.api_key_file
@own_keys()
@click.option("--policy", type=data_options.FILE, help="The ledger's policy file: needed to sign with --key for --url.")
@click.option(
    "--class",
    "klass",
    type=click.Choice(sorted(klass.value for klass in DOSSIER_CLASSES)),
    help="With --key: in which class; where the types and one's role leave a choice.",
)
@click.option(
    "--read",
    type=click.Choice([rule.value for rule in ReadRule]),
    default=ReadRule.PUBLIC.value,
    show_default=True,
    help="Who may read the records.",
)
@click.option("--again", is_flag=True, help="With --api-key-file: write a file once more that was sent before.")
@data_options.as_json
def command(
    *,
    files: tuple[Path, ...],
    data: Path | None,
    party: str | None,
    unlock: Path | None,
    url: str | None,
    api_key_file: Path | None,
    own: OwnKeys,
    policy: Path | None,
    klass: str | None,
    read: str,
    again: bool,
    as_json: bool,
) -> None:
    """Write records into a ledger, and print where each stands.

    A FILE holds one record as JSON, or one per line; all of a file is written, or nothing of it. Over an API key the same
    file again does nothing twice. Ends with the exit code of the first refusal; files after a refused one are sent too.

    \b
    Examples:
      suyuan record post tin.json --data DIR --as spring-garden
      suyuan record post records/*.json --url https://ledger.example --api-key-file key
      suyuan record post report.json --url https://ledger.example --key lab.key --policy policy --class inspection
    """
    chosen = None if klass is None else RecordClass(klass)
    ways = _Ways(url, api_key_file, data, unlock, party, own, policy, ReadRule(read), chosen, again)
    with _way(ways) as post:
        answers = send_all(post, files)
    show_answers(answers, _written_lines, as_json=as_json)


@contextmanager
def _way(ways: _Ways) -> Iterator[Post]:
    key = ways.own.signer()
    if key is None and ways.klass is not None:
        raise click.UsageError("--class goes with --key; else the role of the party decides")
    if ways.url is not None:
        with reached(ways.url, ways.api_key_file) as remote:
            if key is not None and ways.policy is not None:
                yield PostingSigned(remote, ways.read, key, read_policy(ways.policy), ways.klass)
            elif key is None and ways.api_key_file is not None:
                yield PostingThere(remote, ways.read, ways.again)
            else:
                raise click.UsageError("with --url give --api-key-file FILE, or --key FILE and --policy FILE")
        return
    if ways.data is None or (key is None) == (ways.party is None):
        raise click.UsageError("give --data DIR with --as PARTY or --key FILE, or --url URL")
    with data_options.changed(ways.data, ways.unlock) as ledger:
        party = "" if ways.party is None else full_name(ledger.origin, ways.party)
        yield PostingHere(ledger, party, ways.read, key, ways.klass)


def _written_lines(said: Json) -> Iterator[str]:
    for record in said["records"]:
        entry, place = record["position"]
        yield f"{entry}/{place}  {record['type']}  {record['address']}"
