"""Numbers that a mistyped one may have been meant to be: neighbours swapped, or a digit taken for one that looks like it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.trade.digital_link import CheckDigitWrong, read_value

_SHOWN_MAX: Final = 3
# Digits that are taken for one another on worn print and in handwriting.
_ALIKE: Final = ("17", "38", "08", "68", "56", "06", "35", "49", "27")


@dataclass(frozen=True, slots=True)
class NearCode:
    """`code`: what may have been meant. It differs at `place`, counted from 1; `swapped`: there and at the next."""

    code: str
    place: int
    seen: str
    meant: str
    swapped: bool


def near_numbers(digits: str) -> tuple[NearCode, ...]:
    """The likeliest few GTINs near `digits`, swaps first: every one of them has the check digit that it must have."""
    return tuple(near for near in (*_swaps(digits), *_lookalikes(digits)) if _holds(near.code))[:_SHOWN_MAX]


def _swaps(digits: str) -> Iterator[NearCode]:
    for at, (one, two) in enumerate(itertools.pairwise(digits)):
        if one != two:
            yield NearCode(digits[:at] + two + one + digits[at + 2 :], at + 1, one, two, swapped=True)


def _lookalikes(digits: str) -> Iterator[NearCode]:
    for at, digit in enumerate(digits):
        for other in sorted({other for group in _ALIKE if digit in group for other in group} - {digit}):
            yield NearCode(digits[:at] + other + digits[at + 1 :], at + 1, digit, other, swapped=False)


def _holds(digits: str) -> bool:
    try:
        read_value("01", digits.zfill(14))
    except CheckDigitWrong:
        return False
    return True
