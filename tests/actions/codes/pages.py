"""What is on the pages of a PDF, seen with other people's eyes: rendered by PDFium, decoded by ZXing."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2
import zxingcpp

_DPI = 300


@dataclass(frozen=True)
class SeenPage:
    """Every code on a page with the millimetres of its top left corner and side, and the page's text."""

    codes: dict[str, tuple[float, float, float]]
    text: str
    size_mm: tuple[float, float]


def pages_of(pdf: bytes) -> list[SeenPage]:
    document = pypdfium2.PdfDocument(pdf)
    return [_seen(document[number]) for number in range(len(document))]


def _seen(page: pypdfium2.PdfPage) -> SeenPage:
    picture = page.render(scale=_DPI / 72).to_pil().convert("L")
    mm = 25.4 / _DPI
    codes = {}
    for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCodeModel2):
        corner, other = code.position.top_left, code.position.top_right
        codes[code.text] = (corner.x * mm, corner.y * mm, (other.x - corner.x) * mm)
    width, height = page.get_size()
    return SeenPage(codes, page.get_textpage().get_text_range(), (width * 25.4 / 72, height * 25.4 / 72))
