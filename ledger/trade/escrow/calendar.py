"""Deadlines: so many days, or so many working days, after a moment. Days are days of UTC.

A deadline is the first moment at which the time is over: before it one is in time, from it on one is late.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final

from ledger.evidence.instant import Instant

DAY_MS: Final = 86_400_000

LAST: Final = Instant(253_402_300_799_999)
"""9999-12-31T23:59:59.999Z. No deadline lies after it, so that every deadline can be written down."""

_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_FRIDAY: Final = 5
"""ISO weekday: Monday is 1."""


def add_days(instant: Instant, days: int) -> Instant:
    """Return the same time of day, `days` calendar days later, and never later than `LAST`."""
    return Instant(min(instant + days * DAY_MS, LAST))


def add_working_days(instant: Instant, days: int, holidays: AbstractSet[date]) -> Instant:
    """Return the end of the last of `days` working days after the day of `instant`: 24:00 UTC, as 00:00 of the next day.

    The day of `instant` does not count; Saturdays, Sundays and `holidays` neither. With 0 days it is the end of its own day.
    """
    day = instant // DAY_MS
    left = days
    while left > 0:
        day += 1
        left -= _is_working(date.fromordinal(_EPOCH_ORDINAL + day), holidays)
    return Instant((day + 1) * DAY_MS)


def _is_working(day: date, holidays: AbstractSet[date]) -> bool:
    return day.isoweekday() <= _FRIDAY and day not in holidays
