"""Pictures inside a glTF model: each is the kind of picture that it says, bounded, and tells nothing of where it was taken."""

from __future__ import annotations

from typing import Final

from ledger.trade.media.gltf_parts import Parts
from ledger.trade.media.picture import Picture
from ledger.trade.media.refusals import MediaMalformed, MediaTellsPlace, PictureTooLarge
from ledger.trade.media.sniff import PICTURES, sniff
from ledger.trade.media.strip import strip_picture

PICTURES_MAX: Final = 128
PIXELS_OF_ALL_MAX: Final = 100_000_000
BYTES_OF_ALL_MAX: Final = 64 << 20
"""Pictures may share their bytes, each of which is walked through anew."""
_TELLING: Final = frozenset({"EXIF", "XMP", "IPTC"})


def check_pictures(parts: Parts, *, keep_location: bool) -> None:
    """Return if every picture of the model may be shown.

    Raises:
        MediaMalformed, MediaKindRefused, MediaAnimated, PictureTooLarge, MediaTellsPlace.
    """
    pixels = size = 0
    for pointer, part in parts.all("images", PICTURES_MAX):
        said, data = part.get("mimeType"), parts.bytes_of(parts.view_of(part, pointer))
        size += len(data)
        if size > BYTES_OF_ALL_MAX:
            raise PictureTooLarge(seen=f"{size} bytes", wanted=f"at most {BYTES_OF_ALL_MAX} in all", pointer=pointer)
        picture = _picture(data, said, pointer)
        told = _TELLING.intersection(picture.dropped)
        if told and not keep_location:
            raise MediaTellsPlace(seen=", ".join(sorted(told)), wanted="pictures without it", pointer=pointer)
        pixels += picture.width * picture.height
        if pixels > PIXELS_OF_ALL_MAX:
            raise PictureTooLarge(seen=f"{pixels} pixels", wanted=f"at most {PIXELS_OF_ALL_MAX} in all", pointer=pointer)


def _picture(data: bytes, said: object, pointer: str) -> Picture:
    found = sniff(data)
    if found not in PICTURES or said != found:
        raise MediaMalformed(seen=f"{found}, said to be {said}", wanted="a picture of its mimeType", pointer=pointer)
    return strip_picture(found, data)
