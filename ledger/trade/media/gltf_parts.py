"""The parts of a glTF model that lie in its binary chunk, each held to its bounds (glTF 2.0, section 3.6)."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ledger.trade.media.refusals import MediaMalformed, ModelBeyondViewer, ModelTooComplex

VIEWS_MAX: Final = 20_000
ACCESSORS_MAX: Final = 20_000
NODES_MAX: Final = 10_000
MESHES_MAX: Final = 10_000
_COUNT_MAX: Final = 1 << 32
_CODES: Final = {5120: "b", 5121: "B", 5122: "h", 5123: "H", 5125: "I", 5126: "f"}
_BYTES: Final = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_COMPONENTS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_COLUMNS: Final = {"MAT2": 2, "MAT3": 3, "MAT4": 4}
_NORMAL: Final = {5120: 127, 5121: 255, 5122: 32_767, 5123: 65_535}
_FLOAT: Final = 5126
_INDICES: Final = frozenset({5121, 5123, 5125})
_STRIDES: Final = range(4, 253, 4)

Part = Mapping[str, Any]
Columns = tuple[Sequence[float], Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class View:
    """A range of the binary chunk; `stride` is 0 where elements lie side by side."""

    start: int
    length: int
    stride: int


class Parts:
    """A model's JSON and its binary chunk; every list of it is a list of objects once `check` has passed."""

    def __init__(self, root: Part, binary: bytes) -> None:
        self.root, self._binary = root, binary
        self._views: list[View] = []

    def check(self) -> None:
        """Return if each buffer, view and accessor lies where its bytes are.

        Raises:
            MediaMalformed, ModelTooComplex.
        """
        self._views = [self._view(part, pointer) for pointer, part in self.all("bufferViews", VIEWS_MAX)]
        for pointer, part in self.all("buffers", 1):
            length = whole(part, "byteLength", pointer, at_most=_COUNT_MAX)
            if length > len(self._binary):
                raise MediaMalformed(seen=f"a buffer of {length} bytes", wanted=f"at most {len(self._binary)}", pointer=pointer)
        for pointer, part in self.all("accessors", ACCESSORS_MAX):
            self._accessor(part, pointer)

    def all(self, name: str, at_most: int) -> list[tuple[str, Part]]:
        """(JSON pointer, object) of each object of the list called `name`."""
        found = self.root.get(name, [])
        if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
            raise MediaMalformed(seen=found, wanted="a list of objects", pointer=f"/{name}")
        if len(found) > at_most:
            raise ModelTooComplex(seen=f"{len(found)} {name}", wanted=f"at most {at_most}", pointer=f"/{name}")
        return [(f"/{name}/{index}", part) for index, part in enumerate(found)]

    def bytes_of(self, index: int) -> bytes:
        """The bytes of a view."""
        view = self._views[index]
        return self._binary[view.start : view.start + view.length]

    def view_of(self, part: Part, pointer: str) -> int:
        """Which view a part names."""
        return whole(part, "bufferView", pointer, at_most=len(self._views) - 1)

    def positions(self, index: int, part: Part) -> Columns:
        """x, y and z of each point of an accessor that holds positions.

        Raises:
            MediaMalformed: it holds something else, or a number that is none.
            ModelBeyondViewer: it is given in pieces.
        """
        pointer = f"/accessors/{index}"
        kind = part["componentType"]
        if part["type"] != "VEC3" or kind not in (*_NORMAL, _FLOAT):
            raise MediaMalformed(seen=f"{part['type']} of {kind}", wanted="VEC3 of numbers", pointer=pointer)
        if "sparse" in part or "bufferView" not in part:
            raise ModelBeyondViewer(seen="sparse positions", wanted="positions in a buffer view", pointer=pointer)
        view = self._views[part["bufferView"]]
        count, offset = part["count"], part.get("byteOffset", 0)
        step = (view.stride or 3 * _BYTES[kind]) // _BYTES[kind]
        start = view.start + offset
        stop = start + ((count - 1) * step + 3) * _BYTES[kind]
        read = array(_CODES[kind], self._binary[start:stop])
        if sys.byteorder == "big":
            read.byteswap()
        found: Sequence[float] = read
        if part.get("normalized") is True and kind in _NORMAL:
            found = [max(number / _NORMAL[kind], -1.0) for number in read]
        return found[0::step], found[1::step], found[2::step]

    def _view(self, part: Part, pointer: str) -> View:
        whole(part, "buffer", pointer, at_most=len(self.all("buffers", 1)) - 1)
        start = whole(part, "byteOffset", pointer, at_most=_COUNT_MAX, default=0)
        length = whole(part, "byteLength", pointer, at_least=1, at_most=_COUNT_MAX)
        stride = whole(part, "byteStride", pointer, at_most=_STRIDES.stop, default=0)
        if start + length > len(self._binary) or (stride and stride not in _STRIDES):
            seen = f"bytes {start} to {start + length}, {stride} apart"
            raise MediaMalformed(seen=seen, wanted=f"a range of {len(self._binary)} bytes", pointer=pointer)
        return View(start, length, stride)

    def _accessor(self, part: Part, pointer: str) -> None:
        kind, shape = part.get("componentType"), part.get("type")
        if not isinstance(kind, int) or kind not in _BYTES or not isinstance(shape, str) or shape not in _COMPONENTS:
            raise MediaMalformed(seen=f"{shape} of {kind}", wanted="a type of element that glTF has", pointer=pointer)
        count = whole(part, "count", pointer, at_least=1, at_most=_COUNT_MAX)
        size = _element_bytes(kind, shape)
        if "bufferView" in part:
            self._fits(part, pointer, size, count, _BYTES[kind])
        if "sparse" in part:
            self._sparse(part["sparse"], f"{pointer}/sparse", size, count, _BYTES[kind])

    def _fits(self, part: Part, pointer: str, size: int, count: int, alignment: int) -> None:
        view = self._views[self.view_of(part, pointer)]
        offset = whole(part, "byteOffset", pointer, at_most=_COUNT_MAX, default=0)
        stride = view.stride or size
        needed = offset + (count - 1) * stride + size
        if needed > view.length or stride < size or (view.start + offset) % alignment or stride % alignment:
            seen = f"{count} elements of {size} bytes from byte {offset} on, {stride} apart"
            raise MediaMalformed(seen=seen, wanted=f"aligned elements in {view.length} bytes", pointer=pointer)

    def _sparse(self, sparse: Any, pointer: str, size: int, count: int, alignment: int) -> None:  # noqa: ANN401 - any JSON
        indices, values = (sparse.get(name) if isinstance(sparse, dict) else None for name in ("indices", "values"))
        if not isinstance(indices, dict) or not isinstance(values, dict) or indices.get("componentType") not in _INDICES:
            raise MediaMalformed(seen=sparse, wanted="indices and values", pointer=pointer)
        replaced = whole(sparse, "count", pointer, at_least=1, at_most=count)
        index_bytes = _BYTES[indices["componentType"]]
        self._fits(indices, f"{pointer}/indices", index_bytes, replaced, index_bytes)
        self._fits(values, f"{pointer}/values", size, replaced, alignment)


def _element_bytes(kind: int, shape: str) -> int:
    if shape not in _COLUMNS:
        return _COMPONENTS[shape] * _BYTES[kind]
    # Each column of a matrix begins at a multiple of four bytes.
    column = _COLUMNS[shape] * _BYTES[kind]
    return _COLUMNS[shape] * (column + -column % 4)


def whole(part: Part, name: str, pointer: str, *, at_least: int = 0, at_most: int, default: int | None = None) -> int:
    """A member that is a whole number within bounds.

    Raises:
        MediaMalformed.
    """
    found = part.get(name, default)
    if not isinstance(found, int) or isinstance(found, bool) or not at_least <= found <= at_most:
        raise MediaMalformed(seen=found, wanted=f"a whole number from {at_least} to {at_most}", pointer=f"{pointer}/{name}")
    return found


def numbers(part: Part, name: str, pointer: str, default: Sequence[float]) -> tuple[float, ...]:
    """A member that is a list of as many numbers as `default` has.

    Raises:
        MediaMalformed.
    """
    found = part.get(name)
    if found is None:
        return tuple(default)
    fits = isinstance(found, list) and len(found) == len(default)
    if not fits or not all(isinstance(each, int | Decimal) and not isinstance(each, bool) for each in found):
        raise MediaMalformed(seen=found, wanted=f"{len(default)} numbers", pointer=f"{pointer}/{name}")
    return tuple(float(each) for each in found)
