"""Find who made a thing: the issuers of the events with which it began."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, DecodeError
from sqlalchemy import Connection

from ledger.actions.trace.find_events import FoundEvent, traced
from ledger.evidence.authority import RecordClass
from ledger.storage.entries import StoredBatch, StoredRecord, read_batch, read_records
from ledger.storage.identifier_index import positions_naming
from ledger.trade.assessment.terms import bare
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.roles import spelt_identifiers
from ledger.trade.identifiers import canonical, ladder
from ledger.trade.membership import TracedEvent

EVENTS_MAX: Final = 500
"""The first so many events of a thing in the log are looked at: it began with one of them."""

_LOT: Final = "/10/"
_NOT_MAKING: Final = frozenset({"sampling", "inspecting"})


def find_makers(connection: Connection, thing: str) -> tuple[str, ...]:
    """The issuers of the events with which `thing` began, in log order, each once; of its lot where it has none of its own.

    An event that its issuer declared erroneous counts no more, and to draw a sample is not to make. What an event says
    counts here whoever may read it: only the question whether somebody is a maker is answered.
    """
    events = _events_naming(connection, thing)
    own = _makers(events, thing)
    if own:
        return own
    spelt = (text for event in events for text in spelt_identifiers(event.event) if canonical(text) == thing)
    lots = dict.fromkeys(rung for text in spelt for rung in ladder(text) if _LOT in rung and rung != thing)
    makers = (maker for lot in lots for maker in _makers(_events_naming(connection, lot), lot))
    return tuple(dict.fromkeys(makers))


def things_begun(event: TracedEvent) -> tuple[str, ...]:
    """What begins with an event: the outputs of a transformation, and what an object event adds."""
    if event.outputs:
        return event.outputs
    return event.others if event.type == "ObjectEvent" and event.action == "ADD" else ()


def _makers(events: list[FoundEvent], thing: str) -> tuple[str, ...]:
    wrong = {(said.batch.issuer, said.event_id) for said in events if said.event.error_declaration is not UNSET}
    issuers = (
        said.batch.issuer
        for said in events
        if said.event.error_declaration is UNSET
        and (said.event_id is None or (said.batch.issuer, said.event_id) not in wrong)
        and bare(said.event.biz_step) not in _NOT_MAKING
        and thing in things_begun(traced(said))
    )
    return tuple(dict.fromkeys(issuers))


def _events_naming(connection: Connection, thing: str) -> list[FoundEvent]:
    batches: dict[int, StoredBatch] = {}
    found = []
    for record in read_records(connection, positions_naming(connection, thing)[:EVENTS_MAX]):
        entry = record.position.entry
        batch = batches.get(entry) or batches.setdefault(entry, read_batch(connection, entry))
        event = _event(record, batch)
        if event is not None:
            found.append(event)
    return found


def _event(record: StoredRecord, batch: StoredBatch) -> FoundEvent | None:
    """None for what is said of the thing beside events, and for what is no event any more: the audit names it."""
    if batch.record_class != RecordClass.EPCIS.value or not record.body:
        return None
    try:
        return FoundEvent(record.position, record.body, read_event(record.body), batch)
    except (DecodeError, UnicodeDecodeError):
        return None
