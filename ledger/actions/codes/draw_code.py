"""Draw the QR code of an item: it holds nothing but the item's short public address."""

from __future__ import annotations

import io
from decimal import Decimal
from enum import StrEnum
from typing import Final

import qrcode  # type: ignore[import-untyped]
from PIL import Image
from qrcode.image.pil import PilImage  # type: ignore[import-untyped]
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from ledger.actions.codes.symbol import refuse_misread
from ledger.trade.label_size import QUIET_MODULES, Correction, refuse_module

_PIXELS_PER_MODULE: Final = 8
_SVG_MODULE_UM: Final = 800
_UM_PER_INCH: Final = 25_400
_LEVELS: Final = {Correction.M: qrcode.ERROR_CORRECT_M, Correction.Q: qrcode.ERROR_CORRECT_Q}
_HALF_BLOCKS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class CodeKind(StrEnum):
    """What a code is drawn as; the value is the ending of its file name."""

    SVG = ".svg"
    PNG = ".png"


def draw_code(address: str, kind: CodeKind, *, correction: Correction = Correction.M, module_um: int | None = None) -> bytes:
    """The picture of `address` with a quiet zone of four modules.

    Args:
        module_um: the side of a module in print; a PNG says it in its resolution.

    Raises:
        ModuleTooSmall, ModuleTooLarge.
    """
    module_um = _SVG_MODULE_UM if module_um is None else refuse_module(module_um)
    written = io.BytesIO()
    if kind is CodeKind.SVG:
        # This library counts tenths of a millimetre.
        code = _code(address, correction, box_size=Decimal(module_um) / 100)
        code.make_image(image_factory=SvgPathImage).save(written)
    else:
        image = _code(address, correction, box_size=_PIXELS_PER_MODULE).make_image(image_factory=PilImage)
        dpi = _PIXELS_PER_MODULE * _UM_PER_INCH / module_um
        image.save(written, dpi=(dpi, dpi))
    return written.getvalue()


def draw_checked_code(address: str, kind: CodeKind, *, correction: Correction, module_um: int | None = None) -> bytes:
    """The same, once a decoder has read the very modules again.

    Raises:
        SymbolUnreadable: they do not say `address`.
        ModuleTooSmall, ModuleTooLarge.
    """
    with Image.open(io.BytesIO(draw_code(address, CodeKind.PNG, correction=correction))) as picture:
        refuse_misread(picture, address, correction)
    return draw_code(address, kind, correction=correction, module_um=module_um)


def code_lines(address: str) -> list[str]:
    """The same as lines of half blocks, two rows of modules each; the blocks are the dark modules."""
    rows: list[list[bool]] = _code(address, Correction.M).get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return ["".join(_HALF_BLOCKS[pair] for pair in zip(*rows[at : at + 2], strict=True)) for at in range(0, len(rows), 2)]


def _code(address: str, correction: Correction, *, box_size: int | Decimal = 1) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=_LEVELS[correction], border=QUIET_MODULES, box_size=box_size)
    code.add_data(address)
    code.make()
    return code
