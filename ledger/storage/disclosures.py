"""Disclosures of withheld fields: kept beside their record, opened for whom its rules let in, erased with it or one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from ledger.errors import Absent
from ledger.storage.bulk import insert_rows
from ledger.storage.position import first_of, pack
from ledger.storage.tables.erasing import DisclosureRow


class DisclosureAbsent(Absent):
    title = "no disclosure of this digest is kept for this record"


class KeptDisclosure(NamedTuple):
    """`disclosure` is None once it is erased, on `ground`; `digest` is the 32 bytes that stand in the record."""

    digest: bytes
    disclosure: bytes | None
    ground: str | None


def keep_disclosures(connection: Connection, entry: int, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
    """Keep (place, digest, disclosure) rows of a new entry. The caller commits."""
    numbers: dict[int, int] = {}
    kept = []
    for place, digest, disclosure in rows:
        numbers[place] = number = numbers.get(place, -1) + 1
        kept.append((pack(entry, place), number, digest, disclosure, None))
    insert_rows(connection, DisclosureRow, sorted(kept))


def disclosures_of(connection: Connection, position: int) -> list[KeptDisclosure]:
    """Those of the record at a packed position, erased ones too, in the order in which they came."""
    rows = connection.execute(_OF_RECORD, {"position": position})
    return [KeptDisclosure(bytes(digest), _bytes(disclosure), ground) for digest, disclosure, ground in rows]


def empty_disclosure(connection: Connection, position: int, digest: bytes, ground: str) -> None:
    """Erase one disclosure; the record and its digest stay. The caller commits.

    Raises:
        DisclosureAbsent: there is none, or it is erased already.
    """
    values = {"position": position, "digest": digest, "ground": ground}
    if connection.execute(_EMPTY_ONE, values).rowcount == 0:
        raise DisclosureAbsent(seen=digest.hex(), wanted="the digest of a disclosure that is still kept")


def empty_disclosures(connection: Connection, position: int) -> None:
    """Erase all that is kept for a record which is erased itself. The caller commits."""
    connection.execute(_EMPTY_ALL, {"position": position})


def every_disclosure(connection: Connection) -> Iterator[tuple[Any, Any, Any]]:
    """(packed position, digest, disclosure) of all rows as they lie there, emptied ones too, in log order."""
    yield from (tuple(row) for row in connection.execute(_ALL))


def erased_disclosures(connection: Connection) -> list[tuple[int, bytes, str]]:
    """(packed position, digest, ground) of the disclosures that were erased one by one."""
    return [(position, bytes(digest), ground) for position, digest, ground in connection.execute(_ERASED)]


def has_disclosures(connection: Connection, entry: int) -> bool:
    """Whether any were ever kept for records of an entry."""
    values = {"start": first_of(entry), "stop": first_of(entry + 1)}
    return connection.execute(_ANY, values).first() is not None


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)


_OF_RECORD: Final = text(
    "SELECT digest, disclosure, ground FROM disclosures WHERE position = :position AND digest IS NOT NULL ORDER BY number"
)
_EMPTY_ONE: Final = text(
    "UPDATE disclosures SET disclosure = NULL, ground = :ground "
    "WHERE position = :position AND digest = :digest AND disclosure IS NOT NULL"
)
_EMPTY_ALL: Final = text("UPDATE disclosures SET digest = NULL, disclosure = NULL, ground = NULL WHERE position = :position")
_ALL: Final = text("SELECT position, digest, disclosure FROM disclosures ORDER BY position, number")
_ERASED: Final = text("SELECT position, digest, ground FROM disclosures WHERE ground IS NOT NULL ORDER BY position, number")
_ANY: Final = text("SELECT 1 FROM disclosures WHERE position >= :start AND position < :stop LIMIT 1")
