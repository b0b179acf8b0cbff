"""GLB: one 3D model in one file, with nothing outside of it; and how large it is (glTF 2.0, section 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ledger.errors import SuyuanError
from ledger.evidence.record import read_json
from ledger.trade.dossier.bodies.described import Dimensions
from ledger.trade.media.gltf_parts import Parts
from ledger.trade.media.gltf_pictures import check_pictures
from ledger.trade.media.gltf_scene import measure
from ledger.trade.media.refusals import MediaMalformed, ModelBeyondViewer, ModelReachesOut

JSON_BYTES_MAX: Final = 4 << 20
_HEADER_BYTES: Final = 12
_JSON: Final = b"JSON"
_BIN: Final = b"BIN\x00"

# Others need decoders that the viewer would fetch from elsewhere, or change where the points of the model are.
_EXTENSIONS: Final = frozenset(
    {"KHR_lights_punctual", "KHR_materials_variants", "KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp"}
)
_MATERIALS: Final = "KHR_materials_"


def check_glb(data: bytes, *, keep_location: bool = False) -> Dimensions:
    """The box around the model as its default scene shows it, in whole millimetres: width x, height y, depth z.

    Args:
        keep_location: take pictures inside of it that carry EXIF or XMP.

    Raises:
        MediaMalformed: a length, a reference or a member is not what glTF 2.0 says.
        ModelReachesOut: something of it would be fetched from elsewhere.
        ModelBeyondViewer: it is compressed, has bones, or the like.
        ModelTooComplex, ModelOutOfScale, PictureTooLarge, MediaTellsPlace.
    """
    text, binary = _chunks(data)
    parts = Parts(_read(text), binary)
    _refuse_addresses(parts.root)
    _refuse_extensions(parts.root)
    parts.check()
    check_pictures(parts, keep_location=keep_location)
    return measure(parts)


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    """The JSON chunk and the binary chunk, empty where there is none; the file holds these and nothing else."""
    version, length = int.from_bytes(data[4:8], "little"), int.from_bytes(data[8:12], "little")
    if data[:4] != b"glTF" or version != 2 or length != len(data):
        raise MediaMalformed(seen=f"version {version}, {length} bytes of {len(data)}", wanted="a whole GLB of version 2")
    text, at = _chunk(data, _HEADER_BYTES, _JSON)
    if at == len(data):
        return text, b""
    binary, at = _chunk(data, at, _BIN)
    if at != len(data):
        raise MediaMalformed(seen=f"{len(data) - at} bytes more", wanted="a JSON chunk and a binary chunk", pointer=f"byte {at}")
    return text, binary


def _chunk(data: bytes, at: int, kind: bytes) -> tuple[bytes, int]:
    length = int.from_bytes(data[at : at + 4], "little")
    end = at + 8 + length
    if data[at + 4 : at + 8] != kind or end > len(data) or length % 4:
        seen = f"a chunk {data[at + 4 : at + 8]!r} of {length} bytes"
        raise MediaMalformed(seen=seen, wanted=f"a whole chunk {kind!r} in steps of four bytes", pointer=f"byte {at}")
    return data[at + 8 : end], end


def _read(text: bytes) -> Mapping[str, Any]:
    try:
        root = read_json(text, bytes_max=JSON_BYTES_MAX)
    except SuyuanError as refusal:
        raise MediaMalformed(seen=str(refusal), wanted="JSON without repeated names", pointer=refusal.pointer) from refusal
    version = root.get("asset", {}) if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(version, dict) or version.get("version") != "2.0":
        raise MediaMalformed(seen=version, wanted='an object with "asset": {"version": "2.0"}', pointer="/asset/version")
    if version.get("minVersion", "2.0") != "2.0":
        raise ModelBeyondViewer(seen=version["minVersion"], wanted="glTF 2.0", pointer="/asset/minVersion")
    return root


def _refuse_addresses(root: Mapping[str, Any]) -> None:
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            if "uri" in value:
                raise ModelReachesOut(seen=value["uri"], wanted="data in the binary chunk", pointer=f"{pointer}/uri")
            waiting += [(f"{pointer}/{name}", inner) for name, inner in value.items() if isinstance(inner, dict | list)]
        else:
            waiting += [(f"{pointer}/{index}", inner) for index, inner in enumerate(value) if isinstance(inner, dict | list)]


def _refuse_extensions(root: Mapping[str, Any]) -> None:
    for member in ("extensionsUsed", "extensionsRequired"):
        names = root.get(member, [])
        if not isinstance(names, list):
            raise MediaMalformed(seen=names, wanted="a list of names", pointer=f"/{member}")
        for name in names:
            if not isinstance(name, str) or (name not in _EXTENSIONS and not name.startswith(_MATERIALS)):
                wanted = f"{', '.join(sorted(_EXTENSIONS))} or {_MATERIALS}…"
                raise ModelBeyondViewer(seen=name, wanted=wanted, pointer=f"/{member}")
