"""Where labels lie on a sheet: page, rows, columns, margins and gaps, in whole micrometres from the top left corner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.errors import Misused
from ledger.trade.label_size import mm

_A4: Final = (210_000, 297_000)
_SIDE_UM_MAX: Final = 2_000_000
_OWN: Final = re.compile(r"[a-z]+=[0-9]{1,4}(\.[0-9]{1,3})?(x[0-9]{1,4}(\.[0-9]{1,3})?)?", re.ASCII)


class SheetUnknown(Misused):
    title = "there is no sheet of this name"


class SheetMalformed(Misused):
    title = "a sheet is described by its measures"
    default_hint = (
        "such as grid=3x8,label=70x37,margin=0x0.5,gap=0x0,page=210x297: columns by rows, then millimetres across by down"
    )


class SheetTooFull(Misused):
    title = "the labels do not fit on the page"


class StartCellOutside(Misused):
    title = "the sheet has no such cell to start with"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page; `x` from the left, `y` from the top, all in micrometres."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid of labels. `margin` is what is free left and above, `gap` between columns and between rows."""

    name: str
    columns: int
    rows: int
    label: tuple[int, int]
    margin: tuple[int, int]
    gap: tuple[int, int] = (0, 0)
    page: tuple[int, int] = _A4

    def __post_init__(self) -> None:
        if self.columns < 1 or self.rows < 1 or min(self.label) < 1 or not 0 < max(self.page) <= _SIDE_UM_MAX:
            raise SheetMalformed(seen=self.name, wanted="at least one label, and a page of at most 2 m")
        for count, label, margin, gap, page in zip(
            (self.columns, self.rows), self.label, self.margin, self.gap, self.page, strict=True
        ):
            used = margin + count * label + (count - 1) * gap
            if used > page:
                raise SheetTooFull(seen=f"{mm(used)} mm", wanted=f"at most {mm(page)} mm", pointer=self.name)

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    def box(self, cell: int) -> Box:
        """The cell with this number, counted from 0 along the rows."""
        row, column = divmod(cell, self.columns)
        (width, height), (left, top), (across, down) = self.label, self.margin, self.gap
        return Box(left + column * (width + across), top + row * (height + down), width, height)

    def places(self, count: int, *, start_cell: int = 1) -> Iterator[tuple[int, Box]]:
        """(page from 0, box) for each of `count` labels; the first page begins at `start_cell`, counted from 1.

        Raises:
            StartCellOutside.
        """
        if not 1 <= start_cell <= self.cells:
            raise StartCellOutside(seen=start_cell, wanted=f"1 to {self.cells}")
        return self._places(range(start_cell - 1, start_cell - 1 + count))

    def _places(self, cells: range) -> Iterator[tuple[int, Box]]:
        for cell in cells:
            page, within = divmod(cell, self.cells)
            yield page, self.box(within)


def _sheets(*sheets: Sheet) -> Mapping[str, Sheet]:
    return MappingProxyType({sheet.name: sheet for sheet in sheets})


SHEETS: Final = _sheets(
    Sheet("a4-3x8", 3, 8, (70_000, 37_000), (0, 500)),
    Sheet("a4-4x10", 4, 10, (52_500, 29_700), (0, 0)),
    Sheet("a4-5x13", 5, 13, (38_100, 21_200), (4_750, 10_700), (2_500, 0)),
    Sheet("avery-l4731", 7, 27, (25_400, 10_000), (9_000, 13_500), (2_500, 0)),
    Sheet("avery-l4732", 5, 16, (35_600, 16_900), (11_000, 13_300), (2_500, 0)),
    Sheet("avery-l7120", 5, 7, (35_000, 35_000), (7_500, 11_000), (5_000, 5_000)),
    Sheet("avery-l7160", 3, 7, (63_500, 38_100), (7_200, 15_150), (2_550, 0)),
)
"""Sheets that are sold, by name; the labels of avery-l4731 are too small for any code that GS1 allows, and are refused."""


def read_sheet(text: str) -> Sheet:
    """A sheet by its name, or by its measures: `grid=3x8,label=70x37,margin=0x0.5,gap=0x0,page=210x297`, in millimetres.

    Raises:
        SheetUnknown, SheetMalformed, SheetTooFull.
    """
    if text in SHEETS:
        return SHEETS[text]
    if "=" not in text:
        raise SheetUnknown(seen=text, wanted=", ".join(SHEETS))
    measures: dict[str, tuple[int, int]] = {"gap": (0, 0), "page": _A4}
    for part in text.split(","):
        name, _, value = part.partition("=")
        if not _OWN.fullmatch(part) or "x" not in value or name not in ("grid", "label", "margin", "gap", "page"):
            raise SheetMalformed(seen=part, wanted="grid, label, margin, gap or page, each AxB")
        across, _, down = value.partition("x")
        measures[name] = (_um(across), _um(down))
    missing = [name for name in ("grid", "label", "margin") if name not in measures]
    if missing or any(count % 1_000 for count in measures["grid"]):
        raise SheetMalformed(seen=text, wanted=f"{missing[0]}=AxB" if missing else "whole columns and rows")
    columns, rows = (count // 1_000 for count in measures["grid"])
    return Sheet(text, columns, rows, measures["label"], measures["margin"], measures["gap"], measures["page"])


def _um(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 1_000 + int(rest.ljust(3, "0") or 0)
