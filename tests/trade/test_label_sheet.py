"""Labels lie side by side on their page and never over its edge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.label_sheet import (
    SHEETS,
    Box,
    Sheet,
    SheetMalformed,
    SheetTooFull,
    SheetUnknown,
    StartCellOutside,
    read_sheet,
)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
def test_no_label_lies_over_another_or_the_edge(sheet: Sheet) -> None:
    boxes = [sheet.box(cell) for cell in range(sheet.cells)]
    for box in boxes:
        assert box.x >= 0 and box.y >= 0
        assert box.x + box.width <= sheet.page[0] and box.y + box.height <= sheet.page[1]
    assert len({(box.x, box.y) for box in boxes}) == sheet.cells
    for one, other in pairwise(boxes):
        assert other.x >= one.x + one.width or other.y >= one.y + one.height


def test_the_first_page_begins_at_the_cell_that_is_asked_for() -> None:
    sheet = SHEETS["a4-3x8"]
    places = list(sheet.places(26, start_cell=24))
    assert [page for page, _ in places] == [0] + [1] * 24 + [2]
    assert places[0][1] == Box(140_000, 259_500, 70_000, 37_000)
    assert places[1][1] == places[25][1] == Box(0, 500, 70_000, 37_000)


@pytest.mark.parametrize("cell", [0, 25, -1])
def test_a_start_outside_the_sheet_is_refused(cell: int) -> None:
    with pytest.raises(StartCellOutside, match="1 to 24"):
        SHEETS["a4-3x8"].places(1, start_cell=cell)


def test_a_sheet_may_be_described_by_its_measures() -> None:
    sheet = read_sheet("grid=2x5,label=96x50.8,margin=8.5x21.125,gap=2x0")
    assert (sheet.columns, sheet.rows, sheet.label, sheet.margin, sheet.gap) == (
        2, 5, (96_000, 50_800), (8_500, 21_125), (2_000, 0),
    )  # fmt: skip
    assert sheet.page == (210_000, 297_000)
    assert read_sheet("grid=1x1,label=50x30,margin=0x0,page=50x30").cells == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("a4-9x9", SheetUnknown),
        ("", SheetUnknown),
        ("grid=3x8", SheetMalformed),
        ("grid=3x8,label=70,margin=0x0", SheetMalformed),
        ("grid=0x8,label=70x30,margin=0x0", SheetMalformed),
        ("grid=1.5x8,label=70x30,margin=0x0", SheetMalformed),
        ("grid=3x8,label=0x30,margin=0x0", SheetMalformed),
        ("grid=3x8,label=70x30,margin=0x0,paper=1x1", SheetMalformed),
        ("grid=3x8,label=70x37.5,margin=0x0", SheetTooFull),
        ("grid=3x8,label=70x37,margin=1x0", SheetTooFull),
        ("grid=1x1,label=50x30,margin=0x0,page=9999x9999", SheetMalformed),
    ],
)
def test_what_is_no_sheet_is_refused_by_name(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_sheet(text)


@given(st.text("grid=label,margx0123456789.", max_size=60))
def test_whatever_is_written_is_a_sheet_or_a_named_refusal(text: str) -> None:
    try:
        sheet = read_sheet(text)
    except (SheetUnknown, SheetMalformed, SheetTooFull):
        return
    assert sheet.cells >= 1
