"""Describe an item for the person who scanned it: what is known, who said so, which proofs hold now, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from msgspec import UNSET
from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, EntryRights, reader_of
from ledger.actions.trace.check_proof import Proof, Prover, Said
from ledger.actions.trace.find_events import FoundEvent, time_of, traced
from ledger.actions.trace.item_names import name_in_ilmd, names_in_header
from ledger.actions.trace.trace_item import ItemTrace, trace_within
from ledger.evidence.instant import Instant
from ledger.evidence.record import read_record
from ledger.storage.database import reading
from ledger.storage.entries import RecordAbsent
from ledger.storage.entries import read_record as read_stored
from ledger.storage.position import Position
from ledger.trade.custody import Custody, Handling, custody_of
from ledger.trade.digital_link import DigitalLink
from ledger.trade.epcis.event import AnyEvent
from ledger.trade.identifiers import canonical
from ledger.trade.membership import TracedEvent
from ledger.trade.parties.state import Governance

SHOWN_MAX: Final = 100
_HEADERS_READ_MAX: Final = 50


class About(StrEnum):
    """What an event has to do with the item."""

    ITEM = "item"
    ORIGIN = "origin"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the item's history. `text_time` and `offset` are as the issuer wrote them."""

    position: Position
    type: str
    action: str | None
    step: str | None
    disposition: str | None
    time: Instant
    text_time: str
    offset: str
    place: str | None
    place_name: str | None
    about: About
    proof: Proof
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Everything a page says of an item.

    steps: by event time, the latest `SHOWN_MAX`. withheld: records that are not for this reader. broken: it changed hands
    without the holder of that time letting go. truncated: there is more than is shown. damaged: records whose content is
    gone or changed behind the ledger's back.
    """

    link: DigitalLink
    name: str | None
    steps: tuple[Step, ...]
    withheld: int
    damaged: int
    truncated: bool
    begins: bool
    custody: Custody
    holder: Said | None
    holder_place: str | None
    checked: Instant
    log_size: int


def describe_item(ledger: Ledger, link: DigitalLink, *, party: str | None = None, language: str = "en") -> ItemFacts:
    """What this reader may know of the item, every proof built and checked now.

    Raises:
        ItemUnknown: no record names it.
    """
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        asking = Asking(party, link.uri(with_attributes=False))
        found = trace_within(connection, state, asking.code or "", direction="back", party=party)
        names = _names(connection, state, found, asking, language)
        prover = Prover(connection, state)
        told = _told(found)
        shown = told[-SHOWN_MAX:]
        steps = tuple(_step(event, found, names, prover) for event in shown)
        custody = custody_of(_handling(event, found) for event in _own(found))
        return ItemFacts(
            link=link,
            name=_name(link, found, names, language),
            steps=steps,
            withheld=len(found.withheld),
            damaged=len(found.damaged),
            truncated=found.trace.truncated or len(told) > len(shown),
            begins=any(_begins(event) for event in _own(found)),
            custody=custody,
            holder=None if custody.holder is None else prover.said_by(custody.holder),
            holder_place=names.get(custody.place or "", custody.place),
            checked=ledger.clock(),
            log_size=prover.size,
        )


def _told(found: ItemTrace) -> list[FoundEvent]:
    """The events of the trace and what was withdrawn, by event time.

    Less than what was found: a pallet's events from before and after it carried the item are not of its story.
    """
    positions = {Position(*event.position) for event in found.trace.events} | found.withdrawn
    return sorted((found.events[p] for p in positions), key=lambda e: (time_of(e.event), e.position))


def _own(found: ItemTrace) -> list[TracedEvent]:
    """Events that name the item itself, or a container while it was inside."""
    carriers = {node.identifier for node in found.trace.nodes if node.carrier}
    return [event for event in found.trace.events if _about(event, found.starts, carriers) is not About.ORIGIN]


def _about(event: TracedEvent, starts: tuple[str, ...], carriers: set[str]) -> About:
    named = {event.parent, *event.children, *event.inputs, *event.outputs, *event.others}
    if named & set(starts):
        return About.ITEM
    return About.CARRIER if named & carriers else About.ORIGIN


def _step(found_event: FoundEvent, found: ItemTrace, names: dict[str, str], prover: Prover) -> Step:
    event = found_event.event
    carriers = {node.identifier for node in found.trace.nodes if node.carrier}
    place = _place(event)
    return Step(
        position=found_event.position,
        type=event.type,
        action=getattr(event, "action", None),
        step=_bare(event.biz_step),
        disposition=_bare(event.disposition),
        time=time_of(event),
        text_time=event.event_time,
        offset=event.event_time_zone_offset,
        place=place,
        place_name=names.get(place or ""),
        about=_about(traced(found_event), found.starts, carriers),
        proof=prover.prove(found_event.position, found_event.body),
        withdrawn=found_event.position in found.withdrawn,
    )


def _names(connection: Connection, state: Governance, found: ItemTrace, asking: Asking, language: str) -> dict[str, str]:
    """Names from the master data of the documents that carried the events, as far as this reader may read those.

    As for the events themselves, whoever holds the code may read the documents that name what the trace reaches.
    """
    reader = reader_of(connection, state, asking)
    if reader.codes:
        reader = replace(reader, codes=reader.codes.union(node.identifier for node in found.trace.nodes))
    names: dict[str, str] = {}
    for entry in sorted({position.entry for position in found.events})[:_HEADERS_READ_MAX]:
        try:
            record = read_stored(connection, Position(entry, 0))
        except RecordAbsent:
            continue
        rights = EntryRights(connection, reader, entry)
        if record.body and b'"epcisMasterData"' in record.body and rights.allows(0, record.body):
            for identifier, name in names_in_header(read_record(record.body), language=language):
                names.setdefault(identifier, name)
    return names


def _name(link: DigitalLink, found: ItemTrace, names: dict[str, str], language: str) -> str | None:
    product = canonical(DigitalLink(link.keys[:1]).uri()) or ""
    for identifier in (*found.starts, product):
        if identifier in names:
            return names[identifier]
    own = {event.position for event in _own(found)}
    named = (name_in_ilmd(e.event, language=language) for e in found.events.values() if e.position in own)
    return next((name for name in named if name), None)


def _handling(event: TracedEvent, found: ItemTrace) -> Handling:
    whole = found.events[Position(*event.position)]
    return Handling(
        position=event.position,
        event_time=event.event_time,
        issuer=whole.batch.issuer,
        step=_bare(whole.event.biz_step),
        place=_place(whole.event),
        receiver=_receiver(whole.event),
        consumed=bool(set(event.inputs) & set(found.starts)),
    )


def _receiver(event: AnyEvent) -> str | None:
    for destination in event.destination_list or ():
        if destination.type.endswith("possessing_party"):
            return destination.destination
    return None


def _begins(event: TracedEvent) -> bool:
    return event.action == "ADD" or bool(event.outputs)


def _place(event: AnyEvent) -> str | None:
    place = event.biz_location if event.biz_location is not UNSET else event.read_point
    return None if place is UNSET else canonical(place.id) or place.id


def _bare(term: object) -> str | None:
    """The bare word of a CBV term however it is spelt; foreign terms as they are."""
    if not isinstance(term, str):
        return None
    for mark in ("BizStep-", "Disp-"):
        before, found, word = term.rpartition(mark)
        if found and before.endswith(("cbv/", "cbv:")):
            return word
    return term
