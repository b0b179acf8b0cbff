"""From a canonical identifier to the events that name it: an index that anyone can recompute from the bodies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlmodel import col

from ledger.storage.bulk import KEYS_PER_QUERY_MAX, chunks, insert_rows
from ledger.storage.tables.log import IdentifierRow


def identifier_key(identifier: str) -> int:
    """64 bits of the SHA-256 of a canonical identifier; readers confirm against the body."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big", signed=True)


def add_identifiers(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (identifier key, packed position) rows, each pair once. The caller commits."""
    insert_rows(connection, IdentifierRow, sorted(set(rows)))


def positions_naming(connection: Connection, identifier: str) -> list[int]:
    """Packed positions, in log order, of records whose key equals that of `identifier`."""
    return list(connection.execute(_NAMING, {"key": identifier_key(identifier)}).scalars())


def positions_naming_any(connection: Connection, identifiers: Iterable[str]) -> list[int]:
    """Packed positions, in log order and each once, of records whose key equals that of any of `identifiers`."""
    found: set[int] = set()
    for chunk in chunks([identifier_key(identifier) for identifier in identifiers], KEYS_PER_QUERY_MAX):
        found.update(connection.execute(_NAMING_ANY, {"keys": chunk}).scalars())
    return sorted(found)


# Built once: a trace asks thousands of times.
_NAMING: Final = (
    select(col(IdentifierRow.position)).where(col(IdentifierRow.key) == bindparam("key")).order_by(col(IdentifierRow.position))
)


_KEYS: Final[BindParameter[int]] = bindparam("keys", expanding=True)
_NAMING_ANY: Final = select(col(IdentifierRow.position)).where(col(IdentifierRow.key).in_(_KEYS))


def every_row(connection: Connection, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """All (key, position) rows with `start <= position < stop`, ordered by position, for the audit."""
    query = select(col(IdentifierRow.key), col(IdentifierRow.position)).where(
        col(IdentifierRow.position) >= start, col(IdentifierRow.position) < stop
    )
    yield from connection.execute(query.order_by(col(IdentifierRow.position), col(IdentifierRow.key)))
