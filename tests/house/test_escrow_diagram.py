"""docs/escrow.svg is what the code draws, shows every move of the table, and nothing in it lies on something else."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

from ledger.trade.escrow.regions import REGIONS
from tests.house.escrow_diagram import WIDTH, drawn, escrow_svg
from tests.house.escrow_line_panel import PLACES
from tests.house.escrow_moves import moves_of
from tests.house.generated import PICTURES
from tests.house.sources import CHECKOUT
from tests.house.svg_canvas import Point, Rect


def test_the_picture_is_up_to_date() -> None:
    behind = [name for name, draw in PICTURES.items() if (CHECKOUT / name).read_text(encoding="utf-8") != draw()]
    assert not behind, f"{behind}: run `make docs`"


def test_it_is_well_formed_and_the_same_every_time() -> None:
    assert escrow_svg() == escrow_svg()
    assert ElementTree.fromstring(escrow_svg()).get("viewBox") == f"0 0 {WIDTH} {drawn()[1]}"


def test_every_state_has_its_box_and_every_record_its_arrow() -> None:
    said = [name for name, _ in drawn()[0].rects]
    for states in REGIONS.values():
        assert all(state.value.replace("_", " ") in said for state in states)
    assert set(PLACES) == set(REGIONS["line"])
    picture = escrow_svg()
    missing = {move.word.text for region in REGIONS for move in moves_of(region) if f">{move.word.text}</text>" not in picture}
    assert missing <= {"FundsReceived"}
    assert "FundsReceived is taken in every state from agreed on" in picture


def test_no_box_or_label_lies_on_another() -> None:
    overlapping = [(one, other) for (one, a), (other, b) in combinations(drawn()[0].rects, 2) if a.overlaps(b)]
    assert overlapping == []


def test_no_arrow_runs_through_a_box_or_label() -> None:
    canvas, height = drawn()
    crossed = [(name, line) for name, rect in canvas.rects for line in canvas.lines if crosses(line, rect)]
    assert crossed == []
    page = Rect(0, 0, WIDTH, height)
    assert all(page.left < rect.left and rect.right < page.right and rect.bottom < page.bottom for _, rect in canvas.rects)


def crosses(line: tuple[Point, Point], rect: Rect) -> bool:
    """Whether an upright or level line passes through the inside of `rect`."""
    (x, y), (to_x, to_y) = line
    return min(x, to_x) < rect.right and rect.left < max(x, to_x) and min(y, to_y) < rect.bottom and rect.top < max(y, to_y)
