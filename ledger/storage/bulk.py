"""Writing and looking up many rows with few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlmodel import SQLModel

# One statement of a few hundred rows holds the interpreter lock's hand-over to once per statement instead of once
# per row; SQLite takes at most 32,766 values in one statement.
ROWS_PER_STATEMENT_MAX: Final = 500
KEYS_PER_QUERY_MAX: Final = 500

T = TypeVar("T")


def insert_rows(connection: Connection, table: type[SQLModel], rows: Sequence[tuple[Any, ...]], *, on_conflict: str = "") -> None:
    """Insert `rows`, whose values stand in the order of the table's columns.

    `on_conflict` is the clause of our own that says what becomes of a row whose key is taken; without one it is an error.
    """
    for chunk in chunks(rows, ROWS_PER_STATEMENT_MAX):
        statement = f"{_insert_statement(table, len(chunk), connection.dialect.paramstyle)} {on_conflict}"
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(chunk)))


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


@lru_cache(maxsize=4_096)
def _insert_statement(table: type[SQLModel], rows: int, paramstyle: str) -> str:
    # Compiling an insert of 500 rows through the expression language costs more than running it.
    columns = table.__table__.columns  # type: ignore[attr-defined]
    names = ", ".join(f'"{column.name}"' for column in columns)
    mark = "?" if paramstyle == "qmark" else "%s"
    row = "(" + ", ".join([mark] * len(columns)) + ")"
    return f'INSERT INTO "{table.__tablename__}" ({names}) VALUES ' + ", ".join([row] * rows)  # noqa: S608 - our own names
