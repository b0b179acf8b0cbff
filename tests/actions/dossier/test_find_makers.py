"""Who made a thing: whose events began it, in which order, and which events do not count."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.dossier.find_makers import find_makers
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.evidence.authority import ReadRule
from ledger.storage.database import reading
from tests.actions.conftest import World
from tests.documents import bare

ITEM = "https://id.gs1.org/01/09506000134352/21/S1"
LOT = "https://id.gs1.org/01/09506000134352/10/L1"
LEAF = "https://id.gs1.org/01/09506000134369/10/P1"
SPELT = "https://tea.example/01/09506000134352/10/L1/21/S1"


def say(world: World, party: str, number: int, **members: Any) -> None:
    submit_event(world.ledger, bare(number, **members), HeldAuthor(party, ReadRule.PARTIES), world.turn)


def makers(world: World, thing: str) -> tuple[str, ...]:
    with reading(world.ledger.engine) as connection:
        return find_makers(connection, thing)


@pytest.fixture
def shop(world: World) -> str:
    return admit_party(world.ledger, Admission("shop", ["shop"], "SG")).party


def made(**more: Any) -> dict[str, Any]:
    return {"type": "TransformationEvent", "action": None, "epcList": None, "bizStep": "commissioning", **more}


def test_nobody_made_what_nothing_began(world: World) -> None:
    assert makers(world, ITEM) == ()
    for number, action in enumerate(("OBSERVE", "DELETE"), 1):
        say(world, world.tea, number, epcList=[ITEM], action=action)
    assert makers(world, ITEM) == ()


def test_who_adds_a_thing_or_a_lot_made_it_whoever_may_read_that(world: World) -> None:
    say(world, world.tea, 1, epcList=[ITEM], action="ADD", bizStep="commissioning")
    quantity = [{"epcClass": LOT, "quantity": 20}]
    say(world, world.tea, 2, epcList=None, quantityList=quantity, action="ADD", bizStep="creating_class_instance")
    assert makers(world, ITEM) == makers(world, LOT) == (world.tea,)


def test_who_turns_one_thing_into_another_made_the_output_only(world: World, shop: str) -> None:
    inputs, outputs = [{"epcClass": LEAF, "quantity": 2}], [ITEM]
    say(world, shop, 1, **made(inputQuantityList=inputs, outputEPCList=outputs))
    assert (makers(world, ITEM), makers(world, LEAF)) == ((shop,), ())


def test_the_first_in_the_log_comes_first_and_each_once(world: World, shop: str) -> None:
    for number, party in enumerate((shop, world.tea, shop), 1):
        say(world, party, number, epcList=[ITEM], action="ADD", bizStep="commissioning")
    assert makers(world, ITEM) == (shop, world.tea)


def test_an_event_declared_wrong_makes_nobody(world: World, shop: str) -> None:
    began = {"epcList": [ITEM], "action": "ADD", "bizStep": "commissioning"}
    say(world, shop, 1, **began)
    say(world, world.tea, 2, **began)
    say(world, shop, 1, **began, errorDeclaration={"declarationTime": "2026-11-20T07:10:00.000Z"})
    assert makers(world, ITEM) == (world.tea,)


@pytest.mark.parametrize("step", ["sampling", "inspecting", "https://ref.gs1.org/cbv/BizStep-sampling"])
def test_to_draw_a_sample_is_not_to_make(world: World, step: str) -> None:
    say(world, world.tea, 1, epcList=[ITEM], action="ADD", bizStep=step)
    assert makers(world, ITEM) == ()


def test_an_item_without_a_beginning_of_its_own_began_with_its_lot(world: World, shop: str) -> None:
    quantity = [{"epcClass": LOT, "quantity": 20}]
    say(world, shop, 1, epcList=None, quantityList=quantity, action="ADD", bizStep="creating_class_instance")
    say(world, world.tea, 2, epcList=[SPELT], action="OBSERVE")
    assert makers(world, ITEM) == (shop,)
    say(world, world.tea, 3, epcList=[ITEM], action="ADD", bizStep="commissioning")
    assert makers(world, ITEM) == (world.tea,)
