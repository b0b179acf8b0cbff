"""What is kept of files beside the ledger: type, size, keepers, the box of a model, a small picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from ledger.evidence.instant import Instant
from ledger.storage.bulk import insert_rows
from ledger.storage.tables.media import MediaKeeperRow, MediaRow, MediaThumbnailRow


class MediaNote(NamedTuple):
    """A kept file. `box`: width, height and depth of a 3D model, in millimetres."""

    digest: bytes
    media_type: str
    size: int
    kept: Instant
    box: tuple[int, int, int] | None


class Usage(NamedTuple):
    files: int
    bytes: int


def note_media(connection: Connection, note: MediaNote, *, party: str, thumbnail: bytes | None) -> None:
    """Note a file and that `party` keeps it; what was noted before stays. The caller commits."""
    row = (note.digest, note.media_type, note.size, int(note.kept), *(note.box or (None, None, None)))
    insert_rows(connection, MediaRow, [row], on_conflict=_STAYS)
    insert_rows(connection, MediaKeeperRow, [(party, note.digest)], on_conflict=_STAYS)
    if thumbnail is not None:
        hashed = hashlib.sha256(thumbnail).digest()
        insert_rows(connection, MediaThumbnailRow, [(note.digest, thumbnail, hashed)], on_conflict=_STAYS)


def read_note(connection: Connection, digest: bytes) -> MediaNote | None:
    """What is noted of a file; None where it was never kept here."""
    row = connection.execute(_BY_DIGEST, {"digest": digest}).one_or_none()
    return None if row is None else _note(row)


def read_thumbnail(connection: Connection, digest: bytes) -> bytes | None:
    """The small picture, if there is one and it is still the one that was made."""
    row = connection.execute(_THUMBNAIL, {"digest": digest}).one_or_none()
    if row is None or hashlib.sha256(row.picture).digest() != row.picture_hash:
        return None
    return bytes(row.picture)


def is_keeper(connection: Connection, party: str, digest: bytes) -> bool:
    """Whether `party` sent this file in itself."""
    return connection.execute(_KEEPER, {"party": party, "digest": digest}).one_or_none() is not None


def keepers_of(connection: Connection, digest: bytes) -> list[str]:
    """The parties that sent this file in, ascending."""
    return [party for (party,) in connection.execute(_KEEPERS, {"digest": digest})]


def usage_of(connection: Connection, party: str) -> Usage:
    """How much one party keeps; a file of two counts for both."""
    return Usage(*connection.execute(_USAGE_OF, {"party": party}).one())


def usage(connection: Connection) -> Usage:
    """How much is kept in all."""
    return Usage(*connection.execute(_USAGE).one())


def every_note(connection: Connection) -> Iterator[MediaNote]:
    """All that is noted, by digest."""
    for row in connection.execute(_ALL):
        yield _note(row)


def forget_note(connection: Connection, digest: bytes) -> None:
    """Let go of all that is noted of a file. The caller commits."""
    for statement in _FORGET:
        connection.execute(statement, {"digest": digest})


def _note(row: Any) -> MediaNote:  # noqa: ANN401 - a row of the queries below
    digest, media_type, size, kept, width, height, depth = row
    return MediaNote(bytes(digest), media_type, size, Instant(kept), None if width is None else (width, height, depth))


_STAYS: Final = "ON CONFLICT DO NOTHING"
_COLUMNS: Final = "SELECT digest, media_type, size, kept, width_mm, height_mm, depth_mm FROM media "
_BY_DIGEST: Final = text(_COLUMNS + "WHERE digest = :digest")
_ALL: Final = text(_COLUMNS + "ORDER BY digest")
_THUMBNAIL: Final = text("SELECT picture, picture_hash FROM media_thumbnails WHERE digest = :digest")
_KEEPER: Final = text("SELECT 1 FROM media_keepers WHERE party = :party AND digest = :digest")
_KEEPERS: Final = text("SELECT party FROM media_keepers WHERE digest = :digest ORDER BY party")
_USAGE: Final = text("SELECT count(*), coalesce(sum(size), 0) FROM media")
_USAGE_OF: Final = text(
    "SELECT count(*), coalesce(sum(media.size), 0) FROM media_keepers JOIN media USING (digest) WHERE party = :party"
)
_FORGET: Final = tuple(
    text(f"DELETE FROM {table} WHERE digest = :digest")  # noqa: S608 - our own names
    for table in ("media_thumbnails", "media_keepers", "media")
)
