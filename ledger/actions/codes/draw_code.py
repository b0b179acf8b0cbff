"""Draw the QR code of an item: it holds nothing but the item's short public address."""

from __future__ import annotations

import io
from enum import StrEnum
from typing import Final

import qrcode  # type: ignore[import-untyped]
from qrcode.image.pil import PilImage  # type: ignore[import-untyped]
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

QUIET_MODULES: Final = 4
_PIXELS_PER_MODULE: Final = 8
_HALF_BLOCKS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class CodeKind(StrEnum):
    """What a code is drawn as; the value is the ending of its file name."""

    SVG = ".svg"
    PNG = ".png"


def draw_code(address: str, kind: CodeKind) -> bytes:
    """The picture of `address`: error correction M, a quiet zone of four modules."""
    image = _code(address, box_size=_PIXELS_PER_MODULE).make_image(
        image_factory=SvgPathImage if kind is CodeKind.SVG else PilImage
    )
    written = io.BytesIO()
    image.save(written)
    return written.getvalue()


def code_lines(address: str) -> list[str]:
    """The same as lines of half blocks, two rows of modules each; the blocks are the dark modules."""
    rows: list[list[bool]] = _code(address).get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return ["".join(_HALF_BLOCKS[pair] for pair in zip(*rows[at : at + 2], strict=True)) for at in range(0, len(rows), 2)]


def _code(address: str, **drawn: int) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_MODULES, **drawn)
    code.add_data(address)
    code.make()
    return code
