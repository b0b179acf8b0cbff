"""Things named before they were made."""

from __future__ import annotations

import pytest

from ledger.trade.assessment.told import Told
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import CASE, GTIN, LEAF, LOT, TIN, quantity, told


def made(hour: float, *outputs: str) -> Told:
    return told(hour, kind="TransformationEvent", inputQuantityList=[quantity(LEAF, 9)], outputEPCList=list(outputs))


def test_used_before_it_was_made() -> None:
    early = told(1, "shop", epcList=[TIN])
    (found,) = found_in(early, made(2, TIN))
    assert (found.code, found.positions) == ("used-before-made", (early.position, made(2, TIN).position))
    assert found.values == {"thing": TIN, "minutes": "60"}


def test_an_input_of_its_own_future() -> None:
    second = told(1, kind="TransformationEvent", inputEPCList=[TIN], outputEPCList=[CASE])
    assert codes_in(second, made(2, TIN)) == ["used-before-made"]


def test_once_for_each_thing() -> None:
    assert codes_in(told(1, epcList=[TIN, CASE]), told(1.2, epcList=[TIN]), made(2, TIN, CASE)) == ["used-before-made"] * 2


@pytest.mark.parametrize(
    "events",
    [
        [told(1, epcList=[TIN]), told(2, epcList=[TIN])],
        [made(1, TIN), told(2, epcList=[TIN])],
        [told(1.95, epcList=[TIN]), made(2, TIN)],
        [
            told(1, epcList=[TIN], withdrawn=False, kind="TransactionEvent", bizTransactionList=[{"bizTransaction": "urn:x:po"}]),
            made(2, TIN),
        ],
        [told(1, quantityList=[quantity(GTIN, 3)]), told(2, action="ADD", quantityList=[quantity(GTIN, 3)])],
    ],
)
def test_what_is_in_order(events: list[Told]) -> None:
    assert codes_in(*events) == []


def test_of_several_beginnings_of_a_lot_the_first_counts() -> None:
    beginnings = [told(hour, action="ADD", quantityList=[quantity(LOT, 3)]) for hour in (1, 5)]
    assert codes_in(*beginnings, told(3, quantityList=[quantity(LOT, 3)])) == []
    assert codes_in(*beginnings, told(0, quantityList=[quantity(LOT, 3)])) == ["used-before-made"]
