"""The QR symbol of an address as rows of modules, read again by a decoder before anything is made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image

from ledger.errors import Conflict
from ledger.trade.label_size import QUIET_MODULES, Correction

_DARK: Final = re.compile(rb"\x00+")
_PIXELS: Final = 3
_QR: Final = zxingcpp.BarcodeFormat.QRCode
_ONLY_QR: Final = zxingcpp.barcode_formats_from_str("QRCode")


class SymbolUnreadable(Conflict):
    title = "a code that was drawn is not read again as what it should hold"
    default_hint = "nothing was written; report this with the address"


@dataclass(frozen=True, slots=True)
class Symbol:
    """`runs`: (column, row, length) of every run of dark modules, from the top left; together they are the symbol."""

    address: str
    correction: Correction
    modules: int
    runs: tuple[tuple[int, int, int], ...]


def draw_symbol(address: str, correction: Correction) -> Symbol:
    """The smallest symbol of `address`.

    Raises:
        SymbolUnreadable: what was drawn does not say `address` again.
    """
    drawn = zxingcpp.create_barcode(address, _QR, ec_level=correction.value)
    # It has the buffer protocol, which its stubs do not tell.
    picture = memoryview(drawn.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    side, pixels = len(picture), picture.tobytes()
    runs = tuple(
        (dark.start(), row, dark.end() - dark.start())
        for row in range(side)
        for dark in _DARK.finditer(pixels[row * side : (row + 1) * side])
    )
    symbol = Symbol(address, correction, side, runs)
    refuse_unreadable(symbol)
    return symbol


def refuse_unreadable(symbol: Symbol) -> None:
    """Return if a decoder reads the symbol's address from a bitmap of its runs, which are what gets printed.

    Raises:
        SymbolUnreadable.
    """
    refuse_misread(_bitmap(symbol), symbol.address, symbol.correction)


def refuse_misread(picture: memoryview | Image.Image, address: str, correction: Correction) -> None:
    """Return if a decoder finds `address` in a picture of nothing but its code.

    Raises:
        SymbolUnreadable.
    """
    found = zxingcpp.read_barcode(
        picture, formats=_ONLY_QR, is_pure=True, try_rotate=False, try_downscale=False, try_invert=False
    )
    seen = None if found is None else found.text
    if found is None or seen != address or found.ec_level != correction.value:
        raise SymbolUnreadable(seen=seen or "nothing", wanted=address)


def _bitmap(symbol: Symbol) -> memoryview:
    side = (symbol.modules + 2 * QUIET_MODULES) * _PIXELS
    lines = [bytearray(b"\xff" * side) for _ in range(symbol.modules)]
    for column, row, length in symbol.runs:
        start = (column + QUIET_MODULES) * _PIXELS
        lines[row][start : start + length * _PIXELS] = bytes(length * _PIXELS)
    quiet = b"\xff" * (side * QUIET_MODULES * _PIXELS)
    pixels = quiet + b"".join(bytes(line) * _PIXELS for line in lines) + quiet
    return memoryview(pixels).cast("B", (side, side))
