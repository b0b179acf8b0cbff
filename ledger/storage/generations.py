"""An index by random keys that stays quick to write however large it grows: rows gather in small generations, merged later.

    identifiers(generation, key, position)      primary key in this order: each generation is a sorted tree of its own

New rows go to the newest generation, of some 16,000 rows: a commit touches a hundred pages there, whatever the index holds
in all. Generations 16n + 1 to 16n + 15 are later moved into 16n, and those of 256 into the first of them, a slice of the keys
at a time, each slice in a transaction of its own. What is to be moved next follows from the rows themselves, so nothing is
lost or kept twice whoever stops when. A row is in exactly one generation, and every reader asks all of them; positions
ascend from generation to generation.

Source: docs/DECISIONS.md, "Identifiers are indexed in generations".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection

from ledger.storage.bulk import ROWS_PER_STATEMENT_MAX, insert_tuples, marks, powers_of_two, run

GENERATION_ROWS: Final = 16_384
GENERATIONS_MERGED: Final = (16, 256)
_AROUND: Final = 8_192
_COLUMNS: Final = ("generation", "key", "position")
_KEYS: Final = 1 << 64
_LOWEST_KEY: Final = -(1 << 63)
_COUNTED_AGAIN: Final = 4_096
# What is no number is greater than every number: a row that somebody spoilt must not name the generation to write to.
_NO_NUMBER: Final = 1 << 62


def generations_of(table: str) -> str:
    """SQL: the generations there are, newest first, for `generation IN (…)`. Costs one look into the tree for each."""
    return (
        f"WITH RECURSIVE known(generation) AS (SELECT max(generation) FROM {table} UNION ALL "  # noqa: S608 - our own names
        f"SELECT (SELECT max(generation) FROM {table} WHERE generation < known.generation) FROM known "
        "WHERE known.generation IS NOT NULL) SELECT generation FROM known WHERE generation IS NOT NULL"
    )


def add_rows(connection: Connection, table: str, rows: Sequence[tuple[int, int]]) -> None:
    """Add (key, position) rows, each once however often it is given, to the newest generation, or begin another.

    The caller commits.
    """
    if rows:
        generation, paramstyle = _generation_to_fill(connection, table, len(rows)), connection.dialect.paramstyle
        for piece in powers_of_two(sorted(rows), ROWS_PER_STATEMENT_MAX):
            statement = _insert_statement(table, len(piece), paramstyle)
            run(connection, statement, (generation, *chain.from_iterable(piece)))


@lru_cache(maxsize=64)
def _insert_statement(table: str, rows: int, paramstyle: str) -> str:
    # The generation is said once, so that no row has to be made anew for it.
    mark = "?" if paramstyle == "qmark" else "%s"
    listed = ", ".join([f"({mark}, {mark})"] * rows)
    return f"INSERT INTO {table} SELECT {mark}, * FROM (VALUES {listed}) AS added WHERE true ON CONFLICT DO NOTHING"  # noqa: S608 - our own names


def forget_row(connection: Connection, table: str, key: int, position: int) -> None:
    """Remove one row so that no page keeps its bytes. The caller commits.

    A row that is deleted is overwritten, but when a page was split an old copy of it may have been left in the free part of
    a page beside. So the rows around it, of a small generation all, are taken out, which overwrites whole pages, and put back.
    """
    mark = marks(connection, 1)
    where = f"generation IN ({generations_of(table)}) AND key = {mark} AND position = {mark}"
    found = [row[0] for row in run(connection, f"SELECT generation FROM {table} WHERE {where}", (key, position)).fetchall()]  # noqa: S608 - our own names
    for generation in found:
        own, beside = f"FROM {table} WHERE generation = {mark}", (generation, key)
        below = run(
            connection, f"SELECT key {own} AND key < {mark} ORDER BY key DESC LIMIT 1 OFFSET {_AROUND}", beside
        ).fetchone()
        above = run(connection, f"SELECT key {own} AND key > {mark} ORDER BY key LIMIT 1 OFFSET {_AROUND}", beside).fetchone()
        around = f"{own} AND key >= {mark} AND key <= {mark}"
        bounds = (generation, _LOWEST_KEY if below is None else below[0], -_LOWEST_KEY - 1 if above is None else above[0])
        rows = run(connection, f"SELECT generation, key, position {around} ORDER BY key, position", bounds).fetchall()
        run(connection, f"DELETE {around}", bounds)
        kept = [row for row in rows if tuple(row[1:]) != (key, position)]
        insert_tuples(connection, table, _COLUMNS, kept)


def merge_slice(connection: Connection, table: str) -> bool:
    """Move one slice of the oldest generations that are to be merged; False if there are none. The caller commits."""
    due = _due(_numbers(connection, table))
    if due is None:
        return False
    merged, span = due
    mark, listed = marks(connection, 1), f"generation IN ({marks(connection, len(merged))})"
    first = _one(connection, f"SELECT min(first) FROM ({_firsts(connection, table, len(merged))})", merged)  # noqa: S608
    # Half a generation's rows: so long, and no longer, the next round may have to wait.
    last = min(first + (_KEYS >> 1) // span, -_LOWEST_KEY - 1)
    inside, values = f"FROM {table} WHERE {listed} AND key >= {mark} AND key <= {mark}", (*merged, first, last)
    target = merged[0] - merged[0] % span
    run(connection, f"INSERT INTO {table} SELECT {mark}, key, position {inside} ORDER BY key, position", (target, *values))
    run(connection, f"DELETE {inside}", values)
    return True


def generations_to_merge(connection: Connection, table: str) -> int:
    """How many generations a reader asks for want of merging."""
    return sum(number % GENERATIONS_MERGED[0] != 0 for number in _numbers(connection, table))


def _numbers(connection: Connection, table: str) -> list[int]:
    return [number for (number,) in run(connection, generations_of(table)).fetchall() if isinstance(number, int)]


def _one(connection: Connection, statement: str, values: Sequence[int] = ()) -> Any:  # noqa: ANN401 - what SQL counts
    ((value,),) = run(connection, statement, values).fetchall()
    return value


def _firsts(connection: Connection, table: str, count: int) -> str:
    one = f"SELECT min(key) AS first FROM {table} WHERE generation = {marks(connection, 1)}"  # noqa: S608 - our own names
    return " UNION ALL ".join([one] * count)


def _due(numbers: Sequence[int]) -> tuple[list[int], int] | None:
    """The generations to move into the first of their span, once a later span has begun; and how many it spans."""
    for span in GENERATIONS_MERGED:
        waiting = sorted(n for n in numbers if n % span and n // span < max(numbers) // span)
        if waiting:
            return [n for n in waiting if n // span == waiting[0] // span], span
    return None


def _generation_to_fill(connection: Connection, table: str, more: int) -> int:
    """The newest generation, or one more if that is full."""
    highest = f"SELECT max(generation) FROM {table} WHERE generation < {_NO_NUMBER}"  # noqa: S608 - our own names
    newest = _one(connection, highest) or 0
    # Counting costs more than the rows of one event: each connection remembers what it counted. Other processes, and what was
    # rolled back, make it forget a little; a generation that is somewhat too large harms nobody.
    known, counted, since = connection.info.get(table, (None, 0, 0))
    if known != newest or since >= _COUNTED_AGAIN:
        count = f"SELECT count(*) FROM {table} WHERE generation = {marks(connection, 1)}"  # noqa: S608 - our own names
        counted, since = _one(connection, count, (newest,)), 0
    if counted >= GENERATION_ROWS:
        newest, counted, since = newest + 1, 0, 0
    connection.info[table] = (newest, counted + more, since + more)
    return newest
