"""The governance projection: one snapshot of the folded state, and every key line with the entries it stood for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, select, text, update
from sqlmodel import col

from ledger.storage.bulk import insert_rows, marks, run
from ledger.storage.tables.parties import GovernanceRow, RegisterLineRow

_PUT: Final = text(
    "INSERT INTO governance (origin, upto, version, snapshot) VALUES (:origin, :upto, :version, :snapshot) "
    "ON CONFLICT (origin) DO UPDATE SET upto = excluded.upto, version = excluded.version, snapshot = excluded.snapshot"
)

_VERSION: Final = "SELECT version FROM governance"
_LINES_AT: Final = "SELECT line FROM register_lines WHERE valid_from <= {0} AND (valid_until IS NULL OR valid_until > {0})"


def keep_snapshot(connection: Connection, *, origin: str, upto: int, version: int, snapshot: bytes) -> None:
    """Keep the state after all entries below `upto`; `version` counts the changes. The caller commits."""
    connection.execute(_PUT, {"origin": origin, "upto": upto, "version": version, "snapshot": snapshot})


def snapshot_version(connection: Connection) -> int:
    """How many times the state has changed; 0 before the ledger is founded."""
    row = run(connection, _VERSION).fetchone()
    return 0 if row is None else int(row[0])


def read_snapshot(connection: Connection) -> tuple[int, bytes] | None:
    """(version, snapshot) of the newest state."""
    row = connection.execute(select(col(GovernanceRow.version), col(GovernanceRow.snapshot))).one_or_none()
    return None if row is None else (row[0], row[1])


def change_lines(connection: Connection, *, entry: int, gone: Iterable[str], new: Iterable[str]) -> None:
    """From `entry` on, the lines `gone` stand no more and the lines `new` do. The caller commits."""
    for line in gone:
        connection.execute(
            update(RegisterLineRow)
            .where(col(RegisterLineRow.line) == line, col(RegisterLineRow.valid_until).is_(None))
            .values(valid_until=entry)
        )
    insert_rows(connection, RegisterLineRow, [(line, entry, None) for line in new])


def lines_at(connection: Connection, entry: int) -> list[str]:
    """The key lines that stood for `entry`, sorted by bytes."""
    rows = run(connection, _LINES_AT.format(marks(connection, 1)), (entry, entry)).fetchall()
    return sorted((line for (line,) in rows), key=str.encode)


def every_line(connection: Connection) -> Iterator[tuple[str, int, int | None]]:
    """All (line, valid from, valid until) rows, for the audit."""
    query = select(col(RegisterLineRow.line), col(RegisterLineRow.valid_from), col(RegisterLineRow.valid_until))
    yield from connection.execute(query.order_by(col(RegisterLineRow.valid_from), col(RegisterLineRow.line)))
