"""Sorting more (key, value) rows than memory should hold: by their first byte into a file, then bucket by bucket."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

_BUCKETS: Final = 256
_PENDING_MAX: Final = 1 << 19
_BYTES: Final = 8


class Buckets:
    """Rows of two signed 64-bit integers, read back in ascending order.

    Memory holds half a million pending rows and, while reading, one bucket: a 256th of all rows, keys being hashes.
    """

    def __init__(self) -> None:
        self._pending = [array("q") for _ in range(_BUCKETS)]
        self._count = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the rows
        self._parts: list[list[tuple[int, int]]] = [[] for _ in range(_BUCKETS)]

    def add(self, key: int, value: int) -> None:
        # The top byte of a signed key runs from -128 to 127: shifted by 128, buckets ascend as keys do.
        bucket = self._pending[(key >> 56) + 128]
        bucket.append(key)
        bucket.append(value)
        self._count += 1
        if self._count >= _PENDING_MAX:
            self._write()

    def rows(self) -> Iterator[tuple[int, int]]:
        """All rows, ascending by key, then value."""
        for at in range(_BUCKETS):
            held = array("q")
            for offset, length in self._parts[at]:
                self._file.seek(offset)
                held.frombytes(self._file.read(length))
            held.extend(self._pending[at])
            pairs = iter(held)
            yield from sorted(zip(pairs, pairs, strict=True))

    def repeated(self) -> Iterator[tuple[int, list[int]]]:
        """Each key that has more than one value, with its values ascending."""
        for key, group in groupby(self.rows(), key=lambda row: row[0]):
            values = [value for _, value in group]
            if len(values) > 1:
                yield key, values

    def close(self) -> None:
        self._file.close()

    def _write(self) -> None:
        self._file.seek(0, 2)
        for at, bucket in enumerate(self._pending):
            if bucket:
                self._parts[at].append((self._file.tell(), len(bucket) * _BYTES))
                self._file.write(bucket.tobytes())
                self._pending[at] = array("q")
        self._count = 0


def differences(wanted: Iterable[tuple[int, int]], kept: Iterable[tuple[int, int]]) -> Iterator[tuple[bool, tuple[int, int]]]:
    """Compare two ascending sequences of rows; yield (is it kept, row) for each row that only one of them has."""
    left, right = iter(wanted), iter(kept)
    one, other = next(left, None), next(right, None)
    while one is not None and other is not None:
        if one == other:
            one, other = next(left, None), next(right, None)
        elif one < other:
            yield False, one
            one = next(left, None)
        else:
            yield True, other
            other = next(right, None)
    while one is not None:
        yield False, one
        one = next(left, None)
    while other is not None:
        yield True, other
        other = next(right, None)
