"""What was put on a crop, as events state it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.crop_inputs import CropInput, crop_inputs
from tests.trade.assessment.scene import LEAF, quantity, told

SPRAY = {"tea:kind": "pesticide", "tea:substance": "matrine", "tea:appliedOn": "2026-03-02", "tea:preHarvestDays": 10}


def stating(value: Any) -> tuple[CropInput, ...] | None:
    return crop_inputs(told(1, action="ADD", quantityList=[quantity(LEAF, 60)], ilmd={"tea:cropInputs": value}))


def test_it_is_read_whatever_the_namespace() -> None:
    wanted = (CropInput("pesticide", "matrine", date(2026, 3, 2), 10),)
    bare = {name.removeprefix("tea:"): value for name, value in SPRAY.items()}
    spelt_out = {f"https://tea.example/terms/{name}": value for name, value in bare.items()}
    assert stating([SPRAY]) == stating([bare]) == stating([spelt_out]) == wanted


def test_an_extension_of_any_event_states_it_too() -> None:
    event = told(1, quantityList=[quantity(LEAF, 60)], extensions={"tea:cropInputs": [SPRAY]})
    assert crop_inputs(event) == stating([SPRAY])


def test_an_empty_list_says_that_there_was_nothing() -> None:
    assert stating([]) == ()
    assert crop_inputs(told(1, quantityList=[quantity(LEAF, 60)])) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "none",
        {},
        [SPRAY, "and more"],
        [SPRAY | {"tea:kind": "herb"}],
        [SPRAY | {"tea:substance": " "}],
        [SPRAY | {"tea:substance": 7}],
        [SPRAY | {"tea:appliedOn": "spring"}],
        [SPRAY | {"tea:appliedOn": "2026-02-30"}],
        [SPRAY | {"tea:preHarvestDays": -1}],
        [SPRAY | {"tea:preHarvestDays": "10"}],
        [SPRAY | {"tea:preHarvestDays": True}],
        [SPRAY | {"tea:preHarvestDays": 1_001}],
        [SPRAY] * 201,
    ],
)
def test_what_is_half_stated_is_not_stated(wrong: Any) -> None:
    assert stating(wrong) is None


def test_the_interval_may_be_left_out() -> None:
    stated = stating([{name: value for name, value in SPRAY.items() if name != "tea:preHarvestDays"}])
    assert stated is not None
    assert stated[0].days is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2_000) | st.text(max_size=12) | st.dates().map(str),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "a:substance", "appliedOn", "preHarvestDays", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_nothing_written_there_breaks_the_page(value: Any) -> None:
    found = crop_inputs(told(1, epcList=[LEAF], extensions={"tea:cropInputs": value}))
    assert found is None or all(isinstance(one, CropInput) for one in found)
