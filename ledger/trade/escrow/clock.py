"""What the operator's clock says by itself about a line: which records, from when, and with what in them.

The clock decides nothing: of these records the line, its terms and the time leave no choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final, cast

from ledger.evidence.instant import Instant
from ledger.trade.escrow.allocation import share
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.bodies.cash import ReleaseInstructed
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.conditions import size_of
from ledger.trade.escrow.deadlines import TIMEOUTS, end_of_retention
from ledger.trade.escrow.line import Line, Terms, since
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.next_steps import NOT_BY_ITSELF, clock_records
from ledger.trade.escrow.regions import REGIONS, State
from ledger.trade.escrow.table.every import ROWS
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Seat
from ledger.trade.shapes.address import Address

_RELEASE: Final = "ReleaseInstructed"


def due_at(line: Line, terms: Terms) -> Instant | None:
    """The earliest moment from which the clock may say something about the line; None while it has nothing to say.

    It is 0 where nothing waits for a moment. Guards are not asked: what stands in the way may end at any time.
    """
    moments = [_moment(row, line, terms) for row in _clock_rows(line)]
    return min((moment for moment in moments if moment is not None), default=None)


def clock_says(line: Line, terms: Terms, now: Instant, *, origin: str) -> list[LineBody]:
    """The records that the clock may say now, in the order of the table; at most one of them will be accepted."""
    prev = line.address(origin)
    said: list[LineBody] = []
    for record in clock_records(line, terms, now):
        if record == _RELEASE:
            release = release_now(line, terms, now, origin=origin)
            if release is not None and _clock_releases(terms):
                said.append(release)
        else:
            said.append(_SHAPES[record](line.name, prev))
    return said


def release_now(line: Line, terms: Terms, now: Instant, *, origin: str) -> ReleaseInstructed | None:
    """The release of all that need not wait any longer; None where that is nothing."""
    amount = _releasable(line, terms, now)
    return _release(line, terms, amount, origin=origin) if amount else None


def _moment(row: Row, line: Line, terms: Terms) -> Instant | None:
    if row.record == _RELEASE:
        return _release_moment(line, terms)
    if row.timeout is None:
        return Instant(0)
    timeout = TIMEOUTS[row.timeout]
    return timeout.at(line, terms) if timeout.begun(line) else None


def _release_moment(line: Line, terms: Terms) -> Instant | None:
    if line.held == 0 or not _clock_releases(terms):
        return None
    return end_of_retention(line, terms) if line.held <= _retained(line, terms) else since(line.accepted_at)


def _releasable(line: Line, terms: Terms, now: Instant) -> int:
    return line.held if now >= end_of_retention(line, terms) else max(line.held - _retained(line, terms), 0)


def _retained(line: Line, terms: Terms) -> int:
    return share(line.received, terms.agreed.retention.basis_points)


def _clock_releases(terms: Terms) -> bool:
    """Above the second limit a release takes people."""
    pack = terms.pack
    return size_of(terms.agreed.price.minor, pack.small_minor, pack.large_minor) != "large"


def _release(line: Line, terms: Terms, minor: int, *, origin: str) -> ReleaseInstructed:
    """The clock takes each fee as the schedule has it, rounded down."""
    fees = terms.agreed.fees
    amounts = (minor, *(share(minor, basis_points) for basis_points in (fees.platform, fees.inspection, fees.tax)))
    return ReleaseInstructed(line.name, line.address(origin), *(Money(line.currency, amount) for amount in amounts))


def _clock_rows(line: Line) -> list[Row]:
    # Asked whenever a line moves, so the rows are found by the state and not by going through the table.
    rows = [row for region in REGIONS for row in _BY_STATE.get(line.state(region), ())]
    return [row for row in rows if not row.while_own or line.own in row.while_own]


def _by_state() -> Mapping[State, tuple[Row, ...]]:
    found: dict[State, list[Row]] = defaultdict(list)
    for row in ROWS:
        if (Seat.OPERATOR,) in row.signers and row.record not in NOT_BY_ITSELF:
            found[row.before].append(row)
    return {state: tuple(rows) for state, rows in found.items()}


_BY_STATE: Final = _by_state()
_SHAPES: Final[Mapping[str, Callable[[str, Address], LineBody]]] = {
    row.record: cast("Callable[[str, Address], LineBody]", BODIES[row.record])
    for rows in _BY_STATE.values()
    for row in rows
    if row.record != _RELEASE
}
"""What the clock says by its name and the line alone."""
