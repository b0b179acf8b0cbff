"""Let go of a file whose description was erased, so that no copy of it stays beside the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.actions.media.keep_media import media_folder
from ledger.actions.media.read_media import MediaAbsent
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.storage.database import writing
from ledger.storage.entries import read_records
from ledger.storage.identifier_index import positions_naming
from ledger.storage.media import forget_note, read_note
from ledger.storage.media_files import remove_file
from ledger.storage.position import Position
from ledger.trade.dossier.bodies.base import media_subject


class MediaNamed(Conflict):
    title = "a record still names this file"
    default_hint = "erase the record first; a file that records name is evidence"


@dataclass(frozen=True, slots=True)
class ForgottenMedia:
    media_type: str
    size: int


def forget_media(ledger: Ledger, digest: bytes) -> ForgottenMedia:
    """Delete the file and all that was noted of it; for the operator.

    What a browser or a proxy holds, and what lies in older backups, is out of reach.

    Raises:
        MediaAbsent: it was never kept here.
        MediaNamed: a record that is not erased names it; nothing was deleted.
    """
    with writing(ledger.engine) as connection:
        note = read_note(connection, digest)
        if note is None:
            raise MediaAbsent(seen=media_subject(digest))
        naming = naming_positions(connection, digest)
        if naming:
            seen = ", ".join(f"record {position.entry}/{position.place}" for position in naming)
            raise MediaNamed(seen=seen, wanted="a file that no record names")
        # Before the commit: if it fails, the file is gone and still noted, which every check names.
        remove_file(media_folder(ledger.data), digest)
        forget_note(connection, digest)
    return ForgottenMedia(note.media_type, note.size)


def naming_positions(connection: Connection, digest: bytes) -> list[Position]:
    """Where records that are still there name the file."""
    subject = media_subject(digest)
    found = read_records(connection, positions_naming(connection, subject))
    return [record.position for record in found if record.body and subject.removeprefix("sha256:").encode() in record.body]
