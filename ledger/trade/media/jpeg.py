"""JPEG: walk its segments and keep only what the picture itself needs (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from ledger.trade.media.exif import UPRIGHT, minimal_exif, orientation_in
from ledger.trade.media.picture import Picture, refuse_sides
from ledger.trade.media.refusals import MediaMalformed

SEGMENTS_MAX: Final = 4_096
SCANS_MAX: Final = 64
"""A picture of many empty scans takes long to decode; progressive ones have about ten."""

_SOI: Final = b"\xff\xd8"
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - _FRAMES - {0xC4}
_NO_SEGMENTS: Final = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})  # stuffing, private, restarts, a second beginning
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})  # Huffman, quantisation, restart interval
_NAMES: Final = {0xE1: "APP1", 0xED: "IPTC", 0xFE: "comment"}
# Entropy-coded bytes go on until a marker that is neither a stuffed zero nor a restart.
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_FILL: Final = re.compile(rb"\xff+")

_JFIF: Final = b"JFIF\x00"
_JFIF_BYTES: Final = 12
_EXIF: Final = b"Exif\x00"
_ICC: Final = b"ICC_PROFILE\x00"
_ADOBE: Final = b"Adobe"
_ADOBE_BYTES: Final = 12


@dataclass
class _Walk:
    """What was met so far."""

    kept: list[bytes] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    sides: tuple[int, int] | None = None
    orientation: int = UPRIGHT
    upright_at: int = 0
    scans: int = 0


def strip_jpeg(data: bytes) -> Picture:
    """The picture without EXIF, XMP, IPTC, comments, previews and what follows its end; the colour profile stays.

    Of EXIF the orientation stays, where it is not upright.

    Raises:
        MediaMalformed: it is cut off, or no JPEG that browsers show.
        PictureTooLarge.
    """
    if not data.startswith(_SOI):
        raise MediaMalformed(seen=data[:2].hex(), wanted="a JPEG picture", pointer="byte 0")
    walk, at = _Walk([_SOI]), 2
    for _ in range(SEGMENTS_MAX):
        marker, at = _marker(data, at)
        if marker == _EOI:
            return _finish(walk, data, at)
        body = _body(data, at)
        at += 2 + len(body)
        _take(walk, marker, body)
        if marker == _SOS:
            end = _AFTER_SCAN.search(data, at)
            if end is None:
                raise MediaMalformed(seen="no end of the picture", wanted="a whole file", pointer=f"byte {len(data)}")
            walk.kept.append(data[at : end.start()])
            at = end.start()
    raise MediaMalformed(seen=f"more than {SEGMENTS_MAX} segments", wanted="a picture", pointer=f"byte {at}")


def _marker(data: bytes, at: int) -> tuple[int, int]:
    fill = _FILL.match(data, at)
    if fill is None or fill.end() >= len(data) or data[fill.end()] in _NO_SEGMENTS:
        raise MediaMalformed(seen=data[at : at + 4].hex() or "the end", wanted="a marker", pointer=f"byte {at}")
    return data[fill.end()], fill.end() + 1


def _body(data: bytes, at: int) -> bytes:
    length = int.from_bytes(data[at : at + 2], "big")
    body = data[at + 2 : at + length]
    if length < 2 or len(body) != length - 2:
        raise MediaMalformed(seen=f"a segment of {length} bytes", wanted="a whole file", pointer=f"byte {at}")
    return body


def _take(walk: _Walk, marker: int, body: bytes) -> None:
    if marker in _OTHER_FRAMES:
        raise MediaMalformed(seen=f"coding {marker:02X}", wanted="baseline or progressive JPEG, as browsers show")
    if marker in _FRAMES:
        _frame(walk, marker, body)
    elif marker == _SOS:
        walk.scans += 1
        if walk.sides is None or walk.scans > SCANS_MAX:
            raise MediaMalformed(seen=f"scan {walk.scans}", wanted=f"a frame first, then at most {SCANS_MAX} scans")
        walk.kept.append(_segment(marker, body))
    elif marker in _TABLES:
        walk.kept.append(_segment(marker, body))
    elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
        _application(walk, marker, body)
    else:
        raise MediaMalformed(seen=f"marker {marker:02X}", wanted="a segment that pictures have")


def _frame(walk: _Walk, marker: int, body: bytes) -> None:
    if walk.sides is not None or len(body) < 6:
        raise MediaMalformed(seen="a second frame" if walk.sides else "a short frame", wanted="one frame")
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    refuse_sides(width, height)
    walk.sides = (width, height)
    walk.kept.append(_segment(marker, body))


def _application(walk: _Walk, marker: int, body: bytes) -> None:
    if marker == 0xE0 and body.startswith(_JFIF) and len(body) >= _JFIF_BYTES + 2:
        # Its last two bytes are the sides of a preview, which may show more than the picture.
        walk.kept.append(_segment(marker, body[:_JFIF_BYTES] + b"\x00\x00"))
        walk.upright_at = walk.upright_at or len(walk.kept)
        if body[_JFIF_BYTES:] != b"\x00\x00":
            walk.dropped.append("preview")
    elif marker == 0xE2 and body.startswith(_ICC):
        walk.kept.append(_segment(marker, body))
    elif marker == 0xEE and body.startswith(_ADOBE) and len(body) >= _ADOBE_BYTES:
        walk.kept.append(_segment(marker, body[:_ADOBE_BYTES]))  # says how the colours are stored
    else:
        _drop(walk, marker, body)


def _drop(walk: _Walk, marker: int, body: bytes) -> None:
    if marker == 0xE1 and body.startswith(_EXIF):
        if walk.orientation == UPRIGHT:
            walk.orientation = orientation_in(body)
        walk.dropped.append("EXIF")
    elif marker == 0xE1 and body.startswith(b"http://ns.adobe.com/"):
        walk.dropped.append("XMP")
    else:
        walk.dropped.append(_NAMES.get(marker, f"APP{marker - 0xE0}"))


def _finish(walk: _Walk, data: bytes, at: int) -> Picture:
    if walk.sides is None or not walk.scans:
        raise MediaMalformed(seen="no picture", wanted="a frame and a scan", pointer=f"byte {at}")
    if walk.orientation != UPRIGHT:
        walk.kept.insert(walk.upright_at or 1, _segment(0xE1, b"Exif\x00\x00" + minimal_exif(walk.orientation)))
    if at < len(data):
        walk.dropped.append("bytes after the end")
    return Picture(b"".join([*walk.kept, bytes((0xFF, _EOI))]), *walk.sides, tuple(dict.fromkeys(walk.dropped)), at)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
