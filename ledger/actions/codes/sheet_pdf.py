"""Labels on sheets as a PDF: each code one vector path, its text beside it, the font's used characters embedded."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reportlab import rl_config  # type: ignore[import-untyped]
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.pdfgen.pathobject import PDFPathObject  # type: ignore[import-untyped]

from ledger.actions.codes.label import Label
from ledger.actions.codes.label_font import LabelFont, runs_of
from ledger.actions.codes.label_layout import UM_PER_POINT, Line, Placed, place_label
from ledger.actions.codes.symbol import Symbol, draw_symbol
from ledger.errors import TooLarge
from ledger.trade.label_sheet import Sheet
from ledger.trade.label_size import QUIET_MODULES, Correction

PDF_LABELS_MAX: Final = 100_000
_PLAIN: Final = "Helvetica"
_BOLD: Final = "Helvetica-Bold"
_RULER_MM: Final = 100

Tell = Callable[[int, int], None]


class LabelsTooMany(TooLarge):
    title = "these are more labels than one PDF should hold"
    default_hint = "print them in parts with --skip and --limit, or write csv or zpl, which have no limit"


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """How labels are to be printed. `start_cell` is the first free cell of the first sheet, counted from 1."""

    sheet: Sheet
    start_cell: int = 1
    module_um: int | None = None
    correction: Correction = Correction.M


def sheet_pdf(labels: Sequence[Label], order: SheetOrder, *, font: LabelFont, tell: Tell | None = None) -> bytes:
    """A PDF of `labels`, every code of which was read again from the very strokes that are in it.

    Raises:
        LabelsTooMany, StartCellOutside, SymbolUnreadable.
        ModuleTooSmall, ModuleTooLarge, CodeTooLarge, LabelTextTooLarge: code or text does not fit.
        FontAbsent, FontUnusable, CharacterWithoutShape: a text cannot be set.
    """
    if len(labels) > PDF_LABELS_MAX:
        raise LabelsTooMany(seen=len(labels), wanted=f"at most {PDF_LABELS_MAX}")
    page = _Page(order.sheet, font, (text for label in labels for text in label.texts))
    places = order.sheet.places(len(labels), start_cell=order.start_cell)
    for done, (label, (number, box)) in enumerate(zip(labels, places, strict=True), start=1):
        page.turn_to(number)
        symbol = draw_symbol(label.address, order.correction)
        page.draw(
            symbol,
            place_label(
                label, symbol.modules, box, correction=order.correction, width_of=page.width_of, module_um=order.module_um
            ),
        )
        if tell is not None and (done % 100 == 0 or done == len(labels)):
            tell(done, len(labels))
    return page.finish()


def calibration_pdf(sheet: Sheet) -> bytes:
    """A page with rulers, crosshairs and the outline of every cell, to be held against an empty sheet before printing."""
    page = _Page(sheet, LabelFont(), ())
    page.turn_to(0)
    page.calibrate()
    return page.finish()


class _Page:
    """A document whose lengths are micrometres from the top left corner."""

    def __init__(self, sheet: Sheet, font: LabelFont, texts: Iterable[str]) -> None:
        self._sheet, self._height = sheet, sheet.page[1]
        # ASCII85 makes a file a quarter larger and half as slow to write, for mail programs that are no more.
        rl_config.useA85 = 0
        self._written = io.BytesIO()
        width, height = (length / UM_PER_POINT for length in sheet.page)
        self._canvas = Canvas(self._written, pagesize=(width, height), pageCompression=1, invariant=1)
        self._canvas.setTitle("labels")
        self._other = _PLAIN
        texts = list(texts)
        if not all(latin for text in set(texts) for _, latin in runs_of(text)):
            font.refuse_unknown(set(texts))
            self._other = f"Suyuan{id(self)}"
            registerFont(font.embeddable(self._other))
        self._number = 0

    def turn_to(self, number: int) -> None:
        while self._number < number:
            self._canvas.showPage()
            self._number += 1

    def width_of(self, text: str, points: float, bold: bool) -> float:
        return sum(float(stringWidth(run, self._font(latin=latin, bold=bold), points)) for run, latin in runs_of(text))

    def draw(self, symbol: Symbol, placed: Placed) -> None:
        """One path of unit squares, scaled to the size of a module, and the lines of text."""
        top = symbol.modules - 1
        canvas, module = self._canvas, placed.module_um / UM_PER_POINT
        canvas.saveState()
        canvas.translate(
            (placed.symbol.x + QUIET_MODULES * placed.module_um) / UM_PER_POINT,
            (self._height - placed.symbol.y - (symbol.modules + QUIET_MODULES) * placed.module_um) / UM_PER_POINT,
        )
        canvas.scale(module, module)
        path = PDFPathObject(code=[f"{column} {top - row} {length} 1 re" for column, row, length in symbol.runs])
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.restoreState()
        for line in placed.lines:
            self._write(line)

    def calibrate(self) -> None:
        """Cells in outline, a crosshair in each corner cell, a ruler of 100 mm along and one down."""
        sheet, canvas = self._sheet, self._canvas
        canvas.setLineWidth(0.25)
        for cell in range(sheet.cells):
            box = sheet.box(cell)
            self._path([(box.x, box.y, box.width, 0), (box.x, box.y + box.height, box.width, 0)])
            self._path([(box.x, box.y, 0, box.height), (box.x + box.width, box.y, 0, box.height)])
        for cell in {0, sheet.columns - 1, sheet.cells - sheet.columns, sheet.cells - 1}:
            box = sheet.box(cell)
            x, y = box.x + box.width // 2, box.y + box.height // 2
            self._path([(x - 3_000, y, 6_000, 0), (x, y - 3_000, 0, 6_000)])
        self._ruler()

    def finish(self) -> bytes:
        self._canvas.showPage()
        self._canvas.save()
        return self._written.getvalue()

    def _ruler(self) -> None:
        width, height = self._sheet.page
        long = min(_RULER_MM, (min(width, height) - 10_000) // 1_000)
        x, y = (width - long * 1_000) // 2, (height - long * 1_000) // 2
        self._path([(x, y, long * 1_000, 0), (x, y, 0, long * 1_000)])
        for at in range(long + 1):
            tick = 4_000 if at % 10 == 0 else 2_500 if at % 5 == 0 else 1_500
            self._path([(x + at * 1_000, y, 0, tick), (x, y + at * 1_000, tick, 0)])
        for place, text in enumerate(
            (f"{self._sheet.name}: {long} mm along, {long} mm down", "Print at 100 %. Not so long? Turn off scaling.")
        ):
            self._write(Line(text, x + 6_000, y + 9_000 + 4_000 * place, 8.0, False))

    def _path(self, strokes: Sequence[tuple[int, int, int, int]]) -> None:
        for x, y, along, down in strokes:
            begin, end = (self._height - y) / UM_PER_POINT, (self._height - y - down) / UM_PER_POINT
            self._canvas.line(x / UM_PER_POINT, begin, (x + along) / UM_PER_POINT, end)

    def _write(self, line: Line) -> None:
        text = self._canvas.beginText(line.x / UM_PER_POINT, (self._height - line.y) / UM_PER_POINT)
        for run, latin in runs_of(line.text):
            text.setFont(self._font(latin=latin, bold=line.bold), line.points)
            text.textOut(run)
        self._canvas.drawText(text)

    def _font(self, *, latin: bool, bold: bool) -> str:
        return self._other if not latin else _BOLD if bold else _PLAIN
