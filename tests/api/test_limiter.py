"""Limits by key: so many a minute whatever comes at once, given back where it was rightful, and bounded memory."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api import limiter
from api.limiter import Limiter, TriedTooOften, prefix_of_gtin, range_of_address
from ledger.errors import Unavailable


class _Now:
    """A monotonic clock that is set."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> _Now:
    clock = _Now()
    monkeypatch.setattr(limiter, "time", clock)
    return clock


def test_so_many_a_minute_and_then_no_more(now: _Now) -> None:
    limit = Limiter("tries", 3)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TriedTooOften) as refusal:
        limit.take("a")
    assert "at most 3 a minute: tries" in str(refusal.value)
    assert refusal.value.retry_after_s == 60
    limit.take("b")
    now.seconds += 59
    with pytest.raises(TriedTooOften):
        limit.refuse("a")
    now.seconds += 1
    limit.take("a")


def test_what_was_rightful_is_given_back(now: _Now) -> None:
    limit = Limiter("tries", 1)
    for _ in range(5):
        limit.take("a")
        limit.give_back("a")
    limit.give_back("a")
    limit.take("a")
    with pytest.raises(TriedTooOften):
        limit.take("a")


def test_refusing_counts_nothing_and_counting_refuses_nothing(now: _Now) -> None:
    limit = Limiter("tries", 2)
    for _ in range(10):
        limit.refuse("a")
    for _ in range(3):
        limit.count("a")
    with pytest.raises(TriedTooOften):
        limit.refuse("a")


def test_a_refusal_of_ones_own(now: _Now) -> None:
    class Busy(Unavailable):
        title = "busy"

    limit = Limiter("tries", 1, refusal=Busy)
    limit.take("a")
    with pytest.raises(Busy):
        limit.take("a")


def test_the_one_who_was_quiet_longest_is_forgotten_first(now: _Now) -> None:
    limit = Limiter("tries", 1, keys_max=2)
    limit.take("a")
    limit.take("b")
    limit.count("a")
    limit.take("c")
    with pytest.raises(TriedTooOften):
        limit.refuse("a")
    limit.refuse("b")


def test_many_at_once_get_no_more_than_one() -> None:
    limit, together = Limiter("tries", 5), threading.Barrier(16)

    def run(_: int) -> bool:
        together.wait()
        try:
            limit.take("a")
        except TriedTooOften:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(run, range(16))) == 5


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("-", "-"),
    ],
)
def test_an_address_counts_as_its_range(host: str, expected: str) -> None:
    assert range_of_address(host) == expected


def test_codes_of_one_maker_have_one_prefix() -> None:
    assert prefix_of_gtin("09521234000013") == prefix_of_gtin("09521234999999") == "gtin 9521234"
    assert prefix_of_gtin("09521235000013") != prefix_of_gtin("09521234000013")
