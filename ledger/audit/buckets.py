"""Parting more index rows than memory should hold: by their first byte into a file, then range by range."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ledger.audit.index_rows import ROW_BYTES, numbers_of, split_rows

_PARTS: Final = 256
_PENDING_BYTES_MAX: Final = 8 << 20
_ROWS_PER_RANGE: Final = 1 << 13
"""So few that the sets of them stay in the processor's cache."""
_READ_BYTES: Final = 1 << 20
_MIDDLE: Final = 1 << 63


class KeyRange(NamedTuple):
    """A range of keys: None for an end stands for everything beyond, also what is no number."""

    low: int | None
    high: int | None


class Buckets:
    """Rows of 16 bytes (`index_rows`), taken in any order and read back range by range.

    Memory holds half a million pending rows and, while reading, one range: at most a 256th of many rows, keys being hashes.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the rows
        self._parts: list[list[tuple[int, int]]] = [[] for _ in range(_PARTS)]
        self.bytes = 0

    def add(self, rows: bytes) -> None:
        """Take rows, joined."""
        self._pending += rows
        self.bytes += len(rows)
        if len(self._pending) >= _PENDING_BYTES_MAX:
            self._write()

    def ranges(self) -> Iterator[tuple[KeyRange, bytes]]:
        """Ranges of keys that leave none out, ascending as signed numbers; the rows of each, joined, are in no order."""
        bits = max(1, min(8, (self.bytes // ROW_BYTES // _ROWS_PER_RANGE).bit_length()))
        pending = _parted(bytes(self._pending))
        count, wide = 1 << bits, _PARTS >> bits
        # A signed key is negative where its first bit is set: those bytes come last, but the numbers first.
        for place, at in enumerate((*range(count // 2, count), *range(count // 2))):
            low, high = (place << 64 - bits) - _MIDDLE, (place + 1 << 64 - bits) - _MIDDLE - 1
            rows = self._rows(pending, range(at * wide, (at + 1) * wide))
            yield KeyRange(low if place else None, high if place < count - 1 else None), rows

    def joined(self) -> Iterator[bytes]:
        """Everything taken so far, in no order, in pieces of some megabytes."""
        self._file.seek(0)
        while piece := self._file.read(_READ_BYTES):
            yield piece
        yield bytes(self._pending)

    def close(self) -> None:
        self._file.close()

    def _rows(self, pending: Sequence[bytes], parts: range) -> bytes:
        rows = [pending[at] for at in parts]
        for offset, length in (part for at in parts for part in self._parts[at]):
            self._file.seek(offset)
            rows.append(self._file.read(length))
        return b"".join(rows)

    def _write(self) -> None:
        parted = _parted(bytes(self._pending))
        offset = self._file.seek(0, 2)
        for held, part in zip(self._parts, parted, strict=True):
            if part:
                held.append((offset, len(part)))
            offset += len(part)
        self._file.write(b"".join(parted))
        self._pending.clear()


def repeated(rows: bytes) -> Iterator[list[int]]:
    """Of each key that has more than one row, its values ascending; keys ascending as bytes."""
    keys = array("Q", rows)[::2]
    if len(set(keys)) == len(keys):
        return
    values: dict[bytes, list[int]] = {}
    for row in sorted(split_rows(rows)):
        values.setdefault(row[: ROW_BYTES // 2], []).append(numbers_of(row)[1])
    yield from (found for found in values.values() if len(found) > 1)


def differences(wanted: Sequence[bytes], kept: Sequence[bytes]) -> list[tuple[bool, tuple[int, int]]]:
    """(is it kept, (key, value)) for each row that only one of them has, by key; a row that stands twice is one too many."""
    left, right = set(wanted), set(kept)
    extra = [one for one, other in pairwise(sorted(kept)) if one == other and one in left]
    found = [(False, numbers_of(row)) for row in left - right]
    found += [(True, numbers_of(row)) for row in (*(right - left), *extra)]
    return sorted(found, key=lambda found: found[1])


def _parted(joined: bytes) -> list[bytes]:
    """The rows by their first byte."""
    parts: list[list[bytes]] = [[] for _ in range(_PARTS)]
    for row in split_rows(joined):
        parts[row[0]].append(row)
    return [b"".join(part) for part in parts]
