"""Take out of a picture what it need not tell, by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.trade.media.jpeg import strip_jpeg
from ledger.trade.media.picture import Picture
from ledger.trade.media.png import strip_png
from ledger.trade.media.sniff import JPEG, PNG, WEBP
from ledger.trade.media.webp import strip_webp

_STRIP: Final[Mapping[str, Callable[[bytes], Picture]]] = MappingProxyType({JPEG: strip_jpeg, PNG: strip_png, WEBP: strip_webp})


def strip_picture(media_type: str, data: bytes) -> Picture:
    """The picture without metadata; `media_type` is what `sniff` found.

    Raises:
        MediaMalformed, MediaAnimated, PictureTooLarge.
    """
    return _STRIP[media_type](data)
