"""How large a glTF model is: every point of its default scene, moved as its nodes say (glTF 2.0, sections 3.5 and 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.media.gltf_parts import ACCESSORS_MAX, MESHES_MAX, NODES_MAX, Columns, Part, Parts, numbers, whole
from ledger.trade.media.refusals import MediaMalformed, ModelBeyondViewer, ModelOutOfScale, ModelTooComplex

SCENES_MAX: Final = 64
DEPTH_MAX: Final = 64
PRIMITIVES_MAX: Final = 10_000
POINTS_MAX: Final = 1_000_000
"""Points looked at in all; a mesh that stands there twice counts twice."""
MILLIMETRES_MAX: Final = 100_000

Row = tuple[float, float, float, float]
"""What one coordinate becomes: three factors and a shift."""
Matrix = tuple[Row, Row, Row]
Interval = tuple[float, float]

_IDENTITY: Final[Matrix] = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0))
_COLUMN_MAJOR: Final = (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)


def measure(parts: Parts) -> Dimensions:
    """The box around the default scene, in whole millimetres, at least one each way.

    Raises:
        MediaMalformed: a node is its own ancestor, or has two parents; a reference leads nowhere; a number is none.
        ModelBeyondViewer: the shape is not fixed: bones, morph targets.
        ModelTooComplex, ModelOutOfScale.
    """
    box = _Box(parts)
    box.walk(_roots(parts))
    return box.dimensions()


def _roots(parts: Parts) -> Sequence[Any]:
    scenes = parts.all("scenes", SCENES_MAX)
    if not scenes:
        raise ModelOutOfScale(seen="no scene", wanted="a scene to show")
    chosen = whole(parts.root, "scene", "", at_most=len(scenes) - 1, default=0)
    return _list(scenes[chosen][1], "nodes", scenes[chosen][0])


@dataclass
class _Box:
    """The interval of each coordinate, widened node by node."""

    parts: Parts
    low: list[float] = field(default_factory=lambda: [float("inf")] * 3)
    high: list[float] = field(default_factory=lambda: [float("-inf")] * 3)
    points: int = 0
    primitives: int = 0

    def __post_init__(self) -> None:
        self._nodes = self.parts.all("nodes", NODES_MAX)
        self._meshes = self.parts.all("meshes", MESHES_MAX)
        self._accessors = self.parts.all("accessors", ACCESSORS_MAX)
        self._columns: dict[int, tuple[Columns, list[Interval]]] = {}

    def walk(self, roots: Sequence[Any]) -> None:
        seen: set[int] = set()
        waiting = [(root, _IDENTITY, 1) for root in roots]
        while waiting:
            index, parent, depth = waiting.pop()
            pointer, node = self._at(self._nodes, index, "/nodes")
            if index in seen:
                raise MediaMalformed(seen=f"node {index} a second time", wanted="a tree of nodes", pointer=pointer)
            if depth > DEPTH_MAX:
                raise ModelTooComplex(seen=f"node {index} at depth {depth}", wanted=f"at most {DEPTH_MAX}", pointer=pointer)
            seen.add(index)
            here = _times(parent, _matrix_of(node, pointer))
            if "skin" in node or "weights" in node:
                raise ModelBeyondViewer(seen="a skin or weights", wanted="a fixed shape", pointer=pointer)
            if "mesh" in node:
                self._mesh(whole(node, "mesh", pointer, at_most=len(self._meshes) - 1), here)
            waiting += [(child, here, depth + 1) for child in _list(node, "children", pointer)]

    def dimensions(self) -> Dimensions:
        if not self.points:
            raise ModelOutOfScale(seen="no points", wanted="a scene that shows something")
        sides = [1_000 * (high - low) for low, high in zip(self.low, self.high, strict=True)]
        if not all(isfinite(side) and round(side) <= MILLIMETRES_MAX for side in sides):
            seen = " × ".join(f"{side:.6g}" for side in sides) + " mm"
            raise ModelOutOfScale(seen=seen, wanted=f"at most {MILLIMETRES_MAX} mm each way")
        width, height, depth = (max(1, round(side)) for side in sides)
        return Dimensions(width, height, depth)

    def _mesh(self, index: int, matrix: Matrix) -> None:
        pointer, mesh = self._meshes[index]
        if "weights" in mesh:
            raise ModelBeyondViewer(seen="weights of morph targets", wanted="a fixed shape", pointer=pointer)
        for primitive in _list(mesh, "primitives", pointer):
            self.primitives += 1
            if self.primitives > PRIMITIVES_MAX:
                raise ModelTooComplex(seen=f"more than {PRIMITIVES_MAX} primitives", wanted="fewer", pointer=pointer)
            attributes = primitive.get("attributes") if isinstance(primitive, dict) else None
            if not isinstance(attributes, dict) or "POSITION" not in attributes:
                raise MediaMalformed(seen=primitive, wanted="a primitive with positions", pointer=f"{pointer}/primitives")
            self._primitive(whole(attributes, "POSITION", pointer, at_most=len(self._accessors) - 1), matrix)

    def _primitive(self, accessor: int, matrix: Matrix) -> None:
        self.points += self._accessors[accessor][1]["count"]
        if self.points > POINTS_MAX:
            raise ModelTooComplex(seen=f"more than {POINTS_MAX} points", wanted="a model with fewer")
        columns, bounds = self._positions(accessor)
        for axis, row in enumerate(matrix):
            low, high = _moved(row, columns, bounds)
            self.low[axis], self.high[axis] = min(self.low[axis], low), max(self.high[axis], high)

    def _positions(self, accessor: int) -> tuple[Columns, list[Interval]]:
        found = self._columns.get(accessor)
        if found is None:
            columns = self.parts.positions(accessor, self._accessors[accessor][1])
            # One number that is none makes the sum none; the sum of so many binary32 stays within binary64.
            if not all(isfinite(sum(column)) for column in columns):
                raise MediaMalformed(seen="a number that is none", wanted="points", pointer=f"/accessors/{accessor}")
            found = self._columns[accessor] = (columns, [(min(column), max(column)) for column in columns])
        return found

    def _at(self, parts: list[tuple[str, Part]], index: object, where: str) -> tuple[str, Part]:
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(parts):
            raise MediaMalformed(seen=index, wanted=f"a place below {len(parts)}", pointer=where)
        return parts[index]


def _moved(row: Row, columns: Columns, bounds: list[Interval]) -> Interval:
    """Lowest and highest value of one coordinate of all points, once moved."""
    if not all(map(isfinite, row)):
        raise ModelOutOfScale(seen="a factor beyond binary64", wanted="a model of a size")
    used = [axis for axis in range(3) if row[axis]]
    if len(used) <= 1:
        ends = [row[axis] * end for axis in used for end in bounds[axis]] or [0.0]
        return row[3] + min(ends), row[3] + max(ends)
    a, b, c, shift = row
    # A box around a turned box would be too large, so each point is turned.
    values = [a * x + b * y + c * z for x, y, z in zip(*columns, strict=True)]
    if not isfinite(sum(values)):
        raise ModelOutOfScale(seen="points beyond binary64", wanted="a model of a size")
    return shift + min(values), shift + max(values)


def _matrix_of(node: Part, pointer: str) -> Matrix:
    if "matrix" not in node:
        return _composed(
            numbers(node, "translation", pointer, (0, 0, 0)),
            numbers(node, "rotation", pointer, (0, 0, 0, 1)),
            numbers(node, "scale", pointer, (1, 1, 1)),
        )
    m = numbers(node, "matrix", pointer, _COLUMN_MAJOR)
    if m[3::4] != (0, 0, 0, 1) or {"translation", "rotation", "scale"} & node.keys():
        raise MediaMalformed(seen=m[3::4], wanted="a matrix that ends with 0 0 0 1, and nothing beside it", pointer=pointer)
    return (m[0], m[4], m[8], m[12]), (m[1], m[5], m[9], m[13]), (m[2], m[6], m[10], m[14])


def _composed(shift: Sequence[float], turn: Sequence[float], scale: Sequence[float]) -> Matrix:
    x, y, z, w = turn
    sx, sy, sz = scale
    return (
        ((1 - 2 * (y * y + z * z)) * sx, 2 * (x * y - w * z) * sy, 2 * (x * z + w * y) * sz, shift[0]),
        (2 * (x * y + w * z) * sx, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z - w * x) * sz, shift[1]),
        (2 * (x * z - w * y) * sx, 2 * (y * z + w * x) * sy, (1 - 2 * (x * x + y * y)) * sz, shift[2]),
    )


def _times(outer: Matrix, inner: Matrix) -> Matrix:
    def row(factors: Row) -> Row:
        a, b, c, shift = factors
        x, y, z, t = (a * inner[0][column] + b * inner[1][column] + c * inner[2][column] for column in range(4))
        return x, y, z, t + shift

    return row(outer[0]), row(outer[1]), row(outer[2])


def _list(part: Part, name: str, pointer: str) -> Sequence[Any]:
    found = part.get(name, [])
    if not isinstance(found, list):
        raise MediaMalformed(seen=found, wanted="a list", pointer=f"{pointer}/{name}")
    return found
