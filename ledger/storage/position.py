"""The address of a record as one integer, so that rows lie in log order and need no second index."""

from __future__ import annotations

from typing import Final, NamedTuple

PLACE_BITS: Final = 14  # a batch holds at most 10,001 records
_PLACE_MASK: Final = (1 << PLACE_BITS) - 1


class Position(NamedTuple):
    """(entry index, place in its batch), both counted from 0."""

    entry: int
    place: int


def pack(entry: int, place: int) -> int:
    return entry << PLACE_BITS | place


def unpack(packed: int) -> Position:
    return Position(packed >> PLACE_BITS, packed & _PLACE_MASK)


def first_of(entry: int) -> int:
    """The lowest packed position of `entry`; `first_of(entry + 1)` is past its highest."""
    return entry << PLACE_BITS
