"""Rows come back whole, range by range, however many there are and wherever they lay meanwhile."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit import buckets
from ledger.audit.buckets import Buckets, differences, repeated
from ledger.audit.index_rows import key_row, numbers_of, rows_from, split_rows

_KEYS = st.one_of(st.integers(-(1 << 63), (1 << 63) - 1), st.sampled_from([-(1 << 63), -1, 0, 1, (1 << 63) - 1, 42]))
_ROWS = st.lists(st.tuples(_KEYS, st.integers(0, 1 << 40)), max_size=60)


@settings(max_examples=50)
@given(_ROWS, st.booleans(), st.sampled_from([1, 7]))
def test_all_rows_come_back_in_ranges_that_leave_no_key_out(rows: list[tuple[int, int]], spilt: bool, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buckets, "_PENDING_BYTES_MAX", 64 if spilt else 1 << 20)
        patch.setattr(buckets, "_ROWS_PER_RANGE", 4)
        held = Buckets()
        for start in range(0, len(rows), at_once):
            held.add(b"".join(key_row(*row) for row in rows[start : start + at_once]))
        ranges = list(held.ranges())
    assert sorted(numbers_of(row) for _, found in ranges for row in split_rows(found)) == sorted(rows)
    assert held.bytes == 16 * len(rows)
    assert sorted(split_rows(b"".join(held.joined()))) == sorted(key_row(*row) for row in rows)
    for within, found in ranges:
        for key, _ in map(numbers_of, split_rows(found)):
            assert (within.low is None or within.low <= key) and (within.high is None or key <= within.high)
    assert (ranges[0][0].low, ranges[-1][0].high) == (None, None)
    for (one, _), (other, _) in pairwise(ranges):
        assert one.high is not None
        assert other.low == one.high + 1
    held.close()


@settings(max_examples=50)
@given(_ROWS, _ROWS)
def test_differences_are_those_of_the_two_lists(wanted: list[tuple[int, int]], kept: list[tuple[int, int]]) -> None:
    wanted = sorted(set(wanted))
    left, right = [key_row(*row) for row in wanted], [key_row(*row) for row in kept]
    told = differences(left, right)
    assert [row for _, row in told] == sorted(row for _, row in told)
    assert {row for is_kept, row in told if not is_kept} == set(wanted) - set(kept)
    extra = [row for is_kept, row in told if is_kept]
    assert set(extra) == (set(kept) - set(wanted)) | {row for row in wanted if kept.count(row) > 1}


def test_repeated_names_the_values_of_keys_that_stand_twice() -> None:
    rows = [key_row(5, 1), key_row(7, 2), key_row(7, 9), key_row(-7, 8), key_row(7, 3), key_row(8, 1)]
    assert list(repeated(b"".join(rows))) == [[2, 3, 9]]
    assert list(repeated(b"".join(rows[:2]))) == []


def test_rows_from_a_value_on() -> None:
    rows = b"".join([key_row(5, 1), key_row(-7, 2), key_row(7, 3)])
    assert rows_from(rows, 0) == rows
    assert split_rows(rows_from(rows, 2)) == [key_row(-7, 2), key_row(7, 3)]
