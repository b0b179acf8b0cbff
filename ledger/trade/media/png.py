"""PNG: walk its chunks and keep only what the picture itself needs (W3C PNG, third edition)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from ledger.trade.media.exif import UPRIGHT, minimal_exif, orientation_in
from ledger.trade.media.picture import Picture, refuse_sides
from ledger.trade.media.refusals import MediaAnimated, MediaMalformed
from ledger.trade.media.sniff import PNG_SIGNATURE

CHUNKS_MAX: Final = 65_536
_LENGTH_MAX: Final = (1 << 31) - 1
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CRITICAL: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_SHOWN: Final = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP", b"mDCV", b"cLLI"})
"""Chunks beside the critical ones that change how the picture looks."""
_MOVING: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP: Final = b"XML:com.adobe.xmp"


def strip_png(data: bytes) -> Picture:
    """The picture without EXIF, XMP, texts, times, unknown chunks and what follows its end; the colour profile stays.

    Of EXIF the orientation stays, where it is not upright.

    Raises:
        MediaMalformed: it is cut off, or damaged.
        MediaAnimated, PictureTooLarge.
    """
    kept, dropped, orientation = [PNG_SIGNATURE], [], UPRIGHT
    sides, pixels, at = (0, 0), 0, 0
    for number, (kind, body, end) in enumerate(_chunks(data)):
        if (kind == b"IHDR") != (number == 0) or number >= CHUNKS_MAX:
            raise MediaMalformed(seen=f"chunk {kind!r} as number {number}", wanted=f"IHDR, then fewer than {CHUNKS_MAX} others")
        if kind == b"IHDR":
            sides = _header(body)
        if kind in _MOVING:
            raise MediaAnimated(seen="an animated PNG")
        if kind in _CRITICAL or kind in _SHOWN:
            kept.append(_chunk(kind, body))
            pixels += kind == b"IDAT"
        elif not kind[0] & 0x20:
            raise MediaMalformed(seen=f"chunk {kind!r}", wanted="a picture without chunks of other programs that it needs")
        else:
            dropped.append(_name(kind, body))
            if kind == b"eXIf" and orientation == UPRIGHT:
                orientation = orientation_in(body)
        at = end
    if not pixels:
        raise MediaMalformed(seen="no IDAT", wanted="a picture")
    if orientation != UPRIGHT:
        kept.insert(2, _chunk(b"eXIf", minimal_exif(orientation)))
    if at < len(data):
        dropped.append("bytes after the end")
    return Picture(b"".join(kept), *sides, tuple(dict.fromkeys(dropped)), at)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """(type, content, where it ends) up to and with IEND."""
    if not data.startswith(PNG_SIGNATURE):
        raise MediaMalformed(seen=data[:8].hex(), wanted="a PNG picture", pointer="byte 0")
    at, kind = len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if len(kind) != 4 or not kind.isalpha() or length > _LENGTH_MAX or end > len(data):
            raise MediaMalformed(seen=f"chunk {kind!r} of {length} bytes", wanted="a whole file", pointer=f"byte {at}")
        body = data[at + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end], "big"):
            raise MediaMalformed(seen=f"chunk {kind!r} with a wrong checksum", wanted="an undamaged file", pointer=f"byte {at}")
        yield kind, body, end
        at = end


def _header(body: bytes) -> tuple[int, int]:
    fits = len(body) == 13 and body[8] in _DEPTHS.get(body[9], ()) and body[10] == body[11] == 0 and body[12] < 2
    if not fits:
        raise MediaMalformed(seen=f"IHDR {body[:13].hex()}", wanted="depth and colours that PNG has")
    width, height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
    refuse_sides(width, height)
    return width, height


def _name(kind: bytes, body: bytes) -> str:
    if kind == b"eXIf":
        return "EXIF"
    if kind in _TEXTS:
        return "XMP" if body.startswith(_XMP) else "text"
    return kind.decode("ascii")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(body, zlib.crc32(kind)).to_bytes(4, "big")
