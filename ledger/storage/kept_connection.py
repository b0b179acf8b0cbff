"""The connection of one thread that writes again and again: taking one from the pool costs more than a small transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from ledger.storage import sqlite
from ledger.storage.database import naming_failures


class KeptConnection:
    """For one thread at a time. After a failure of whatever kind the next transaction begins on a connection of its own.

    What it has written stays in its cache, so that what it reads before the next round is read from no file.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """As `database.reading`."""
        with self._lent(writes=False) as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As `database.writing`.

        Raises:
            LedgerBusy, StorageFailed: see there.
        """
        with naming_failures(self._engine), self._lent(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _lent(self, *, writes: bool) -> Iterator[Connection]:
        connection = self._connection or self._connect()
        self._connection = None
        try:
            yield connection.execution_options(**sqlite.writing_options(writes=writes))
            self._connection = connection
        finally:
            if self._connection is None:
                connection.close()

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        connection.detach()  # it is closed for good and never goes back to the pool, whose connections have small caches
        sqlite.cache_more(connection)
        return connection
