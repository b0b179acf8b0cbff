"""The append-only tables: entries, batches and records, written once and read by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from ledger.errors import Absent
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import insert_rows, look_up, marks, run
from ledger.storage.position import Position, first_of, pack, unpack
from ledger.storage.tables.log import BatchRow, EntryRow, RecordRow


class EntryAbsent(Absent):
    title = "the log has no entry at this index"


class RecordAbsent(Absent):
    title = "no record has this position"


class StoredRecord(Struct, frozen=True, gc=False):
    """A record as it lies in the table; `body` and `salt` are None once it is erased."""

    position: Position
    commitment: Digest
    salt: bytes | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """The columns of an entry's batch, and the context bytes it commits to."""

    entry: int
    issuer: str
    record_class: str
    read: str
    size: int
    root: Digest
    context: bytes | None


def append(
    connection: Connection,
    *,
    entries: Sequence[tuple[int, bytes, Digest]],
    batches: Sequence[StoredBatch],
    records: Sequence[tuple[int, Digest, bytes, bytes]],
) -> None:
    """Write rows of new entries. The caller moves the head in the same transaction and commits.

    Args:
        entries: (index, entry bytes, leaf hash).
        records: (packed position, commitment, salt, body).
    """
    insert_rows(connection, EntryRow, entries)
    insert_rows(connection, BatchRow, [(b.entry, b.issuer, b.record_class, b.read, b.size, b.root, b.context) for b in batches])
    insert_rows(connection, RecordRow, records)


def read_entry(connection: Connection, index: int) -> bytes:
    row = run(connection, _ENTRY.format(marks(connection, 1)), (index,)).fetchone()
    if row is None:
        raise EntryAbsent(seen=index, wanted="an index below the size of the log")
    return bytes(row[0])


def leaf_hash_of(connection: Connection, index: int) -> Digest:
    """The kept leaf hash of one entry."""
    found = connection.execute(_LEAF_HASH, {"index": index}).scalar_one_or_none()
    if found is None:
        raise EntryAbsent(seen=index, wanted="an index below the size of the log")
    return bytes(found)


def read_entries(connection: Connection, start: int, stop: int) -> list[bytes]:
    """The entries `start` up to, not including, `stop`, as many as there are."""
    return [bytes(body) for (body,) in connection.execute(_ENTRIES, {"start": start, "stop": stop})]


def read_entries_at(connection: Connection, indices: Sequence[int]) -> dict[int, bytes]:
    """The entries at these indices, as many as there are."""
    return {index: bytes(body) for index, body in look_up(connection, _ENTRIES_AT, indices)}


def read_batches_at(connection: Connection, indices: Sequence[int]) -> dict[int, StoredBatch]:
    """The batches of these entries, as many as there are."""
    return {row[0]: StoredBatch(*row) for row in look_up(connection, _BATCHES_AT, indices)}


def read_batch(connection: Connection, entry: int) -> StoredBatch:
    found = read_batches_at(connection, [entry])
    if not found:
        raise EntryAbsent(seen=entry, wanted="an index below the size of the log")
    return found[entry]


def read_record(connection: Connection, position: Position) -> StoredRecord:
    found = read_records(connection, [pack(*position)])
    if not found:
        raise RecordAbsent(seen=f"{position.entry}/{position.place}", wanted="entry index / place of a written record")
    return found[0]


def read_records(connection: Connection, packed: Sequence[int]) -> list[StoredRecord]:
    """The records at these packed positions, in log order; positions without a record are left out."""
    rows = sorted(look_up(connection, _RECORDS_AT, dict.fromkeys(packed)), key=_FIRST)
    return [_stored(row) for row in rows]


def iterate_records(connection: Connection, entry: int) -> Iterator[StoredRecord]:
    """The records of one entry in order of place."""
    rows = connection.execute(_RECORDS_FROM, {"start": first_of(entry), "stop": first_of(entry + 1)})
    for row in rows:
        yield _stored(row)


def read_commitments(connection: Connection, entry: int, start: int = 0, stop: int = 1 << 14) -> list[Digest]:
    """The commitments of places `start` up to, not including, `stop` of one entry."""
    statement = _COMMITMENTS.format(marks(connection, 1))
    rows = run(connection, statement, (pack(entry, start), first_of(entry) + stop)).fetchall()
    return [bytes(commitment) for (commitment,) in rows]


# Built once: composing a statement anew costs more than running it.
_RECORDS: Final = select(col(RecordRow.position), col(RecordRow.commitment), col(RecordRow.salt), col(RecordRow.body)).order_by(
    col(RecordRow.position)
)
_RECORDS_AT: Final = "SELECT position, commitment, salt, body FROM records WHERE position IN ({keys})"
_FIRST: Final = itemgetter(0)
_IN_RANGE: Final = (col(RecordRow.position) >= bindparam("start"), col(RecordRow.position) < bindparam("stop"))
_RECORDS_FROM: Final = _RECORDS.where(*_IN_RANGE)
_COMMITMENTS: Final = "SELECT commitment FROM records WHERE position >= {0} AND position < {0} ORDER BY position"
_LEAF_HASH: Final = select(col(EntryRow.leaf_hash)).where(col(EntryRow.index) == bindparam("index"))
_ENTRY: Final = 'SELECT body FROM entries WHERE "index" = {0}'
_ENTRIES: Final = (
    select(col(EntryRow.body))
    .where(col(EntryRow.index) >= bindparam("start"), col(EntryRow.index) < bindparam("stop"))
    .order_by(col(EntryRow.index))
)
_ENTRIES_AT: Final = 'SELECT "index", body FROM entries WHERE "index" IN ({keys})'
_BATCHES_AT: Final = "SELECT entry, issuer, record_class, read, size, root, context FROM batches WHERE entry IN ({keys})"


def _stored(row: Sequence[Any]) -> StoredRecord:
    position, commitment, salt, body = row
    return StoredRecord(unpack(position), commitment, salt, body)
