"""Erasing a record: body, salt and every row made from them go; the commitment stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlmodel import col

from ledger.storage.bulk import insert_rows
from ledger.storage.tables.access import JobRow
from ledger.storage.tables.log import ErasedNameRow, ErasureRow, EventKeyRow, IdentifierRow, RecordRow


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


def erasures_of_names(connection: Connection, keys: Sequence[int]) -> list[Erasure]:
    """The erasures of records that named an item under any of `keys` (`erased_name_key`), by position."""
    found = connection.execute(_NAMED, {"keys": list(keys)})
    return [Erasure(*row) for row in found]


def forget(
    connection: Connection,
    erasure: Erasure,
    *,
    entry: int,
    event_keys: Iterable[int],
    identifier_keys: Iterable[int],
    name_keys: Iterable[int],
) -> None:
    """Note the erasure, and let go of body, salt, index rows and the answers that quote the record. The caller commits.

    `name_keys` stay: with the code of an item in hand one learns that something about it was erased, and nothing else.

    The guard on the table lets a body go only once the erasure is noted.
    """
    insert_rows(connection, ErasureRow, [erasure])
    insert_rows(connection, ErasedNameRow, [(key, erasure.position) for key in sorted(set(name_keys))])
    here = erasure.position
    connection.execute(update(RecordRow).where(col(RecordRow.position) == here).values(body=None, salt=None))
    connection.execute(delete(EventKeyRow).where(col(EventKeyRow.key).in_(list(event_keys)), col(EventKeyRow.position) == here))
    connection.execute(
        delete(IdentifierRow).where(col(IdentifierRow.key).in_(list(identifier_keys)), col(IdentifierRow.position) == here)
    )
    connection.execute(delete(JobRow).where(col(JobRow.entry) == entry))


_COLUMNS: Final = select(col(ErasureRow.position), col(ErasureRow.by_entry), col(ErasureRow.ground))
_NAMED: Final = _COLUMNS.where(
    col(ErasureRow.position).in_(
        select(col(ErasedNameRow.position)).where(col(ErasedNameRow.key).in_(bindparam("keys", expanding=True)))
    )
).order_by(col(ErasureRow.position))
