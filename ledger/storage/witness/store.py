"""Opening the database of a witness, `witness.sqlite`, and writing to it durably."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from ledger.errors import Absent, Unavailable
from ledger.storage import sqlite
from ledger.storage.witness.tables import WITNESS_TABLES

WITNESS_FILE: Final = "witness.sqlite"


class WitnessUnfounded(Absent):
    title = "there is no witness in this data directory"
    default_hint = "begin one with `suyuan witness serve --data DIR --name NAME`"


class WitnessBusy(Unavailable):
    title = "the witness's storage could not be written"
    default_hint = "nothing was cosigned; see the server's disk and its log"


def open_store(data: Path, *, create: bool = False) -> Engine:
    """Open `data/witness.sqlite`. Any number of processes may do so at one time.

    Args:
        data: the data directory of the witness; made if `create`.
        create: make the database where there is none.

    Raises:
        WitnessUnfounded: no database there and not `create`.
        WitnessBusy: it could not be made.
    """
    path = data / WITNESS_FILE
    if create:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        sync_directory(data)
    elif not path.is_file():
        raise WitnessUnfounded(seen=str(path), wanted="an existing database")
    engine = create_engine(
        URL.create("sqlite", database=str(path.resolve())),
        connect_args={"check_same_thread": False, "timeout": 30.0},
        pool_size=16,
        max_overflow=48,
    )
    # The same settings as a ledger's: every commit is synced before it is said to be done.
    sqlite.prepare(engine, read_only=False)
    if create:
        with writing(engine) as connection:
            WITNESS_TABLES.create_all(connection)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the write lock from its first statement; on disk when the block has ended.

    Raises:
        WitnessBusy: locked for too long, disk full, or the like; nothing was written.
    """
    try:
        with engine.connect() as plain:
            connection = plain.execution_options(**sqlite.writing_options())
            with connection.begin():
                yield connection
    except OperationalError as reason:
        raise WitnessBusy(seen=str(reason.orig)) from reason


def sync_directory(directory: Path) -> None:
    """Make the names of the files in `directory` survive a loss of power."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
