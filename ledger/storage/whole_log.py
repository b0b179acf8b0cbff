"""Reading everything in order, as an audit does: rows as they lie there, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Executable, func, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlmodel import col

from ledger.storage.bulk import marks, run
from ledger.storage.generations import generations_of
from ledger.storage.position import Position, first_of, unpack
from ledger.storage.tables.log import BatchRow, BlocksRow, EntryRow, HeadRow, RecordRow, TileRow
from ledger.storage.tables.parties import GovernanceRow

_BODIES_AT_ONCE: Final = 512
_ROWS_AT_ONCE: Final = 4_096
_ENTRIES: Final = select(col(EntryRow.index), col(EntryRow.body), col(EntryRow.leaf_hash))
_BATCHES: Final = select(
    col(BatchRow.entry),
    col(BatchRow.issuer),
    col(BatchRow.record_class),
    col(BatchRow.read),
    col(BatchRow.size),
    col(BatchRow.root),
    col(BatchRow.context),
)
_RECORDS: Final = "SELECT position, commitment, salt, body FROM records"
_IN_GENERATIONS: Final = "identifiers"


def entry_rows(connection: Connection, start: int, stop: int) -> list[tuple[Any, ...]]:
    """(index, body, leaf hash) of each entry row from `start` to below `stop`."""
    return _tuples(connection, _ENTRIES.where(col(EntryRow.index) >= start, col(EntryRow.index) < stop))


def batch_rows(connection: Connection, start: int, stop: int) -> list[tuple[Any, ...]]:
    """(entry, issuer, class, read, size, root, context) of each batch row in the range."""
    return _tuples(connection, _BATCHES.where(col(BatchRow.entry) >= start, col(BatchRow.entry) < stop))


def record_rows(connection: Connection, start: int, stop: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    """(packed position, commitment, salt, body) of the records of the entries in the range, ascending, hundreds at a time."""
    mark = marks(connection, 1)
    query = f"{_RECORDS} WHERE position >= {mark} AND position < {mark} ORDER BY position"
    return _fetched(run(connection, query, (first_of(start), first_of(stop))), _BODIES_AT_ONCE)


def block_rows(connection: Connection, start: int, stop: int) -> list[tuple[Any, ...]]:
    query = select(col(BlocksRow.entry), col(BlocksRow.hashes))
    return _tuples(connection, query.where(col(BlocksRow.entry) >= start, col(BlocksRow.entry) < stop))


def head_rows(connection: Connection) -> list[tuple[Any, ...]]:
    """(origin, size, leaf hash, time, frontier); an honest ledger has one."""
    query = select(col(HeadRow.origin), col(HeadRow.size), col(HeadRow.leaf_hash), col(HeadRow.time), col(HeadRow.frontier))
    return _tuples(connection, query.order_by(col(HeadRow.origin)))


def snapshot_rows(connection: Connection) -> list[tuple[Any, ...]]:
    """(version, snapshot) of the governance state; an honest ledger has one."""
    return _tuples(connection, select(col(GovernanceRow.version), col(GovernanceRow.snapshot)))


def tile_row(connection: Connection, level: int, index: int) -> bytes | None:
    """All hashes kept of one tile."""
    query = select(col(TileRow.hashes)).where(col(TileRow.level) == level, col(TileRow.index) == index)
    return connection.execute(query).scalar_one_or_none()


def tile_places(connection: Connection) -> Iterator[tuple[int, int]]:
    yield from connection.execute(select(col(TileRow.level), col(TileRow.index)))


def index_rows(connection: Connection, table: str, low: int | None, high: int | None) -> Iterator[Sequence[tuple[Any, ...]]]:
    """(key, packed position or entry) rows of `identifiers`, `event_keys` or `note_keys`, some thousands at a time.

    Args:
        low, high: first and last key; None for no bound, so that a key that is no number is not passed over.
    """
    mark, bounds = marks(connection, 1), (("key >=", low), ("key <=", high))
    conditions = [f"{text} {mark}" for text, bound in bounds if bound is not None]
    if table == _IN_GENERATIONS:
        conditions.append(f"generation IN ({generations_of(table)})")
    value = "entry" if table == "note_keys" else "position"
    query = f"SELECT key, {value} FROM {table} WHERE {' AND '.join(conditions) or 'TRUE'}"  # noqa: S608 - our own names
    yield from _fetched(run(connection, query, [bound for _, bound in bounds if bound is not None]), _ROWS_AT_ONCE)


def written_size(connection: Connection) -> int:
    """One more than the highest index of any entry row."""
    last = connection.execute(select(func.max(col(EntryRow.index)))).scalar_one()
    return 0 if last is None else int(last) + 1


def rows_beyond(connection: Connection, size: int) -> Iterator[tuple[str, Position]]:
    """(table, position) of rows of entries that a log of `size` does not have."""
    for table, column in (("entries", col(EntryRow.index)), ("batches", col(BatchRow.entry))):
        for (entry,) in connection.execute(select(column).where((column >= size) | (column < 0)).order_by(column)):
            yield table, Position(entry, 0)
    beyond = (col(RecordRow.position) >= first_of(size)) | (col(RecordRow.position) < 0)
    for (packed,) in connection.execute(select(col(RecordRow.position)).where(beyond).order_by(col(RecordRow.position))):
        yield "records", unpack(packed)


def _fetched(cursor: DBAPICursor, at_once: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Rows as the driver gives them, many at a time: to ask for each, and to make a value of it, costs more than reading it."""
    try:
        while rows := cursor.fetchmany(at_once):
            yield rows
    finally:
        cursor.close()


def _tuples(connection: Connection, query: Executable) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(query)]
