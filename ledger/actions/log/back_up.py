"""Back a ledger up while it runs: the database as it is at one moment in one file, and the files beside it in a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.actions.media.copy_media import CopiedMedia, copy_media
from ledger.actions.open_ledger import LedgerUnfounded
from ledger.errors import Conflict, Misused
from ledger.storage.database import DATABASE_FILE, LedgerAbsent, open_engine, reading
from ledger.storage.head import read_head
from ledger.storage.media_files import MEDIA_FOLDER
from ledger.storage.sqlite import copy_database

_OWNER_ONLY = 0o600


class BackupExists(Conflict):
    title = "there is a file already where the backup would go"
    default_hint = "nothing was overwritten; choose another name"


class BackupFolderUnusable(Misused):
    title = "the folder that the backup would go into is not there, or cannot be written to"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: the ledger's origin and number of entries at that moment, the size of the file.

    media: what came of the files beside the ledger; those that were changed or gone are not in the backup.
    """

    file: Path
    origin: str
    entries: int
    bytes: int
    media: CopiedMedia


Progress = Callable[[int, int], None]


def media_beside(file: Path) -> Path:
    """The folder beside a backup that holds the files: its name, and `.media`."""
    return file.with_name(f"{file.name}.{MEDIA_FOLDER}")


def back_up(data: Path, file: Path, *, progress: Progress | None = None, copying: Progress | None = None) -> Backup:
    """Copy the ledger in `data` into `file`, which appears only when it is whole, readable by its owner only.

    In it: everything of the database, the held keys (sealed) and API keys (hashed) too. The files beside the ledger, where
    there are any, go into the folder `media_beside(file)`. Not in it: the unlock file and the policy file.

    Raises:
        LedgerAbsent, LedgerUnfounded: there is nothing to back up.
        BackupExists: something is there already.
        BackupFolderUnusable: nothing can be there.
    """
    database = data / DATABASE_FILE
    if not database.is_file():
        raise LedgerAbsent(seen=str(database), wanted="an existing database")
    beside = media_beside(file)
    for taken in (file, beside):
        if taken.exists():
            raise BackupExists(seen=str(taken))
    making = _room_beside(file)
    try:
        copy = making / DATABASE_FILE
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
        copy_database(database, copy, progress=progress)
        origin, entries = _look_inside(making)
        make_durable(copy)
        # After the database: a file that it names was there before the record, and only an erasure takes it away.
        media = copy_media(making, data / MEDIA_FOLDER, making / MEDIA_FOLDER, progress=copying)
        if media.files:
            (making / MEDIA_FOLDER).rename(beside)
        copy.rename(file)
        make_durable(file.parent)
    finally:
        shutil.rmtree(making)
    return Backup(file, origin, entries, file.stat().st_size, media)


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
