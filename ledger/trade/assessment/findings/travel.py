"""One thing at two places sooner than an aeroplane could carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Final, TypeAlias

from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.grade import EXAMINERS
from ledger.trade.assessment.handovers import by_thing
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.terms import happened_at, is_then_at
from ledger.trade.assessment.told import About, Told
from ledger.trade.dossier.bodies.described import PlaceDescribed
from ledger.trade.identifiers import is_class_identifier
from ledger.trade.membership import Position
from ledger.trade.travel import FASTEST_KM_H

SLACK_KILOMETRES: Final = 50
"""Places are wide, points are rounded and clocks differ by minutes: so much more is no wonder."""

_Point: TypeAlias = tuple[float, float]
_GEO: Final = re.compile(r"geo:(-?[0-9]{1,2}(?:\.[0-9]+)?),(-?[0-9]{1,3}(?:\.[0-9]+)?)(?:[;,?].*)?", re.ASCII)
_EARTH_RADIUS_KILOMETRES: Final = 6_371.0
_HOUR_MS: Final = 3_600_000
_LATITUDE_MAX: Final = 90.0
_LONGITUDE_MAX: Final = 180.0


def travel_findings(matter: Matter) -> Iterator[ItemFinding]:
    """For each single thing the fastest of its impossible ways, between events that follow one another.

    The item counts with what carried it while it was inside. Lots are at many places at once: no rule for them. Places
    are where their identifier says (`geo:`), or where somebody describes them who told an event there, or an examiner.
    """
    points = _points(matter)
    where = {told.position: points[place] for told in matter.events if (place := happened_at(told.event) or "") in points}
    seen = [told for told in matter.events if told.position in where]
    reported: set[tuple[Position, Position]] = set()
    for thing, track in _tracks(matter, seen):
        ways = [(_excess(first, second, where), first, second) for first, second in pairwise(track)]
        if not ways:
            continue
        excess, first, second = max(ways, key=lambda way: way[0])
        between = (first.position, second.position)
        if excess <= 0 or between in reported:
            continue
        reported.add(between)
        yield finding(
            "impossible-travel",
            between,
            thing=thing,
            kilometres=str(round(kilometres(where[first.position], where[second.position]))),
            minutes=str((second.event_time - first.event_time) // 60_000),
        )


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance on a sphere of two points in degrees; by at most 0.6 per cent another on the ellipsoid."""
    (latitude, longitude), (latitude2, longitude2) = ([radians(degrees) for degrees in point] for point in (one, other))
    half = sin((latitude2 - latitude) / 2) ** 2 + cos(latitude) * cos(latitude2) * sin((longitude2 - longitude) / 2) ** 2
    return 2 * _EARTH_RADIUS_KILOMETRES * asin(min(1.0, sqrt(half)))


def _tracks(matter: Matter, seen: list[Told]) -> Iterator[tuple[str, list[Told]]]:
    item = matter.starts[0] if matter.starts and not is_class_identifier(matter.starts[0]) else None
    if item is not None:
        yield item, [told for told in seen if told.about is About.CARRIER or item in told.things]
    for thing, track in sorted(by_thing(seen).items()):
        if not is_class_identifier(thing) and thing != item:
            yield thing, track


def _excess(first: Told, second: Told, where: Mapping[Position, _Point]) -> float:
    """Kilometres beyond what can be flown between the two events."""
    hours = (second.event_time - first.event_time) / _HOUR_MS
    flown = FASTEST_KM_H * hours + SLACK_KILOMETRES
    return kilometres(where[first.position], where[second.position]) - flown


def _points(matter: Matter) -> Mapping[str, _Point]:
    tellers: dict[str, set[str]] = {}
    for told in matter.events:
        for place in {happened_at(told.event), is_then_at(told.event)} - {None}:
            tellers.setdefault(str(place), set()).add(told.issuer)
    points = {place: point for place in tellers if (point := _geo(place)) is not None}
    for said in matter.standing:
        body = said.body
        if not isinstance(body, PlaceDescribed) or body.point is None or body.place not in tellers:
            continue
        # A stranger who moves somebody's warehouse on the map shall not make its goods look impossible.
        if said.issuer in tellers[body.place] or EXAMINERS.intersection(said.roles):
            points[body.place] = (float(body.point.latitude), float(body.point.longitude))
    return points


def _geo(place: str) -> _Point | None:
    found = _GEO.fullmatch(place)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= _LATITUDE_MAX and abs(longitude) <= _LONGITUDE_MAX else None
