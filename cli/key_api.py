"""The commands under `suyuan key api`: keys that say to a server who is asking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.boundary import one_line
from ledger.actions.parties.admit_party import full_name
from ledger.evidence.instant import Instant, format_instant
from ledger.storage.api_keys import ApiKey, api_keys_of, issue_api_key, revoke_api_key
from ledger.storage.database import reading, writing

_DAY_MS: Final = 86_400_000


@click.group()
def api() -> None:
    """Issue, list and revoke API keys. Only their hashes are kept."""


@api.command()
@click.argument("party")
@click.option("--name", default="issued", show_default=True, help="What it is for; shown in the list.")
@click.option("--days", type=click.IntRange(1, 36_500), help="How long it is good; without end by default.")
@data_options.data
@data_options.unlock
@data_options.as_json
def issue(*, party: str, name: str, days: int | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Issue an API key for PARTY; it is shown this once.

    \b
    Example:
      suyuan key api issue spring-garden --name warehouse-scanner --days 90 --data DIR
    """
    with data_options.opened(data, unlock) as ledger:
        owner, now = ledger.state().party(full_name(ledger.origin, party)).name, ledger.clock()
        expires = None if days is None else Instant(now + days * _DAY_MS)
        with writing(ledger.engine) as connection:
            key = issue_api_key(connection, party=owner, name=name, now=now, expires=expires)
    click.echo(json.dumps({"party": owner, "api_key": key}) if as_json else key)


@api.command("list")
@click.argument("party", required=False)
@data_options.data
@data_options.unlock
@data_options.as_json
def list_api_keys(*, party: str | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List the API keys of all parties, or of PARTY."""
    with data_options.opened(data, unlock) as ledger:
        owner = None if party is None else ledger.state().party(full_name(ledger.origin, party)).name
        now = ledger.clock()
        with reading(ledger.engine) as connection:
            keys = api_keys_of(connection, owner)
    if as_json:
        click.echo(
            json.dumps([{"id": key.id, "party": key.party, "name": key.name, "standing": _standing(key, now)} for key in keys])
        )
        return
    rows = [("id", "standing", "party", "name"), *((key.id, _standing(key, now), key.party, one_line(key.name)) for key in keys)]
    wide = [max(len(row[at]) for row in rows) for at in range(3)]
    for key_id, standing, of, name in rows:
        click.echo(f"{key_id:{wide[0]}}  {standing:{wide[1]}}  {of:{wide[2]}}  {name}")


@api.command()
@click.argument("key_id", metavar="ID")
@data_options.data
@data_options.unlock
def revoke(*, key_id: str, data: Path, unlock: Path | None) -> None:
    """Revoke the API key with this ID (see `list`), at once and for good."""
    with data_options.opened(data, unlock) as ledger, writing(ledger.engine) as connection:
        revoke_api_key(connection, key_id, now=ledger.clock())
    click.echo(f"revoked: {key_id}")


def _standing(key: ApiKey, now: Instant) -> str:
    if key.revoked is not None:
        return f"revoked {format_instant(key.revoked)}"
    if key.expires is None:
        return "good"
    return f"{'expired' if key.expires <= now else 'good to'} {format_instant(key.expires)}"
