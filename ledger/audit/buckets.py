"""Sorting more index rows than memory should hold: by their first byte into a file, then range by range."""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ledger.audit.index_rows import ROW_BYTES, numbers_of, split_rows

_PARTS: Final = 256
_PENDING_BYTES_MAX: Final = 8 << 20
_ROWS_PER_RANGE: Final = 1 << 16
_READ_BYTES: Final = 1 << 20
_MIDDLE: Final = 1 << 63


class KeyRange(NamedTuple):
    """A range of keys: None for an end stands for everything beyond, also what is no number."""

    low: int | None
    high: int | None


class Buckets:
    """Rows of 16 bytes (`index_rows`), taken in any order and read back ascending.

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

    def ranges(self) -> Iterator[tuple[KeyRange, list[bytes]]]:
        """Ranges of keys that leave none out, with their rows; ascending by key as a signed number, then by value."""
        bits = max(1, min(8, (self.bytes // ROW_BYTES // _ROWS_PER_RANGE).bit_length()))
        pending = sorted(split_rows(bytes(self._pending)))
        count, wide = 1 << bits, _PARTS >> bits
        # A signed key is negative where its first bit is set: those bytes come last, but the numbers first.
        for place, at in enumerate((*range(count // 2, count), *range(count // 2))):
            low, high = (place << 64 - bits) - _MIDDLE, (place + 1 << 64 - bits) - _MIDDLE - 1
            rows = self._rows(pending, at * wide, (at + 1) * wide)
            yield KeyRange(low if place else None, high if place < count - 1 else None), rows

    def joined(self) -> Iterator[bytes]:
        """Everything taken so far, in no order, in pieces of some megabytes."""
        self._file.seek(0)
        while piece := self._file.read(_READ_BYTES):
            yield piece
        yield bytes(self._pending)

    def close(self) -> None:
        self._file.close()

    def _rows(self, pending: list[bytes], first: int, stop: int) -> list[bytes]:
        rows = pending[_begin(pending, first) : _begin(pending, stop)]
        parts = [part for at in range(first, stop) for part in self._parts[at]]
        if not parts:
            return rows
        for offset, length in parts:
            self._file.seek(offset)
            rows += split_rows(self._file.read(length))
        return sorted(rows)

    def _write(self) -> None:
        rows = sorted(split_rows(bytes(self._pending)))
        begins = [_begin(rows, at) for at in range(_PARTS + 1)]
        offset = self._file.seek(0, 2)
        for at in range(_PARTS):
            length = (begins[at + 1] - begins[at]) * ROW_BYTES
            if length:
                self._parts[at].append((offset, length))
            offset += length
        self._file.write(b"".join(rows))
        self._pending.clear()


def repeated(rows: Sequence[bytes]) -> Iterator[list[int]]:
    """Of each key that has more than one row, its values ascending; `rows` are ascending."""
    keys = [row[: ROW_BYTES // 2] for row in rows]
    if len(set(keys)) == len(keys):
        return
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and keys[end] == keys[at]:
            end += 1
        if end - at > 1:
            yield [numbers_of(row)[1] for row in rows[at:end]]
        at = end


def differences(wanted: Sequence[bytes], kept: Sequence[bytes]) -> list[tuple[bool, tuple[int, int]]]:
    """(is it kept, (key, value)) for each row that only one of them has, by key; a row that stands twice is one too many."""
    left, right = set(wanted), set(kept)
    extra = [one for one, other in pairwise(sorted(kept)) if one == other and one in left]
    found = [(False, numbers_of(row)) for row in left - right]
    found += [(True, numbers_of(row)) for row in (*(right - left), *extra)]
    return sorted(found, key=lambda found: found[1])


def _begin(rows: Sequence[bytes], at: int) -> int:
    return len(rows) if at == _PARTS else bisect_left(rows, bytes([at]))
