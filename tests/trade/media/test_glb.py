"""GLB: its box is that of its points; nothing reaches out of it, runs in circles or past its end."""

from __future__ import annotations

import copy
import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.media.glb import JSON_BYTES_MAX, check_glb
from ledger.trade.media.gltf_scene import POINTS_MAX
from ledger.trade.media.proportion import sides_apart
from ledger.trade.media.refusals import (
    MediaMalformed,
    MediaTellsPlace,
    ModelBeyondViewer,
    ModelOutOfScale,
    ModelReachesOut,
    ModelTooComplex,
)
from tests.trade.media.files import CUBE, box_model, glb, gltf, picture

ROOT, BINARY = gltf()
HALF = math.sqrt(0.5)


def changed(**members: Any) -> bytes:
    return glb({**ROOT, **members}, BINARY)


def test_the_box_is_in_whole_millimetres() -> None:
    assert check_glb(box_model(0.06, 0.0804, 0.0506)) == Dimensions(60, 80, 51)
    assert check_glb(box_model(0.06, 0.08, 0.0)) == Dimensions(60, 80, 1)


@pytest.mark.parametrize(
    ("node", "box"),
    [
        ({}, (1000, 1000, 1000)),
        ({"translation": [5, -7, 1e3]}, (1000, 1000, 1000)),
        ({"scale": [2, -0.5, 1]}, (2000, 500, 1000)),
        ({"rotation": [0, 0, HALF, HALF], "scale": [0.1, 0.2, 0.3]}, (200, 100, 300)),
        ({"rotation": [0, 0, math.sin(math.pi / 8), math.cos(math.pi / 8)]}, (1414, 1414, 1000)),
        ({"matrix": [0, 2, 0, 0, -1, 0, 0, 0, 0, 0, 0.5, 0, 9, 9, 9, 1]}, (1000, 2000, 500)),
    ],
)
def test_nodes_move_turn_and_scale(node: dict[str, Any], box: tuple[int, int, int]) -> None:
    assert check_glb(glb(*gltf(**node))) == Dimensions(*box)


def test_a_turned_thing_is_measured_by_its_points_not_by_its_box() -> None:
    points = ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    turned = glb(*gltf(points, rotation=[0, 0, math.sin(math.pi / 8), math.cos(math.pi / 8)]))
    assert check_glb(turned) == Dimensions(1414, 707, 1)


def test_what_the_model_says_of_its_own_bounds_does_not_count() -> None:
    root = copy.deepcopy(ROOT)
    root["accessors"][0] |= {"min": [0, 0, 0], "max": [0.06, 0.06, 0.06]}
    assert check_glb(glb(root, BINARY)) == Dimensions(1000, 1000, 1000)


def test_children_move_with_their_parents_and_only_the_default_scene_counts() -> None:
    nodes = [
        {"children": [1, 2], "scale": [2, 2, 2]},
        {"mesh": 0},
        {"mesh": 0, "translation": [0, 1, 0]},
        {"mesh": 0, "scale": [9, 9, 9]},
    ]
    scenes = [{"nodes": [3]}, {"nodes": [0]}]
    assert check_glb(changed(nodes=nodes, scenes=scenes, scene=1)) == Dimensions(2000, 4000, 2000)


def test_quantised_and_interleaved_positions() -> None:
    root, _ = gltf()
    binary = b"".join(struct.pack("<3hH", *(round(32_767 * n) for n in point), 7) for point in CUBE)
    root["accessors"][0] |= {"componentType": 5122, "normalized": True}
    root["bufferViews"][0] |= {"byteStride": 8, "byteLength": len(binary)}
    root["buffers"][0]["byteLength"] = len(binary)
    root["extensionsRequired"] = root["extensionsUsed"] = ["KHR_mesh_quantization"]
    assert check_glb(glb(root, binary)) == Dimensions(1000, 1000, 1000)


@pytest.mark.parametrize(
    "members",
    [
        {"buffers": [{"byteLength": 96, "uri": "https://tracker.example/x.bin"}]},
        {"buffers": [{"byteLength": 96, "uri": "data:application/octet-stream;base64,AA=="}]},
        {"images": [{"uri": "../../etc/passwd"}]},
        {"extensions": {"KHR_lights_punctual": {"lights": [{"deep": [{"uri": "file:///x"}]}]}}},
    ],
)
def test_nothing_reaches_out(members: dict[str, Any]) -> None:
    with pytest.raises(ModelReachesOut):
        check_glb(changed(**members))


@pytest.mark.parametrize(
    "name", ["KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_texture_basisu", "EXT_mesh_gpu_instancing", "X", 3]
)
def test_what_needs_another_decoder_is_refused(name: object) -> None:
    for member in ("extensionsUsed", "extensionsRequired"):
        with pytest.raises(ModelBeyondViewer):
            check_glb(changed(**{member: [name]}))


def test_shapes_that_are_not_fixed_are_refused() -> None:
    for node in ({"skin": 0}, {"weights": [1]}):
        with pytest.raises(ModelBeyondViewer):
            check_glb(glb(*gltf(**node)))
    sparse = {"count": 1, "indices": {"bufferView": 0, "componentType": 5121}, "values": {"bufferView": 0}}
    with pytest.raises(ModelBeyondViewer, match="sparse"):
        check_glb(changed(accessors=[{**ROOT["accessors"][0], "sparse": sparse}]))


@pytest.mark.parametrize(
    "nodes",
    [
        [{"mesh": 0, "children": [0]}],
        [{"children": [1]}, {"children": [2]}, {"children": [1]}],
        [{"children": [1, 1]}, {"mesh": 0}],
        [{"children": [7]}],
        [{"children": [-1]}],
        [{"children": [True]}],
        [{"children": {"0": 0}}],
        [{"mesh": 1}],
        [{"mesh": 0, "matrix": [1] * 15}],
        [{"mesh": 0, "matrix": [1] * 16}],
        [{"mesh": 0, "scale": [1, 1, "1"]}],
        ["node"],
    ],
)
def test_circles_and_references_to_nowhere_are_refused(nodes: list[Any]) -> None:
    with pytest.raises(MediaMalformed):
        check_glb(changed(nodes=nodes))


def test_depth_nodes_and_points_are_bounded() -> None:
    chain: list[dict[str, Any]] = [{"children": [index + 1]} for index in range(64)]
    assert check_glb(changed(nodes=[*chain[:62], {"children": [63]}, {"mesh": 0}])) == Dimensions(1000, 1000, 1000)
    with pytest.raises(ModelTooComplex, match="depth 65"):
        check_glb(changed(nodes=[*chain, {"mesh": 0}]))
    with pytest.raises(ModelTooComplex, match="10001 nodes"):
        check_glb(changed(nodes=[{}] * 10_001))
    primitives = ROOT["meshes"][0]["primitives"] * 9_999
    many = gltf(CUBE * (POINTS_MAX // 8 // 9_999 + 1))
    with pytest.raises(ModelTooComplex, match="points"):
        check_glb(glb({**many[0], "meshes": [{"primitives": primitives}]}, many[1]))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("accessors", {"count": 9}),
        ("accessors", {"count": 0}),
        ("accessors", {"count": 1 << 40}),
        ("accessors", {"count": 8.0}),
        ("accessors", {"byteOffset": 12}),
        ("accessors", {"byteOffset": -12}),
        ("accessors", {"byteOffset": 2, "count": 7}),
        ("accessors", {"bufferView": 1}),
        ("accessors", {"componentType": 5124}),
        ("accessors", {"componentType": []}),
        ("accessors", {"type": "VEC9"}),
        ("accessors", {"type": "SCALAR"}),
        ("accessors", {"sparse": 1}),
        ("bufferViews", {"byteLength": 97}),
        ("bufferViews", {"byteOffset": 1}),
        ("bufferViews", {"byteStride": 3}),
        ("bufferViews", {"byteStride": 256}),
        ("bufferViews", {"byteStride": 8}),
        ("bufferViews", {"buffer": 1}),
        ("buffers", {"byteLength": 10_000}),
        ("meshes", {"primitives": [{"attributes": {"POSITION": 1}}]}),
        ("meshes", {"primitives": [{}]}),
        ("meshes", {"primitives": [3]}),
        ("scenes", {"nodes": 3}),
    ],
)
def test_what_runs_past_its_bounds_is_refused(part: str, change: dict[str, Any]) -> None:
    with pytest.raises(MediaMalformed):
        check_glb(changed(**{part: [{**ROOT[part][0], **change}]}))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_points_that_are_no_numbers_are_refused(number: float) -> None:
    binary = BINARY[:12] + struct.pack("<f", number) + BINARY[16:]
    with pytest.raises(MediaMalformed, match="none"):
        check_glb(glb(ROOT, binary))


def test_sizes_that_cannot_be_are_refused() -> None:
    for node in ({"scale": [1e300, 1, 1], "translation": [0, 0, 1e308]}, {"scale": [101, 1, 1]}):
        with pytest.raises(ModelOutOfScale):
            check_glb(glb(*gltf(**node)))
    nested = [{"children": [1], "scale": [1e200] * 3, "rotation": [0.5, 0.5, 0.5, 0.5]}, {"mesh": 0, "scale": [1e200] * 3}]
    with pytest.raises(ModelOutOfScale):
        check_glb(changed(nodes=nested))
    for members in ({"scenes": []}, {"nodes": [{}]}, {"meshes": [{"primitives": []}]}):
        with pytest.raises(ModelOutOfScale):
            check_glb(changed(**members))


def textured(data: bytes, kind: str = "image/png") -> bytes:
    root = copy.deepcopy(ROOT)
    root["bufferViews"].append({"buffer": 0, "byteOffset": len(BINARY), "byteLength": len(data)})
    root["buffers"][0]["byteLength"] += len(data)
    root["images"] = [{"bufferView": 1, "mimeType": kind}]
    return glb(root, BINARY + data)


def test_pictures_inside_are_looked_at() -> None:
    check_glb(textured(picture("PNG", telling=False)))
    with pytest.raises(MediaTellsPlace):
        check_glb(textured(picture("PNG")))
    check_glb(textured(picture("PNG")), keep_location=True)
    with pytest.raises(MediaMalformed, match="said to be"):
        check_glb(textured(picture("PNG", telling=False), "image/jpeg"))
    with pytest.raises(SuyuanError, match="SVG"):
        check_glb(textured(b"<svg/>", "image/svg+xml"))


@pytest.mark.parametrize(
    "data",
    [
        box_model() + b"\x00",
        box_model()[:-1],
        box_model()[:20],
        b"glTF",
        b"glTF\x01" + box_model()[5:],
        glb(b"{}"),
        glb(b"[]"),
        glb(b'{"asset":{"version":"1.0"}}'),
        glb(b'{"asset":{"version":"2.0"},"asset":{"version":"2.0"}}'),
        glb(b'{"asset":' + b"[" * 70 + b"]" * 70 + b"}"),
        glb(b'{"asset":{"version":"2.0"},"x":1e999}'),
        glb(b" " * (JSON_BYTES_MAX + 4)),
        glb(b'{"asset":{"version":"2.0"}\xff}'),
    ],
)
def test_what_is_no_glb_is_refused(data: bytes) -> None:
    with pytest.raises(MediaMalformed):
        check_glb(data)


def test_a_third_chunk_is_refused() -> None:
    body = box_model()[12:] + struct.pack("<I", 4) + b"EVIL" + b"PK\x03\x04"
    with pytest.raises(MediaMalformed, match="more"):
        check_glb(b"glTF" + struct.pack("<II", 2, 12 + len(body)) + body)


def test_sides_apart_by_more_than_two_percent() -> None:
    declared = Dimensions(100, 100, 50)
    assert sides_apart(declared, Dimensions(102, 98, 51)) == ()
    assert sides_apart(declared, Dimensions(103, 97, 50)) == ("width", "height")
    assert sides_apart(declared, Dimensions(100, 100, 52)) == ("depth",)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 1 << 33) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["uri", "mesh", "count", "children", "nodes"]), inner)
    ),
    max_leaves=6,
)
PATHS = [
    (name, *rest)
    for name, parts in ROOT.items()
    if isinstance(parts, list)
    for rest in [(), (0,), *((0, key) for key in parts[0])]
]


@given(st.sampled_from(PATHS), values)
def test_any_member_raises_only_named_errors(path: tuple[Any, ...], value: Any) -> None:
    root = copy.deepcopy(ROOT)
    inside = root
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    data = glb(json.dumps(root).encode(), BINARY)
    try:
        box = check_glb(data)
    except SuyuanError:
        return
    assert min(box.width, box.height, box.depth) >= 1


@given(st.integers(0, 2_000), st.binary(max_size=8), st.integers(0, 8))
def test_any_bytes_raise_only_named_errors(at: int, patch: bytes, cut: int) -> None:
    whole = box_model()
    at %= len(whole)
    try:
        check_glb(whole[:at] + patch + whole[at + cut :])
    except SuyuanError:
        return
