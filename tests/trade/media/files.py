"""Small files of every kind that is kept, made by other programs than ours, and ways to spoil them."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any, Final

from PIL import Image, PngImagePlugin
from PIL.ImageCms import ImageCmsProfile, createProfile
from reportlab.pdfgen.canvas import Canvas

GPS: Final = 0x8825
ORIENTATION: Final = 0x0112
PLACE: Final = b"26.3N 107.5E secret garden"


def drawn(width: int = 40, height: int = 24, mode: str = "RGB") -> Image.Image:
    """A picture in which every corner differs, so that turning it shows."""
    picture = Image.new(mode, (width, height), "white")
    for number, box in enumerate(((0, 0, 9, 9), (width - 9, 0, width, 9), (0, height - 9, 9, height))):
        picture.paste(("red", "green", "blue")[number], box)
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a place, a camera and an orientation."""
    found = Image.Exif()
    found[ORIENTATION] = orientation
    found[0x010F] = PLACE.decode()
    found.get_ifd(GPS).update({1: "N", 2: (26.0, 18.0, 0.0), 3: "E", 4: (107.0, 30.0, 0.0)})
    return found


def picture(kind: str, *, orientation: int = 1, telling: bool = True, **size: int) -> bytes:
    """A JPEG, PNG or WebP; `telling` gives it EXIF with a place, XMP, a comment where there are some, and a colour profile."""
    written = io.BytesIO()
    options: dict[str, Any] = {}
    if telling:
        options = {"exif": exif(orientation), "xmp": b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>", "icc_profile": profile()}
        if kind == "JPEG":
            options["comment"] = PLACE
        if kind == "PNG":
            texts = PngImagePlugin.PngInfo()
            texts.add_itxt("XML:com.adobe.xmp", PLACE.decode())
            texts.add_text("Comment", PLACE.decode(), zip=True)
            options["pnginfo"] = texts
            del options["xmp"]
    drawn(**size).save(written, kind, **options)
    return written.getvalue()


def profile() -> bytes:
    """A colour profile, the same in every process: the time that it was made stands in it."""
    made = ImageCmsProfile(createProfile("sRGB")).tobytes()
    return made[:24] + bytes(12) + made[36:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(*, link: str = "https://ledger.example") -> bytes:
    """A page with words and a link."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.drawString(100, 700, "Test report")
    canvas.linkURL(link, (90, 690, 200, 720))
    canvas.save()
    return written.getvalue()


CUBE: Final = tuple((x, y, z) for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0))


def gltf(points: tuple[tuple[float, float, float], ...] = CUBE, **node: Any) -> tuple[dict[str, Any], bytes]:
    """The JSON and the binary chunk of a model of single points; `node` are members of its one node."""
    binary = b"".join(struct.pack("<3f", *point) for point in points)
    lows, highs = ([pick(point[axis] for point in points) for axis in range(3)] for pick in (min, max))
    root = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, **node}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "mode": 0}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3", "min": lows, "max": highs}],
        "bufferViews": [{"buffer": 0, "byteLength": len(binary)}],
        "buffers": [{"byteLength": len(binary)}],
    }
    return root, binary


def glb(root: Any, binary: bytes = b"") -> bytes:
    """A GLB around a JSON value and a binary chunk."""
    text = root if isinstance(root, bytes) else json.dumps(root).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\x00" * (-len(binary) % 4)
    chunks = struct.pack("<I", len(text)) + b"JSON" + text
    if binary:
        chunks += struct.pack("<I", len(binary)) + b"BIN\x00" + binary
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks


def box_model(width: float = 0.06, height: float = 0.08, depth: float = 0.05) -> bytes:
    """A GLB whose box has these sides, in metres."""
    return glb(*gltf(scale=[width, height, depth]))
