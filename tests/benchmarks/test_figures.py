"""Figures: which floor counts, what the ratio is, and when a budget is met."""

from __future__ import annotations

import pytest

from benchmarks.budgets import Budget, Verdict
from benchmarks.figures import Figure, Rounds, Spread


@pytest.mark.parametrize(
    ("rounds", "is_rate", "verdict"),
    [
        ((100, 120, 130), True, Verdict.MET),
        ((90, 99, 80), True, Verdict.NOT_MET),
        ((90, 101, 130), True, Verdict.NOISY),
        ((90, 99, 100), False, Verdict.MET),
        ((101, 120, 130), False, Verdict.NOT_MET),
        ((99, 101), False, Verdict.NOISY),
    ],
)
def test_a_budget_is_met_when_every_round_keeps_it(rounds: tuple[float, ...], is_rate: bool, verdict: Verdict) -> None:
    assert Budget(100).judge(rounds, is_rate=is_rate) is verdict


def test_the_nearest_floor_is_the_slowest_rate_and_the_longest_time() -> None:
    floors = {"one": Spread((10.0,)), "two": Spread((40.0,))}
    rate = Figure("x", "events/s", Spread((5.0,)), floors, None)
    time = Figure("x", "ms", Spread((80.0,)), floors, None)
    assert (rate.floor, rate.ratio) == ("one", 0.5)
    assert (time.floor, time.ratio) == ("two", 2.0)


def test_the_ratio_is_taken_round_by_round() -> None:
    # A machine that halves its speed in one round halves the floor of that round too.
    figure = Figure("x", "events/s", Spread((10.0, 5.0, 10.0)), {"floor": Spread((20.0, 10.0, 20.0))}, None)
    assert figure.ratio == 0.5


@pytest.mark.parametrize(
    ("stored", "floor", "verdict"),
    [
        ((1000.0, 1000.0), (100.0, 930.0), Verdict.MET),
        ((1500.0, 1500.0), (900.0, 930.0), Verdict.NOT_MET),
        ((1500.0, 1500.0), (100.0, 930.0), Verdict.NOISY),
        ((99_000.0, 99_000.0), (100.0, 930.0), Verdict.NOT_MET),
    ],
)
def test_a_miss_smaller_than_the_swing_of_the_floor_says_nothing(
    stored: tuple[float, ...], floor: tuple[float, ...], verdict: Verdict
) -> None:
    assert Figure("bytes stored per event", "bytes", Spread(stored), {"event": Spread(floor)}, None).verdict is verdict


def test_rounds_keep_the_order_of_the_first_and_the_values_of_all() -> None:
    rounds = Rounds()
    for value in (1.0, 3.0, 2.0):
        rounds.add("b", value, "ms", floors={"f": value / 2}, own_share=value)
        rounds.add("a", value, "events/s")
    first, second = rounds.figures()
    assert (first.name, first.spread.values, first.spread.median, first.own_share) == ("b", (1.0, 3.0, 2.0), 2.0, 2.0)
    assert (second.name, second.floor, second.ratio, second.verdict) == ("a", None, None, None)
