"""A picture after what it need not tell was taken out, and the bounds that hold for all kinds of picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.trade.media.refusals import MediaMalformed, PictureTooLarge

PIXELS_MAX: Final = 50_000_000
SIDE_PIXELS_MAX: Final = 16_384


@dataclass(frozen=True, slots=True)
class Picture:
    """Its bytes without metadata, its sides in pixels before it is turned upright, and the kinds of data left out.

    `end`: how many of the bytes that were given belong to the picture; what followed was left out.
    """

    data: bytes
    width: int
    height: int
    dropped: tuple[str, ...]
    end: int


def refuse_sides(width: int, height: int) -> None:
    """Return if a picture of so many pixels can be shown.

    Raises:
        MediaMalformed: it has none.
        PictureTooLarge.
    """
    if width < 1 or height < 1:
        raise MediaMalformed(seen=f"{width} × {height} pixels", wanted="a picture with pixels")
    if width > SIDE_PIXELS_MAX or height > SIDE_PIXELS_MAX or width * height > PIXELS_MAX:
        raise PictureTooLarge(
            seen=f"{width} × {height} pixels", wanted=f"sides of at most {SIDE_PIXELS_MAX}, and {PIXELS_MAX} pixels in all"
        )
