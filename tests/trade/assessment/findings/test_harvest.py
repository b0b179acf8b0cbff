"""Harvests inside the pre-harvest interval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.told import About, Told
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import LEAF, LOT, quantity, told

PICKED = date(2026, 4, 1)


def sprayed(applied: str, days: int | None, kind: str = "pesticide") -> dict[str, Any]:
    stated = {"tea:kind": kind, "tea:substance": "matrine", "tea:appliedOn": applied}
    return stated | ({} if days is None else {"tea:preHarvestDays": days})


def picked(*inputs: dict[str, Any], thing: str = LEAF, hour: float = 8, **ilmd: Any) -> Told:
    data = {"cbvmda:harvestStartDate": str(PICKED)} | ({"tea:cropInputs": list(inputs)} if inputs else {})
    members = {"quantityList": [quantity(thing, 60)], "action": "ADD", "ilmd": data | ilmd}
    return told(hour, "garden", "creating_class_instance", about=About.ORIGIN, role="merchant", **members)


def test_too_soon_says_what_and_when() -> None:
    event = picked(sprayed("2026-03-22", 14), sprayed("2026-01-01", 14))
    (found,) = found_in(event)
    assert (found.code, found.positions) == ("harvest-inside-pre-harvest-interval", (event.position,))
    assert found.values == {"substance": "matrine", "applied": "2026-03-22", "harvested": "2026-04-01", "days": "14"}


@given(st.integers(-30, 60), st.integers(0, 40))
def test_the_interval_is_over_on_its_last_day(days_before: int, days: int) -> None:
    event = picked(sprayed(str(PICKED - timedelta(days=days_before)), days))
    assert codes_in(event) == (["harvest-inside-pre-harvest-interval"] if 0 <= days_before < days else [])


@pytest.mark.parametrize("given_input", [sprayed("2026-03-31", None), sprayed("2026-03-31", 0)])
def test_no_interval_is_none(given_input: dict[str, Any]) -> None:
    assert codes_in(picked(given_input)) == []


def test_a_treatment_told_earlier_about_the_same_crop() -> None:
    spraying = told(
        1,
        "garden",
        about=About.ORIGIN,
        quantityList=[quantity(LEAF, 60)],
        extensions={"a:cropInputs": [sprayed("2026-03-28", 7)]},
    )
    (found,) = found_in(spraying, picked())
    assert found.positions == (spraying.position, picked().position)
    assert codes_in(spraying, picked(thing=LOT)) == []


def test_a_collection_counts_as_harvest_by_its_own_day() -> None:
    collecting = told(
        30, "garden", "collecting", about=About.ORIGIN, epcList=[LEAF], extensions={"a:cropInputs": [sprayed("2026-04-01", 2)]}
    )
    (found,) = found_in(collecting)
    assert found.values["harvested"] == "2026-04-02"


def test_withdrawn_events_say_nothing() -> None:
    event = told(
        8, "garden", "collecting", epcList=[LEAF], extensions={"a:cropInputs": [sprayed("2026-03-31", 9)]}, withdrawn=True
    )
    assert codes_in(event) == ["withdrawn-record"]


def test_a_treatment_that_every_harvest_repeats_is_one_finding() -> None:
    lots = [picked(sprayed("2026-03-30", 7), thing=f"{LEAF}{n}", hour=8 + n) for n in range(3)]
    (found,) = found_in(*lots)
    assert found.positions == tuple(event.position for event in lots)


def test_the_first_harvest_that_followed_counts() -> None:
    treated = {"quantityList": [quantity(LEAF, 60)], "extensions": {"a:cropInputs": [sprayed("2026-04-01", 3)]}}
    spraying = told(9, "garden", about=About.ORIGIN, **treated)
    before, late = picked(hour=1), picked(hour=60, **{"cbvmda:harvestStartDate": "2026-04-05"})
    soon = picked(hour=30, **{"cbvmda:harvestStartDate": "2026-04-02"})
    assert codes_in(spraying, picked(hour=1, **{"cbvmda:harvestStartDate": "2026-03-31"}), late) == []
    (found,) = found_in(spraying, before, soon, late)
    assert found.values["harvested"] == "2026-04-01"
    (found,) = found_in(spraying, soon, late)
    assert found.values["harvested"] == "2026-04-02"
