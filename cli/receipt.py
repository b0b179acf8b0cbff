"""`suyuan receipt`: fetch the receipt of a record."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click

from cli import data_options
from cli.identifiers import read_item
from cli.remote import Remote, reached
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.actions.trace.locate_event import body_at, locate_event
from ledger.evidence.receipt import Receipt
from ledger.storage.position import Position

_POSITION: Final = re.compile(r"(0|[1-9][0-9]{0,13})/(0|[1-9][0-9]{0,4})", re.ASCII)


@click.command()
@click.argument("record", metavar="POSITION|EVENTID")
@data_options.data_if_local
@data_options.unlock
@data_options.url_of_server
@data_options.api_key_file
@click.option("--item", help="A Digital Link with serial or lot: the code in your hand, which opens what names it.")
@click.option("--out", type=data_options.NEW_FILE, required=True, help="Where to write the .tlog-proof file.")
@click.option("--body", type=data_options.NEW_FILE, help="Where to write the record's bytes, which belong beside it.")
def command(
    *,
    record: str,
    data: Path | None,
    unlock: Path | None,
    url: str | None,
    api_key_file: Path | None,
    item: str | None,
    out: Path,
    body: Path | None,
) -> None:
    """Fetch the receipt of a record.

    The record is given as ENTRY/PLACE, or by the eventID of an event. The receipt and the record's bytes are all that
    `suyuan verify` needs, on any machine, for ever.

    \b
    Example:
      suyuan receipt 27/1 --data DIR --out event.tlog-proof --body event.json
    """
    if url is not None:
        with reached(url, api_key_file) as remote:
            found = _fetch(remote, record, item, with_body=body is not None)
    elif data is not None:
        with data_options.opened(data, unlock) as ledger:
            found = _issue(ledger, record, with_body=body is not None)
    else:
        raise click.UsageError("--data DIR or --url URL says where the ledger is")
    receipt, content = found
    out.write_bytes(receipt)
    if body is not None and content is not None:
        body.write_bytes(content)
    proof = Receipt.parse(receipt)
    click.echo(f"receipt: {out}\nrecord: {proof.index}/{proof.place}" + (f"\nbody: {body}" if content is not None else ""))


def _fetch(remote: Remote, record: str, item: str | None, *, with_body: bool) -> tuple[bytes, bytes | None]:
    query = {} if item is None else {"item": read_item(item).uri(with_attributes=False)}
    receipt = remote.get(f"/receipts/{quote(record, safe='/:')}", **query)
    proof = Receipt.parse(receipt)
    return receipt, remote.get(f"/records/{proof.index}/{proof.place}", **query) if with_body else None


def _issue(ledger: Ledger, record: str, *, with_body: bool) -> tuple[bytes, bytes | None]:
    spelt = _POSITION.fullmatch(record)
    position = Position(int(spelt[1]), int(spelt[2])) if spelt else locate_event(ledger, record)
    return issue_receipt(ledger, position), body_at(ledger, position) if with_body else None
