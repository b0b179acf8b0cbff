"""docs/escrow.svg, drawn from the table: the line's own state large, every other region as a panel below it."""

from __future__ import annotations

from typing import Final

from tests.house import escrow_line_panel
from tests.house.escrow_line_panel import draw_line_panel
from tests.house.escrow_row_panel import draw_row_panel, measured
from tests.house.svg_canvas import SMALL_PX, Canvas, Rect, Word

WIDTH: Final = escrow_line_panel.WIDTH
_BETWEEN: Final = 16
_ORDER: Final = (
    "payout",
    "refund",
    "dispute",
    "advance",
    "hold",
    "chargeback",
    "surplus",
    "guarantee",
    "recall",
    "title",
)
"""The regions as their panels fit best beside each other."""
_LEGEND: Final = (
    ("start", "where every line begins"),
    ("plain", "on the way"),
    ("decided", "money is decided about"),
    ("final", "final: nothing leaves it"),
)
_MARKS: Final = (
    Word("Record*: refused as too early before its time"),
    Word("Record: about another region, may bring this move with it", slanted=True),
    Word("small in a box: records that leave the state as it is"),
    Word("dashed frame: an arrow from it starts in every state inside"),
)


def escrow_svg() -> str:
    """The whole picture as SVG."""
    canvas, height = drawn()
    return canvas.written(
        WIDTH,
        height,
        title="States of an order line",
        description="Boxes are states, arrows are transitions named by their records. docs/ESCROW.md has the same as tables.",
    )


def drawn() -> tuple[Canvas, int]:
    """The canvas with everything on it, and its height."""
    canvas = Canvas()
    draw_line_panel(canvas)
    _legend(canvas)
    top, left, tallest = escrow_line_panel.HEIGHT + _BETWEEN, 4, 0
    for region in _ORDER:
        panel = measured(region)
        if left > 4 and left + panel.width > WIDTH - 4:
            top, left, tallest = top + tallest + _BETWEEN, 4, 0
        draw_row_panel(canvas, panel, left, top)
        left, tallest = left + panel.width + _BETWEEN, max(tallest, panel.height)
    return canvas, top + tallest + 4


def _legend(canvas: Canvas) -> None:
    """In the corner that the large panel leaves free."""
    rect = Rect(28, 86, 660, 176)
    canvas.frame(rect)
    for number, (kind, said) in enumerate(_LEGEND):
        x, y = rect.left + 14, rect.top + 12 + number * 18
        canvas.swatch(Rect(x, y, x + 22, y + 13), kind)
        canvas.text((x + 32, y + 11), Word(said), size=SMALL_PX, anchor="start")
    for number, word in enumerate(_MARKS):
        canvas.text((rect.left + 230, rect.top + 23 + number * 18), word, size=SMALL_PX, anchor="start")
    canvas.rects.append(("legend", rect))
