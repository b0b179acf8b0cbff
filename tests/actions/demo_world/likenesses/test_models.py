"""The models are whole files that any reader takes, as large as declared, and with every side turned outward."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from ledger.actions.demo_world.likenesses.glb import Look, bounds, sized
from ledger.actions.demo_world.likenesses.kettle_model import KETTLE_SIZE, kettle_model
from ledger.actions.demo_world.likenesses.solids import tube, turned
from ledger.actions.demo_world.likenesses.tin_model import TIN_SIZE, tin_model
from ledger.trade.dossier.bodies.described import Dimensions

SMALL = Dimensions(width=62, height=90, depth=61)
LOOK = Look((0.5, 0.5, 0.5))


def opened(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The two chunks of a GLB, read by hand."""
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON" and size % 4 == 0
    text, rest = data[20 : 20 + size], data[20 + size :]
    binary_size, binary_kind = struct.unpack_from("<I4s", rest)
    assert binary_kind == b"BIN\0" and binary_size % 4 == 0 and len(rest) == 8 + binary_size
    return json.loads(text), rest[8:]


@pytest.mark.parametrize(
    ("data", "size"),
    [(tin_model(), TIN_SIZE), (tin_model(SMALL), SMALL), (kettle_model(), KETTLE_SIZE)],
    ids=["tin", "small tin", "kettle"],
)
def test_a_model_measures_what_is_declared(data: bytes, size: Dimensions) -> None:
    document, binary = opened(data)
    low, high = [9.0, 9.0, 9.0], [-9.0, -9.0, -9.0]
    for primitive in document["meshes"][0]["primitives"]:
        accessor = document["accessors"][primitive["attributes"]["POSITION"]]
        view = document["bufferViews"][accessor["bufferView"]]
        points = list(struct.iter_unpack("<3f", binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]))
        assert len(points) == accessor["count"]
        for axis in range(3):
            values = [point[axis] for point in points]
            assert (min(values), max(values)) == (accessor["min"][axis], accessor["max"][axis])
            low[axis], high[axis] = min(low[axis], *values), max(high[axis], *values)
    measured = [round(1_000 * (above - below), 3) for below, above in zip(low, high, strict=True)]
    assert measured == [size.width, size.height, size.depth]
    assert low[1] == 0, "it stands on the ground"


@pytest.mark.parametrize("data", [tin_model(), kettle_model()], ids=["tin", "kettle"])
def test_every_index_points_at_a_point(data: bytes) -> None:
    document, binary = opened(data)
    assert document["buffers"] == [{"byteLength": len(binary)}], "nothing lies outside the file"
    for primitive in document["meshes"][0]["primitives"]:
        accessor = document["accessors"][primitive["indices"]]
        view = document["bufferViews"][accessor["bufferView"]]
        places = struct.unpack_from(f"<{accessor['count']}I", binary, view["byteOffset"])
        assert max(places) < document["accessors"][primitive["attributes"]["POSITION"]]["count"]


def test_sides_are_turned_outward() -> None:
    for mesh in (
        turned([(0, 0), (10, 0), (12, 5), (12, 20), (0, 30)], LOOK),
        tube([(0, 0, 0), (5, 1, 0), (9, 6, 0)], [2, 2, 1], LOOK),
    ):
        for corners in mesh.triangles:
            first, second, third = (mesh.points[place] for place in corners)
            one = [b - a for a, b in zip(first, second, strict=True)]
            other = [b - a for a, b in zip(first, third, strict=True)]
            facing = [
                one[1] * other[2] - one[2] * other[1],
                one[2] * other[0] - one[0] * other[2],
                one[0] * other[1] - one[1] * other[0],
            ]
            for place in corners:
                assert sum(a * b for a, b in zip(facing, mesh.normals[place], strict=True)) > 0


def test_a_box_is_stretched_to_size_and_set_in_the_middle() -> None:
    (mesh,) = sized([turned([(1, 3), (1, 5)], LOOK)], width=10, height=20, depth=30)
    low, high = bounds([mesh])
    assert low == pytest.approx((-0.005, 0, -0.015)) and high == pytest.approx((0.005, 0.02, 0.015))
