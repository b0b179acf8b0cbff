"""Make a small picture of a picture, for pages that load nothing: bounded in pixels before, and in bytes after."""

from __future__ import annotations

import io
import struct
import zlib
from functools import lru_cache
from typing import Final

from PIL import Image, ImageOps

from ledger.trade.media.picture import PIXELS_MAX
from ledger.trade.media.refusals import MediaMalformed, PictureTooLarge
from ledger.trade.media.sniff import JPEG, PNG, WEBP

SIDE_MAX: Final = 160
BYTES_MAX: Final = 6 << 10
_FORMATS: Final = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_TRIES: Final = ((160, 75), (160, 55), (160, 35), (120, 35), (80, 30), (40, 20))
_REMEMBERED: Final = 256
# What Pillow raises on hostile input, as far as it is known; a broad net would also catch faults of ours.
_UNDECODABLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


class PictureUndecodable(MediaMalformed):
    title = "the picture cannot be decoded"


def make_thumbnail(data: bytes, media_type: str) -> bytes:
    """A WebP of at most 160 pixels a side and 6 KB, upright. `data` was walked through and its sides are known to be bounded.

    Raises:
        PictureUndecodable, PictureTooLarge.
    """
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]]) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise PictureTooLarge(seen=f"{opened.width} × {opened.height} pixels", wanted=f"at most {PIXELS_MAX} in all")
            opened.draft("RGB", (2 * SIDE_MAX, 2 * SIDE_MAX))  # a JPEG is decoded at an eighth of its size where that is enough
            opened.load()
            upright = ImageOps.exif_transpose(opened)
    except _UNDECODABLE as reason:
        raise PictureUndecodable(seen=f"{type(reason).__name__}: {reason}", wanted="a whole picture") from reason
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    small = upright.convert("RGBA" if transparent else "RGB")
    return next(filter(None, (_written(small, side, quality) for side, quality in _TRIES)), b"")


@lru_cache(maxsize=_REMEMBERED)
def make_smaller(thumbnail: bytes, side: int) -> bytes:
    """A thumbnail of ours once more, at most `side` pixels a side: for what must weigh less than a page."""
    with Image.open(io.BytesIO(thumbnail), formats=["WEBP"]) as opened:
        opened.load()
        return _written(opened, side, 45) or b""


def _written(picture: Image.Image, side: int, quality: int) -> bytes | None:
    scaled = picture.copy()
    scaled.thumbnail((side, side))
    written = io.BytesIO()
    scaled.save(written, "WEBP", quality=quality, method=4)
    return written.getvalue() if written.tell() <= BYTES_MAX else None
