"""Opening a ledger's database: the engine, transactions for reading and writing, and its schema version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from ledger.errors import Absent, Conflict, Unavailable
from ledger.storage import sqlite

DATABASE_FILE: Final = "ledger.sqlite"
_FAILED: Final = "suyuan_failed"
_STATEMENTS_KEPT: Final = 512
"""The driver's own 128 are fewer than the lengths of lists and rows that a busy server uses."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class LedgerAbsent(Absent):
    title = "there is no ledger in this data directory"
    default_hint = "create one with `suyuan init --data DIR`"


class SchemaDiffers(Conflict):
    title = "the database was written by another version of this program"


class DatabaseReplaced(Conflict):
    title = "the database file is not the one that this process opened"
    default_hint = "stop the server: what it writes now nobody will find again; then see what became of the file"


class LedgerBusy(Unavailable):
    title = "the ledger's storage could not be written"
    default_hint = "nothing was written; see the server's disk and its log"


class StorageFailed(Unavailable):
    title = "a write to the disk failed, so this process writes no more"
    default_hint = "what was acknowledged is durable; look after the disk, then start again"


def open_engine(data: Path, *, create: bool = False, read_only: bool = False) -> Engine:
    """Open `data/ledger.sqlite`.

    Args:
        data: the data directory; made if `create`.
        create: make the database and bring its schema to the newest version.
        read_only: refuse every write at the level of the database itself.

    Raises:
        LedgerAbsent: no database there and not `create`.
        DataUnwritable: it is there to be written, and cannot be.
    """
    path = data / DATABASE_FILE
    if create:
        make_data_directory(data)
        # A directory that was there before may be open to others; SQLite gives its side files the mode of this one.
        path.touch(mode=0o600)
    elif not path.is_file():
        raise LedgerAbsent(seen=str(path), wanted="an existing database")
    if not read_only and not (os.access(data, os.W_OK | os.X_OK) and os.access(path, os.W_OK)):
        raise sqlite.DataUnwritable(seen=str(data))
    query = {"mode": "ro", "uri": "true"} if read_only else {}
    database = path.resolve().as_uri() if read_only else str(path.resolve())
    engine = create_engine(
        URL.create("sqlite", database=database, query=query),
        connect_args={"check_same_thread": False, "timeout": 30.0, "cached_statements": _STATEMENTS_KEPT},
        pool_size=16,
        max_overflow=16,
        # The one used last has the pages and statements of the last request at hand.
        pool_use_lifo=True,
    )
    sqlite.prepare(engine, read_only=read_only)
    return engine


def make_data_directory(data: Path) -> None:
    """Make `data`, for its owner only, where it is not there yet.

    Raises:
        DataUnwritable: it cannot be made, or nothing can be made in it.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as reason:
        raise sqlite.DataUnwritable(seen=f"{data}: {reason.strerror}") from reason
    if not os.access(data, os.W_OK | os.X_OK):
        raise sqlite.DataUnwritable(seen=str(data))


def file_identity(data: Path) -> tuple[int, int] | None:
    """Device and inode of the database file in `data` as it lies there now; None where there is none."""
    try:
        found = (data / DATABASE_FILE).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def refuse_replaced(data: Path, opened: tuple[int, int] | None) -> None:
    """Return if the database file in `data` is still the one that `file_identity` saw when it was opened.

    Raises:
        DatabaseReplaced: it was removed, or another file was put in its place: what is written goes where no path leads.
    """
    now = file_identity(data)
    if now != opened:
        raise DatabaseReplaced(seen="no file" if now is None else "another file", wanted=str(data / DATABASE_FILE))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database; nothing may be written."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the write lock from its first statement and commits at the end of the block.

    Raises:
        LedgerBusy: locked for too long, disk full, or the like; nothing was written.
        StorageFailed: the disk failed, now or before. Whether what was being written is there will be seen by whoever
            opens the database next: after a failed sync the system's own cache may show what the disk does not hold.
    """
    with naming_failures(engine), engine.connect() as plain:
        connection = plain.execution_options(**sqlite.writing_options())
        with connection.begin():
            yield connection


@contextmanager
def naming_failures(engine: Engine) -> Iterator[None]:
    """Around one transaction that writes: refuses it after a failure of the disk, and says by name what it met.

    Raises:
        LedgerBusy, StorageFailed: as `writing`.
    """
    refuse_failed(engine)
    try:
        yield
    except OperationalError as reason:
        if sqlite.is_disk_failure(reason.orig):
            engine.update_execution_options(**{_FAILED: str(reason.orig)})
            refuse_failed(engine)
        raise LedgerBusy(seen=str(reason.orig)) from reason


def refuse_failed(engine: Engine) -> None:
    """Return unless a write through this engine met a failing disk.

    Raises:
        StorageFailed.
    """
    failure = engine.get_execution_options().get(_FAILED)
    if failure is not None:
        raise StorageFailed(seen=failure)


def upgrade_schema(engine: Engine) -> None:
    """Bring the schema to the newest version, in one transaction."""
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(engine: Engine) -> None:
    """Raise `SchemaDiffers` unless the database has exactly the schema this program writes."""
    with reading(engine) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if found != wanted:
        raise SchemaDiffers(seen=found, wanted=str(wanted), hint="run `suyuan init --upgrade --data DIR` after a backup")
