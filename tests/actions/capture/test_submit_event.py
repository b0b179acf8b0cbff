"""Single events in: new, the same again, taken IDs, and own notes of one record."""

from __future__ import annotations

import json

import pytest

from ledger.actions.capture.author import Author
from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.document_capture import SignedEventDuplicate
from ledger.actions.capture.event_capture import EventIdTaken, EventRefused, EventTaken
from ledger.actions.capture.submit_event import submit_event
from ledger.errors import Malformed, SuyuanError
from ledger.evidence.entry import Entry
from ledger.evidence.record import NameRepeated
from ledger.storage.database import reading
from ledger.storage.entries import read_batch, read_entry, read_record
from ledger.trade.epcis.document import ContextMissing, split_event
from tests.actions.conftest import World
from tests.documents import bare, event


def post(world: World, data: bytes, author: Author | None = None) -> EventTaken:
    return submit_event(world.ledger, data, author or world.held, world.turn)


def test_an_event_is_a_batch_of_one_kept_byte_for_byte(world: World) -> None:
    data = b"  " + bare(1).replace(b'"action"', b'"acti\\u006fn"') + b"\n"
    taken = post(world, data)
    assert (taken.verdict, taken.position.place) == (Verdict.ACCEPTED, 0)
    with reading(world.ledger.engine) as connection:
        assert read_record(connection, taken.position).body == data.strip()
        assert Entry.parse(read_entry(connection, taken.position.entry)).signed().batch.size == 1
        assert read_batch(connection, taken.position.entry).context == split_event(data)[1]


def test_the_same_event_again_is_the_first_one(world: World) -> None:
    first, again = post(world, bare(1)), post(world, bare(1))
    assert (again.verdict, again.position) == (Verdict.DUPLICATE, first.position)


def test_an_event_without_id_is_known_by_its_bytes(world: World) -> None:
    first, again = post(world, bare(1, eventID=None)), post(world, bare(1, eventID=None))
    assert (again.verdict, again.position) == (Verdict.DUPLICATE, first.position)


def test_a_taken_id_is_a_conflict(world: World) -> None:
    post(world, bare(1))
    with pytest.raises(EventIdTaken):
        post(world, bare(1, action="ADD"))
    declared = {"declarationTime": "2026-11-20T07:10:00.000Z"}
    assert post(world, bare(1, errorDeclaration=declared)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (bare(1, action="EAT"), EventRefused),
        (json.dumps(event(1)).encode(), ContextMissing),
        (b'{"type":"ObjectEvent","type":"ObjectEvent"}', NameRepeated),
        (b"", Malformed),
        (b"[1]", Malformed),
    ],
)
def test_what_is_no_event_is_named_and_leaves_nothing(world: World, data: bytes, error: type[SuyuanError]) -> None:
    before = world.ledger.head()
    with pytest.raises(error):
        post(world, data)
    assert world.ledger.head() == before


def test_all_findings_of_a_refused_event_are_told(world: World) -> None:
    with pytest.raises(EventRefused) as refused:
        post(world, bare(1, action="EAT", bizStep="urn:epcglobal:cbv:bizstep:shipping"))
    assert {finding.pointer for finding in refused.value.findings} >= {"/action", "/bizStep"}


def test_an_own_note_of_one_event(world: World) -> None:
    body, context = split_event(bare(1))
    author = world.sign([body], context)
    first, again = post(world, body, author), post(world, body, author)
    assert (first.verdict, again.verdict, again.position) == (Verdict.ACCEPTED, Verdict.DUPLICATE, first.position)
    with pytest.raises(SignedEventDuplicate):
        post(world, body, world.sign([body], context, seed=bytes(32)))
