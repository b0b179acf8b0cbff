"""Rows of an index as 16 bytes, key before position, so that they are sorted and compared without being numbers."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from typing import Final, NamedTuple

ROW_BYTES: Final = 16
_HALF: Final = ROW_BYTES // 2
_MANY: Final = Struct(f"{ROW_BYTES}s" * 1_024)


class IndexRows(NamedTuple):
    """What records must have in the indexes: rows of what may be said only once, and of identifiers, each once, unordered."""

    once: list[bytes]
    identifiers: list[bytes]


def key_row(key: int, value: int) -> bytes:
    """A row: the signed 64-bit key and the value, big-endian."""
    return key.to_bytes(_HALF, "big", signed=True) + value.to_bytes(_HALF, "big", signed=True)


def rows_of(keys: Iterable[int], value: int) -> list[bytes]:
    """A row for each key, all with the same value."""
    return [key_row(key, value) for key in keys]


def numbers_of(row: bytes) -> tuple[int, int]:
    """Key and value of a row."""
    return int.from_bytes(row[:_HALF], "big", signed=True), int.from_bytes(row[_HALF:], "big", signed=True)


def split_rows(joined: bytes) -> list[bytes]:
    rows: list[bytes] = []
    whole = len(joined) - len(joined) % _MANY.size
    for at in range(0, whole, _MANY.size):
        rows += _MANY.unpack_from(joined, at)  # a quarter of the time of as many slices
    rows += [joined[at : at + ROW_BYTES] for at in range(whole, len(joined), ROW_BYTES)]
    return rows


def rows_from(joined: bytes, first: int) -> bytes:
    """Those rows whose value is not below `first`; a value below 0, which no honest row has, stays too."""
    if first <= 0:
        return joined
    least = first.to_bytes(_HALF, "big")
    return b"".join(row for row in split_rows(joined) if row[_HALF:] >= least)
