"""More out than in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.told import Told
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import CASE, GTIN, LEAF, LOT, TIN, quantity, told

OTHER = f"{GTIN}/10/L2"


def turned(hour: float, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]], **more: Any) -> Told:
    return told(hour, kind="TransformationEvent", inputQuantityList=inputs, outputQuantityList=outputs, **more)


def test_more_tea_than_leaves() -> None:
    event = turned(1, [quantity(LEAF, 60), quantity(OTHER, 500, "GRM")], [quantity(LOT, 61)])
    (found,) = found_in(event)
    assert (found.code, found.positions) == ("more-out-than-in", (event.position,))
    assert found.values == {"thing": LOT, "in": "60.5", "out": "61", "unit": "KGM"}


@given(st.integers(1, 10_000), st.integers(0, 20_000))
def test_half_a_per_cent_is_the_scales(grams_in: int, grams_out: int) -> None:
    event = turned(1, [quantity(LEAF, grams_in, "GRM")], [quantity(LOT, grams_out / 1000)])
    assert codes_in(event) == (["more-out-than-in"] if 1000 * grams_out > 1005 * grams_in else [])


@pytest.mark.parametrize(
    "event",
    [
        turned(1, [quantity(LEAF, 1)], [quantity(LOT, 900, "LTR")]),
        turned(1, [quantity(LEAF, 1, None)], [quantity(LOT, 900)]),
        turned(1, [quantity(LEAF, 1), {"epcClass": OTHER}], [quantity(LOT, 900)]),
        turned(1, [quantity(LEAF, 1)], [quantity(LOT, 900)], inputEPCList=[CASE]),
        told(1, kind="TransformationEvent", inputQuantityList=[quantity(LEAF, 1)], outputEPCList=[TIN]),
        told(1, kind="TransformationEvent", inputEPCList=[CASE], outputQuantityList=[quantity(LOT, 900)]),
    ],
)
def test_what_cannot_be_weighed_is_not_judged(event: Told) -> None:
    assert codes_in(event) == []


def test_the_parts_of_one_transformation_are_weighed_together() -> None:
    same = {"transformationID": "urn:uuid:6a0d5b0e-4f0c-4c55-9d53-0a5a5d9b8f11"}
    put_in = told(1, kind="TransformationEvent", inputQuantityList=[quantity(LEAF, 60)], **same)
    taken_out = told(2, kind="TransformationEvent", outputQuantityList=[quantity(LOT, 59)], **same)
    assert codes_in(put_in, taken_out) == []
    more = told(3, kind="TransformationEvent", outputQuantityList=[quantity(OTHER, 2)], **same)
    (found,) = found_in(put_in, taken_out, more)
    assert (found.values["in"], found.values["out"], len(found.positions)) == ("60", "61", 3)


def test_more_of_a_lot_is_used_than_there_was() -> None:
    began = told(1, action="ADD", quantityList=[quantity(LOT, 80)])
    uses = [told(hour, kind="TransformationEvent", inputQuantityList=[quantity(LOT, 41)], outputEPCList=[TIN]) for hour in (2, 3)]
    assert codes_in(began, uses[0]) == []
    (found,) = found_in(began, *uses)
    assert (found.values["in"], found.values["out"]) == ("80", "82")


def test_a_record_names_more_of_a_lot_than_began() -> None:
    began = [told(hour, action="ADD", quantityList=[quantity(LOT, 40)]) for hour in (1, 2)]
    assert codes_in(*began, told(3, "carrier", quantityList=[quantity(LOT, 80)])) == []
    event = told(3, "carrier", quantityList=[quantity(LOT, 172.1)])
    (found,) = found_in(*began, event, told(4, "shop", quantityList=[quantity(LOT, 172.1)]))
    assert found.positions == (*(one.position for one in began), event.position)


def test_a_beginning_without_a_quantity_leaves_it_open() -> None:
    began = [told(1, action="ADD", quantityList=[quantity(LOT, 40)]), told(2, action="ADD", quantityList=[{"epcClass": LOT}])]
    assert codes_in(*began, told(3, quantityList=[quantity(LOT, 80)])) == []


def test_a_bare_product_number_has_no_balance() -> None:
    assert codes_in(told(1, action="ADD", quantityList=[quantity(GTIN, 4)]), told(2, quantityList=[quantity(GTIN, 9)])) == []
