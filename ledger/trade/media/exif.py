"""The one thing of EXIF that a picture needs to be shown upright: its orientation (TIFF 6.0; CIPA DC-008, 4.6.4)."""

from __future__ import annotations

import struct
from typing import Final, Literal

UPRIGHT: Final = 1
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_ENTRY_BYTES: Final = 12
_ENTRIES_MAX: Final = 512
_HEADER: Final = b"Exif\x00\x00"


def orientation_in(exif: bytes) -> int:
    """The orientation that EXIF data states, 1 to 8; 1 where it states none that can be read.

    Args:
        exif: a TIFF structure, with or without the six bytes that JPEG puts before it.
    """
    tiff = exif.removeprefix(_HEADER)
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    if tiff[:4] not in (b"II*\x00", b"MM\x00*"):
        return UPRIGHT
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for number in range(min(count, _ENTRIES_MAX)):
        at = start + 2 + number * _ENTRY_BYTES
        entry = tiff[at : at + _ENTRY_BYTES]
        if len(entry) < _ENTRY_BYTES:
            break
        if int.from_bytes(entry[:2], order) == _ORIENTATION:
            found = int.from_bytes(entry[8:10], order)
            fits = int.from_bytes(entry[2:4], order) == _SHORT and 1 <= found <= 8
            return found if fits else UPRIGHT
    return UPRIGHT


def minimal_exif(orientation: int) -> bytes:
    """A TIFF structure that states the orientation and nothing else, 26 bytes."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)
