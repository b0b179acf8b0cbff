"""A moment is printed as the calendar of the standard library prints it, however far off, and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.instant import Instant, format_instant, parse_instant

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
FIRST: Final = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MILLISECOND
LAST: Final = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MILLISECOND


@given(moment=st.integers(FIRST, LAST) | st.integers(-100_000, 100_000))
def test_every_moment_is_printed_as_the_calendar_has_it(moment: int) -> None:
    text = format_instant(Instant(moment))
    assert text == (EPOCH + moment * MILLISECOND).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    assert parse_instant(text) == moment


@pytest.mark.parametrize("moment", [FIRST - 1, LAST + 1, -(1 << 62), 1 << 62])
def test_what_the_calendar_does_not_hold_is_not_printed(moment: int) -> None:
    with pytest.raises(OverflowError):
        format_instant(Instant(moment))
