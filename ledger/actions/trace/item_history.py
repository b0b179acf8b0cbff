"""The history of an item for its page: steps with their proofs, places with their names, custody, origin, the last inspection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Final

from msgspec import UNSET

from ledger.actions.trace.find_events import FoundEvent
from ledger.actions.trace.gather_item import Gathered
from ledger.actions.trace.header_names import names_in_headers
from ledger.actions.trace.item_facts import Began, Erased, Graph, GraphNode, Inspected, Reading, Source, Spot, Step
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.storage.entries import read_batch, read_entry
from ledger.storage.position import Position, pack, unpack
from ledger.trade.assessment.grade import Grade, Interests, grade_of
from ledger.trade.assessment.registered import parties_by_identifier
from ledger.trade.assessment.terms import bare, happened_at, is_then_at, receiver_of
from ledger.trade.assessment.told import About, Statement, Told
from ledger.trade.brands import owner_of_place
from ledger.trade.custody import UNKNOWN, Custody, Handling, apply, custody_of
from ledger.trade.dossier.bodies.described import PlaceDescribed, ProductDescribed
from ledger.trade.dossier.bodies.inspected import TestReported
from ledger.trade.dossier.wording import worded
from ledger.trade.identifiers import application_values, is_class_identifier, ladder

SHOWN_MAX: Final = 100
GRAPH_NODES_MAX: Final = 24
_READINGS_MAX: Final = 4
_NEVER: Final = Position(1 << 47, 0)


@dataclass(frozen=True, slots=True)
class Names:
    """What things and places are called in the reader's language, and where places lie."""

    names: Mapping[str, str]
    places: Mapping[str, PlaceDescribed]
    language: str

    def spot(self, identifier: str | None) -> Spot | None:
        """The place; coordinates of a `geo:` address are its own."""
        if identifier is None:
            return None
        described = self.places.get(identifier)
        if described is None:
            latitude, longitude = _geo(identifier)
            return Spot(identifier, self.names.get(identifier), latitude=latitude, longitude=longitude)
        point = described.point
        return Spot(
            identifier,
            worded(described.names, self.language),
            described.territory,
            None if point is None else float(point.latitude),
            None if point is None else float(point.longitude),
            described.kind,
        )


def names_of(gathered: Gathered, language: str) -> Names:
    """Names from descriptions first, then from the master data of the documents that carried the events."""
    names: dict[str, str] = {}
    places: dict[str, PlaceDescribed] = {}
    for described in _place_descriptions(gathered):
        places[described.place] = described
        names[described.place] = worded(described.names, language) or described.place
    for statement in gathered.statements:
        body = statement.body
        if isinstance(body, ProductDescribed) and _counts(gathered, statement, body):
            names[body.product] = worded(body.names, language) or body.product
    for identifier, name in names_in_headers(gathered, language):
        names.setdefault(identifier, name)
    for thing in sorted(gathered.reached - names.keys() - set(gathered.rungs)):
        composed = _name_by_product(thing, names)
        if composed is not None:
            names[thing] = composed
    return Names(names, places, language)


def _place_descriptions(gathered: Gathered) -> list[PlaceDescribed]:
    """Descriptions of places, the one that counts last.

    More than others count the holder of its number's prefix, who registered the number, and who was there first in the
    log; of one party the newest counts.
    """
    registered = parties_by_identifier(gathered.statements)
    there: dict[tuple[str | None, str], Position] = {}
    for told in sorted(gathered.told, key=lambda told: told.position, reverse=True):
        for place in (happened_at(told.event), is_then_at(told.event)):
            there[place, told.issuer] = Position(*told.position)
    found = [
        (
            owner_of_place(gathered.state, described.place) == said.issuer,
            registered.get(described.place) == said.issuer,
            -pack(*there.get((described.place, said.issuer), _NEVER)),
            said.position,
            described,
        )
        for said in gathered.statements
        if isinstance(described := said.body, PlaceDescribed) and not said.withdrawn
    ]
    return [body for *_, body in sorted(found, key=lambda one: one[:-1])]


def _name_by_product(thing: str, names: Mapping[str, str]) -> str | None:
    """A lot or an item of a product that has a name: `Fresh tea leaves · PICK5`."""
    values = application_values(thing)
    product = ladder(thing)[-1]
    if values is None or product == thing or product not in names:
        return None
    return " · ".join((names[product], *(value for _, value in values[1:])))


def _counts(gathered: Gathered, statement: Statement, body: ProductDescribed) -> bool:
    return not statement.withdrawn and gathered.answers_for(statement.issuer, body.product)


def source_of(gathered: Gathered, told: Told, interests: Interests) -> Source:
    return Source(Position(*told.position), grade_of(told, interests), gathered.prove(Position(*told.position)))


def steps_of(gathered: Gathered, names: Names, interests: Interests) -> tuple[Step, ...]:
    """The latest `SHOWN_MAX` events of the trace, by event time."""
    shown = list(zip(gathered.found, gathered.told, strict=True))[-SHOWN_MAX:]
    return tuple(_step(gathered, found, told, names, interests) for found, told in shown)


def _step(gathered: Gathered, found: FoundEvent, told: Told, names: Names, interests: Interests) -> Step:
    event = found.event
    return Step(
        position=found.position,
        type=event.type,
        action=getattr(event, "action", None),
        step=bare(event.biz_step),
        disposition=bare(event.disposition),
        time=told.event_time,
        text_time=event.event_time,
        offset=event.event_time_zone_offset,
        place=names.spot(happened_at(event)),
        about=told.about,
        source=source_of(gathered, told, interests),
        withdrawn=told.withdrawn,
        readings=tuple(_readings(told))[:_READINGS_MAX],
    )


def _readings(told: Told) -> Iterator[Reading]:
    """The lowest and highest value of each kind and unit that its sensors read."""
    values: dict[tuple[str, str], list[Decimal]] = {}
    alarms: set[tuple[str, str]] = set()
    for element in told.event.sensor_element_list or ():
        for report in element.sensor_report:
            kind = (bare(report.type) or "", report.uom if isinstance(report.uom, str) else "")
            read = (report.value, report.min_value, report.max_value)
            values.setdefault(kind, []).extend(Decimal(str(value)) for value in read if value is not UNSET)
            if report.exception is not UNSET:
                alarms.add(kind)
    for (name, unit), found in values.items():
        if found:
            yield Reading(name, f"{min(found):f}", f"{max(found):f}", unit, (name, unit) in alarms)


def custody_within(gathered: Gathered) -> tuple[tuple[Handling, ...], Custody]:
    """What is said of the item itself, or of a container while it was inside; and who has it now."""
    # A lot is used up in parts: only of a single thing it can be said that it is gone.
    single = {start for start in gathered.trace.starts if not is_class_identifier(start)}
    handlings = tuple(
        Handling(
            position=told.position,
            event_time=told.event_time,
            issuer=told.issuer,
            step=bare(told.event.biz_step),
            place=is_then_at(told.event),
            receiver=receiver_of(told.event),
            consumed=bool(single & set(told.traced.inputs)),
        )
        for told in gathered.told
        if told.own and not told.withdrawn
    )
    return handlings, custody_of(handlings)


def handovers_in(handlings: Iterable[Handling]) -> int:
    """How often the item came into other hands: changes of holder along the fold of custody."""
    ordered = sorted(handlings, key=lambda one: (one.event_time, one.position))
    holders = (custody.holder for custody in accumulate(ordered, apply, initial=UNKNOWN))
    known = [holder for holder in holders if holder is not None]
    return sum(before != after for before, after in pairwise(known))


def began_in(steps: Iterable[Step]) -> Began | None:
    """The earliest place that records of it, or of what it was made from, name."""
    for step in steps:
        if step.place is not None and not step.withdrawn and step.about is not About.CARRIER:
            return Began(step.place, step.source, step.time)
    return None


def inspected_last(steps: Iterable[Step], reports: Iterable[tuple[TestReported, Source]]) -> Inspected | None:
    """The newest word of somebody independent, be it a report or an inspection."""
    found = [Inspected(source, body.reported, body.verdict) for body, source in reports if source.grade is Grade.INDEPENDENT]
    for step in steps:
        if step.source.grade is Grade.INDEPENDENT and step.step in _LOOKS and not step.withdrawn:
            found.append(Inspected(step.source, _day(step.time), _LOOKED.get(step.disposition or "")))
    return max(found, key=lambda one: (one.day, one.source.position), default=None)


_LOOKS: Final = frozenset({"inspecting", "sampling", "sensor_reporting", "accepting"})
_LOOKED: Final = {"conformant": "pass", "non_conformant": "fail"}


def graph_of(gathered: Gathered, names: Names, own: str | None) -> Graph:
    """The nearest things of the trace, and what binds them. `own`: what the item itself is called."""
    nodes = sorted(gathered.trace.trace.nodes, key=lambda node: (node.depth, node.carrier))
    kept = nodes[:GRAPH_NODES_MAX]
    shown = {node.identifier for node in kept}
    edges = tuple(
        edge for edge in gathered.trace.trace.edges if shown.intersection(edge.sources) and shown.intersection(edge.targets)
    )
    called = {**dict.fromkeys(gathered.trace.starts, own), **names.names}
    drawn = tuple(GraphNode(node.identifier, called.get(node.identifier), node.depth, node.carrier) for node in kept)
    return Graph(drawn, edges[: 4 * GRAPH_NODES_MAX], len(nodes) - len(kept))


def erased_in(gathered: Gathered) -> tuple[Erased, ...]:
    """The records that named the item and were erased since; what is left of them is public."""
    found = []
    for erasure in gathered.erased[-SHOWN_MAX:]:
        position = unpack(erasure.position)
        batch = read_batch(gathered.connection, position.entry)
        party = gathered.state.parties.get(batch.issuer)
        recorded = Entry.parse(read_entry(gathered.connection, position.entry)).time
        found.append(
            Erased(
                position,
                batch.issuer,
                None if party is None else party.label,
                batch.record_class,
                recorded,
                erasure.ground,
                erasure.by_entry,
            )
        )
    return tuple(found)


def _day(moment: Instant) -> date:
    return datetime.fromtimestamp(moment / 1_000, UTC).date()


def _geo(identifier: str) -> tuple[float | None, float | None]:
    """The coordinates of a `geo:` address, RFC 5870."""
    if not identifier.startswith("geo:"):
        return None, None
    parts = identifier.removeprefix("geo:").partition(";")[0].split(",")
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None, None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)
