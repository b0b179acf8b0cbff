"""Reading the escrow journal: verdicts of an entry, lines of a party, the steps of a line, balances, everything for audits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from ledger.errors import Absent
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import marks, run
from ledger.storage.journal import Judged
from ledger.storage.position import Position, first_of, unpack
from ledger.trade.escrow.accounts import Leg
from ledger.trade.escrow.line import Line, line_from_json


class LineAbsent(Absent):
    title = "no order line of this name is in the journal"


class KeptLine(NamedTuple):
    """A line of the cache: its state and the position of its terms."""

    line: Line
    merchant: str
    buyer: str
    custodian: str
    terms: Position


class Step(NamedTuple):
    """One record about a line: accepted (`seq`) or refused (`refusal`), with its legs."""

    position: Position
    type: str
    seq: int | None
    refusal: str | None
    postings: tuple[str, ...]
    legs: tuple[Leg, ...]


def read_verdicts(connection: Connection, entry: int) -> list[Judged]:
    """The verdicts on the records of one escrow entry, in order of place."""
    rows = connection.execute(_OF_ENTRY, {"start": first_of(entry), "stop": first_of(entry + 1)})
    return [Judged(position, refusal, tuple(postings.split())) for position, refusal, postings in rows]


def read_line(connection: Connection, name: str) -> KeptLine:
    """Raises `LineAbsent`."""
    row = connection.execute(_LINE, {"name": name}).one_or_none()
    if row is None:
        raise LineAbsent(seen=name, wanted="the name of an agreed order line")
    return _kept(row)


def lines_of(connection: Connection, party: str | None, *, after: str = "", limit: int = 100) -> list[KeptLine]:
    """Lines in which `party` is merchant, buyer or custodian (all lines if None), by name, those after `after`."""
    query = _LINES if party is None else _LINES_OF
    return [_kept(row) for row in connection.execute(query, {"party": party, "after": after, "limit": limit})]


def lines_of_serial(connection: Connection, serial: Digest, *, limit: int = 100) -> list[Line]:
    """Lines whose terms name this serial (the SHA-256 of an item's canonical identifier), by name."""
    rows = run(connection, _LINES_OF_SERIAL.format(marks(connection, 1)), (serial, limit)).fetchall()
    return [line_from_json(state) for (state,) in rows]


def steps_of(connection: Connection, line: str) -> list[Step]:
    """Every record about a line in log order, refused ones too."""
    rows = connection.execute(_STEPS, {"line": line}).all()
    return [
        Step(unpack(position), kind, seq, refusal, tuple(postings.split()), legs_of(connection, position))
        for position, kind, seq, refusal, postings in rows
    ]


def lines_due(connection: Connection, now: Instant, *, after: tuple[int, str], limit: int) -> list[tuple[int, str]]:
    """(due, name) of the lines that are due at `now`, the longest due first, those after `after`."""
    values = {"now": int(now), "due": after[0], "name": after[1], "limit": limit}
    return [(due, name) for due, name in connection.execute(_DUE, values)]


def legs_of(connection: Connection, position: int) -> tuple[Leg, ...]:
    """The legs of the record at a packed position, in their order."""
    return tuple(Leg(*row) for row in connection.execute(_LEGS, {"position": position}))


def balances(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """Every (account, currency, balance), by currency and account."""
    yield from ((account, currency, balance) for account, currency, balance in connection.execute(_BALANCES))


def events_after(connection: Connection, position: int, *, limit: int) -> list[tuple[int, str, str | None, str | None, str]]:
    """(packed position, type, line it is about, refusal, postings) of the records after a packed position."""
    rows = connection.execute(_EVENTS, {"after": position, "limit": limit})
    return [(at, kind, subject, refusal, postings) for at, kind, subject, refusal, postings in rows]


def _kept(row: Any) -> KeptLine:  # noqa: ANN401 - a row of the query
    merchant, buyer, custodian, terms, state = row
    return KeptLine(line_from_json(state), merchant, buyer, custodian, unpack(terms))


_KEPT: Final = "SELECT merchant, buyer, custodian, terms, state FROM escrow_lines "
_OF_ENTRY: Final = text(
    "SELECT position, refusal, postings FROM escrow_verdicts WHERE position >= :start AND position < :stop ORDER BY position"
)
_LINE: Final = text(_KEPT + "WHERE name = :name")
_LINES: Final = text(_KEPT + "WHERE name > :after ORDER BY name LIMIT :limit")
_LINES_OF: Final = text(
    _KEPT + "WHERE name > :after AND (merchant = :party OR buyer = :party OR custodian = :party) ORDER BY name LIMIT :limit"
)
_DUE: Final = text(
    "SELECT due, name FROM escrow_lines WHERE due <= :now AND (due > :due OR (due = :due AND name > :name)) "
    "ORDER BY due, name LIMIT :limit"
)
_LINES_OF_SERIAL: Final = "SELECT state FROM escrow_lines WHERE serial = {0} ORDER BY name LIMIT {0}"
_STEPS: Final = text("SELECT position, type, seq, refusal, postings FROM escrow_verdicts WHERE subject = :line ORDER BY position")
_LEGS: Final = text("SELECT account, currency, amount FROM escrow_legs WHERE position = :position ORDER BY number")
_BALANCES: Final = text("SELECT account, currency, balance FROM escrow_accounts ORDER BY currency, account")
_EVENTS: Final = text(
    "SELECT position, type, subject, refusal, postings FROM escrow_verdicts "
    "WHERE position > :after ORDER BY position LIMIT :limit"
)
