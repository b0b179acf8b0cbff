"""Make api/pages/land.json from `land-110m.json` of the npm package world-atlas 2.0.2: Natural Earth's land, coarser.

Natural Earth 1:110m physical vectors, land, are in the public domain (naturalearthdata.com/about/terms-of-use); world-atlas
packs them as TopoJSON under the ISC licence. Usage: `python -m tests.house.land_outline path/to/land-110m.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.house.sources import CHECKOUT

LAND: Final = CHECKOUT / "api/pages/land.json"
SOURCE: Final = "Natural Earth 1:110m land (public domain), by way of world-atlas 2.0.2"
_TOLERANCE: Final = 0.08
_PER_DEGREE: Final = 10

Point: TypeAlias = tuple[float, float]


def main(path: str) -> None:
    topology = json.loads(Path(path).read_text(encoding="utf-8"))
    land = {"source": SOURCE, "per_degree": _PER_DEGREE, "rings": rings_of(topology)}
    LAND.write_text(json.dumps(land, separators=(",", ":")) + "\n", encoding="utf-8")


def rings_of(topology: dict[str, Any]) -> list[list[int]]:
    """Each ring as longitude and latitude of its first corner and then the steps from corner to corner, in tenths of a degree."""
    arcs = [decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    polygons = [polygon for geometry in topology["objects"]["land"]["geometries"] for polygon in geometry["arcs"]]
    rings = [unwrapped(joined(ring, arcs)) for polygon in polygons for ring in polygon]
    coarse = [rounded(simplified(ring)) for ring in rings]
    return [steps(ring) for ring in coarse if len(ring) >= 4]


def decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    (scale_x, scale_y), (zero_x, zero_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + zero_x, y * scale_y + zero_y))
    return points


def joined(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def unwrapped(ring: list[Point]) -> list[Point]:
    """The ring without jumps over the antimeridian; one around a pole is closed through the pole."""
    points = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((points[-1][0] - longitude) / 360)
        points.append((longitude + 360 * turns, latitude))
    if abs(points[-1][0] - points[0][0]) > 180:
        pole = -90.0 if points[0][1] < 0 else 90.0
        points += [(points[-1][0], pole), (points[0][0], pole), points[0]]
    return points


def simplified(points: Sequence[Point]) -> list[Point]:
    """After Douglas and Peucker; a closed line is halved first, since its ends are one point."""
    if len(points) < 3:
        return list(points)
    first, last = points[0], points[-1]
    distances = [distance(point, first, last) for point in points[1:-1]]
    far = max(range(len(distances)), key=distances.__getitem__) + 1
    if distances[far - 1] <= _TOLERANCE:
        return [first, last]
    return simplified(points[: far + 1])[:-1] + simplified(points[far:])


def distance(point: Point, first: Point, last: Point) -> float:
    width, height = last[0] - first[0], last[1] - first[1]
    length = hypot(width, height)
    if not length:
        return hypot(point[0] - first[0], point[1] - first[1])
    return abs(width * (first[1] - point[1]) - (first[0] - point[0]) * height) / length


def rounded(points: list[Point]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for longitude, latitude in points:
        corner = (round(longitude * _PER_DEGREE), round(latitude * _PER_DEGREE))
        if not found or found[-1] != corner:
            found.append(corner)
    return found


def steps(ring: list[tuple[int, int]]) -> list[int]:
    flat = [*ring[0]]
    # The last corner is the first one again: a path closes itself.
    for before, after in pairwise(ring[:-1]):
        flat += [after[0] - before[0], after[1] - before[1]]
    return flat


if __name__ == "__main__":
    main(sys.argv[1])
