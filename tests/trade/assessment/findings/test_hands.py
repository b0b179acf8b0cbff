"""Hand-overs that broke the chain, that nobody confirmed, or that stand in the wrong order."""

from __future__ import annotations

import pytest

from ledger.evidence.instant import Instant
from ledger.trade.assessment.told import About, Told
from ledger.trade.custody import Handling
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import CASE, GTIN, LEAF, TIN, handed, known, quantity, told

ALL = {"party_of": known("garden", "works", "carrier", "shop")}


def sent(hour: float, giver: str, receiver: str, thing: str = TIN, **more: object) -> Told:
    return told(hour, giver, "shipping", epcList=[thing], **handed(giver, receiver), **more)  # type: ignore[arg-type]


def got(hour: float, giver: str, receiver: str, thing: str = TIN, **more: object) -> Told:
    return told(hour, receiver, "receiving", epcList=[thing], **handed(giver, receiver), **more)  # type: ignore[arg-type]


def test_every_break_of_custody_is_found() -> None:
    handlings = [
        Handling((n, 0), Instant(n), issuer, step)
        for n, (issuer, step) in enumerate(
            [
                ("garden", "commissioning"),
                ("thief", "receiving"),
                ("thief", "shipping"),
                ("shop", "receiving"),
                ("fence", "storing"),
            ]
        )
    ]
    found = found_in(handlings=tuple(handlings))
    assert [(one.code, one.positions, one.values) for one in found] == [
        ("custody-broken", ((0, 0), (1, 0)), {"holder": "garden", "taker": "thief"}),
        ("custody-broken", ((3, 0), (4, 0)), {"holder": "shop", "taker": "fence"}),
    ]
    assert codes_in(handlings=tuple(handlings[:1])) == []


def test_a_confirmed_hand_over_is_nothing() -> None:
    assert codes_in(sent(1, "works", "shop"), got(2, "works", "shop"), told(3, "shop", "stocking", epcList=[TIN]), **ALL) == []


def test_sent_and_had_by_another_who_never_received_it() -> None:
    shipped, shelved = sent(1, "works", "shop"), told(3, "shop", "stocking", role="shop", epcList=[TIN])
    (found,) = found_in(shipped, shelved, **ALL)
    assert (found.code, found.positions) == ("hand-over-unconfirmed", (shipped.position, shelved.position))
    assert found.values == {"thing": TIN, "sender": "works", "holder": "shop"}
    assert codes_in(shipped, shelved) == ["hand-over-unconfirmed"]


def test_the_named_receiver_had_it_whatever_it_did() -> None:
    opened = told(3, "shop", "unpacking", kind="AggregationEvent", parentID=CASE, childEPCs=[TIN])
    assert codes_in(sent(1, "works", "shop", CASE), opened, **ALL) == ["hand-over-unconfirmed"]
    assert codes_in(sent(1, "works", "shop", CASE), opened) == []


@pytest.mark.parametrize(
    "later",
    [
        [],
        [told(3, "works", "stocking", epcList=[TIN])],
        [told(3, "customs", "holding", role="customs", epcList=[TIN])],
        [told(3, "carrier", "transporting", role="carrier", epcList=[TIN])],
        [told(2, "shop", "receiving", role="shop", epcList=[TIN]), told(3, "shop", "stocking", role="shop", epcList=[TIN])],
        [told(2, "shop", "receiving", role="shop", epcList=[CASE]), told(3, "shop", "stocking", role="shop", epcList=[TIN])],
        [told(0, "shop", "stocking", role="shop", epcList=[TIN])],
    ],
)
def test_what_leaves_a_sending_merely_open(later: list[Told]) -> None:
    assert codes_in(sent(1, "works", "shop"), *later) == []


def test_a_bare_product_number_is_handed_over_by_nobody() -> None:
    shipped = told(1, "works", "shipping", quantityList=[quantity(GTIN, 5)], **handed("works", "shop"))
    assert codes_in(shipped, told(3, "shop", "storing", quantityList=[quantity(GTIN, 5)]), **ALL) == []


def test_received_before_it_was_sent() -> None:
    early, late = got(1, "works", "shop"), sent(2, "works", "shop")
    (found,) = found_in(early, late, **ALL)
    assert (found.code, found.values) == ("received-before-sent", {"thing": TIN, "minutes": "60"})
    assert codes_in(early, late) == ["received-before-sent"]


def test_two_clocks_may_differ_by_minutes() -> None:
    assert codes_in(got(1, "works", "shop"), sent(1.05, "works", "shop"), **ALL) == []


def test_a_second_round_is_no_receipt_too_early() -> None:
    rounds = [sent(1, "works", "shop"), got(2, "works", "shop"), sent(3, "shop", "works"), got(4, "shop", "works")]
    assert codes_in(*rounds, sent(5, "works", "shop"), **ALL) == []


def test_an_ingredient_that_its_maker_never_handed_over() -> None:
    grown = told(1, "garden", "commissioning", about=About.ORIGIN, epcList=[LEAF], action="ADD")
    taken = got(2, "garden", "works", LEAF, about=About.ORIGIN)
    (found,) = found_in(grown, taken, **ALL)
    assert (found.code, found.weight.value, found.values) == (
        "received-but-never-sent",
        "note",
        {"thing": LEAF, "receiver": "works"},
    )
    assert codes_in(grown, sent(1.5, "garden", "works", LEAF, about=About.ORIGIN), taken, **ALL) == []
    assert codes_in(taken, **ALL) == []


def test_a_lot_is_used_up_in_parts_and_in_many_hands() -> None:
    uses = tuple(Handling((n, 0), Instant(n), "works", "creating_class_instance", consumed=True) for n in range(3))
    assert codes_in(handlings=uses, starts=(LEAF,)) == []
    assert codes_in(handlings=uses) == ["custody-broken"] * 2


def test_a_lot_that_arrived_without_being_sent_says_so_on_its_own_page() -> None:
    grown = told(1, "garden", "commissioning", quantityList=[quantity(LEAF, 9)], action="ADD")
    taken = told(2, "works", "receiving", quantityList=[quantity(LEAF, 9)], **handed("garden", "works"))
    assert codes_in(grown, taken, starts=(LEAF,), **ALL) == ["received-but-never-sent"]
    assert codes_in(grown, taken, starts=(TIN, LEAF), **ALL) == []
