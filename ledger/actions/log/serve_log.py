"""Serve the log to anyone: the published checkpoints, and of tiles, entries and commitments what they cover."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from ledger.actions.log.export_layout import CHUNK_BYTES, CHUNK_RECORDS_MAX, frame_note
from ledger.actions.open_ledger import Ledger
from ledger.evidence.tile import ENTRIES_LEVEL, TileAddress, encode_bundle
from ledger.storage.checkpoints import CheckpointAbsent, NotPublishedYet, checkpoint_of, checkpoints_after, latest_size
from ledger.storage.database import reading
from ledger.storage.entries import EntryAbsent, read_commitments, read_entries
from ledger.storage.tiles import TileAbsent
from ledger.storage.tiles import read_tile as stored_tile

_TILE_BITS: Final = 8


def newest_checkpoint(ledger: Ledger) -> bytes:
    """The note of the newest published checkpoint.

    Raises:
        NotPublishedYet: none was published so far.
    """
    with reading(ledger.engine) as connection:
        size = latest_size(connection)
        if size == 0:
            raise NotPublishedYet(seen="an unpublished log")
        return checkpoint_of(connection, size)


def published_checkpoint(ledger: Ledger, size: int) -> bytes:
    """The note of the published checkpoint of this size.

    Raises:
        CheckpointAbsent: none of this size was published.
    """
    with reading(ledger.engine) as connection:
        if size < 1:
            raise CheckpointAbsent(seen=size, wanted="the size of a published checkpoint")
        return checkpoint_of(connection, size)


def published_checkpoints(ledger: Ledger, after: int) -> bytes:
    """The published checkpoints above a size in frames, ascending: as many as a member of a bundle holds; nothing where none is.

    Source: docs/FORMATS.md, "Checkpoints in bulk".
    """
    frames, length = list[bytes](), 0
    with reading(ledger.engine) as connection:
        for size, note in checkpoints_after(connection, after, CHUNK_RECORDS_MAX):
            frames.append(frame_note(size, note))
            length += len(frames[-1])
            if length > CHUNK_BYTES:
                break
    return b"".join(frames)


def published_tile(ledger: Ledger, path: str) -> bytes:
    """The bytes of a hash tile or an entry bundle, at a width that the newest published checkpoint covers.

    Raises:
        TileAbsent: no published checkpoint reaches so far; and what `TileAddress.parse` raises.
    """
    address = TileAddress.parse(path)
    with reading(ledger.engine) as connection:
        _refuse_unpublished(connection, address)
        if address.level == ENTRIES_LEVEL:
            start = address.index << _TILE_BITS
            return encode_bundle(read_entries(connection, start, start + address.width))
        return stored_tile(connection, address)


def published_commitments(ledger: Ledger, entry: int) -> bytes:
    """The commitments of one entry's records, joined in order of place.

    Raises:
        EntryAbsent: no published checkpoint covers the entry.
    """
    with reading(ledger.engine) as connection:
        size = latest_size(connection)
        if entry >= size:
            raise EntryAbsent(seen=entry, wanted=f"an index below the published size {size}")
        return b"".join(read_commitments(connection, entry))


def _refuse_unpublished(connection: Connection, address: TileAddress) -> None:
    published = latest_size(connection) >> (_TILE_BITS * max(address.level, 0))
    if (address.index << _TILE_BITS) + address.width > published:
        raise TileAbsent(seen=address.path, wanted=f"at most {published} hashes or entries at this level")
