"""Round solids for the models: a profile turned about the upright axis, and a tube along a path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ledger.actions.demo_world.likenesses.glb import Look, Mesh, Vector


def turned(profile: Sequence[tuple[float, float]], look: Look, *, sides: int = 48) -> Mesh:
    """Turn (radius, height) pairs, from the bottom up, about the upright axis. Edges between two rings are sharp.

    `sides` is a multiple of four, so that the solid is exactly as wide and deep as its radius says.
    """
    points: list[Vector] = []
    normals: list[Vector] = []
    triangles: list[tuple[int, int, int]] = []
    for (low_radius, low), (high_radius, high) in pairwise(profile):
        slope = math.hypot(high - low, high_radius - low_radius)
        outward, upward = (high - low) / slope, (low_radius - high_radius) / slope
        first = len(points)
        for side in range(sides):
            across, along = _on_circle(side, sides)
            for radius, height in ((low_radius, low), (high_radius, high)):
                points.append((radius * across, height, radius * along))
                normals.append((outward * across, upward, outward * along))
        for side in range(sides):
            here, there = first + 2 * side, first + 2 * ((side + 1) % sides)
            # On the axis a ring is but a point, and one of the two triangles has no area.
            triangles += [(here, here + 1, there)] * (low_radius > 0) + [(there, here + 1, there + 1)] * (high_radius > 0)
    return Mesh(tuple(points), tuple(normals), tuple(triangles), look)


def tube(path: Sequence[Vector], radii: Sequence[float], look: Look, *, sides: int = 16) -> Mesh:
    """A round bar along `path`, which lies in the plane z = 0; one radius for each of its points. The ends are open."""
    points: list[Vector] = []
    normals: list[Vector] = []
    triangles: list[tuple[int, int, int]] = []
    for place, ((x, y, z), radius) in enumerate(zip(path, radii, strict=True)):
        before, after = path[max(place - 1, 0)], path[min(place + 1, len(path) - 1)]
        length = math.hypot(after[0] - before[0], after[1] - before[1])
        left = (-(after[1] - before[1]) / length, (after[0] - before[0]) / length)
        for side in range(sides):
            across, along = _on_circle(side, sides)
            normal = (left[0] * across, left[1] * across, along)
            points.append((x + radius * normal[0], y + radius * normal[1], z + radius * normal[2]))
            normals.append(normal)
    for ring in range(len(path) - 1):
        for side in range(sides):
            here, there = ring * sides + side, ring * sides + (side + 1) % sides
            triangles += [(here, there, here + sides), (there, there + sides, here + sides)]
    return Mesh(tuple(points), tuple(normals), tuple(triangles), look)


def _on_circle(side: int, sides: int) -> tuple[float, float]:
    """Exact where the circle meets the axes: a sine of pi that is not quite nought would make the solid too wide."""
    quarter, rest = divmod(4 * side, sides)
    angle = 2 * math.pi * side / sides
    if rest == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[quarter % 4]
    return math.cos(angle), math.sin(angle)
