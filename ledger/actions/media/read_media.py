"""Read a file that lies beside the ledger, if it still is what was kept; or look at it, as pages do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.actions.media.keep_media import media_folder
from ledger.actions.open_ledger import Ledger
from ledger.errors import Absent
from ledger.storage.database import reading
from ledger.storage.media import MediaNote, read_note, read_thumbnail
from ledger.storage.media_files import read_file
from ledger.trade.dossier.bodies.base import media_subject
from ledger.trade.dossier.bodies.described import Dimensions


class MediaAbsent(Absent):
    title = "there is no file with this hash for this reader"
    default_hint = "a file is shown once a record names it; add ?item= with the code of the item that it belongs to"


class MediaLost(Absent):
    title = "the file is gone from beside the ledger; its hash remains in the record"
    default_hint = "whoever described it may still have it: ask for the bytes and compare their SHA-256"


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A file whose bytes hash to its name. `box` is that of a 3D model."""

    data: bytes
    media_type: str
    box: Dimensions | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A file at a glance, for pages.

    intact: its bytes hash to its name; False: they were changed; None: there is no such file here. thumbnail: a WebP of
    at most 6 KB, of pictures that are intact. Of what was never kept here, size and type are those of nothing.
    """

    intact: bool | None
    size: int = 0
    media_type: str = ""
    thumbnail: bytes | None = None
    box: Dimensions | None = None


def read_media(ledger: Ledger, digest: bytes) -> StoredMedia:
    """The file whose SHA-256 is `digest`, hashed anew. Who may see it is asked elsewhere.

    Raises:
        MediaAbsent: it was never kept here.
        MediaLost: it was, and is gone.
        MediaChanged: the bytes are others.
    """
    with reading(ledger.engine) as connection:
        note = read_note(connection, digest)
    if note is None:
        raise MediaAbsent(seen=media_subject(digest))
    data = read_file(media_folder(ledger.data), digest)
    if data is None:
        raise MediaLost(seen=media_subject(digest), wanted=f"{note.size} bytes of {note.media_type}")
    return StoredMedia(data, note.media_type, _box(note))


def look_at(ledger: Ledger, digest: bytes, *, connection: Connection | None = None) -> Look:
    """The same at a glance: hashed only if the file may have changed since this process last did so.

    Args:
        connection: the caller's transaction, if it has one.
    """
    if connection is None:
        with reading(ledger.engine) as own:
            return look_at(ledger, digest, connection=own)
    note = read_note(connection, digest)
    if note is None:
        return Look(None)
    intact = ledger.media.intact(media_folder(ledger.data), digest)
    thumbnail = read_thumbnail(connection, digest) if intact else None
    return Look(intact, note.size, note.media_type, thumbnail, _box(note))


def _box(note: MediaNote) -> Dimensions | None:
    return None if note.box is None else Dimensions(*note.box)
