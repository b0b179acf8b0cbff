"""The journey of an item in the order of time: numbered steps, the places on the map, and which steps lie folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.pages.map_drawing import Map, Stop, draw_map
from ledger.actions.trace.item_facts import ItemFacts, Spot, Step
from ledger.storage.position import Position

_OPEN_MAX: Final = 8
_OPEN_AT_EACH_END: Final = 3


@dataclass(frozen=True, slots=True)
class NumberedStep:
    number: int
    step: Step


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the journey and the numbers of what happened there."""

    spot: Spot
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """The oldest step first: a story is told from its beginning, and what is newest already stands on the first screen.

    first, folded, last: the steps; those in the middle of a long journey lie folded. places: in the order of first visit.
    map: None where there are not two places that a map could tell apart.
    """

    first: tuple[NumberedStep, ...]
    folded: tuple[NumberedStep, ...]
    last: tuple[NumberedStep, ...]
    places: tuple[Place, ...]
    map: Map | None

    @property
    def numbers(self) -> dict[Position, int]:
        """Where the steps of these records stand."""
        return {one.step.position: one.number for one in (*self.first, *self.folded, *self.last)}


def journey_of(facts: ItemFacts) -> Journey:
    """Number the steps and draw where they went."""
    numbered = tuple(NumberedStep(nth, step) for nth, step in enumerate(facts.steps, start=1))
    ends = len(numbered) if len(numbered) <= _OPEN_MAX else _OPEN_AT_EACH_END
    rest = numbered[ends:]
    folded, last = rest[: max(0, len(rest) - _OPEN_AT_EACH_END)], rest[max(0, len(rest) - _OPEN_AT_EACH_END) :]
    places = _places(numbered)
    return Journey(numbered[:ends], folded, last, places, _map(numbered, places))


def _places(numbered: tuple[NumberedStep, ...]) -> tuple[Place, ...]:
    found: dict[str, tuple[Spot, list[int]]] = {}
    for one in numbered:
        if one.step.place is not None:
            found.setdefault(one.step.place.identifier, (one.step.place, []))[1].append(one.number)
    return tuple(Place(spot, tuple(numbers)) for spot, numbers in found.values())


def _map(numbered: tuple[NumberedStep, ...], places: tuple[Place, ...]) -> Map | None:
    stops: list[Stop] = []
    at: dict[str, int] = {}
    for place in places:
        latitude, longitude = place.spot.latitude, place.spot.longitude
        if latitude is not None and longitude is not None:
            at[place.spot.identifier] = len(stops)
            stops.append(Stop(latitude, longitude, place.numbers))
    # What was withdrawn stays in the list of places; no line is drawn by way of it.
    route = tuple(
        at[one.step.place.identifier]
        for one in numbered
        if one.step.place is not None and one.step.place.identifier in at and not one.step.withdrawn
    )
    return draw_map(tuple(stops), route)
