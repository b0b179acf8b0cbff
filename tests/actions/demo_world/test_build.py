"""The small world is whole: valid, plausible, told by many, and honest about what it lacks."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ledger.actions.demo_world import leaf_to_tea, tea_to_shelf
from ledger.actions.demo_world.build import DemoWorld, build_demo_world
from ledger.actions.demo_world.identifiers import BLEND, CERTIFIER, ITEM, MEMBERS, SHOP, case, leaf_lot, tin
from ledger.actions.demo_world.telling import Calendar, Chapter, document, with_ids
from ledger.actions.log.open_source import open_source
from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.trace_item import trace_item
from ledger.audit.replay import audit
from ledger.evidence.authority import EVENT_TYPES, ReadRule
from ledger.evidence.instant import Instant
from ledger.evidence.policy import Policy
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.epcis.document import split_document
from ledger.trade.epcis.validate import validate_document
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS
from tests.actions.demo_world.conftest import START, TOLD


def story() -> list[Chapter]:
    calendar = Calendar(START)
    return [*leaf_to_tea.chapters(calendar), *tea_to_shelf.chapters(calendar)]


def events() -> list[dict[str, Any]]:
    return [said for number, chapter in enumerate(story()) for said in with_ids(chapter, number)]


def test_it_is_audited_clean_with_everything_checked(built: DemoWorld) -> None:
    with open_source(str(built.data)) as source:
        report = audit(source, Policy.parse(built.policy.read_text(encoding="utf-8")))
    assert report.findings == ()
    assert report.not_checked == ()
    with open_source(str(built.data)) as source:
        assert report.size == source.size(), "the last checkpoint covers everything"


def test_it_is_large_enough_to_be_worth_looking_at(built: DemoWorld) -> None:
    kinds = Counter(said["type"] for said in events())
    assert built.events > len(events()) >= 60
    assert set(kinds) == EVENT_TYPES
    assert {chapter.member for chapter in story()} == set(MEMBERS) - {CERTIFIER}
    assert {chapter.read for chapter in story()} == set(ReadRule)


def test_both_kinds_of_custody_are_there(built: DemoWorld, ledger: Ledger) -> None:
    custody = {name: ledger.state().party(full).custody for name, full in built.parties.items()}
    assert {name for name, kind in custody.items() if kind == "self"} == set(built.own_keys)
    assert "operator" in custody.values()


def test_nothing_is_to_be_said_against_any_event() -> None:
    for number, chapter in enumerate(story()):
        cut = split_document(document(chapter, number, created="2026-05-01T00:00:00Z"))
        verdict = validate_document(cut, now=TOLD, pinned=PINNED_CONTEXTS)
        assert (verdict.errors, [event.findings for event in verdict.events]) == ((), [()] * len(cut.events))


def test_everything_happens_in_order_and_before_it_is_told() -> None:
    times = [said["eventTime"] for said in events()]
    calendar = Calendar(START)
    assert calendar.at(0, "00:00") < min(times) and max(times) < calendar.at(34, "00:00")
    at_sea = [said for said in events() if said.get("bizStep") == "transporting"]
    assert len(at_sea) >= 6 and all(said["sensorElementList"] for said in at_sea)
    assert [said["eventTime"] for said in at_sea] == sorted(said["eventTime"] for said in at_sea)


def test_no_tea_comes_from_nowhere() -> None:
    for leaves, made in zip(zip(*[iter(leaf_to_tea.WEIGHED_KG)] * 2, strict=True), leaf_to_tea.MADE_KG, strict=True):
        assert 4.0 < sum(leaves) / made < 5.0
    assert all(weighed < picked for picked, weighed in zip(leaf_to_tea.PICKED_KG, leaf_to_tea.WEIGHED_KG, strict=True))
    assert sum(leaf_to_tea.MADE_KG) > leaf_to_tea.BLENDED_KG
    used = [
        element["quantity"] for said in events() for element in said.get("inputQuantityList", ()) if element["epcClass"] == BLEND
    ]
    assert sum(used) < leaf_to_tea.BLENDED_KG
    assert tea_to_shelf.PACKED_KG >= 0.1 * 24


def test_every_identifier_has_its_check_digit() -> None:
    for identifier in (ITEM, BLEND, case(0), tin(3, 23), *(member.gln_uri for member in MEMBERS.values())):
        assert parse_digital_link(identifier).uri() == identifier
    assert len({tin(number, place) for number in range(4) for place in range(24)}) == 96


def test_it_says_what_went_wrong_and_what_is_missing() -> None:
    declared = [said for said in events() if "errorDeclaration" in said]
    (wrong,) = declared
    assert wrong["errorDeclaration"]["correctiveEventIDs"][0] in {said["eventID"] for said in events()}
    assert sum(said["eventID"] == wrong["eventID"] for said in events()) == 2
    handed_over = [said for said in events() if said["eventTime"][11:16] == "11:00" and said["bizStep"] == "shipping"]
    assert len(handed_over) == len(leaf_to_tea.PICKED_KG) - 1
    assert "ALARM_CONDITION" not in json.dumps(events())


def test_the_tin_on_the_shelf_is_traced_to_both_plots(built: DemoWorld, ledger: Ledger) -> None:
    found = trace_item(ledger, built.item, direction="back")
    picked = {leaf_lot(number) for number in range(1, 7)}
    assert picked <= {node.identifier for node in found.trace.nodes}
    assert built.parties[SHOP] in {event.batch.issuer for event in found.events.values()}
    assert len(found.withheld) == 2, "order and invoice are for the parties"
    assert len(found.withdrawn) == 2


def test_the_page_of_the_tin_says_no_more_is_there_than_it_shows(built: DemoWorld, ledger: Ledger) -> None:
    facts = describe_item(ledger, parse_digital_link(built.item))
    found = trace_item(ledger, built.item, direction="back")
    assert len(found.events) > len(facts.steps), "the case was handled before the tin was in it, which is not the tin's story"
    assert not facts.truncated


def test_the_same_start_gives_the_same_events_and_other_keys(tmp_path: Path, built: DemoWorld) -> None:
    again = build_demo_world(tmp_path / "again", clock=lambda: TOLD, start=START)
    assert again.item == built.item
    assert again.events == built.events
    assert again.policy.read_bytes() != built.policy.read_bytes()
    later = Calendar(Instant(START + 86_400_000))
    first, shifted = story()[0].events[0], leaf_to_tea.chapters(later)[0].events[0]
    assert (first["eventTime"], shifted["eventTime"]) == ("2026-03-28T05:30:00+08:00", "2026-03-29T05:30:00+08:00")
