"""Close days of scans: the operator's party says how many there were and commits to every row, so that none is made up later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from ledger.actions.capture.submit_document import Queue
from ledger.actions.dossier.submit_dossier import SaidAlready, submit_held
from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.find_operator import find_operator
from ledger.errors import Absent, Unprocessable, Untrusted
from ledger.evidence.authority import ReadRule
from ledger.evidence.instant import Instant
from ledger.evidence.record import read_record
from ledger.storage.database import reading
from ledger.storage.entries import read_record as read_stored
from ledger.storage.label_words import forget_words
from ledger.storage.position import Position
from ledger.storage.scans import close, closed_by, days_to_close, forget_salts, forget_scans, seal_day, tally
from ledger.trade.code_history import day_of
from ledger.trade.dossier.bodies.coded import ScansCounted
from ledger.trade.dossier.bodies.every import read_dossier_body

LATE_MS: Final = 600_000
"""A day is closed no sooner than this after its end: what servers counted until then is written by that time."""
SALT_DAYS: Final = 8
"""The salt of a day goes when the day is closed; if nobody closes it, after so many days."""
SCAN_DAYS_USUAL: Final = 400
_DAY_MS: Final = 86_400_000


class DayNotOver(Unprocessable):
    title = "scans of this day are still being counted"


class DayNotClosed(Absent):
    title = "nothing says how many scans there were on this day"


class ScansDiffer(Untrusted):
    title = "the rows of this day are not those that the ledger commits to"
    default_hint = "somebody changed, added or removed scans after the day was closed"


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day and the entry that says what was counted. `repeated`: it was closed before."""

    body: ScansCounted
    entry: int
    repeated: bool = False


def close_day(ledger: Ledger, day: date, *, queue: Queue, desk: Desk) -> ClosedDay:
    """Write `ScansCounted` of `day`, once; a day that is closed already is told as it was closed.

    Raises:
        DayNotOver: it is not over for `LATE_MS` yet.
        OperatorAbsent: nobody can say it.
    """
    if day > _last_day(ledger):
        raise DayNotOver(seen=str(day), wanted=f"{_last_day(ledger)} or before")
    with reading(ledger.engine) as connection:
        before, operator = closed_by(connection, day), find_operator(ledger, connection)
    if before is not None:
        return ClosedDay(_said(ledger, Position(before, 0)), before, repeated=True)
    # Sealed before it is counted: a row that came between the two would not be among those committed to.
    desk.write_aside(partial(seal_day, day=day))
    with reading(ledger.engine) as connection:
        body = ScansCounted(day, *tally(connection, day))
    try:
        entry = submit_held(ledger, [body.to_body()], issuer=operator, queue=queue, read=ReadRule.PUBLIC).entry
    except SaidAlready as said:
        # Another server closed the day, or this one was stopped before it noted so.
        body, entry = _said(ledger, said.position), said.position.entry
    desk.write_aside(partial(close, day=day, entry=entry))
    return ClosedDay(body, entry)


def close_days(ledger: Ledger, *, queue: Queue, desk: Desk) -> list[ClosedDay]:
    """Close every day that is over and has something in it, oldest first."""
    with reading(ledger.engine) as connection:
        days = days_to_close(connection, _last_day(ledger) + timedelta(1))
    return [close_day(ledger, day, queue=queue, desk=desk) for day in days]


def forget_old(ledger: Ledger, desk: Desk, *, scan_days: int = SCAN_DAYS_USUAL) -> int:
    """Forget scans and words of reports older than `scan_days`, and salts of days nobody closed; how many scans went."""
    now = ledger.clock()
    today = day_of(now)
    desk.write_aside(partial(forget_salts, before=today - timedelta(SALT_DAYS)))
    desk.write_aside(partial(forget_words, before=Instant(now - scan_days * _DAY_MS)))
    return desk.write_aside(partial(forget_scans, before=today - timedelta(scan_days)))


def check_day(ledger: Ledger, day: date) -> ClosedDay:
    """Return what the ledger says of a closed day if the rows kept of it are still those.

    Raises:
        DayNotClosed, ScansDiffer.
    """
    with reading(ledger.engine) as connection:
        entry, found = closed_by(connection, day), tally(connection, day)
    if entry is None:
        raise DayNotClosed(seen=str(day), wanted="a day that was closed and is not forgotten yet")
    said = _said(ledger, Position(entry, 0))
    if (said.scans, said.items, said.root) != found:
        raise ScansDiffer(seen=f"{found[0]} scans of {found[1]} items", wanted=f"{said.scans} of {said.items}, by entry {entry}")
    return ClosedDay(said, entry, repeated=True)


def _last_day(ledger: Ledger) -> date:
    return day_of(Instant(ledger.clock() - LATE_MS)) - timedelta(1)


def _said(ledger: Ledger, position: Position) -> ScansCounted:
    with reading(ledger.engine) as connection:
        body = read_stored(connection, position).body
    said = None if body is None else read_dossier_body(read_record(body))
    if not isinstance(said, ScansCounted):
        raise DayNotClosed(seen=f"record {position.entry}/{position.place}", wanted="a record ScansCounted")
    return said
