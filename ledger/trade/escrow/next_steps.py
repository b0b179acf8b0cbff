"""What may happen next to a line: who may do what, from when, and until when; for pages, clocks and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.evidence.instant import Instant
from ledger.trade.escrow.deadlines import TIMEOUTS, end_of_appeal, end_of_conformity, end_of_retention, end_of_withdrawal
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.regions import Own
from ledger.trade.escrow.table.every import REGION_OF_RECORD, ROWS
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Seat


@dataclass(frozen=True, slots=True)
class NextStep:
    """A record that the state of the line lets come.

    Attributes:
        record: its type.
        seats: the alternatives of who must sign.
        at: not before this moment, or None for at once.
        until: not from this moment on, or None for no end.
    """

    record: str
    seats: tuple[tuple[Seat, ...], ...]
    at: Instant | None
    until: Instant | None


def next_steps(line: Line, terms: Terms) -> list[NextStep]:
    """Every record that a row of the table lets come now or later in this state, each once per time.

    Guards are not asked: they judge the record when it comes.
    """
    found: dict[tuple[str, Instant | None], NextStep] = {}
    for row in ROWS:
        if _fits(row, line):
            at = None if row.timeout is None else TIMEOUTS[row.timeout].at(line, terms)
            before = found.get((row.record, at))
            seats = row.signers if before is None else tuple(dict.fromkeys((*before.seats, *row.signers)))
            found[row.record, at] = NextStep(row.record, seats, at, _until(row.record, line, terms))
    return list(found.values())


def clock_records(line: Line, terms: Terms, now: Instant) -> list[str]:
    """Types of records that the operator's clock may say now, in the order of the table; at most one will be accepted."""
    return [
        step.record
        for step in next_steps(line, terms)
        if (Seat.OPERATOR,) in step.seats and step.record not in NOT_BY_ITSELF and (step.at is None or now >= step.at)
    ]


NOT_BY_ITSELF: Final = frozenset({"FundAdvanced"})
"""Records that say something the clock alone does not know."""


def _fits(row: Row, line: Line) -> bool:
    in_state = line.state(REGION_OF_RECORD[row.record]) is row.before
    begun = row.timeout is None or TIMEOUTS[row.timeout].begun(line)
    return begun and in_state and (not row.while_own or line.own in row.while_own) and row.before is not Own.NONE


def _until(record: str, line: Line, terms: Terms) -> Instant | None:
    if record == "OrderAgreed":
        return terms.agreed.offer_until
    if record == "WithdrawalNoticed" and line.delivered_at is not None:
        return end_of_withdrawal(line, terms)
    if record == "ClaimOpened" and line.settled_at is not None:
        return end_of_conformity(line, terms)
    if record == "AppealOpened":
        return end_of_appeal(line, terms)
    return None


def retained_until(line: Line, terms: Terms) -> Instant | None:
    """When the retained share may be released, or None where nothing was delivered yet."""
    return None if line.delivered_at is None else end_of_retention(line, terms)
