"""`suyuan erase`: erase a record, or one disclosure of it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click

from cli import data_options
from cli.boundary import one_line
from cli.positions import read_position
from ledger.actions.erasure.erase_disclosure import erase_disclosure
from ledger.actions.erasure.erase_record import erase_by_held_keys
from ledger.actions.erasure.finish_erasures import finish_erasures
from ledger.actions.erasure.plan_erasure import ErasurePlan, SeatToTake, plan_erasure
from ledger.actions.erasure.sign_elsewhere import NoteInTheMaking, draft_erasure
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.evidence.disclosure import DisclosureMalformed, parse_base64url
from ledger.evidence.merkle import DIGEST_BYTES
from ledger.storage.position import Position
from ledger.trade.parties.body_parts import ERASURE_GROUNDS

_OWNER_ONLY: Final = 0o600
_TRIES: Final = 8


class DraftExists(Conflict):
    title = "there is a file already where the record to be signed would go"
    default_hint = "nothing was overwritten; choose another name"


@click.command()
@click.argument("record", metavar="POSITION|ADDRESS")
@click.option("--ground", type=click.Choice(ERASURE_GROUNDS), required=True, help="Why; nothing else about it is written.")
@data_options.data
@data_options.unlock
@click.option("--dry-run", is_flag=True, help="Only say who must sign and what will go.")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal nothing is asked either.")
@click.option("--out", type=data_options.NEW_FILE, help="Write the record to be signed elsewhere, with FILE.note and FILE.seed.")
@click.option("--disclosure", metavar="DIGEST", help="Erase only the disclosure with this digest, as it stands in the record.")
@data_options.as_json
def command(
    *,
    record: str,
    ground: str,
    data: Path,
    unlock: Path | None,
    dry_run: bool,
    yes: bool,
    out: Path | None,
    disclosure: str | None,
    as_json: bool,
) -> None:
    """Erase a record, or what was disclosed of it; every proof stays.

    Its issuer and a party with the role data-protection sign together. The threshold of governance keys stands in for an
    issuer without a valid key, and where the ground is a legal order; it signs too where the record is of class inspection,
    recall or evidence, or under an open dispute or recall. Whose keys are held here signs here; else it is said who must.

    On a terminal it is shown what goes, and asked. What is erased goes for good: body, salt, disclosures, index rows,
    answers that quote it, and files that it alone names. The commitment stays, and with it every proof. Copies that others
    took, receipts among them, are out of reach.

    \b
    Examples:
      suyuan erase 7/2 --ground person-request --data DIR --dry-run
      suyuan erase 7/2 --ground person-request --data DIR
      suyuan erase 7/2 --ground person-request --data DIR --out erasure.json
      suyuan party sign erasure.json --key lab.key
      suyuan party record erasure.json --note erasure.json.note --seed erasure.json.seed --data DIR
    """
    position = read_position(record)
    if disclosure is not None:
        if out is not None or dry_run:
            raise click.UsageError("a disclosure is erased by itself: neither --out nor --dry-run goes with it")
        digest = _digest(disclosure)
        if not yes:
            _ask([f"goes: one disclosure of {position.entry}/{position.place}; the record stays as it was signed"])
        _erase_disclosure(data, unlock, position, digest, ground)
        return
    if dry_run or out is not None:
        with data_options.opened(data, unlock) as ledger:
            plan = plan_erasure(ledger, position, ground)
            made = None if dry_run or out is None else draft_erasure(ledger, plan)
        if made is not None and out is not None:
            _write(out, made)
        _show_plan(plan, as_json=as_json)
        return
    with data_options.changed(data, unlock) as ledger:
        plan = plan_erasure(ledger, position, ground)
        if plan.is_held and not yes:
            _ask(_plan_lines(plan))
        written = erase_by_held_keys(ledger, plan)
        emptied = _finish(ledger)
    if as_json:
        click.echo(json.dumps({"entry": written.entry, "record": list(position), "ground": ground, "walEmpty": emptied}))
        return
    click.echo(f"entry: {written.entry}\nerased: {position.entry}/{position.place}, its commitment stays")


def _erase_disclosure(data: Path, unlock: Path | None, position: Position, digest: bytes, ground: str) -> None:
    with data_options.opened(data, unlock) as ledger:
        erase_disclosure(ledger, position, digest, ground)
        _finish(ledger)
    click.echo(f"erased: one disclosure of {position.entry}/{position.place}; the record stays as it was signed")


def _ask(lines: Iterable[str]) -> None:
    """Return if whoever sits at the terminal, where there is one, wants these things gone."""
    if not sys.stdin.isatty():
        return
    for line in lines:
        click.echo(one_line(line), err=True)
    if not click.confirm("Erase it for good?", err=True):
        click.echo("Nothing was erased.", err=True)
        raise click.Abort


def _finish(ledger: Ledger) -> bool:
    """A reader with an older view may keep the write-ahead log from being emptied for a moment, or for long."""
    for left in reversed(range(_TRIES)):
        if finish_erasures(ledger):
            return True
        if left:
            time.sleep(0.25)
    click.echo("A reader still holds an older view: the server empties the write-ahead log when it is gone.", err=True)
    return False


def _digest(text: str) -> bytes:
    digest = parse_base64url(text)
    if digest is None or len(digest) != DIGEST_BYTES:
        raise DisclosureMalformed(seen=text, wanted="a digest as it stands in suyuan:_sd: 43 characters")
    return digest


def _show_plan(plan: ErasurePlan, *, as_json: bool) -> None:
    if as_json:
        seats = [_seat_json(seat) for seat in plan.way]
        goes = {"bytes": plan.body_bytes, "disclosures": plan.disclosures, "files": plan.files}
        click.echo(json.dumps({"held": plan.is_held, "seats": seats, "goes": goes}, ensure_ascii=False))
        return
    for line in _plan_lines(plan):
        click.echo(one_line(line))


def _plan_lines(plan: ErasurePlan) -> Iterator[str]:
    body, record = plan.body, plan.record
    yield f"record {body.entry}/{body.place} of {record.issuer}, class {record.klass}"
    yield f"goes: {plan.body_bytes} bytes, {plan.disclosures} disclosures, {plan.files} files unless others name or keep them"
    if record.in_open_matter:
        yield "it is under an open dispute or recall: the threshold signs too"
    yield "who must sign:"
    for seat in plan.way:
        yield f"  {seat.seat.value}: {_takers(seat)}"
    yield "the keys for it are held here" if plan.is_held else "not all of these keys are held here: --out FILE"


def _takers(seat: SeatToTake) -> str:
    named = [f"{party} (key held here)" if party in seat.held else party for party in seat.parties]
    few = f"{seat.needed} of " if seat.needed < len(named) else ""
    return few + (", ".join(named) or "nobody who may sign is admitted (suyuan party admit NAME --role ROLE)")


def _seat_json(seat: SeatToTake) -> dict[str, object]:
    return {"seat": seat.seat.value, "needed": seat.needed, "parties": list(seat.parties), "held": list(seat.held)}


def _write(out: Path, made: NoteInTheMaking) -> None:
    for path, content in ((out, made.record), (Path(f"{out}.seed"), made.seed), (Path(f"{out}.note"), made.to_note())):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        except FileExistsError as reason:
            raise DraftExists(seen=str(path)) from reason
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    missing = ", ".join(made.missing) or "nobody: hand it to `suyuan party record`"
    click.echo(f"Still to sign, each with `suyuan party sign {out}`: {missing}.", err=True)
