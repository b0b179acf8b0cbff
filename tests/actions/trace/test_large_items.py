"""Items with ten thousand events, and with fifty levels of ancestors: the answer is right, bounded, and says what was cut."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.trace.gather_item import NODES_MAX
from ledger.actions.trace.item_history import GRAPH_NODES_MAX, SHOWN_MAX
from ledger.trade.assessment.told import About
from ledger.trade.assessment.verdict import Verdict
from tests.actions.conftest import World
from tests.actions.trace.test_item_statements import GTIN, ITEM, facts, recall, said
from tests.documents import document, event

LOT = f"{GTIN}/10/BIG"
LEVELS = 50
EVENTS = 10_000


@pytest.fixture
def inspector(world: World) -> str:
    return admit_party(world.ledger, Admission("inspector", ["inspector"], "SG")).party


def captured(world: World, *events: dict[str, Any]) -> None:
    job = submit_document(world.ledger, Submission(document(*events), world.held), world.turn)
    assert job.success, job


def at(number: int) -> str:
    return f"2026-11-{1 + number // 86_400:02}T{number // 3_600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z"


def test_of_ten_thousand_events_the_newest_are_shown_and_a_recall_is_found(world: World, inspector: str) -> None:
    for start in range(0, EVENTS, 1_000):
        numbers = range(start, start + 1_000)
        captured(world, *(event(n, epcList=None, quantityList=[{"epcClass": LOT}], eventTime=at(n)) for n in numbers))
    publish_checkpoint(world.ledger)
    found = facts(world, LOT)
    assert (found.verdict, found.truncated) == (Verdict.INCOMPLETE, True)
    assert len(found.steps) == SHOWN_MAX < NODES_MAX < EVENTS
    assert [step.text_time for step in found.steps] == [at(n) for n in range(EVENTS - SHOWN_MAX, EVENTS)]
    said(world, inspector, recall(LOT))
    found = facts(world, LOT)
    assert (found.verdict, len(found.recalls), found.truncated) == (Verdict.RECALLED, 1, True)


def test_fifty_levels_up_the_first_origin_is_found_and_its_recall_comes_down(world: World, inspector: str) -> None:
    ancestors = [f"{GTIN}/21/A{level}" for level in range(LEVELS)]
    captured(world, event(0, epcList=[ancestors[0]], action="ADD", bizStep="commissioning", eventTime=at(0)))
    steps = zip(ancestors, [*ancestors[1:], ITEM], strict=True)
    made = {"type": "TransformationEvent", "action": None, "epcList": None, "bizStep": "commissioning"}
    captured(
        world,
        *(event(n, **made, inputEPCList=[old], outputEPCList=[new], eventTime=at(n)) for n, (old, new) in enumerate(steps, 1)),
    )
    publish_checkpoint(world.ledger)
    found = facts(world)
    assert not found.truncated
    assert [step.about for step in found.steps] == [About.ORIGIN] * LEVELS + [About.ITEM]
    assert len(found.graph.nodes) == GRAPH_NODES_MAX
    assert found.graph.more == LEVELS + 1 - GRAPH_NODES_MAX
    said(world, inspector, recall(ancestors[0]))
    (reached,) = facts(world).recalls
    assert reached.through == (ancestors[0],)
