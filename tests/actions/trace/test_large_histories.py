"""Pages of items with far too much of everything: their work is bounded, they say so, and nobody buries what matters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.trace.affordable_proofs import PROVEN_ANEW_MAX
from ledger.actions.trace.describe_item import FINDINGS_MAX, describe_item
from ledger.actions.trace.gather_item import NAMES_MAX, NODES_MAX
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.item_history import SHOWN_MAX
from ledger.evidence.authority import ReadRule
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.coded import LabelReported
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallIssued
from tests.actions.conftest import START, World
from tests.documents import document, event
from tests.statements import statements_run

GTIN = "https://id.gs1.org/01/09506000134352"
ITEM = f"{GTIN}/21/S1"
CASE = "https://id.gs1.org/00/095060001343500019"
SQL_MAX = 60
"""Statements of a page, whatever its item; a chain of things made of one another needs two or three a link more."""


_RECORDS = re.compile(r"FROM records\s+WHERE position IN \(([^)]*)\)")


@dataclass
class Work:
    """What a page asked of the database."""

    statements: list[str]
    records: int


def captured(world: World, *events: dict[str, Any]) -> None:
    job = submit_document(world.ledger, Submission(document(*events), HeldAuthor(world.tea, ReadRule.CODE)), world.turn)
    assert job.success, job


def said(world: World, party: str, *bodies: DossierBody) -> None:
    submit_held(world.ledger, [body.to_body() for body in bodies], issuer=party, queue=world.turn)


def described(world: World, item: str = ITEM) -> ItemFacts:
    return describe_item(world.ledger, parse_digital_link(item))


def looked_at(world: World, item: str = ITEM) -> tuple[ItemFacts, Work]:
    """The second page: what can be remembered is."""
    described(world, item)
    with statements_run(world.ledger.engine) as run:
        facts = described(world, item)
    named = [_RECORDS.search(statement) for statement in run]
    return facts, Work(run, sum(len(set(found[1].split(", "))) for found in named if found))


def at(number: int) -> str:
    return f"2026-11-{10 + number // 3600 // 24:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"


def test_an_item_of_many_events_shows_the_newest_and_says_so(world: World) -> None:
    for part in range(3):
        captured(world, *(event(n, epcList=[ITEM], eventTime=at(n)) for n in range(part * 1_000, part * 1_000 + 1_000)))
    publish_checkpoint(world.ledger)
    facts, work = looked_at(world)
    assert (len(facts.steps), facts.truncated, facts.verdict) == (SHOWN_MAX, True, Verdict.INCOMPLETE)
    assert facts.steps[-1].text_time == at(2_999)
    assert NODES_MAX <= work.records <= NODES_MAX + 10
    assert len(work.statements) <= SQL_MAX


def test_a_pallet_of_ten_thousand_costs_its_items_no_statement_each(world: World) -> None:
    captured(world, event(0, epcList=[ITEM], eventTime=at(0), action="ADD", bizStep="commissioning"))
    packing = {"type": "AggregationEvent", "parentID": CASE, "epcList": None, "action": "ADD", "bizStep": "packing"}
    for part in range(10):
        children = [ITEM, *(f"{GTIN}/21/K{part}-{child}" for child in range(999))]
        captured(world, event(1 + part, childEPCs=children, eventTime=at(60 + part), **packing))
    publish_checkpoint(world.ledger)
    item, work = looked_at(world)
    assert (len(item.steps), item.truncated) == (11, False)
    assert len(work.statements) <= SQL_MAX
    pallet, work = looked_at(world, CASE)
    assert pallet.truncated
    assert len(work.statements) <= SQL_MAX


def test_of_events_that_name_ever_more_things_the_newest_are_read(world: World) -> None:
    for part in range(30):
        others = [f"{GTIN}/21/O{part}-{other}" for other in range(999)]
        captured(world, event(part, epcList=[ITEM, *others], eventTime=at(part)))
    publish_checkpoint(world.ledger)
    facts = described(world)
    read = NAMES_MAX // 1_000
    assert ([step.text_time for step in facts.steps], facts.truncated) == ([at(n) for n in range(30 - read, 30)], True)


def test_a_thing_of_fifty_levels_is_followed_to_its_beginning(world: World) -> None:
    making = {"type": "TransformationEvent", "action": None, "epcList": None, "bizStep": "commissioning"}
    levels = (
        event(n, inputEPCList=[f"{GTIN}/21/L{n}"], outputEPCList=[f"{GTIN}/21/L{n + 1}"], eventTime=at(n), **making)
        for n in range(50)
    )
    captured(world, *levels)
    publish_checkpoint(world.ledger)
    facts, work = looked_at(world, f"{GTIN}/21/L50")
    assert (len(facts.steps), facts.truncated, facts.graph.more + len(facts.graph.nodes)) == (50, False, 51)
    assert len(work.statements) <= SQL_MAX + 3 * 50


def test_things_of_one_level_are_looked_up_together(world: World) -> None:
    inputs = [f"{GTIN}/21/J{n}" for n in range(400)]
    captured(world, *(event(n, epcList=[one], eventTime=at(n)) for n, one in enumerate(inputs)))
    making = {"type": "TransformationEvent", "action": None, "epcList": None, "bizStep": "commissioning"}
    captured(world, event(1_000, inputEPCList=inputs, outputEPCList=[ITEM], eventTime=at(1_000), **making))
    publish_checkpoint(world.ledger)
    facts, work = looked_at(world)
    assert facts.graph.more + len(facts.graph.nodes) == 401
    assert len(work.statements) <= SQL_MAX


def test_descriptions_without_end_bury_no_recall(world: World) -> None:
    inspector = admit_party(world.ledger, Admission("inspector", ["inspector"], "SG")).party
    captured(world, event(0, epcList=[ITEM], eventTime=at(0), action="ADD", bizStep="commissioning"))
    for part in range(6):
        names = (f"Tea {part}-{number}" for number in range(1_000))
        said(world, world.tea, *(ProductDescribed(GTIN, (Words("en", name),), "other") for name in names))
    said(world, inspector, RecallIssued(START, (GTIN,), "safety", "return", (Words("en", "too much of it"),)))
    publish_checkpoint(world.ledger)
    facts, work = looked_at(world)
    assert (facts.verdict, len(facts.recalls), facts.truncated) == (Verdict.RECALLED, 1, True)
    assert work.records <= 5_000 + 20
    assert len(work.statements) <= SQL_MAX + 20


@pytest.fixture
def operator(world: World) -> str:
    return admit_party(world.ledger, Admission("operator", ["operator"], "SG")).party


def test_reports_of_labels_take_no_room_from_its_history(world: World, operator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.actions.trace.gather_item.NODES_MAX", 20)
    captured(world, event(0, epcList=[ITEM], eventTime=at(0), action="ADD", bizStep="commissioning"))
    said(world, operator, *(LabelReported(ITEM, "copied") for _ in range(40)))
    publish_checkpoint(world.ledger)
    facts = described(world)
    assert ([step.step for step in facts.steps], facts.truncated) == (["commissioning"], False)


def test_a_page_proves_some_entries_anew_and_the_next_page_the_others(world: World, operator: str) -> None:
    captured(world, event(0, epcList=[ITEM], eventTime=at(0), action="ADD", bizStep="commissioning"))
    for _ in range(PROVEN_ANEW_MAX + 5):
        said(world, operator, LabelReported(ITEM, "copied"))
    publish_checkpoint(world.ledger)
    assert described(world).truncated
    assert not described(world).truncated


def test_findings_are_told_up_to_a_number_and_weighed_all(world: World) -> None:
    captured(world, event(0, epcList=[f"{GTIN}/21/T{n}" for n in range(80)], eventTime=at(7_200), action="ADD"))
    early = (event(1 + n, epcList=[f"{GTIN}/21/T{n}"], eventTime=at(0)) for n in range(80))
    captured(world, *early)
    making = {"type": "TransformationEvent", "action": None, "epcList": None, "bizStep": "commissioning"}
    inputs = [f"{GTIN}/21/T{n}" for n in range(80)]
    captured(world, event(99, inputEPCList=inputs, outputEPCList=[ITEM], eventTime=at(9_000), **making))
    publish_checkpoint(world.ledger)
    facts = described(world)
    assert len(facts.findings) == FINDINGS_MAX
    assert facts.truncated
