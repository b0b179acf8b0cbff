"""Labels: serialised ones on sheets as a PDF, each code read again before it is released, beside bare matrices."""

from __future__ import annotations

import random
import time
from typing import Final

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp

from benchmarks.checking import AnswerUntrue
from benchmarks.figures import Rounds
from ledger.actions.codes.label import Label, LabelStyle, label_of
from ledger.actions.codes.label_font import LabelFont
from ledger.actions.codes.sheet_pdf import SheetOrder, sheet_pdf
from ledger.trade.digital_link import DigitalLink
from ledger.trade.label_sheet import SHEETS
from ledger.trade.serials import draw_serials, random_bytes_for

FIGURE: Final = "labels as PDF, each code decoded again"
_SHEET: Final = SHEETS["a4-3x8"]
_GTIN: Final = "09506000200033"
_BARE_MAX: Final = 1_000
_DPI: Final = 300
_QR: Final = zxingcpp.barcode_formats_from_str("QRCodeModel2")


class LabelMeasure:
    """Makes `count` labels a round, of numbers that follow from the seed."""

    def __init__(self, rounds: Rounds, count: int, *, seed: int) -> None:
        self._rounds, self._count = rounds, count
        self._random = random.Random(seed)

    def labels(self) -> None:
        """The whole way from serial numbers to the bytes of the file; one page is then read by a renderer and a decoder."""
        labels = self._made()
        begin = time.perf_counter()
        pdf = sheet_pdf(labels, SheetOrder(_SHEET), font=LabelFont())
        seconds = time.perf_counter() - begin
        _refuse_unread(pdf, labels)
        below = {"zxing-cpp matrices": _bare_rate(labels[:_BARE_MAX])}
        self._rounds.add(FIGURE, len(labels) / seconds, "labels/s", floors=below)

    def _made(self) -> list[Label]:
        serials: list[str] = []
        while len(serials) < self._count:
            serials += draw_serials(self._random.randbytes(random_bytes_for(self._count + 8)))
        style = LabelStyle("https://ledger.example")
        links = (DigitalLink((("01", _GTIN), ("10", "L7"), ("21", serial))) for serial in serials[: self._count])
        return [label_of(link, style, name="Duyun Maojian") for link in links]


def _bare_rate(labels: list[Label]) -> float:
    """Matrices of the same addresses, drawn by the same library and nothing else."""
    begin = time.perf_counter()
    for label in labels:
        zxingcpp.create_barcode(label.address, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=1)
    return len(labels) / (time.perf_counter() - begin)


def _refuse_unread(pdf: bytes, labels: list[Label]) -> None:
    document = pypdfium2.PdfDocument(pdf)
    page = (len(labels) - 1) // _SHEET.cells
    picture = document[page].render(scale=_DPI / 72).to_pil()
    found = {code.text for code in zxingcpp.read_barcodes(picture, formats=_QR)}
    wanted = {label.address for label in labels[page * _SHEET.cells :]}
    if found != wanted:
        raise AnswerUntrue(f"page {page} of the labels says {len(found & wanted)} of {len(wanted)} codes")
