"""Serial numbers drawn and issued: kept by drawing in ascending order, found by themselves, bound to their record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import insert_rows, marks, run
from ledger.storage.position import Position, pack, unpack
from ledger.storage.tables.codes import IssuedSerialRow, SerialIssueRow


@dataclass(frozen=True, slots=True)
class SerialIssue:
    """One drawing. `position` is where its record stands, None until it is said; `root` is None while drawing goes on."""

    number: int
    request: bytes
    issuer: str
    product: str
    lot: str | None
    count: int
    created: Instant
    root: Digest | None = None
    position: Position | None = None


def open_issue(
    connection: Connection, *, request: bytes, issuer: str, product: str, lot: str | None, count: int, now: Instant
) -> SerialIssue:
    """Begin a drawing. The caller commits."""
    number = int(connection.execute(_NEXT).scalar_one())
    insert_rows(connection, SerialIssueRow, [(number, request, issuer, product, lot, count, int(now), None, None)])
    return SerialIssue(number, request, issuer, product, lot, count, now)


def add_serials(connection: Connection, issue: int, serials: Sequence[str]) -> None:
    """Keep serial numbers of a drawing; one that any drawing has already is left out."""
    insert_rows(connection, IssuedSerialRow, [(issue, serial) for serial in serials], on_conflict="ON CONFLICT DO NOTHING")


def count_serials(connection: Connection, issue: int) -> int:
    return int(connection.execute(_COUNT, {"issue": issue}).scalar_one())


def serials_after(connection: Connection, issue: int, after: str, limit: int) -> list[str]:
    """The next `limit` serial numbers of a drawing above `after`, ascending; "" is below all."""
    return list(connection.execute(_AFTER, {"issue": issue, "after": after, "limit": limit}).scalars())


def serials_at(connection: Connection, issue: int, start: int, stop: int) -> list[str]:
    """The serial numbers of a drawing from place `start` up to, not including, `stop`, in ascending order."""
    return list(connection.execute(_AT, {"issue": issue, "limit": stop - start, "offset": start}).scalars())


def rank_of(connection: Connection, issue: int, serial: str) -> int:
    """How many serial numbers of a drawing are below `serial`."""
    return int(connection.execute(_RANK, {"issue": issue, "serial": serial}).scalar_one())


def close_drawing(connection: Connection, issue: int, root: Digest) -> None:
    """The drawing is whole; only its record is missing. The caller commits."""
    connection.execute(_CLOSE, {"issue": issue, "root": root})


def bind_issue(
    connection: Connection, *, issuer: str, product: str, lot: str | None, count: int, root: Digest, position: Position
) -> bool:
    """Let the record at `position` make a drawing of the same contents issued; False where there is none.

    The caller commits it together with the record.
    """
    said = {"issuer": issuer, "product": product, "lot": lot, "count": count, "root": root, "position": pack(*position)}
    return connection.execute(_BIND, said).rowcount == 1


def issue_of_request(connection: Connection, request: bytes) -> SerialIssue | None:
    return _one(connection, _OF_REQUEST, {"request": request})


def issue_at(connection: Connection, position: Position) -> SerialIssue | None:
    """The drawing whose record stands at `position`."""
    return _one(connection, _AT_POSITION, {"position": pack(*position)})


def issue_of_serial(connection: Connection, serial: str) -> SerialIssue | None:
    """The drawing that a serial number was issued by; None where it was not, or its record is not said yet."""
    row = run(connection, _OF_SERIAL.format(marks(connection, 1)), (serial,)).fetchone()
    return None if row is None else _issue(row)


def issues_of(connection: Connection, issuer: str | None = None) -> list[SerialIssue]:
    """All drawings, or one party's, oldest first."""
    rows = connection.execute(_ALL if issuer is None else _OF_ISSUER, {"issuer": issuer})
    return [_issue(row) for row in rows]


def unsaid_before(connection: Connection, created: Instant) -> list[SerialIssue]:
    """Drawings begun before `created` whose record nobody has said."""
    return [_issue(row) for row in connection.execute(_UNSAID, {"created": int(created)})]


def forget_serials(connection: Connection, issue: int, limit: int) -> int:
    """Forget up to `limit` serial numbers of a drawing that was never said, then the drawing; how many were forgotten."""
    gone = connection.execute(_FORGET, {"issue": issue, "limit": limit}).rowcount
    if gone < limit:
        connection.execute(_FORGET_ISSUE, {"issue": issue})
    return gone


def _one(connection: Connection, query: Any, values: dict[str, Any]) -> SerialIssue | None:  # noqa: ANN401 - a query below
    row = connection.execute(query, values).one_or_none()
    return None if row is None else _issue(row)


def _issue(row: Any) -> SerialIssue:  # noqa: ANN401 - a row of the queries below
    number, request, issuer, product, lot, count, created, root, position = row
    said = None if position is None else unpack(position)
    return SerialIssue(number, request, issuer, product, lot, count, Instant(created), root, said)


_COLUMNS: Final = "number, request, issuer, product, lot, count, created, root, position"
_ISSUES: Final = f"SELECT {_COLUMNS} FROM serial_issues "  # noqa: S608 - our own names
_NEXT: Final = text("SELECT coalesce(max(number), 0) + 1 FROM serial_issues")
_COUNT: Final = text("SELECT count(*) FROM issued_serials WHERE issue = :issue")
_AFTER: Final = text("SELECT serial FROM issued_serials WHERE issue = :issue AND serial > :after ORDER BY serial LIMIT :limit")
_AT: Final = text("SELECT serial FROM issued_serials WHERE issue = :issue ORDER BY serial LIMIT :limit OFFSET :offset")
_RANK: Final = text("SELECT count(*) FROM issued_serials WHERE issue = :issue AND serial < :serial")
_CLOSE: Final = text("UPDATE serial_issues SET root = :root WHERE number = :issue AND root IS NULL")
_BIND: Final = text(
    "UPDATE serial_issues SET position = :position WHERE root = :root AND issuer = :issuer AND product = :product "
    "AND coalesce(lot, '') = coalesce(:lot, '') AND count = :count AND position IS NULL"
)
_OF_REQUEST: Final = text(_ISSUES + "WHERE request = :request")
_AT_POSITION: Final = text(_ISSUES + "WHERE position = :position")
_OF_SERIAL: Final = (
    _ISSUES + "WHERE number = (SELECT issue FROM issued_serials WHERE serial = {0}) AND position IS NOT NULL"  # noqa: S608
)
_ALL: Final = text(_ISSUES + "ORDER BY number")
_OF_ISSUER: Final = text(_ISSUES + "WHERE issuer = :issuer ORDER BY number")
_UNSAID: Final = text(_ISSUES + "WHERE position IS NULL AND created < :created ORDER BY number")
_FORGET: Final = text(
    "DELETE FROM issued_serials WHERE issue = :issue AND serial IN "
    "(SELECT serial FROM issued_serials WHERE issue = :issue ORDER BY serial LIMIT :limit) "
    "AND EXISTS (SELECT 1 FROM serial_issues WHERE number = :issue AND position IS NULL)"
)
_FORGET_ISSUE: Final = text("DELETE FROM serial_issues WHERE number = :issue AND position IS NULL")
