"""Back a ledger up while it runs: one file, as the ledger is at one moment."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.actions.open_ledger import LedgerUnfounded
from ledger.errors import Conflict, Misused
from ledger.storage.database import DATABASE_FILE, LedgerAbsent, open_engine, reading
from ledger.storage.head import read_head
from ledger.storage.sqlite import copy_database

_OWNER_ONLY = 0o600


class BackupExists(Conflict):
    title = "there is a file already where the backup would go"
    default_hint = "nothing was overwritten; choose another name"


class BackupFolderUnusable(Misused):
    title = "the folder that the backup would go into is not there, or cannot be written to"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: the ledger's origin and number of entries at that moment, the size of the file."""

    file: Path
    origin: str
    entries: int
    bytes: int


def back_up(data: Path, file: Path, *, progress: Callable[[int, int], None] | None = None) -> Backup:
    """Copy the ledger in `data` into `file`, which appears only when it is whole, readable by its owner only.

    In it: everything of the database, the held keys (sealed) and API keys (hashed) too. Not in it: the unlock file and the
    policy file.

    Raises:
        LedgerAbsent, LedgerUnfounded: there is nothing to back up.
        BackupExists: something is there already.
        BackupFolderUnusable: nothing can be there.
    """
    database = data / DATABASE_FILE
    if not database.is_file():
        raise LedgerAbsent(seen=str(database), wanted="an existing database")
    if file.exists():
        raise BackupExists(seen=str(file))
    making = _room_beside(file)
    try:
        copy = making / DATABASE_FILE
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
        copy_database(database, copy, progress=progress)
        origin, entries = _look_inside(making)
        make_durable(copy)
        copy.rename(file)
        make_durable(file.parent)
    finally:
        shutil.rmtree(making)
    return Backup(file, origin, entries, file.stat().st_size)


def _room_beside(file: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=f".{file.name}.", dir=file.parent))
    except OSError as reason:
        raise BackupFolderUnusable(seen=f"{file.parent}: {reason.strerror}", wanted="a folder of one's own") from reason


def make_durable(path: Path) -> None:
    """Return once a file, or the names in a directory, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _look_inside(copy: Path) -> tuple[str, int]:
    engine = open_engine(copy, read_only=True)
    try:
        with reading(engine) as connection:
            head = read_head(connection)
    finally:
        engine.dispose()
    if head is None:
        raise LedgerUnfounded(seen=str(copy))
    return head.origin, head.size
