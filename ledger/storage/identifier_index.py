"""From a canonical identifier to the events that name it: an index that anyone can recompute from the bodies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlmodel import col

from ledger.storage.bulk import KEYS_PER_QUERY_MAX, chunks, insert_rows
from ledger.storage.position import PLACE_BITS
from ledger.storage.tables.log import BatchRow, IdentifierRow


def identifier_key(identifier: str) -> int:
    """64 bits of the SHA-256 of a canonical identifier; readers confirm against the body."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big", signed=True)


def add_identifiers(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (identifier key, packed position) rows, each pair once. The caller commits."""
    insert_rows(connection, IdentifierRow, sorted(set(rows)))


def positions_naming(connection: Connection, identifier: str) -> list[int]:
    """Packed positions, in log order, of records whose key equals that of `identifier`."""
    return list(connection.execute(_NAMING, {"key": identifier_key(identifier)}).scalars())


def positions_said_of_any(connection: Connection, identifiers: Iterable[str], *, classes: Sequence[str]) -> dict[str, list[int]]:
    """Of each of `classes` the packed positions, in log order and each once, of records whose key equals that of any identifier.

    Records of other classes are left out, however many of them name the same.
    """
    found: dict[str, set[int]] = {record_class: set() for record_class in classes}
    for chunk in chunks([identifier_key(identifier) for identifier in identifiers], KEYS_PER_QUERY_MAX):
        for position, record_class in connection.execute(_SAID_OF_ANY, {"keys": chunk, "classes": list(classes)}):
            found[record_class].add(position)
    return {record_class: sorted(positions) for record_class, positions in found.items()}


def newest_naming(
    connection: Connection, identifiers: Sequence[str], *, record_classes: Sequence[str], most: int
) -> dict[str, list[int]]:
    """Of each of `identifiers` the newest `most` records of these classes whose key equals its own, and no older ones.

    Whatever others say of a thing in records of other classes takes no room. A record whose batch is missing counts: whoever
    reads it notices.

    Returns:
        Identifier to packed positions in log order.
    """
    found: dict[str, list[int]] = {identifier: [] for identifier in identifiers}
    keys: dict[int, list[list[int]]] = {}
    for identifier, positions in found.items():
        keys.setdefault(identifier_key(identifier), []).append(positions)
    for chunk in chunks(list(keys), KEYS_PER_QUERY_MAX):
        statement = _newest_statement(len(chunk), len(record_classes), connection.dialect.paramstyle)
        values = (*chunk, *record_classes, most - 1, *record_classes)
        for key, position in connection.exec_driver_sql(statement, values):
            for positions in keys[key]:
                positions.append(position)
    for positions in found.values():
        positions.sort()
    return found


@lru_cache(maxsize=64)
def _newest_statement(keys: int, classes: int, paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    wanted = ", ".join([f"({mark})"] * keys)
    listed = ", ".join([mark] * classes)
    # The index is walked backwards as far as is wanted, and no further, however many records name a thing.
    return (
        f"WITH wanted(key) AS (VALUES {wanted}) "  # noqa: S608 - our own names, and marks for the values
        "SELECT named.key, named.position FROM wanted CROSS JOIN identifiers AS named "
        f"LEFT JOIN batches ON batches.entry = named.position >> {PLACE_BITS} "
        "WHERE named.key = wanted.key AND named.position >= COALESCE((SELECT older.position FROM identifiers AS older "
        f"LEFT JOIN batches AS said ON said.entry = older.position >> {PLACE_BITS} "
        f"WHERE older.key = wanted.key AND (said.entry IS NULL OR said.record_class IN ({listed})) "
        f"ORDER BY older.position DESC LIMIT 1 OFFSET {mark}), 0) "
        f"AND (batches.entry IS NULL OR batches.record_class IN ({listed}))"
    )


# Built once: a trace asks thousands of times.
_NAMING: Final = (
    select(col(IdentifierRow.position)).where(col(IdentifierRow.key) == bindparam("key")).order_by(col(IdentifierRow.position))
)


_KEYS: Final[BindParameter[int]] = bindparam("keys", expanding=True)


_SAID_OF_ANY: Final = (
    select(col(IdentifierRow.position), col(BatchRow.record_class))
    .join(BatchRow, col(BatchRow.entry) == col(IdentifierRow.position).bitwise_rshift(PLACE_BITS))
    .where(col(IdentifierRow.key).in_(_KEYS), col(BatchRow.record_class).in_(bindparam("classes", expanding=True)))
)


def every_row(connection: Connection, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """All (key, position) rows with `start <= position < stop`, ordered by position, for the audit."""
    query = select(col(IdentifierRow.key), col(IdentifierRow.position)).where(
        col(IdentifierRow.position) >= start, col(IdentifierRow.position) < stop
    )
    yield from connection.execute(query.order_by(col(IdentifierRow.position), col(IdentifierRow.key)))
