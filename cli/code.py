"""`suyuan code`: draw serial numbers, issue them, list what was issued, and prove one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import data_options
from cli.identifiers import read_item
from cli.progress import progress
from ledger.actions.capture.author import read_seed
from ledger.actions.capture.sign_own import sign_note
from ledger.actions.codes.find_short_code import find_short_code
from ledger.actions.codes.issue_serials import Drawn, SerialOrder, draw_issue, issue_serials, issue_signed
from ledger.actions.codes.print_issue import list_issues, pin_lines
from ledger.actions.codes.release_labels import refuse_taken, release_file
from ledger.actions.codes.serial_tree import SerialProof, prove_serial
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import full_name
from ledger.actions.parties.key_file import read_key_file
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.instant import format_instant
from ledger.evidence.spelling import format_base64
from ledger.storage.serials import SerialIssue
from ledger.trade.element_string import bracketed

COUNT_MAX = 10_000_000


@click.group()
def command() -> None:
    """Draw and issue serial numbers; list, find and prove them.

    They are issued by a record that commits to their count and to each of them. Numbers are random, so nobody can guess
    one that was not issued, and the record's root shows that none was added later. They stay in the data directory, for
    `suyuan label --issued`.
    """


@command.command()
@click.argument("product")
@click.option("--count", type=click.IntRange(1, COUNT_MAX), required=True, help="How many.")
@click.option("--lot", help="The lot that they are for.")
@click.option("--as", "party", required=True, help="The brand or factory that issues them.")
@click.option("--key", type=data_options.FILE, help="Its own private key file, where the operator holds none for it.")
@click.option("--record-out", type=data_options.NEW_FILE, help="Only draw, and write the record to FILE for its issuer to sign.")
@click.option(
    "--pins",
    type=data_options.NEW_FILE,
    help="Draw a hidden claim PIN for each, and write them to FILE, which must be new. Claims need a party of role operator.",
)
@data_options.data
@data_options.unlock
@data_options.as_json
def issue(
    *,
    product: str,
    count: int,
    lot: str | None,
    party: str,
    key: Path | None,
    record_out: Path | None,
    pins: Path | None,
    data: Path,
    unlock: Path | None,
    as_json: bool,
) -> None:
    """Draw COUNT serial numbers for PRODUCT and issue them.

    Hashing PINs takes minutes for ten thousand. A crash leaves either no number issued or all of them.

    \b
    Examples:
      suyuan code issue 01/09506000200033 --lot L7 --count 10000 --as tea-works --data DIR
      suyuan code issue 01/09506000200033 --lot L7 --count 500 --pins L7-pins.csv --as tea-works --data DIR
      suyuan code issue 01/09506000200033 --count 500 --as own-brand --key brand.key --data DIR
      suyuan code issue 01/09506000200033 --count 500 --as own-brand --record-out codes.json --data DIR
    """
    if key is not None and record_out is not None:
        raise click.UsageError("--key signs here, --record-out is for signing elsewhere: give one of them")
    if pins is not None:
        refuse_taken(pins)
    with data_options.changed(data, unlock) as ledger, progress("drawing", "hashing PINs") as (drawing, hashing):
        desk = OwnDesk(ledger)
        order = SerialOrder(full_name(ledger.origin, party), read_item(product).identifier, count, lot)

        def set_pins_of(drawn: SerialIssue) -> None:
            if pins is not None:
                release_file(pins, pin_lines(ledger, drawn, desk=desk, tell=hashing), secret=True)

        if key is None and record_out is None:
            issued = issue_serials(ledger, order, queue=OwnTurn(ledger), desk=desk, tell=drawing, before=set_pins_of)
        else:
            drawn = draw_issue(ledger, order, desk=desk, tell=drawing)
            set_pins_of(drawn.issue)
            issued = drawn.issue if key is None else _sign_here(ledger, drawn, key)
        if record_out is not None:
            release_file(record_out, [drawn.record])
    _show([issued], as_json=as_json)


@command.command()
@click.argument("record", type=data_options.FILE)
@click.option("--note", type=data_options.FILE, required=True, help="The batch note that its issuer signed over RECORD.")
@click.option("--seed", type=data_options.FILE, required=True, help="The seed of its salt: 32 bytes, or those in base64.")
@data_options.data
@data_options.unlock
@data_options.as_json
def record(*, record: Path, note: Path, seed: Path, data: Path, unlock: Path | None, as_json: bool) -> None:
    """Issue what `suyuan code issue --record-out` drew, by its RECORD as its issuer signed it elsewhere.

    \b
    Example:
      suyuan code record codes.json --note codes.note --seed codes.seed --data DIR
    """
    with data_options.changed(data, unlock) as ledger:
        body, salt = record.read_bytes().strip(), read_seed(seed.read_bytes())
        issued = issue_signed(ledger, body, note=note.read_bytes(), seed=salt, queue=OwnTurn(ledger))
    _show([issued], as_json=as_json)


@command.command("list")
@click.option("--as", "party", help="Only those of this party.")
@data_options.data
@data_options.unlock
@data_options.as_json
def list_issued(*, party: str | None, data: Path, unlock: Path | None, as_json: bool) -> None:
    """List what was drawn: the entry that issued it, or that its record is still to be signed."""
    with data_options.opened(data, unlock) as ledger:
        found = list_issues(ledger, None if party is None else full_name(ledger.origin, party))
    _show(found, as_json=as_json)


@command.command()
@click.argument("serial")
@data_options.data
@data_options.unlock
def prove(*, serial: str, data: Path, unlock: Path | None) -> None:
    """Prove that SERIAL was among those that a record committed to; `suyuan receipt` fetches the proof of the record.

    The path leads from SHA-256(0x00 ‖ SERIAL) to the record's root, after RFC 6962.
    """
    with data_options.opened(data, unlock) as ledger:
        proof = prove_serial(ledger, serial.strip().upper())
    click.echo(json.dumps(_proof(proof), ensure_ascii=False, indent=2))


@command.command()
@click.argument("short_code")
@data_options.data
@data_options.unlock
def find(*, short_code: str, data: Path, unlock: Path | None) -> None:
    """Show the item whose SHORT_CODE somebody read from its label; case, spaces, hyphens, O and I do not matter."""
    with data_options.opened(data, unlock) as ledger:
        link = find_short_code(ledger, short_code)
    click.echo(f"{link.uri()}\n{bracketed(link)}")


def _sign_here(ledger: Ledger, drawn: Drawn, key_file: Path) -> SerialIssue:
    state = ledger.state()
    own = sign_note(
        [drawn.record],
        [read_key_file(key_file)],
        origin=state.origin,
        first_entry=state.first_entry,
        klass=RecordClass.DESCRIPTION,
        read=ReadRule.PUBLIC,
        now=ledger.clock(),
    )
    return issue_signed(ledger, drawn.record, note=own.note, seed=own.seed, queue=OwnTurn(ledger))


def _show(issues: list[SerialIssue], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_summary(one) for one in issues], ensure_ascii=False))
        return
    rows = [("entry", "count", "product", "lot", "issuer")]
    for one in issues:
        rows.append((_entry(one), f"{one.count:,}", one.product, one.lot or "-", one.issuer))
    wide = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip())


def _entry(issue: SerialIssue) -> str:
    return "waits" if issue.position is None else str(issue.position.entry)


def _summary(issue: SerialIssue) -> dict[str, Any]:
    return {
        "entry": None if issue.position is None else issue.position.entry,
        "issuer": issue.issuer,
        "product": issue.product,
        "lot": issue.lot,
        "count": issue.count,
        "drawn": format_instant(issue.created),
        "root": None if issue.root is None else format_base64(issue.root),
    }


def _proof(proof: SerialProof) -> dict[str, Any]:
    return {
        "serial": proof.serial,
        "product": proof.product,
        "lot": proof.lot,
        "issuer": proof.issuer,
        "record": f"{proof.record.entry}/{proof.record.place}",
        "index": proof.index,
        "size": proof.size,
        "root": format_base64(proof.root),
        "path": [format_base64(step) for step in proof.path],
    }
