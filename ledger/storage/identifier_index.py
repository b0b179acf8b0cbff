"""From a canonical identifier to the events that name it: an index that anyone can recompute from the bodies."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from ledger.storage.bulk import KEYS_PER_QUERY_MAX, chunks, look_up, run
from ledger.storage.generations import add_rows, forget_row, generations_of, generations_to_merge, merge_slice
from ledger.storage.position import PLACE_BITS

_TABLE: Final = "identifiers"
_FIRST_64_BITS: Final = struct.Struct(">q").unpack_from
_FEW_ROWS_PER_KEY: Final = 8
_EVERYWHERE: Final = f"generation IN ({generations_of(_TABLE)})"


def identifier_key(identifier: str) -> int:
    """64 bits of the SHA-256 of a canonical identifier; readers confirm against the body."""
    key: int = _FIRST_64_BITS(hashlib.sha256(identifier.encode()).digest())[0]
    return key


def add_identifiers(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Add (identifier key, packed position) rows, each pair once. The caller commits."""
    add_rows(connection, _TABLE, rows)


def merge_identifiers(connection: Connection) -> bool:
    """Do one step of keeping the index quick to read; False if there was nothing to do. The caller commits."""
    return merge_slice(connection, _TABLE)


def identifier_generations(connection: Connection) -> int:
    """How many generations of the index wait to be merged."""
    return generations_to_merge(connection, _TABLE)


def forget_identifiers(connection: Connection, keys: Iterable[int], position: int) -> None:
    """Remove the rows of the record at a packed position under `keys`, and every copy of their bytes. The caller commits."""
    for key in keys:
        forget_row(connection, _TABLE, key, position)


def positions_naming(connection: Connection, identifier: str) -> list[int]:
    """Packed positions, in log order, of records whose key equals that of `identifier`."""
    return sorted(position for (position,) in look_up(connection, _NAMING, [identifier_key(identifier)]))


def positions_said_of_any(connection: Connection, identifiers: Iterable[str], *, classes: Sequence[str]) -> dict[str, list[int]]:
    """Of each of `classes` the packed positions, in log order and each once, of records whose key equals that of any identifier.

    Records of other classes are left out, however many of them name the same.
    """
    found: dict[str, set[int]] = {record_class: set() for record_class in classes}
    for position, record_class in look_up(connection, _SAID_OF_ANY, [identifier_key(identifier) for identifier in identifiers]):
        if record_class in found:
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
        for key, position in _newest(connection, chunk, record_classes, most):
            for positions in keys[key]:
                positions.append(position)
    for identifier, positions in found.items():
        if len(positions) > 1:
            found[identifier] = sorted(positions)[-most:]
    return found


def _newest(connection: Connection, keys: Sequence[int], record_classes: Sequence[str], most: int) -> Sequence[tuple[int, int]]:
    """(key, position) of at least the newest `most` records of each key."""
    paramstyle = connection.dialect.paramstyle
    # Most things have short histories: reading those whole takes half of what it takes to look first how far back to go.
    few = _FEW_ROWS_PER_KEY * len(keys) + most
    rows = run(connection, _all_statement(len(keys), len(record_classes), paramstyle), (*keys, *record_classes, few)).fetchall()
    if len(rows) < few:
        return rows
    statement = _newest_statement(len(keys), len(record_classes), paramstyle)
    return run(connection, statement, (*keys, *record_classes, most - 1, *record_classes)).fetchall()


@lru_cache(maxsize=64)
def _all_statement(keys: int, classes: int, paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    return (
        f"SELECT named.key, named.position FROM {_TABLE} AS named "  # noqa: S608 - our own names
        f"LEFT JOIN batches ON batches.entry = named.position >> {PLACE_BITS} "
        f"WHERE named.{_EVERYWHERE} AND named.key IN ({', '.join([mark] * keys)}) "
        f"AND (batches.entry IS NULL OR batches.record_class IN ({', '.join([mark] * classes)})) LIMIT {mark}"
    )


@lru_cache(maxsize=64)
def _newest_statement(keys: int, classes: int, paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    wanted = ", ".join([f"({mark})"] * keys)
    listed = ", ".join([mark] * classes)
    # The index is walked backwards as far as is wanted, and no further, however many records name a thing. A generation
    # holds no position that a later one goes back to.
    return (
        f"WITH wanted(key) AS (VALUES {wanted}), there(generation) AS ({generations_of(_TABLE)}), "  # noqa: S608 - our own names
        f"bounded(key, since) AS MATERIALIZED (SELECT key, COALESCE((SELECT older.position FROM {_TABLE} AS older "
        f"LEFT JOIN batches AS said ON said.entry = older.position >> {PLACE_BITS} "
        "WHERE older.generation IN (SELECT generation FROM there) AND older.key = wanted.key "
        f"AND (said.entry IS NULL OR said.record_class IN ({listed})) "
        f"ORDER BY older.generation DESC, older.position DESC LIMIT 1 OFFSET {mark}), 0) FROM wanted) "
        f"SELECT named.key, named.position FROM bounded CROSS JOIN {_TABLE} AS named "
        f"LEFT JOIN batches ON batches.entry = named.position >> {PLACE_BITS} "
        "WHERE named.generation IN (SELECT generation FROM there) AND named.key = bounded.key "
        "AND named.position >= bounded.since "
        f"AND (batches.entry IS NULL OR batches.record_class IN ({listed}))"
    )


_NAMING: Final = f"SELECT position FROM {_TABLE} WHERE {_EVERYWHERE} AND key IN ({{keys}})"  # noqa: S608 - our own names
_SAID_OF_ANY: Final = (
    f"SELECT named.position, batches.record_class FROM {_TABLE} AS named "  # noqa: S608 - our own names
    f"JOIN batches ON batches.entry = named.position >> {PLACE_BITS} WHERE named.{_EVERYWHERE} AND named.key IN ({{keys}})"
)
