"""Writing and looking up many rows with few statements, on the database's own driver where every microsecond counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

# One statement of a few hundred rows holds the interpreter lock's hand-over to once per statement instead of once
# per row; SQLite takes at most 32,766 values in one statement.
ROWS_PER_STATEMENT_MAX: Final = 512
KEYS_PER_QUERY_MAX: Final = 512

T = TypeVar("T")


def run(connection: Connection, statement: str, values: Sequence[Any] = ()) -> DBAPICursor:
    """Run one statement inside the connection's transaction, and return the driver's own cursor.

    A small statement takes two microseconds so, and thirty to fifty through SQLAlchemy. Errors are SQLAlchemy's.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, values)
    except connection.dialect.loaded_dbapi.Error as reason:
        driver_error = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(statement, (), reason, driver_error, hide_parameters=True) from reason
    return cursor


@lru_cache(maxsize=1_024)
def _marks(paramstyle: str, count: int) -> str:
    return ", ".join(["?" if paramstyle == "qmark" else "%s"] * count)


def marks(connection: Connection, count: int) -> str:
    """So many marks for values, with commas between."""
    return _marks(connection.dialect.paramstyle, count)


def insert_rows(connection: Connection, table: type[SQLModel], rows: Sequence[tuple[Any, ...]], *, on_conflict: str = "") -> None:
    """Insert `rows`, whose values stand in the order of the table's columns.

    `on_conflict` is the clause of our own that says what becomes of a row whose key is taken; without one it is an error.
    """
    if rows:
        name, columns = _columns(table)
        insert_tuples(connection, name, columns, rows, on_conflict=on_conflict)


def insert_tuples(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], *, on_conflict: str = ""
) -> None:
    """The same for a table by its name and columns."""
    paramstyle = connection.dialect.paramstyle
    for piece in powers_of_two(rows, ROWS_PER_STATEMENT_MAX):
        statement = _insert_statement(table, columns, len(piece), paramstyle, on_conflict)
        run(connection, statement, tuple(chain.from_iterable(piece)))


def look_up(connection: Connection, statement: str, keys: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows that `statement`, which has `{keys}` for the list of keys, finds for each of `keys`, in no order."""
    paramstyle = connection.dialect.paramstyle
    for chunk in chunks(list(keys), KEYS_PER_QUERY_MAX):
        # A key named twice is found once; so few lengths of lists make few statements, and each is compiled once.
        length = 1 << (len(chunk) - 1).bit_length()
        padded = [*chunk, *[chunk[-1]] * (length - len(chunk))]
        yield from run(connection, statement.format(keys=_marks(paramstyle, length)), padded).fetchall()


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def powers_of_two(rows: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Pieces whose lengths are powers of two: the driver keeps few statements, and compiling one costs more than running it."""
    start, left = 0, len(rows)
    while left:
        size = min(most, 1 << (left.bit_length() - 1))
        yield rows[start : start + size]
        start, left = start + size, left - size


@lru_cache(maxsize=256)
def _columns(table: type[SQLModel]) -> tuple[str, tuple[str, ...]]:
    described = table.__table__  # type: ignore[attr-defined]
    return described.name, tuple(column.name for column in described.columns)


@lru_cache(maxsize=4_096)
def _insert_statement(table: str, columns: tuple[str, ...], rows: int, paramstyle: str, on_conflict: str) -> str:
    # Compiling an insert of 500 rows through the expression language costs more than running it.
    names = ", ".join(f'"{name}"' for name in columns)
    row = f"({_marks(paramstyle, len(columns))})"
    return f'INSERT INTO "{table}" ({names}) VALUES ' + ", ".join([row] * rows) + f" {on_conflict}"  # noqa: S608 - our own names
