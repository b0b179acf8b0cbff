"""An export bundle as a source to audit: one file, read by index, without a network and without a database."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from ledger.actions.log.export_layout import (
    CHECKPOINT,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    NOTES_BYTES_MAX,
    BundleContentMalformed,
    Manifest,
    notes_in,
    number_of,
    records_in,
)
from ledger.actions.log.export_zip import MEMBER_BYTES_MAX, BundleReader, MemberDamaged
from ledger.actions.log.shown_records import shown_records, split_commitments
from ledger.audit.source import BatchRecords, SourceUnreadable
from ledger.errors import Malformed, SuyuanError, TooLarge
from ledger.evidence.bodies import decode_bodies
from ledger.evidence.note import NOTE_BYTES_MAX
from ledger.evidence.tile import ENTRIES_LEVEL, TILE_WIDTH, TileAddress, TileAddressMalformed, decode_bundle

BUNDLE_PART: Final = "bundle"
"""The position of a bundle that cannot be read at all."""

_BUNDLE_BYTES_MAX: Final = TILE_WIDTH * ((1 << 16) + 1)
_TILE_BYTES_MAX: Final = TILE_WIDTH * 32


class BundleSource:
    """Reads one bundle. What in it is not what its manifest says raises `SourceUnreadable` under the member's name."""

    kept = None

    def __init__(self, path: Path, file: BinaryIO) -> None:
        """Read the directory and the manifest.

        Raises:
            SourceUnreadable: the file is no bundle, or not a whole one.
        """
        self.description = str(path)
        with _naming(BUNDLE_PART):
            self._reader = BundleReader(file)
            self._manifest = manifest = Manifest.parse(self._reader.read(MANIFEST, bytes_max=MANIFEST_BYTES_MAX))
            if list(self._reader.members) != [*manifest.names, MANIFEST]:
                raise BundleContentMalformed(seen="other members", wanted="those of its manifest")
        self._digests = {name: digest for digest, name in manifest.digests}
        self._first_notes = [n for name in manifest.names if (n := number_of(name, "checkpoints")) is not None]
        self._first_entries = [n for name in manifest.names if (n := number_of(name, "records")) is not None]
        self._bundle = lru_cache(maxsize=4)(self._read_bundle)
        self._records = lru_cache(maxsize=2)(self._read_records)

    def newest(self) -> bytes:
        newest = self._read(CHECKPOINT, NOTE_BYTES_MAX)
        if self._notes(self._first_notes[-1])[-1] != (self._manifest.size, newest):
            raise SourceUnreadable(CHECKPOINT, seen="another note", wanted="the last one of those published")
        return newest

    def published(self) -> Iterator[tuple[int, bytes]]:
        before, counted = -1, 0
        for first in self._first_notes:
            notes = self._notes(first)
            if notes[0][0] <= before:
                raise SourceUnreadable(f"checkpoints/{first}", seen=f"size {first} after {before}", wanted="ascending sizes")
            before, counted = notes[-1][0], counted + len(notes)
            yield from notes
        if (before, counted) != (self._manifest.size, self._manifest.checkpoints):
            wanted = f"{self._manifest.checkpoints} up to size {self._manifest.size}"
            raise SourceUnreadable("checkpoints", seen=f"{counted} checkpoints up to size {before}", wanted=wanted)

    def size(self) -> int:
        return 0

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        if start >= self._manifest.size:
            return [None] * (stop - start)
        index, first = divmod(start, TILE_WIDTH)
        held = self._bundle(index)
        return [held[at] if at < len(held) else None for at in range(first, first + stop - start)]

    def tile(self, address: TileAddress) -> bytes | None:
        try:
            within = TileAddress.within(self._manifest.size, level=address.level, index=address.index)
        except TileAddressMalformed:
            return None
        return self._read(within.path, _TILE_BYTES_MAX)

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        for index in range(start, stop):
            if index >= self._manifest.size:
                yield shown_records((), None, ())
                continue
            first = self._first_entries[bisect_right(self._first_entries, index) - 1]
            held = self._records(first)
            name = f"records/{first}"
            with _naming(name):
                if index - first >= len(held):
                    raise BundleContentMalformed(seen=f"{len(held)} entries", wanted=f"entry {index} too", pointer=name)
                commitments, bodies = held[index - first]
                shown = shown_records(split_commitments(commitments), *decode_bodies(bodies))
            yield shown

    def _notes(self, first: int) -> list[tuple[int, bytes]]:
        """The checkpoints of one member; never none."""
        name = f"checkpoints/{first}"
        data = self._read(name, NOTES_BYTES_MAX)
        with _naming(name):
            notes = list(notes_in(data, name=name))
            sizes = [size for size, _ in notes]
            if sizes[:1] != [first] or sorted(set(sizes)) != sizes:
                raise BundleContentMalformed(seen="other sizes", wanted=f"sizes that ascend from {first}", pointer=name)
        return notes

    def _read_bundle(self, index: int) -> list[bytes]:
        address = TileAddress.within(self._manifest.size, level=ENTRIES_LEVEL, index=index)
        data = self._read(address.path, _BUNDLE_BYTES_MAX)
        with _naming(address.path):
            held = decode_bundle(data)
            if len(held) != address.width:
                raise BundleContentMalformed(seen=f"{len(held)} entries", wanted=str(address.width), pointer=address.path)
        return held

    def _read_records(self, first: int) -> list[tuple[bytes, bytes]]:
        name = f"records/{first}"
        data = self._read(name)
        with _naming(name):
            return list(records_in(data, name=name))

    def _read(self, name: str, bytes_max: int = MEMBER_BYTES_MAX) -> bytes:
        with _naming(name):
            content = self._reader.read(name, bytes_max=bytes_max)
            if hashlib.sha256(content).hexdigest() != self._digests[name]:
                raise MemberDamaged(seen="another digest", wanted="that of the manifest", pointer=name)
            return content


@contextmanager
def _naming(part: str) -> Iterator[None]:
    """Name what is being read, for the case that it is not what it has to be."""
    try:
        yield
    except SourceUnreadable:
        raise
    except (Malformed, TooLarge) as reason:
        raise SourceUnreadable(part, seen=_told(reason)) from reason


def _told(reason: SuyuanError) -> str:
    wanted = f", wanted {reason.wanted}" if reason.wanted else ""
    return f"{reason.code}: saw {reason.seen}{wanted}"
