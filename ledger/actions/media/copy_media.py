"""Take the files beside a ledger along into a backup, or back out of one: each is hashed on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.storage.database import open_engine, reading
from ledger.storage.media import every_note
from ledger.storage.media_files import MediaChanged, place, prepare, read_file


@dataclass(frozen=True, slots=True)
class CopiedMedia:
    """How many files were copied, and which were not: those that are changed, and those that are gone."""

    files: int
    size: int
    changed: tuple[bytes, ...]
    gone: tuple[bytes, ...]


NO_MEDIA = CopiedMedia(0, 0, (), ())


def copy_media(database: Path, source: Path, target: Path, *, progress: Callable[[int, int], None] | None = None) -> CopiedMedia:
    """Copy every file that is noted in the database of the directory `database`.

    Args:
        source, target: media folders; `target` is made where there is anything to copy.
        progress: told (files done, files in all).

    Raises:
        MediaUnwritable.
    """
    engine = open_engine(database, read_only=True)
    try:
        with reading(engine) as connection:
            notes = list(every_note(connection))
    finally:
        engine.dispose()
    size, changed, gone = 0, [], []
    for done, note in enumerate(notes, 1):
        try:
            data = read_file(source, note.digest)
        except MediaChanged:
            changed.append(note.digest)
        else:
            if data is None:
                gone.append(note.digest)
            else:
                place(target, prepare(target, data), note.digest)
                size += len(data)
        if progress is not None:
            progress(done, len(notes))
    return CopiedMedia(len(notes) - len(changed) - len(gone), size, tuple(changed), tuple(gone))
