"""WebP: walk its chunks and keep only what the picture itself needs (RFC 9649)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.trade.media.exif import UPRIGHT, minimal_exif, orientation_in
from ledger.trade.media.picture import Picture, refuse_sides
from ledger.trade.media.refusals import MediaAnimated, MediaMalformed

CHUNKS_MAX: Final = 256
_HEADER_BYTES: Final = 12
_MOVING: Final = frozenset({b"ANIM", b"ANMF"})
_IMAGES: Final = frozenset({b"VP8 ", b"VP8L"})
_KEPT: Final = _IMAGES | {b"VP8X", b"ICCP", b"ALPH"}
_FLAG_MOVING, _FLAG_XMP, _FLAG_EXIF = 0x02, 0x04, 0x08


def strip_webp(data: bytes) -> Picture:
    """The picture without EXIF, XMP, unknown chunks and what follows its end; the colour profile stays.

    Of EXIF the orientation stays, where it is not upright.

    Raises:
        MediaMalformed: it is cut off, or damaged.
        MediaAnimated, PictureTooLarge.
    """
    kept: list[tuple[bytes, bytes]] = []
    dropped, orientation = [], UPRIGHT
    end = _end(data)
    for number, (kind, body) in enumerate(_chunks(data, end)):
        if number >= CHUNKS_MAX or (number == 0 and kind not in _IMAGES | {b"VP8X"}) or (number and kind == b"VP8X"):
            raise MediaMalformed(seen=f"chunk {kind!r} as number {number}", wanted=f"a picture of at most {CHUNKS_MAX} chunks")
        if kind in _MOVING or (kind == b"VP8X" and body[:1] and body[0] & _FLAG_MOVING):
            raise MediaAnimated(seen="an animated WebP")
        if kind in _KEPT:
            if kind in {known for known, _ in kept}:
                raise MediaMalformed(seen=f"a second chunk {kind!r}", wanted="each once")
            kept.append((kind, body))
            continue
        dropped.append({b"EXIF": "EXIF", b"XMP ": "XMP"}.get(kind, kind.decode("ascii", "backslashreplace")))
        if kind == b"EXIF" and orientation == UPRIGHT:
            orientation = orientation_in(body)
    sides = _sides(dict(kept))
    if end < len(data):
        dropped.append("bytes after the end")
    return Picture(_written(kept, orientation), *sides, tuple(dict.fromkeys(dropped)), end)


def _end(data: bytes) -> int:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise MediaMalformed(seen=data[:12].hex(), wanted="a WebP picture", pointer="byte 0")
    size = int.from_bytes(data[4:8], "little")
    end = 8 + size + size % 2
    if size < 4 or 8 + size > len(data):
        raise MediaMalformed(seen=f"a size of {size} bytes", wanted="a whole file", pointer="byte 4")
    return min(end, len(data))


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, bytes]]:
    at = _HEADER_BYTES
    while at < end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise MediaMalformed(seen=f"chunk {kind!r} of {length} bytes", wanted="a whole file", pointer=f"byte {at}")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _sides(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height of the image, which the canvas must have too: two readers might follow either."""
    images = [kind for kind in chunks if kind in _IMAGES]
    if len(images) != 1:
        raise MediaMalformed(seen=f"{len(images)} images", wanted="one")
    sides = _lossy(chunks[images[0]]) if images[0] == b"VP8 " else _lossless(chunks[images[0]])
    refuse_sides(*sides)
    extended = chunks.get(b"VP8X")
    if extended is None:
        if set(chunks) != {images[0]}:
            raise MediaMalformed(seen="chunks of an extended file", wanted="the chunk VP8X first")
        return sides
    canvas = tuple(int.from_bytes(extended[at : at + 3], "little") + 1 for at in (4, 7))
    if len(extended) != 10 or canvas != sides:
        raise MediaMalformed(seen=f"a canvas of {canvas}", wanted=f"that of the image, {sides}")
    return sides


def _lossy(body: bytes) -> tuple[int, int]:
    if len(body) < 10 or body[3:6] != b"\x9d\x01\x2a" or body[0] & 1:
        raise MediaMalformed(seen=body[:6].hex(), wanted="a key frame of VP8")
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _lossless(body: bytes) -> tuple[int, int]:
    if len(body) < 5 or body[0] != 0x2F:
        raise MediaMalformed(seen=body[:5].hex(), wanted="the signature of VP8L")
    packed = int.from_bytes(body[1:5], "little")
    return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1


def _written(kept: list[tuple[bytes, bytes]], orientation: int) -> bytes:
    parts = []
    for kind, body in kept:
        if kind == b"VP8X":
            flags = body[0] & ~(_FLAG_EXIF | _FLAG_XMP) | (_FLAG_EXIF if orientation != UPRIGHT else 0)
            parts.append(_chunk(kind, bytes((flags,)) + body[1:]))
        else:
            parts.append(_chunk(kind, body))
    if orientation != UPRIGHT and kept[0][0] == b"VP8X":
        parts.append(_chunk(b"EXIF", minimal_exif(orientation)))
    content = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\x00" * (len(body) % 2)
