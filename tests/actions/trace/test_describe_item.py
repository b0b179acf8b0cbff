"""What is known of an item: names, custody, proofs, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.trace.check_proof import Holds
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.item_names import names_in_header
from ledger.actions.trace.trace_item import ItemUnknown, starts_of, trace_item
from ledger.trade.assessment.told import About
from ledger.trade.custody import Hands
from ledger.trade.digital_link import parse_digital_link
from tests.actions.conftest import World
from tests.documents import document, event

GTIN = "09506000134352"
ITEM = f"https://id.gs1.org/01/{GTIN}/21/S1"
CASE = "https://id.gs1.org/00/095060001343500019"


def captured(world: World, *events: dict[str, Any], **header: Any) -> None:
    job = submit_document(world.ledger, Submission(document(*events, **header), world.held), world.turn)
    assert job.success, job
    publish_checkpoint(world.ledger)


def described(world: World, path: str = f"/01/{GTIN}/21/S1", **more: Any) -> ItemFacts:
    return describe_item(world.ledger, parse_digital_link(f"https://a.example{path}"), **more)


def test_a_proof_is_said_to_wait_until_a_checkpoint_covers_it(world: World) -> None:
    submit_document(world.ledger, Submission(document(event()), world.held), world.turn)
    (waiting,) = described(world).steps
    assert (waiting.proof.holds, waiting.proof.failure) == (Holds.NOT_YET, "NotPublishedYet")
    assert waiting.proof.said[0].party == world.tea
    publish_checkpoint(world.ledger)
    (held,) = described(world).steps
    assert held.proof.holds is Holds.YES
    assert held.proof.recorded == world.clock.now
    assert held.proof.said[0].held is True


def test_custody_follows_the_container_and_says_when_it_broke(world: World) -> None:
    packing = event(
        2,
        type="AggregationEvent",
        parentID=CASE,
        childEPCs=[ITEM],
        epcList=None,
        action="ADD",
        bizStep="packing",
        eventTime="2026-11-20T01:00:00Z",
    )
    shipping = event(3, epcList=[CASE], eventTime="2026-11-20T02:00:00Z")
    captured(world, event(1, bizStep="commissioning", action="ADD", eventTime="2026-11-20T00:00:00Z"), packing, shipping)
    facts = described(world)
    assert facts.custody.hands is Hands.IN_TRANSIT
    assert facts.begins is True
    assert [step.about for step in facts.steps] == [About.ITEM, About.ITEM, About.CARRIER]
    assert [step.step for step in facts.steps] == ["commissioning", "packing", "shipping"]


def test_a_withdrawn_event_of_what_it_was_made_from_is_not_about_the_item(world: World) -> None:
    leaves = f"https://id.gs1.org/01/{GTIN}/21/LEAVES"
    wrong = event(1, epcList=[leaves], bizStep="receiving", eventTime="2026-11-20T00:00:00Z")
    declared = {"declarationTime": "2026-11-20T01:00:00Z", "reason": "https://ref.gs1.org/cbv/ER-incorrect_data"}
    making = {"inputEPCList": [leaves], "outputEPCList": [ITEM], "epcList": None, "action": None, "bizStep": "commissioning"}
    made = event(2, type="TransformationEvent", eventTime="2026-11-20T02:00:00Z", **making)
    captured(world, wrong, made)
    captured(world, {**wrong, "errorDeclaration": declared})
    steps = described(world).steps
    assert [(step.about, step.withdrawn) for step in steps] == [(About.ORIGIN, True), (About.ORIGIN, True), (About.ITEM, False)]


def test_terms_are_shown_bare_however_they_are_spelt(world: World) -> None:
    captured(world, event(1, bizStep="https://ref.gs1.org/cbv/BizStep-shipping", disposition="https://a.example/Disp-odd"))
    (step,) = described(world).steps
    assert (step.step, step.disposition) == ("shipping", "https://a.example/Disp-odd")


def test_a_lot_in_the_address_belongs_to_the_item(world: World) -> None:
    assert starts_of(f"https://a.example/01/{GTIN}/10/L/21/S") == (
        f"https://id.gs1.org/01/{GTIN}/21/S",
        f"https://id.gs1.org/01/{GTIN}/10/L",
    )
    assert starts_of(f"https://a.example/01/{GTIN}") == (f"https://id.gs1.org/01/{GTIN}",)
    captured(world, event(1, epcList=[f"https://id.gs1.org/01/{GTIN}/10/L/21/S"]))
    assert len(described(world, f"/01/{GTIN}/10/L").steps) == 1
    assert len(described(world, f"/01/{GTIN}/21/S").steps) == 1


@pytest.mark.parametrize(("language", "name"), [("en", "Green tea"), ("zh", "绿茶"), ("fr", "Green tea")])
def test_ilmd_names_the_item_in_the_readers_language(world: World, language: str, name: str) -> None:
    names = [{"@value": "Green tea", "@language": "en"}, {"@value": "绿茶", "@language": "zh"}]
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"gs1": "https://gs1.org/voc/"}]
    captured(world, event(1, action="ADD", ilmd={"gs1:productName": names}), **{"@context": context})
    assert described(world, language=language).name == name


def test_an_item_nobody_named_is_unknown(world: World) -> None:
    with pytest.raises(ItemUnknown):
        described(world)
    with pytest.raises(ItemUnknown):
        trace_item(world.ledger, "urn:example:nothing", direction="both")


def test_odd_master_data_is_passed_over() -> None:
    odd: list[Any] = [
        None,
        1,
        [],
        {"vocabularyElementList": 3},
        {"vocabularyElementList": [None, {"id": 4}, {"id": "urn:x", "attributes": [5]}]},
    ]
    header = {"epcisHeader": {"epcisMasterData": {"vocabularyList": odd}}}
    assert list(names_in_header(header, language="en")) == []
    assert list(names_in_header({"epcisHeader": "none"}, language="en")) == []
    assert list(names_in_header({}, language="en")) == []
