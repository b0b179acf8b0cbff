"""The load: the same bytes for the same seed, and nothing that the ledger would mark."""

from __future__ import annotations

from benchmarks.made_events import CONTEXT, EVENT_BYTES, IDENTIFIERS, Maker, document, genealogy
from ledger.actions.capture.check_document import check_document, check_event
from ledger.actions.capture.event_rows import identifier_keys
from ledger.evidence.instant import parse_instant
from ledger.trade.epcis.validate import EventVerdict

NOW = parse_instant("2026-11-20T08:00:00.000Z")


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others() -> None:
    assert Maker(1).documents(2, events=3) == Maker(1).documents(2, events=3)
    assert Maker(1).documents(1, events=3) != Maker(2).documents(1, events=3)


def test_no_two_events_are_alike() -> None:
    events = [event for made in Maker(1).documents(4, events=50) for event in made.events]
    assert len(set(events)) == 200


def test_events_have_the_size_and_the_identifiers_that_the_budgets_speak_of() -> None:
    (made,) = Maker(1).documents(1, events=20)
    assert {len(event) for event in made.events} == {EVENT_BYTES}
    assert all(len(identifier_keys(verdict.event)) == IDENTIFIERS for verdict in verdicts(made.data) if verdict.event)


def test_nothing_is_said_against_documents_single_events_and_the_genealogy() -> None:
    pallet, family = genealogy(30, seed=7)
    assert len(family) == 30 and pallet.encode() in family[0]
    for data in (Maker(1).documents(1, events=5)[0].data, document(family)):
        assert [verdict.findings for verdict in verdicts(data)] == [()] * len(verdicts(data))
    (single,) = Maker(1).documents(1, events=1)
    assert check_event(single.data, now=NOW, pinned={CONTEXT}).verdict.findings == ()


def verdicts(data: bytes) -> tuple[EventVerdict, ...]:
    checked = check_document(data, now=NOW, pinned={CONTEXT}).verdict
    assert checked.errors == ()
    return checked.events
