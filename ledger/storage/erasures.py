"""Erasing a record: body, salt and every row made from them go; the commitment stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, func, select, text, update
from sqlmodel import col

from ledger.storage.bulk import insert_rows, look_up
from ledger.storage.disclosures import empty_disclosures
from ledger.storage.identifier_index import forget_identifiers
from ledger.storage.tables.erasing import ErasedMediaRow
from ledger.storage.tables.log import ErasedNameRow, ErasureRow, EventKeyRow, RecordRow


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
    return sorted({Erasure(*row) for row in look_up(connection, _NAMED, keys)})


@dataclass(frozen=True, slots=True)
class Traces:
    """What was made from a record that goes.

    Attributes:
        names: stay (`erased_name_key`): with the code of an item in hand one learns that something about it was erased, and
            nothing else.
        media: SHA-256 of the files it named. words: SHA-256 of words about a label that it named.
    """

    event_keys: tuple[int, ...] = ()
    identifiers: tuple[int, ...] = ()
    names: frozenset[int] = frozenset()
    media: frozenset[bytes] = frozenset()
    words: frozenset[bytes] = frozenset()


def forget(connection: Connection, erasure: Erasure, traces: Traces, *, issuer: str) -> None:
    """Note the erasure, and let go of body, salt, disclosures and index rows. The caller commits.

    Files that the record named are marked, for who deletes them once this is committed. The guard on the table lets a
    body go only once the erasure is noted.
    """
    here = erasure.position
    insert_rows(connection, ErasureRow, [erasure])
    insert_rows(connection, ErasedNameRow, [(key, here) for key in sorted(traces.names)])
    insert_rows(connection, ErasedMediaRow, [(digest, issuer) for digest in sorted(traces.media)], on_conflict=_STAYS)
    connection.execute(update(RecordRow).where(col(RecordRow.position) == here).values(body=None, salt=None))
    connection.execute(
        delete(EventKeyRow).where(col(EventKeyRow.key).in_(list(traces.event_keys)), col(EventKeyRow.position) == here)
    )
    forget_identifiers(connection, traces.identifiers, here)
    empty_disclosures(connection, here)
    for digest in sorted(traces.words):
        connection.execute(_EMPTY_WORDS, {"digest": digest})


def files_to_forget(connection: Connection) -> list[tuple[bytes, str]]:
    """(SHA-256, issuer) of files that erased records named, as long as nobody has looked after them."""
    return [(bytes(digest), party) for digest, party in connection.execute(_FILES)]


def looked_after(connection: Connection, digest: bytes) -> None:
    """The file of an erased record is gone, or has a reason to stay. The caller commits."""
    connection.execute(delete(ErasedMediaRow).where(col(ErasedMediaRow.digest) == digest))


def count_erased(connection: Connection) -> tuple[int, int]:
    """How many records were erased, and how many disclosures by themselves: it only grows."""
    records = connection.execute(select(func.count()).select_from(ErasureRow)).scalar_one()
    return records, connection.execute(_DISCLOSURES).scalar_one()


_STAYS: Final = "ON CONFLICT DO NOTHING"
_EMPTY_WORDS: Final = text("UPDATE label_words SET text = '' WHERE digest = :digest")
_FILES: Final = text("SELECT digest, party FROM erased_media ORDER BY digest")
_DISCLOSURES: Final = text("SELECT count(*) FROM disclosures WHERE ground IS NOT NULL")
_COLUMNS: Final = select(col(ErasureRow.position), col(ErasureRow.by_entry), col(ErasureRow.ground))
_NAMED: Final = (
    "SELECT position, by_entry, ground FROM erasures "
    'WHERE position IN (SELECT position FROM erased_names WHERE "key" IN ({keys}))'
)
