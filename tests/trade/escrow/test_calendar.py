"""Deadlines: calendar days keep the time of day, working days end at midnight, and weekends and holidays do not count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.trade.escrow.calendar import DAY_MS, add_days, add_working_days

INSTANTS = st.integers(0, 4_000_000_000_000).map(Instant)
HOLIDAYS = st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=30)
NEW_YEAR = frozenset({date(2026, 1, 1), date(2026, 1, 2)})


def test_calendar_days_keep_the_time_of_day() -> None:
    assert format_instant(add_days(parse_instant("2026-02-27T13:14:15.016Z"), 7)) == "2026-03-06T13:14:15.016Z"


@given(INSTANTS, st.integers(0, 1000), st.integers(0, 1000))
def test_calendar_days_add_up(instant: Instant, some: int, more: int) -> None:
    assert add_days(add_days(instant, some), more) == add_days(instant, some + more) == instant + (some + more) * DAY_MS


@pytest.mark.parametrize(
    ("instant", "days", "deadline"),
    [
        ("2026-03-02T00:00:00.000Z", 1, "2026-03-04"),  # Monday: Tuesday is the first day, and it ends at midnight
        ("2026-03-02T23:59:59.999Z", 1, "2026-03-04"),
        ("2026-03-06T12:00:00.000Z", 1, "2026-03-10"),  # Friday: Monday
        ("2026-03-07T12:00:00.000Z", 1, "2026-03-10"),  # Saturday: Monday
        ("2026-03-08T12:00:00.000Z", 1, "2026-03-10"),  # Sunday: Monday
        ("2026-03-05T12:00:00.000Z", 1, "2026-03-07"),  # Thursday: Friday, so Saturday 00:00
        ("2026-03-02T12:00:00.000Z", 5, "2026-03-10"),
        ("2026-03-02T12:00:00.000Z", 20, "2026-03-31"),
        ("2025-12-31T12:00:00.000Z", 1, "2026-01-06"),  # over the holidays of New Year and a weekend
        ("2026-03-02T12:00:00.000Z", 0, "2026-03-03"),
    ],
)
def test_working_days(instant: str, days: int, deadline: str) -> None:
    assert format_instant(add_working_days(parse_instant(instant), days, NEW_YEAR)) == f"{deadline}T00:00:00.000Z"


@given(INSTANTS, st.integers(1, 60), HOLIDAYS)
def test_the_days_until_the_deadline_hold_exactly_so_many_working_days(
    instant: Instant, days: int, holidays: frozenset[date]
) -> None:
    """Counted the other way round, day by day with the standard library's calendar."""
    deadline = add_working_days(instant, days, holidays)
    assert deadline % DAY_MS == 0
    first = datetime.fromtimestamp(instant // 1000, UTC).date() + timedelta(days=1)
    end = datetime.fromtimestamp(deadline // 1000, UTC).date()
    between = [first + timedelta(days=n) for n in range((end - first).days)]
    working = [day for day in between if day.strftime("%a") not in {"Sat", "Sun"} and day not in holidays]
    assert len(working) == days
    assert working[-1] == between[-1], "the last day counted is a working day"


@given(INSTANTS, st.integers(0, 40), HOLIDAYS, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_one_holiday_more_never_makes_a_deadline_earlier(
    instant: Instant, days: int, holidays: frozenset[date], more: date
) -> None:
    assert add_working_days(instant, days, holidays | {more}) >= add_working_days(instant, days, holidays)
