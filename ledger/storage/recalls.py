"""Recall records from the newest back, by an index that holds their batches alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, literal_column, select
from sqlmodel import col

from ledger.evidence.authority import RecordClass
from ledger.storage.entries import StoredRecord
from ledger.storage.position import first_of, pack, unpack
from ledger.storage.tables.log import BatchRow, RecordRow

NEWEST: Final = first_of(1 << 48)
"""Past every packed position that there can be."""


def recall_records(connection: Connection, *, before: int = NEWEST, limit: int) -> list[StoredRecord]:
    """The newest `limit` records of class recall whose packed position is below `before`, newest first.

    Erased ones and padding are among them: whoever asks tells by their bodies.
    """
    found: list[StoredRecord] = []
    for entry in _entries(connection, unpack(before - 1).entry):
        rows = connection.execute(
            _RECORDS, {"start": pack(entry, 0), "stop": min(before, first_of(entry + 1)), "limit": limit - len(found)}
        )
        found.extend(StoredRecord(unpack(position), commitment, salt, body) for position, commitment, salt, body in rows)
        if len(found) >= limit:
            break
    return found


def _entries(connection: Connection, last: int) -> Iterator[int]:
    yield from connection.execute(_ENTRIES, {"last": last}).scalars()


# SQLite uses a partial index only where the query states its condition in so many words.
_IS_RECALL: Final = col(BatchRow.record_class) == literal_column(f"'{RecordClass.RECALL.value}'")
_ENTRIES: Final = (
    select(col(BatchRow.entry)).where(_IS_RECALL, col(BatchRow.entry) <= bindparam("last")).order_by(col(BatchRow.entry).desc())
)
_RECORDS: Final = (
    select(col(RecordRow.position), col(RecordRow.commitment), col(RecordRow.salt), col(RecordRow.body))
    .where(col(RecordRow.position) >= bindparam("start"), col(RecordRow.position) < bindparam("stop"))
    .order_by(col(RecordRow.position).desc())
    .limit(bindparam("limit"))
)
