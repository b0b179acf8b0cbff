"""Sharing out: the sum is exact, nobody is a unit away from fair, and the odd unit goes where the rule says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.escrow.allocation import AllocationImpossible, ShareOutOfRange, allocate, share

TOTALS = st.integers(0, 10**15)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)


@given(TOTALS, WEIGHTS)
def test_the_parts_sum_to_the_whole_and_each_is_within_a_unit_of_its_exact_part(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert weight or not part


@given(TOTALS, WEIGHTS)
def test_who_got_a_unit_more_had_a_larger_remainder_or_stood_earlier(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    rank = [(-(e - int(e)), place) for place, e in enumerate(exact)]
    served = [rank[place] for place, part in enumerate(parts) if part > int(exact[place])]
    waiting = [rank[place] for place, part in enumerate(parts) if part == int(exact[place])]
    assert not served or not waiting or max(served) < min(waiting)


@given(TOTALS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(total: int, weights: list[int], times: int) -> None:
    assert allocate(total, [weight * times for weight in weights]) == allocate(total, weights)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1, [1, 1], (1, 0)),
        (12901, [1, 1], (6451, 6450)),
        (100, [1, 1, 1], (34, 33, 33)),
        (101, [1, 1, 1], (34, 34, 33)),
        (10, [0, 1], (0, 10)),
        (10, [1, 8, 1], (1, 8, 1)),
        (5, [1, 3, 3], (1, 2, 2)),
        (0, [1, 2], (0, 0)),
        (7, [3], (7,)),
    ],
)
def test_the_buyer_stands_first_and_gets_the_odd_unit(total: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert allocate(total, weights) == parts


@pytest.mark.parametrize("percent", [(333, 667), (125, 875), (499, 501)])
def test_a_split_by_percent_loses_nothing(percent: tuple[int, int]) -> None:
    """Cutting each percentage to a whole number first pays 99 of 100 and leaves the rest to nobody."""
    assert sum(allocate(1_000_000, percent)) == 1_000_000
    assert allocate(1_000_000, percent) == tuple(1000 * share for share in percent)


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [-1, 2], [1.5, 2], [True, 1]])
def test_weights_that_share_nothing_out(weights: list[Any]) -> None:
    with pytest.raises(AllocationImpossible):
        allocate(100, weights)


@pytest.mark.parametrize("total", [-1, 10.0, True])
def test_a_total_that_cannot_be_shared_out(total: Any) -> None:
    with pytest.raises(AllocationImpossible):
        allocate(total, [1, 1])


@given(TOTALS, st.integers(0, 10_000))
def test_a_share_is_rounded_down(amount: int, basis_points: int) -> None:
    exact = Fraction(amount * basis_points, 10_000)
    assert exact - 1 < share(amount, basis_points) <= exact


@pytest.mark.parametrize(
    ("amount", "basis_points", "wanted"), [(9999, 1, 0), (10_000, 1, 1), (12900, 500, 645), (199, 10_000, 199)]
)
def test_shares(amount: int, basis_points: int, wanted: int) -> None:
    assert share(amount, basis_points) == wanted


@pytest.mark.parametrize(("amount", "basis_points"), [(-1, 5), (5, -1), (5, 10_001), (5.0, 5), (5, 5.0), (True, 5)])
def test_shares_out_of_range(amount: Any, basis_points: Any) -> None:
    with pytest.raises(ShareOutOfRange):
        share(amount, basis_points)
