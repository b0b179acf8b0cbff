"""Write a 3D model as binary glTF 2.0: meshes with one colour each, indices and normals, one buffer, nothing outside the file."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

Vector = tuple[float, float, float]

_MAGIC: Final = b"glTF"
_VERSION: Final = 2
_FLOAT: Final = 5126
_UNSIGNED_INT: Final = 5125
_ARRAY_BUFFER: Final = 34962
_ELEMENT_ARRAY_BUFFER: Final = 34963


@dataclass(frozen=True, slots=True)
class Look:
    """How a surface looks: linear red, green, blue; metallic and rough from 0 to 1."""

    colour: Vector
    metallic: float = 0.0
    rough: float = 0.8


@dataclass(frozen=True, slots=True)
class Mesh:
    """Points and unit normals, one normal a point, and triangles by places in them, counter-clockwise seen from outside."""

    points: tuple[Vector, ...]
    normals: tuple[Vector, ...]
    triangles: tuple[tuple[int, int, int], ...]
    look: Look


def bounds(meshes: Iterable[Mesh]) -> tuple[Vector, Vector]:
    """The lowest and highest coordinates of all points."""
    points = [point for mesh in meshes for point in mesh.points]
    low, high = (tuple(pick(point[axis] for point in points) for axis in range(3)) for pick in (min, max))
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def sized(meshes: Sequence[Mesh], *, width: int, height: int, depth: int) -> list[Mesh]:
    """The same meshes, stretched so that their box measures so many millimetres and stands in the middle of the ground.

    Normals stay as they are: what is stretched here was drawn in nearly these proportions.
    """
    low, high = bounds(meshes)
    stretch = [millimetres / 1_000 / (high[axis] - low[axis]) for axis, millimetres in enumerate((width, height, depth))]
    middle = ((low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2)

    def moved(point: Vector) -> Vector:
        x, y, z = ((point[axis] - middle[axis]) * stretch[axis] for axis in range(3))
        return x, y, z

    return [replace(mesh, points=tuple(moved(point) for point in mesh.points)) for mesh in meshes]


def write_glb(meshes: Sequence[Mesh], *, name: str) -> bytes:
    """The file: header, JSON chunk, binary chunk. Lengths are metres, y points up.

    Source: glTF 2.0 specification, section 4.4 "Binary glTF Layout".
    """
    chunks: list[bytes] = []
    views: list[dict[str, int]] = []
    accessors: list[dict[str, Any]] = []

    def keep(data: bytes, target: int, accessor: dict[str, Any]) -> int:
        views.append({"buffer": 0, "byteOffset": sum(map(len, chunks)), "byteLength": len(data), "target": target})
        chunks.append(data)
        accessors.append({"bufferView": len(views) - 1, **accessor})
        return len(accessors) - 1

    primitives = [
        {
            "attributes": {
                "POSITION": keep(_floats(mesh.points), _ARRAY_BUFFER, _of_vectors(mesh.points) | _box(mesh)),
                "NORMAL": keep(_floats(mesh.normals), _ARRAY_BUFFER, _of_vectors(mesh.normals)),
            },
            "indices": keep(
                struct.pack(f"<{3 * len(mesh.triangles)}I", *(place for triangle in mesh.triangles for place in triangle)),
                _ELEMENT_ARRAY_BUFFER,
                {"componentType": _UNSIGNED_INT, "count": 3 * len(mesh.triangles), "type": "SCALAR"},
            ),
            "material": number,
        }
        for number, mesh in enumerate(meshes)
    ]
    binary = b"".join(chunks)
    document = {
        "asset": {"version": "2.0", "generator": "suyuan"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"name": name, "primitives": primitives}],
        "materials": [_material(mesh.look) for mesh in meshes],
        "buffers": [{"byteLength": len(binary)}],
        "bufferViews": views,
        "accessors": accessors,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    body = _chunk(b"JSON", text, b" ") + _chunk(b"BIN\0", binary, b"\0")
    return _MAGIC + struct.pack("<II", _VERSION, 12 + len(body)) + body


def _chunk(kind: bytes, data: bytes, filler: bytes) -> bytes:
    padded = data + filler * (-len(data) % 4)
    return struct.pack("<I", len(padded)) + kind + padded


def _floats(vectors: Sequence[Vector]) -> bytes:
    return struct.pack(f"<{3 * len(vectors)}f", *(value for vector in vectors for value in vector))


def _of_vectors(vectors: Sequence[Vector]) -> dict[str, Any]:
    return {"componentType": _FLOAT, "count": len(vectors), "type": "VEC3"}


def _box(mesh: Mesh) -> dict[str, Any]:
    """The bounds as the file's single-precision numbers give them, or a strict reader finds a point outside."""
    low, high = bounds([mesh])
    return {"min": [_single(value) for value in low], "max": [_single(value) for value in high]}


def _single(value: float) -> float:
    found: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return found


def _material(look: Look) -> dict[str, Any]:
    surface = {"baseColorFactor": [*look.colour, 1.0], "metallicFactor": look.metallic, "roughnessFactor": look.rough}
    return {"pbrMetallicRoughness": surface}
