"""Erasing a record: body, salt and every row made from them go; the commitment stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update
from sqlmodel import col

from ledger.storage.bulk import insert_rows
from ledger.storage.tables.access import JobRow
from ledger.storage.tables.log import ErasureRow, EventKeyRow, IdentifierRow, RecordRow


class Erasure(NamedTuple):
    """The record at a packed position was erased by entry `by_entry`, on `ground`."""

    position: int
    by_entry: int
    ground: str


def erasure_of(connection: Connection, position: int) -> Erasure | None:
    """Whether and by what the record at a packed position was erased."""
    row = connection.execute(_COLUMNS.where(col(ErasureRow.position) == position)).one_or_none()
    return None if row is None else Erasure(*row)


def every_erasure(connection: Connection) -> Iterator[Erasure]:
    """All erasures in order of position, for the audit."""
    for row in connection.execute(_COLUMNS.order_by(col(ErasureRow.position))):
        yield Erasure(*row)


def forget(
    connection: Connection, erasure: Erasure, *, entry: int, event_keys: Iterable[int], identifier_keys: Iterable[int]
) -> None:
    """Note the erasure, and let go of body, salt, index rows and the answers that quote the record. The caller commits.

    The guard on the table lets a body go only once the erasure is noted.
    """
    insert_rows(connection, ErasureRow, [erasure])
    here = erasure.position
    connection.execute(update(RecordRow).where(col(RecordRow.position) == here).values(body=None, salt=None))
    connection.execute(delete(EventKeyRow).where(col(EventKeyRow.key).in_(list(event_keys)), col(EventKeyRow.position) == here))
    connection.execute(
        delete(IdentifierRow).where(col(IdentifierRow.key).in_(list(identifier_keys)), col(IdentifierRow.position) == here)
    )
    connection.execute(delete(JobRow).where(col(JobRow.entry) == entry))


_COLUMNS = select(col(ErasureRow.position), col(ErasureRow.by_entry), col(ErasureRow.ground))
