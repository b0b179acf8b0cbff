"""The persistent mapping behaves as a dict, and no version disturbs another."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.trade.parties.persistent import PersistentMap


@settings(max_examples=100)
@given(st.lists(st.tuples(st.text(max_size=3), st.integers())))
def test_every_version_equals_the_dict_of_its_moment(changes: list[tuple[str, int]]) -> None:
    shared: PersistentMap[str, int] = PersistentMap()
    plain: dict[str, int] = {}
    history = [(shared, dict(plain))]
    for key, value in changes:
        shared = shared.with_item(key, value)
        plain[key] = value
        history.append((shared, dict(plain)))
    for version, expected in history:
        assert version == expected
        assert len(version) == len(expected)
        assert sorted(version) == sorted(expected)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), st.integers()))
def test_bulk_construction_equals_one_by_one(plain: dict[str, int]) -> None:
    shared: PersistentMap[str, int] = PersistentMap()
    for key, value in plain.items():
        shared = shared.with_item(key, value)
    assert PersistentMap(plain.items()) == shared == plain


def test_an_absent_key_is_absent() -> None:
    with pytest.raises(KeyError):
        PersistentMap([("a", 1)])["b"]


def test_twenty_thousand_versions_are_not_quadratic() -> None:
    begun = time.process_time()
    shared: PersistentMap[str, int] = PersistentMap()
    for number in range(20_000):
        shared = shared.with_item(f"party/{number}", number)
    # Copying a dict per version would be 2e8 copied items, over two seconds on any machine.
    assert time.process_time() - begun < 1.5
    assert len(shared) == 20_000
