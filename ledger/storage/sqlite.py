"""All that is peculiar to SQLite: durability settings, begin modes, the guards on ledger tables, hot backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

from ledger.errors import Unavailable, Unprocessable
from ledger.storage.bulk import run

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    # An acknowledged batch must survive power loss, so every commit is synced.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Erased bodies are overwritten, not merely unlinked.
    "PRAGMA secure_delete = ON",
    # Of each connection of the pool: all of them together stay below what the one has that writes.
    "PRAGMA cache_size = -8192",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 20000",
)
_READ_ONLY_PRAGMAS: Final = ("PRAGMA busy_timeout = 30000", "PRAGMA query_only = ON", "PRAGMA cache_size = -65536")
_WRITING: Final = "suyuan_writing"
_PRIMARY_CODE: Final = 0xFF

_KEYS: Final = {"entries": '"index"', "batches": "entry", "records": "position"}
_REFUSE_AGAIN: Final = (
    "CREATE TRIGGER {table}_new BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table}'); END"
)

GUARDS: Final = (
    *(
        f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table}'); END"
        for table in _KEYS
    ),
    *(
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table}'); END"
        for table in ("entries", "batches")
    ),
    # The one allowed change: a record that the ledger itself says is erased loses body and salt, nothing else.
    "CREATE TRIGGER records_fixed BEFORE UPDATE ON records "
    "WHEN NOT (NEW.position = OLD.position AND NEW.commitment = OLD.commitment "
    "AND NEW.body IS NULL AND NEW.salt IS NULL "
    "AND EXISTS (SELECT 1 FROM erasures WHERE erasures.position = OLD.position)) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: records'); END",
    # REPLACE deletes without firing delete triggers unless recursive triggers are on, so it is refused on the way in.
    *(_REFUSE_AGAIN.format(table=table, key=key) for table, key in _KEYS.items()),
)

JOURNAL_GUARDS: Final = (
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only: {table}'); END"
        for table in ("escrow_verdicts", "escrow_legs", "escrow_zero")
        for name, deed in (("keep", "DELETE"), ("fixed", "UPDATE"))
    ),
    _REFUSE_AGAIN.format(table="escrow_verdicts", key="position").replace("the ledger", "the journal"),
    "CREATE TRIGGER escrow_legs_new BEFORE INSERT ON escrow_legs "
    "WHEN EXISTS (SELECT 1 FROM escrow_legs WHERE position = NEW.position AND number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only: escrow_legs'); END",
    "CREATE TRIGGER escrow_zero_only BEFORE INSERT ON escrow_zero WHEN NEW.total <> 0 "
    "BEGIN SELECT RAISE(ABORT, 'the only sum of legs is zero'); END",
    # Checked at commit by a deferred foreign key, so that the legs of a record may come in any order.
    "CREATE TRIGGER escrow_legs_sum AFTER INSERT ON escrow_legs BEGIN "
    "INSERT INTO escrow_leg_sums (position, currency, total) VALUES (NEW.position, NEW.currency, NEW.amount) "
    "ON CONFLICT (position, currency) DO UPDATE SET total = total + excluded.total; END",
)


class DatabaseUnreadable(Unprocessable):
    title = "the file cannot be read as a database"


class DataUnwritable(Unavailable):
    title = "the data directory cannot be written"
    default_hint = (
        "nothing was done; even to read a ledger two files are put beside its database: "
        "work as the user whom the directory belongs to, on a disk that is mounted for writing"
    )


def prepare(engine: Engine, *, read_only: bool) -> None:
    """Set every new connection up for durable writing (or for none), and let `begin` choose the lock it takes."""
    pragmas = _READ_ONLY_PRAGMAS if read_only else _PRAGMAS

    @event.listens_for(engine, "connect")
    def _on_connect(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # BEGIN is ours to say, see below
        for pragma in pragmas:
            raw.execute(pragma)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes the write lock at once: upgrading later fails as soon as two do it together.
        mode = "IMMEDIATE" if connection.get_execution_options().get(_WRITING) else "DEFERRED"
        run(connection, f"BEGIN {mode}")


def is_disk_failure(error: BaseException | None) -> bool:
    """Whether a read, a write or a sync of the disk itself failed: neither a lock nor a full disk.

    Source: https://www.sqlite.org/rescode.html#ioerr
    """
    code = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE == sqlite3.SQLITE_IOERR


def cache_more(connection: Connection) -> None:
    """128 MiB of pages for this connection: what a round of writing reads and changes is found there again by the next."""
    run(connection, "PRAGMA cache_size = -131072")


def writing_options(*, writes: bool = True) -> dict[str, Any]:
    return {_WRITING: writes}


def checkpoint_wal(engine: Engine) -> None:
    """Put into the database what stands in the write-ahead log, as far as readers allow; whoever writes goes on writing.

    Source: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def empty_wal(engine: Engine, *, wait_ms: int = 250) -> bool:
    """Empty the write-ahead log, so that nothing erased lingers in it; False where a reader still needs it.

    Whoever reads an older view keeps its pages there; nobody can write while this waits for such a reader, so it waits
    `wait_ms` at most. Source: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {wait_ms}")
        try:
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
        cursor.close()
    finally:
        pooled.close()
    return not busy


def copy_database(
    source: Path, target: Path, *, progress: Callable[[int, int], None] | None = None, pages_per_step: int = 4_096
) -> None:
    """Copy a database that others are writing, as it is at one moment, into one file.

    Args:
        target: a file that is empty or not there.
        progress: told (pages done, pages in all).

    Raises:
        DatabaseUnreadable: `source` is no database, or a damaged one.
        DataUnwritable: reading it takes two files beside it, which cannot be made.

    Source: https://www.sqlite.org/backup.html
    """
    origin = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        # Held through all steps: without it a copy starts over whenever somebody writes, and under load never ends.
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        told = None if progress is None else (lambda _status, left, total: progress(total - left, total))
        origin.backup(copy, pages=pages_per_step, progress=told)
        # The copy travels alone: a mode with side files would need them, and a directory that can be written.
        copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as reason:
        if getattr(reason, "sqlite_errorcode", 0) & _PRIMARY_CODE == sqlite3.SQLITE_READONLY:
            raise DataUnwritable(seen=str(source.parent)) from reason
        raise DatabaseUnreadable(seen=f"{source}: {reason}", wanted="an SQLite database") from reason
    finally:
        copy.close()
        origin.close()
