"""JSON read without losing anything of its numbers, and compared as values."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from ledger.errors import Malformed


class EpcisUnreadable(Malformed):
    title = "the bytes are not the JSON that was expected here"


_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)


def read_exactly(data: bytes) -> object:
    """Decode JSON; numbers come back as int or Decimal, never as float.

    The strict pass over the whole input comes before this: names are unique, depth and digits bounded.

    Raises:
        EpcisUnreadable: not JSON.
    """
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation, RecursionError) as reason:
        raise EpcisUnreadable(seen=str(reason), wanted="one JSON value") from reason


def same_value(first: bytes, second: bytes) -> bool:
    """Whether two texts are the same JSON value: numbers by value, members in any order, lists in theirs.

    Raises:
        EpcisUnreadable: one of them is not JSON.
    """
    return first == second or _same(read_exactly(first), read_exactly(second))


def _same(first: object, second: object) -> bool:
    if isinstance(first, dict):
        return (
            isinstance(second, dict) and first.keys() == second.keys() and all(_same(first[name], second[name]) for name in first)
        )
    if isinstance(first, list):
        return isinstance(second, list) and len(first) == len(second) and all(map(_same, first, second))
    # In Python true equals 1; in JSON it does not.
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return bool(first == second)


def has_repeats(values: list[Any]) -> bool:
    """Whether a JSON list holds one value twice."""
    if all(isinstance(value, str) for value in values):
        return len(set(values)) < len(values)
    return any(_same(first, second) for place, first in enumerate(values) for second in values[:place])
