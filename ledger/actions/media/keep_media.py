"""Take a file in: what it is, what of it is left out, whether there is room; then it lies beside the ledger for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from ledger.actions.media.thumbnail import make_thumbnail
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict
from ledger.storage.database import reading, writing
from ledger.storage.media import MediaNote, Usage, is_keeper, note_media, read_note, usage, usage_of
from ledger.storage.media_files import MEDIA_FOLDER, place, prepare
from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.media.glb import check_glb
from ledger.trade.media.pdf import check_pdf
from ledger.trade.media.sniff import GLB, PDF, PICTURES, refuse_other_claim, sniff
from ledger.trade.media.strip import strip_picture
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import PartyNotActive

BYTES_MAX: Final = 10 << 30
FILES_MAX: Final = 100_000
_SHARE: Final = 4


class MediaFull(Conflict):
    title = "there is no room left for files beside the ledger"
    default_hint = "ask the operator; see SUYUAN_MEDIA_BYTES_MAX"


class MediaShareFull(Conflict):
    title = "this party keeps as many files beside the ledger as it may"
    default_hint = "ask the operator; files that no record names can be let go of"


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """Most bytes and files in all; one party may have a quarter of each."""

    bytes_max: int = BYTES_MAX
    files_max: int = FILES_MAX


@dataclass(frozen=True, slots=True)
class KeptMedia:
    """A file as it is kept now: what a record about it must say.

    Attributes:
        digest: SHA-256 of the kept bytes, which are not those that came where `stripped`.
        box: width, height and depth of a 3D model.
        left_out: the kinds of data that were.
    """

    digest: bytes
    media_type: str
    size: int
    stripped: bool
    box: Dimensions | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cleaned:
    data: bytes
    media_type: str
    left_out: tuple[str, ...]
    box: Dimensions | None
    thumbnail: bytes | None


def keep_media(
    ledger: Ledger,
    data: bytes,
    *,
    party: str,
    keep_location: bool = False,
    claimed: str | None = None,
    name: str | None = None,
    limits: MediaLimits | None = None,
) -> KeptMedia:
    """Keep a file for `party`. Keeping it again changes nothing.

    Args:
        keep_location: leave in a picture whatever it tells of where and how it was taken.
        claimed, name: the Content-Type and the file name that came with it; they must not say something else.

    Raises:
        PartyUnknown, PartyNotActive: who may not write may not keep files either.
        MediaKindRefused, MediaTypeContradicted, MediaTooLarge, MediaMalformed and the other refusals of `ledger.trade.media`.
        MediaFull, MediaShareFull: there is no room.
        MediaChanged: a file of this hash is there, and is another one.
        MediaUnwritable, LedgerBusy: nothing was kept.
    """
    standing = ledger.state().party(party).standing
    if standing is not Standing.ACTIVE:
        raise PartyNotActive(seen=f"{party} is {standing}", wanted="an active party")
    refuse_other_claim(sniff(data), claimed=claimed, name=name)
    with ledger.media.decoding:
        cleaned = _clean(data, keep_location=keep_location)
    digest = hashlib.sha256(cleaned.data).digest()
    box = cleaned.box
    sides = None if box is None else (box.width, box.height, box.depth)
    note = MediaNote(digest, cleaned.media_type, len(cleaned.data), ledger.clock(), sides)
    _keep(ledger, note, cleaned, party, limits or MediaLimits())
    return KeptMedia(digest, note.media_type, note.size, cleaned.data != data, box, cleaned.left_out)


def media_folder(data: Path) -> Path:
    """Where the files of a data directory lie."""
    return data / MEDIA_FOLDER


def _clean(data: bytes, *, keep_location: bool) -> _Cleaned:
    media_type = sniff(data)
    if media_type in PICTURES:
        picture = strip_picture(media_type, data)
        kept = data[: picture.end] if keep_location else picture.data
        return _Cleaned(kept, media_type, () if keep_location else picture.dropped, None, make_thumbnail(kept, media_type))
    if media_type == PDF:
        check_pdf(data)
    box = check_glb(data, keep_location=keep_location) if media_type == GLB else None
    return _Cleaned(data, media_type, (), box, None)


def _keep(ledger: Ledger, note: MediaNote, cleaned: _Cleaned, party: str, limits: MediaLimits) -> None:
    folder = media_folder(ledger.data)
    with reading(ledger.engine) as connection:
        _refuse_full(connection, note, party, limits)
    passing = prepare(folder, cleaned.data)
    try:
        # The lock of the database is the lock of the folder too: nobody lets go of this file meanwhile, or counts without it.
        with writing(ledger.engine) as connection:
            _refuse_full(connection, note, party, limits)
            place(folder, passing, note.digest)
            note_media(connection, note, party=party, thumbnail=cleaned.thumbnail)
    finally:
        passing.unlink(missing_ok=True)


def _refuse_full(connection: Connection, note: MediaNote, party: str, limits: MediaLimits) -> None:
    if not is_keeper(connection, party, note.digest):
        own, share = usage_of(connection, party), Usage(limits.files_max // _SHARE, limits.bytes_max // _SHARE)
        if _over(own, note, share):
            raise MediaShareFull(seen=_said(own), wanted=f"at most {_said(share)}")
    if read_note(connection, note.digest) is None:
        found = usage(connection)
        if _over(found, note, Usage(limits.files_max, limits.bytes_max)):
            raise MediaFull(seen=_said(found), wanted=f"at most {_said(Usage(limits.files_max, limits.bytes_max))}")


def _over(found: Usage, note: MediaNote, most: Usage) -> bool:
    return found.files + 1 > most.files or found.bytes + note.size > most.bytes


def _said(found: Usage) -> str:
    return f"{found.files} files, {found.bytes} bytes"
