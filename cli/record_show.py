"""`suyuan record show`: one record as it was signed, and who signed it when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.boundary import one_line
from cli.identifiers import read_item
from cli.positions import read_position
from cli.remote import reached, refusal
from ledger.actions.trace.locate_event import record_at
from ledger.actions.trace.read_disclosures import every_disclosure_at
from ledger.evidence.disclosure import Disclosure, format_base64url
from ledger.evidence.instant import format_instant
from ledger.storage.position import Position


@click.command()
@click.argument("record", metavar="POSITION|ADDRESS")
@data_options.data_if_local
@data_options.unlock
@data_options.url_of_server
@data_options.api_key_file
@click.option("--item", help="A Digital Link with serial or lot: the code in your hand, which opens what names it.")
@click.option("--bytes", "as_bytes", is_flag=True, help="Print the record's bytes exactly as they were signed, and nothing else.")
def command(
    *,
    record: str,
    data: Path | None,
    unlock: Path | None,
    url: str | None,
    api_key_file: Path | None,
    item: str | None,
    as_bytes: bool,
) -> None:
    """Show one record, and who signed it when.

    The record is given as ENTRY/PLACE, or by its address https://…/records/ENTRY/PLACE. Its proof is fetched with
    `suyuan receipt`.

    \b
    Example:
      suyuan record show 7/0 --data DIR
    """
    position = read_position(record)
    if url is not None:
        body, about, opened = _fetch(url, api_key_file, position, item)
    elif data is not None:
        body, about, opened = _read(data, unlock, position)
    else:
        raise click.UsageError("--data DIR or --url URL says where the ledger is")
    if as_bytes:
        click.echo(body, nl=False)
        return
    for title, said in about.items():
        click.echo(f"{title:8} {one_line(said)}")
    text = json.dumps(json.loads(body), ensure_ascii=False, indent=2) if body else "padding: nothing is said here"
    click.echo("\n".join(map(one_line, text.split("\n"))))
    for line in opened:
        click.echo(one_line(line))


def _fetch(url: str, api_key_file: Path | None, position: Position, item: str | None) -> tuple[bytes, dict[str, str], list[str]]:
    query = {} if item is None else {"item": read_item(item).uri(with_attributes=False)}
    with reached(url, api_key_file) as remote:
        path = f"/records/{position.entry}/{position.place}"
        answer = remote.ask("GET", path, params=query)
        withheld = remote.ask("GET", f"{path}/disclosures", params=query)
    if not answer.is_success:
        raise refusal(answer)
    told = {title: answer.headers.get(f"Suyuan-{name}", "-") for title, name in _HEADERS}
    kept = withheld.json()["disclosures"] if withheld.is_success else []
    opened = [_opened(one["digest"], one["disclosure"], one["erased"]) for one in kept]
    return answer.content, {"record": f"{position.entry}/{position.place}", **told}, opened


def _read(data: Path, unlock: Path | None, position: Position) -> tuple[bytes, dict[str, str], list[str]]:
    with data_options.opened(data, unlock) as ledger:
        found = record_at(ledger, position)
        kept = every_disclosure_at(ledger, position)
    batch = found.batch
    said = {"issuer": batch.issuer, "class": batch.record_class, "time": format_instant(found.recorded)}
    texts = [None if one.disclosure is None else one.disclosure.decode("ascii") for one in kept]
    opened = [_opened(format_base64url(one.digest), text, one.ground) for one, text in zip(kept, texts, strict=True)]
    return found.body, {"record": f"{position.entry}/{position.place}", **said}, opened


def _opened(digest: str, text: str | None, ground: str | None) -> str:
    """What a withheld field says, if its disclosure is the one whose digest the record holds."""
    if text is None:
        return f"withheld {digest}: erased, {ground}"
    disclosure = Disclosure.parse(text)
    if format_base64url(disclosure.digest) != digest:
        return f"withheld {digest}: what was disclosed does not open it"
    return f"withheld {disclosure.name}: {json.dumps(disclosure.value, ensure_ascii=False, default=str)}"


_HEADERS: Final = (("issuer", "Issuer"), ("class", "Class"), ("time", "Record-Time"))
