"""The persistent mapping behaves as a dict, and no version disturbs another."""

from __future__ import annotations

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
    held = PersistentMap([("a", 1)])
    with pytest.raises(KeyError):
        held["b"]
    with pytest.raises(KeyError):
        held.without_item("b")


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), st.integers(), min_size=1), st.data())
def test_what_is_taken_out_is_gone_from_the_next_version_alone(plain: dict[str, int], data: st.DataObject) -> None:
    before = PersistentMap(plain.items())
    gone = data.draw(st.sampled_from(sorted(plain)))
    after = before.without_item(gone)
    assert before == plain
    assert after == {key: value for key, value in plain.items() if key != gone}
    assert len(after) == len(plain) - 1
    assert gone not in after


def test_a_version_shares_all_but_one_path_with_the_one_before() -> None:
    before = PersistentMap((f"party/{number}", number) for number in range(20_000))
    after = before.with_item("party/new", 20_000)
    rows = [(old, new) for old, new in zip(before._rows, after._rows, strict=True) if old is not new]
    assert len(rows) == 1
    ((old, new),) = rows
    assert sum(a is not b for a, b in zip(old, new, strict=True)) == 1
