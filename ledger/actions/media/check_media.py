"""Hash every file beside the ledger anew, and name those that were changed or are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.actions.media.forget_media import naming_positions
from ledger.actions.media.keep_media import media_folder
from ledger.storage.database import check_schema, open_engine, reading
from ledger.storage.media import MediaNote, every_note
from ledger.storage.media_files import every_file, hash_file
from ledger.storage.position import Position


@dataclass(frozen=True, slots=True)
class SpoiltMedia:
    """A file that is not what was kept. `gone`: there is none at all. `naming`: the records that name it."""

    note: MediaNote
    gone: bool
    naming: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class MediaCheck:
    """`stray`: files that nothing is noted of, such as a crash may leave behind."""

    files: int
    size: int
    spoilt: tuple[SpoiltMedia, ...]
    stray: tuple[bytes, ...]


def check_media(data: Path, *, progress: Callable[[int, int], None] | None = None) -> MediaCheck:
    """Check the files of a data directory. It needs no unlock file, and a server may go on working.

    Args:
        progress: told (bytes done, bytes in all).

    Raises:
        LedgerAbsent, SchemaDiffers.
    """
    engine = open_engine(data, read_only=True)
    folder, spoilt = media_folder(data), []
    try:
        check_schema(engine)
        with reading(engine) as connection:
            notes = list(every_note(connection))
            known, total, done = {note.digest for note in notes}, sum(note.size for note in notes), 0
            for note in notes:
                found = hash_file(folder, note.digest)
                if found != note.digest:
                    naming = tuple(naming_positions(connection, note.digest))
                    spoilt.append(SpoiltMedia(note, found is None, naming))
                done += note.size
                if progress is not None:
                    progress(done, total)
    finally:
        engine.dispose()
    stray = tuple(digest for digest in every_file(folder) if digest not in known)
    return MediaCheck(len(notes), total, tuple(spoilt), stray)
