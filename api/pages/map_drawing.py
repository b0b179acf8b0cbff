"""The map of a journey, drawn by us: coarse outlines of the land around the route, its places, and lines from one to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians, sin
from pathlib import Path
from typing import Final, NamedTuple

_LAND: Final = Path(__file__).with_name("land.json")
WIDTH: Final = 336
_HEIGHT_MIN, _HEIGHT_MAX = 150, 230
_SPAN_MIN: Final = 10.0
"""Degrees of latitude across the map at least: the outlines are too coarse for a nearer look."""
_MARGIN: Final = 26.0
_CORNER_STEP_MIN: Final = 3
_DOT_DISTANCE_MIN: Final = 20.0
_LABEL_RANGES_MAX: Final = 2
_LATITUDE_MAX: Final = 84.0
_SQUEEZE_MIN: Final = 0.15
_MAPS_REMEMBERED: Final = 256


class Point(NamedTuple):
    """Degrees east and north, or units of the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the journey and the numbers that its events have in the timeline."""

    latitude: float
    longitude: float
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a label stands, and what it says: `3`, `1–4`, `2, 7`, `2 …`."""

    x: int
    y: int
    width: int
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    """Paths and dots in units of the picture, `width` by `height`."""

    width: int
    height: int
    land: str
    legs: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class _View:
    """From degrees to units: `scale` units a degree of latitude, degrees of longitude squeezed as on the ground there."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: int

    def of(self, place: Point) -> Point:
        return Point((place.x - self.west) * self.scale * self.squeeze, (self.north - place.y) * self.scale)

    @property
    def east(self) -> float:
        return self.west + WIDTH / (self.scale * self.squeeze)

    @property
    def south(self) -> float:
        return self.north - self.height / self.scale


@lru_cache(maxsize=_MAPS_REMEMBERED)
def draw_map(stops: tuple[Stop, ...], route: tuple[int, ...]) -> Map | None:
    """The map of these places; None where no two of them can be told apart at its scale.

    What many look at is drawn once: clipping the land is the dearest part of a page.

    Args:
        stops: places in degrees, WGS 84.
        route: indices of `stops` in the order of time; a line is drawn for each change of place.
    """
    if len(stops) < 2:
        return None
    places = _unrolled(stops)
    lines = [_leg(places[a], places[b]) for a, b in sorted(set(pairwise(route))) if places[a] != places[b]]
    view = _view([*places, *(middle for _, middle, _ in lines)])
    dots = tuple(_dots([(view.of(place), stop.numbers) for place, stop in zip(places, stops, strict=True)], view.height))
    if len(dots) < 2:
        return None
    land = "".join(_outline(ring, view) for ring in _land())
    return Map(WIDTH, view.height, land, "".join(_curve(line, view) for line in lines), dots)


def _unrolled(stops: tuple[Stop, ...]) -> list[Point]:
    """The places on one sheet: cut where the widest stretch without any place is, be it over the antimeridian or not."""
    around = sorted({stop.longitude % 360 for stop in stops})
    gaps = [(after - before, nth) for nth, (before, after) in enumerate(pairwise([around[-1] - 360, *around]))]
    start = around[max(gaps)[1]]
    return [
        Point(start + (stop.longitude % 360 - start) % 360, max(-_LATITUDE_MAX, min(_LATITUDE_MAX, stop.latitude)))
        for stop in stops
    ]


def _leg(a: Point, b: Point) -> tuple[Point, Point, Point]:
    """Both ends, and what lies half way on the great circle between them."""
    straight = Point((a.x + b.x) / 2, (a.y + b.y) / 2)
    turn = radians(b.x - a.x)
    if abs(b.x - a.x) >= 170:
        return a, straight, b
    x = cos(radians(b.y)) * cos(turn)
    y = cos(radians(b.y)) * sin(turn)
    latitude = atan2(sin(radians(a.y)) + sin(radians(b.y)), hypot(cos(radians(a.y)) + x, y))
    longitude = a.x + degrees(atan2(y, cos(radians(a.y)) + x))
    return a, Point(longitude, max(-_LATITUDE_MAX, min(_LATITUDE_MAX, degrees(latitude)))), b


def _view(points: Iterable[Point]) -> _View:
    """The part of the world around these points, in the shape of the picture."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    squeeze = max(_SQUEEZE_MIN, cos(radians((south + north) / 2)))
    wide, high = max((east - west) * squeeze, _SPAN_MIN), max(north - south, _SPAN_MIN / 2)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (_HEIGHT_MAX - 2 * _MARGIN) / high)
    height = round(min(_HEIGHT_MAX, max(_HEIGHT_MIN, high * scale + 2 * _MARGIN)))
    return _View(
        (west + east) / 2 - WIDTH / (2 * scale * squeeze), (south + north) / 2 + height / (2 * scale), scale, squeeze, height
    )


class _Ring(NamedTuple):
    """An outline in degrees, and the box it fits in."""

    corners: tuple[Point, ...]
    west: float
    east: float
    south: float
    north: float


@cache
def _land() -> tuple[_Ring, ...]:
    """The outlines. Source: Natural Earth 1:110m land, public domain; made by tests/house/land_outline.py."""
    read = json.loads(_LAND.read_text(encoding="utf-8"))
    rings = []
    for flat in read["rings"]:
        x = y = 0
        ring = []
        for step_x, step_y in zip(flat[::2], flat[1::2], strict=True):
            x, y = x + step_x, y + step_y
            ring.append(Point(x / read["per_degree"], y / read["per_degree"]))
        xs, ys = [point.x for point in ring], [point.y for point in ring]
        rings.append(_Ring(tuple(ring), min(xs), max(xs), min(ys), max(ys)))
    return tuple(rings)


def _outline(ring: _Ring, view: _View) -> str:
    """The part of one ring that the picture holds, wherever on the unrolled sheet it comes to lie."""
    if ring.south >= view.north or ring.north <= view.south:
        return ""
    found = ""
    for turn in (-360, 0, 360, 720):
        if ring.west + turn < view.east and ring.east + turn > view.west:
            corners = _thinned([view.of(Point(point.x + turn, point.y)) for point in ring.corners])
            found += _closed(_clipped(corners, view.height))
    return found


def _thinned(corners: list[Point]) -> list[Point]:
    """Corners nearer to each other than the eye tells apart left out."""
    kept = corners[:1]
    for corner in corners:
        if abs(corner.x - kept[-1].x) + abs(corner.y - kept[-1].y) >= _CORNER_STEP_MIN:
            kept.append(corner)
    return kept


def _clipped(corners: list[Point], height: int) -> list[Point]:
    """After Sutherland and Hodgman, edge by edge of the picture; what runs along an edge is not seen, since only filled."""
    for axis, limit, sign in ((0, 0.0, 1), (0, float(WIDTH), -1), (1, 0.0, 1), (1, float(height), -1)):
        kept: list[Point] = []
        for before, after in zip([corners[-1:], *([corner] for corner in corners)], corners, strict=False):
            inside, was_inside = sign * (after[axis] - limit) >= 0, sign * (before[0][axis] - limit) >= 0
            if inside != was_inside:
                part = (limit - before[0][axis]) / (after[axis] - before[0][axis])
                kept.append(Point(before[0].x + part * (after.x - before[0].x), before[0].y + part * (after.y - before[0].y)))
            if inside:
                kept.append(after)
        corners = kept
        if not corners:
            break
    return corners


def _closed(corners: list[Point]) -> str:
    """A closed path in whole units."""
    kept = [(round(corner.x), round(corner.y)) for corner in corners]
    if len(set(kept)) < 3:
        return ""
    steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(kept) if a != b)
    return f"M{kept[0][0]} {kept[0][1]}l{steps}z"


def _curve(line: tuple[Point, Point, Point], view: _View) -> str:
    start, middle, end = (view.of(point) for point in line)
    # The control point that makes the curve pass through the middle of the great circle.
    x, y = 2 * middle.x - (start.x + end.x) / 2, 2 * middle.y - (start.y + end.y) / 2
    return f"M{start.x:.0f} {start.y:.0f}Q{x:.0f} {y:.0f} {end.x:.0f} {end.y:.0f}"


def _dots(places: list[tuple[Point, tuple[int, ...]]], height: int) -> Iterable[Dot]:
    """One label for places that would lie on each other."""
    piles: list[tuple[Point, list[int]]] = []
    for place, numbers in places:
        near = next((p for at, p in piles if hypot(at.x - place.x, at.y - place.y) < _DOT_DISTANCE_MIN), None)
        if near is None:
            piles.append((place, list(numbers)))
        else:
            near.extend(numbers)
    for at, found in piles:
        label = _label(sorted(set(found)))
        width = 12 + 7 * len(label)
        x = min(WIDTH - width // 2, max(width // 2, round(at.x)))
        yield Dot(x, min(height - 10, max(10, round(at.y))), width, label)


def _label(numbers: list[int]) -> str:
    """`1, 3–5`: numbers that follow one another as a range; of many ranges the first."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    named = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in ranges[:_LABEL_RANGES_MAX]]
    return ", ".join(named) + (" …" if len(ranges) > _LABEL_RANGES_MAX else "")
