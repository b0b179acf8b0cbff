"""What a database is asked, as its driver runs it: not every statement goes through SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


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
