"""Which expected steps the records show, and what the brand adds and drops."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.authority import RecordClass
from ledger.trade.assessment.expected import Expectations, ExpectedStep, Provided, expectations
from ledger.trade.assessment.step_list import shipped_lists
from ledger.trade.assessment.told import About, Statement, Told
from ledger.trade.dossier.bodies.described import DroppedStep, Licence, PartyDescribed, StepsExpected
from ledger.trade.dossier.bodies.kinds import Words
from tests.trade.assessment.scene import (
    CASE,
    GTIN,
    LEAF,
    LOT,
    NAMES,
    PLOT,
    SHED,
    TIN,
    TODAY,
    by_laboratory,
    celsius,
    place,
    product,
    quantity,
    report,
    said,
    sensed,
    told,
)

SPRAY: dict[str, Any] = {"kind": "pesticide", "substance": "matrine", "appliedOn": "2026-03-02"}
FARM = tuple(step.slug for step in shipped_lists()["farm-produce/1"].steps)
ALWAYS = tuple(step.slug for step in shipped_lists()["farm-produce/1"].steps if not step.if_any)


def picked(inputs: list[dict[str, Any]] | None = None, **more: Any) -> Told:
    ilmd = {"cbvmda:harvestStartDate": "2026-04-01"} | ({} if inputs is None else {"tea:cropInputs": inputs})
    members = {"quantityList": [quantity(LEAF, 60)], "readPoint": {"id": PLOT}, "ilmd": ilmd, "action": "ADD"}
    return told(1, "garden", "creating_class_instance", role="merchant", about=About.ORIGIN, **(members | more))


def made() -> Told:
    parts = {"inputQuantityList": [quantity(LEAF, 60)], "outputEPCList": [TIN]}
    return told(5, "works", "creating_class_instance", kind="TransformationEvent", **parts)


WHOLE: tuple[Told | Statement, ...] = (
    picked([SPRAY | {"preHarvestDays": 10}]),
    made(),
    told(8, "carrier", "transporting", role="carrier", about=About.CARRIER, epcList=[CASE], **sensed(celsius(20))),
    told(9, "shop", "stocking", role="shop", epcList=[TIN]),
    said(place(PLOT), "garden", role="merchant", at=90),
    by_laboratory(report(), at=91),
)


def judged(*records: Told | Statement, override: StepsExpected | None = None, category: str = "farm-produce") -> Expectations:
    events = [one for one in records if isinstance(one, Told)]
    return expectations(
        product(category=category), override, events, [one for one in records if isinstance(one, Statement)]
    )  # fmt: skip


def step(found: Expectations, slug: str) -> ExpectedStep:
    return next(one for one in found.steps if one.step == slug)


def test_nothing_told_is_everything_missing() -> None:
    found = judged()
    assert (found.pack, found.missing) == ("farm-produce/1", ALWAYS)
    assert "processing" in FARM
    assert "processing" not in ALWAYS


def test_the_whole_story_lacks_nothing() -> None:
    found = judged(*WHOLE)
    assert found.missing == ()
    assert tuple(one.step for one in found.steps) == FARM
    assert all(one.positions and one.provided is Provided.YES for one in found.steps)


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        (0, ("plot", "inputs", "pre-harvest-interval", "harvest")),
        (1, ()),
        (2, ("cold-chain",)),
        (3, ("custody",)),
        (4, ("plot",)),
        (5, ("laboratory-test",)),
    ],
)
def test_what_each_record_shows(without: int, missing: tuple[str, ...]) -> None:
    assert judged(*WHOLE[:without], *WHOLE[without + 1 :]).missing == missing


def test_withdrawn_records_show_nothing() -> None:
    events = [told(9, "shop", "stocking", role="shop", epcList=[TIN], withdrawn=True)]
    found = expectations(product(), None, events, [by_laboratory(report(), withdrawn=True)])
    assert found.missing == ALWAYS


def test_one_pesticide_without_its_interval_leaves_the_question_open() -> None:
    assert judged(picked([SPRAY])).missing == ("plot", "pre-harvest-interval", "laboratory-test", "cold-chain", "custody")
    other = picked([], quantityList=[quantity(LOT, 1)])
    assert "pre-harvest-interval" in judged(picked([SPRAY]), other).missing
    assert "pre-harvest-interval" not in judged(picked([])).missing


def test_a_place_shows_nothing_unless_an_event_names_it_and_it_is_a_plot() -> None:
    assert "plot" in judged(picked(), said(place(SHED), "garden")).missing
    assert "plot" in judged(picked(), said(place(PLOT, "warehouse"), "garden")).missing


def test_a_strangers_word_about_a_test_shows_nothing() -> None:
    stranger = said(report(), "rival", role="merchant", klass=RecordClass.DESCRIPTION)
    assert "laboratory-test" in judged(made(), stranger).missing
    assert "laboratory-test" not in judged(made(), said(report(), "works")).missing


def test_temperatures_of_the_origin_are_no_cold_chain() -> None:
    assert "cold-chain" in judged(picked(**sensed(celsius(14)))).missing


def test_what_manufactured_goods_show() -> None:
    licence = Licence(NAMES, "SC-1", "City office", TODAY, TODAY)
    described = said(PartyDescribed("works", NAMES, licences=(licence,)), "works")
    shop = told(9, "shop", "retail_selling", role="shop", epcList=[TIN])
    assert judged(category="manufactured").missing == ("makers-licence", "materials", "production", "laboratory-test", "custody")
    assert judged(made(), described, by_laboratory(report()), shop, category="manufactured").missing == ()
    assert "makers-licence" in judged(described, shop, category="manufactured").missing


def test_no_list_for_what_nobody_described_and_for_other_goods() -> None:
    assert expectations(None, None, (), ()) == Expectations(None)
    assert judged(*WHOLE, category="other") == Expectations(None)


def test_a_dropped_step_is_shown_as_dropped_with_its_reason() -> None:
    reason = (Words("en", "Dry tea needs no cooling."),)
    override = StepsExpected(GTIN, "farm-produce/1", dropped=(DroppedStep("cold-chain", reason),))
    dropped = step(judged(override=override), "cold-chain")
    assert (dropped.provided, dropped.reason, dropped.positions) == (Provided.DROPPED, reason, ())
    assert "cold-chain" not in judged(override=override).missing
    assert step(judged(*WHOLE, override=override), "cold-chain").positions == (WHOLE[2].position,)


def test_an_added_step_is_expected_beside_the_list() -> None:
    override = StepsExpected(GTIN, "farm-produce/1", added=("makers-licence", "harvest", "blessing"))
    found = judged(*WHOLE, override=override)
    assert [one.step for one in found.steps if one.added] == ["makers-licence", "blessing"]
    assert found.missing == ("makers-licence", "blessing")


def test_the_brand_may_name_another_list() -> None:
    assert judged(override=StepsExpected(GTIN, "manufactured/1")).pack == "manufactured/1"
    assert judged(override=StepsExpected(GTIN, "farm-produce/9")).pack == "farm-produce/1"
    assert judged(override=StepsExpected(GTIN, "farm-produce/1"), category="other").pack == "farm-produce/1"


@given(st.sets(st.integers(0, len(WHOLE) - 1)), st.sampled_from(WHOLE), st.sampled_from(["farm-produce", "manufactured"]))
def test_one_more_record_never_makes_more_missing(chosen: set[int], more: Told | Statement, category: str) -> None:
    records = [WHOLE[place] for place in chosen]
    before, after = judged(*records, category=category), judged(*records, more, category=category)
    assert set(after.missing) <= set(before.missing)
    given_positions = {one.position for one in (*records, more)}
    assert all(set(one.positions) <= given_positions for one in after.steps)
