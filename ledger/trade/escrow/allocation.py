"""Sharing out an amount to the last minor unit: largest remainder, whole numbers only, ties to the earliest place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ledger.errors import Unprocessable

BASIS_POINTS: Final = 10_000
"""The whole: 100 basis points are one hundredth."""


class AllocationImpossible(Unprocessable):
    title = "an amount is shared out by whole weights of zero or more that are not all zero"


class ShareOutOfRange(Unprocessable):
    title = "a share is 0 to 10000 basis points of an amount of zero or more"


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return the part of `total` for each place of `weights`; the parts sum to `total` exactly.

    Every place first gets its exact part rounded down. The units left over go, one each, to the places with the largest
    remainders; of equal remainders the earliest place is served first. CALLERS PUT THE BUYER FIRST, so the odd minor unit
    of an even split is the buyer's. A weight of zero gets nothing.

    Args:
        total: minor units to share out, 0 or more.
        weights: 0 or more each, not all zero; only their proportion counts.

    Raises:
        AllocationImpossible: a number is negative or no int, or there is no weight above zero.
    """
    if not _whole(total, *weights) or sum(weights) == 0:
        raise AllocationImpossible(seen=(total, tuple(weights)), wanted="ints of 0 or more, with a weight above zero")
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    # A sort that keeps the order of equals: that is the tie rule.
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def share(amount: int, basis_points: int) -> int:
    """Return `basis_points` ten-thousandths of `amount`, rounded down: a fee or a cover is never a unit too high.

    Raises:
        ShareOutOfRange: a number is negative or no int, or the share is more than the whole.
    """
    if not _whole(amount, basis_points) or basis_points > BASIS_POINTS:
        raise ShareOutOfRange(seen=(amount, basis_points), wanted=f"an amount of 0 or more and 0 to {BASIS_POINTS}")
    return amount * basis_points // BASIS_POINTS


def _whole(*numbers: int) -> bool:
    """Whether all are ints of zero or more; a float that slips past the types would lose units silently."""
    return all(type(number) is int and number >= 0 for number in numbers)
