"""What a database is asked, as its driver runs it: not every statement goes through SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.pool import PoolProxiedConnection


@contextmanager
def statements_run(engine: Engine) -> Iterator[list[str]]:
    """The SQL that is run inside, in order, with the values in their places. Of connections taken from the pool inside."""
    run: list[str] = []

    def listen(connection: Any, *_: object) -> None:
        connection.set_trace_callback(run.append)

    def leave(connection: Any, *_: object) -> None:
        connection.set_trace_callback(None)

    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", leave)
    try:
        yield run
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", leave)


@contextmanager
def each_statement(engine: Engine, before: Callable[[str], None]) -> Iterator[None]:
    """Call `before` with each statement about to be run, whoever asks the driver for it; what it raises goes up."""

    class Watched:
        """A cursor of the driver that asks first."""

        def __init__(self, cursor: Any) -> None:
            self._cursor = cursor

        def execute(self, statement: str, *values: Any) -> Any:
            before(statement)
            self._cursor.execute(statement, *values)
            return self

        def executemany(self, statement: str, *values: Any) -> Any:
            before(statement)
            self._cursor.executemany(statement, *values)
            return self

        def __getattr__(self, name: str) -> Any:
            return getattr(self._cursor, name)

        def __iter__(self) -> Iterator[Any]:
            return iter(self._cursor)

    with engine.connect() as connection:
        kind: type[PoolProxiedConnection] = type(connection.connection)
    plain = kind.cursor
    with patch.object(kind, "cursor", lambda proxied, *a, **k: Watched(plain(proxied, *a, **k))):
        yield
