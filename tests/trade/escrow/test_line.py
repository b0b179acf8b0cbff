"""The cached form of a line: it reads back as it was, says nothing twice, and tells two regions' equal words apart."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.escrow.accounts import Box
from ledger.trade.escrow.line import Case, Line, line_from_json, line_to_json, since
from ledger.trade.escrow.regions import REGIONS, Guarantee, Own, spelt
from ledger.trade.shapes.address import Address

AMOUNT = st.integers(0, 10**15)
MOMENT = st.none() | st.integers(0, 2**53)
DIGESTS = st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(tuple)
CASES = st.builds(
    Case, st.sampled_from(["buyer", "merchant"]), AMOUNT, st.integers(0, 2**53), late=st.booleans(), recall=st.booleans(),
    buyer_offer=st.none() | AMOUNT, merchant_offer=st.none() | AMOUNT, evidence=DIGESTS, escalated=MOMENT,
    turn=st.integers(0, 9), ruled=MOMENT, buyer_share=st.none() | AMOUNT, arbiters=st.lists(st.text(max_size=5)).map(tuple),
    advanced=AMOUNT,
)  # fmt: skip
STATES = {"own" if region == "line" else region: st.sampled_from(list(states)) for region, states in REGIONS.items()}
LINES = st.builds(
    Line, st.just("guizhou-tea/tea/1"), st.just("SGD"), st.integers(-1, 10**6),
    st.tuples(st.integers(0, 2**40), st.integers(0, 999)), **STATES, **{which.value: AMOUNT for which in Box},
    case=st.none() | CASES, delivered_at=MOMENT, passed=st.none() | st.booleans(),
)  # fmt: skip


@given(LINES)
def test_a_line_reads_back_byte_for_byte(line: Line) -> None:
    data = line_to_json(line)
    assert line_from_json(data) == line
    assert line_to_json(line_from_json(data)) == data


def test_a_new_line_is_written_in_few_members() -> None:
    line = Line("guizhou-tea/tea/1", "SGD", 0, (7, 2), agreed_at=5)
    written = json.loads(line_to_json(line))
    assert written == {"name": "guizhou-tea/tea/1", "currency": "SGD", "seq": 0, "head": [7, 2], "agreed_at": 5}


def test_a_nothing_that_was_noted_differs_from_nothing_noted() -> None:
    line = Line("guizhou-tea/tea/1", "SGD", 0, (7, 2), passed=False, case=Case("buyer", 1, 1, buyer_offer=0))
    again = line_from_json(line_to_json(line))
    assert again.passed is False
    assert again.case is not None
    assert (again.case.buyer_offer, again.case.merchant_offer) == (0, None)


@pytest.mark.parametrize("change", [{"own": "gone"}, {"held": "1"}, {"held": 1.5}, {"head": [1]}, {"name": None}])
def test_another_shape_is_no_line(change: dict[str, Any]) -> None:
    data = json.loads(line_to_json(Line("guizhou-tea/tea/1", "SGD", 0, (7, 2)))) | change
    with pytest.raises(msgspec.ValidationError):
        line_from_json(json.dumps(data).encode())


def test_words_that_two_regions_share_are_two_states() -> None:
    assert Own.RELEASED != Guarantee.RELEASED
    assert (spelt(Own.RELEASED), spelt(Guarantee.RELEASED)) == ("line:released", "guarantee:released")
    names = [spelt(state) for states in REGIONS.values() for state in states]
    assert len(set(names)) == len(names)


def test_the_next_record_names_the_address_of_the_last() -> None:
    line = Line("guizhou-tea/tea/1", "SGD", 0, (7, 2))
    assert line.address("log.example/1") == Address.parse("https://log.example/1/records/7/2")
    assert line.boxed() == 0
    assert line.change(held=1, rel=2, rec=4).boxed() == 7
    with pytest.raises(AssertionError):
        since(None)
