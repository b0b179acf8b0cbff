"""The small panels of the diagram: the states of one region in a row, moves on above the line, moves back below it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ledger.trade.escrow.regions import REGIONS, State
from ledger.trade.escrow.table.meanings import REGION_MEANINGS
from tests.house.escrow_moves import Way, kind_of_box, moves_of, words_by_way
from tests.house.svg_canvas import LABEL_PX, LINE_PX, NAME_PX, SMALL_PX, Canvas, Point, Rect, Word, box_at, width_of

MARGIN: Final = 20
_HEAD: Final = 72
_BOX_MIN: Final = 84
_PAD: Final = 18
_GAP_MIN: Final = 60
_LANE_GAP: Final = 12
_APART: Final = 9
"""Half the distance of two lines that lead to and fro."""
_PORT: Final = 16


@dataclass(frozen=True, slots=True)
class Panel:
    """A region measured: where its boxes stand, and how much room it takes.

    Attributes:
        centres: of the boxes, from the panel's left end.
        middle: of the boxes, from the panel's upper end.
    """

    region: str
    states: tuple[State, ...]
    words: dict[Way, tuple[Word, ...]]
    widths: tuple[int, ...]
    centres: tuple[int, ...]
    middle: int
    width: int
    height: int


def measured(region: str) -> Panel:
    """Lay a region out."""
    states: tuple[State, ...] = tuple(REGIONS[region])
    words = words_by_way(moves_of(region))
    widths = tuple(_box_width(state, words.get((state, state), ())) for state in states)
    centres = [MARGIN + widths[0] // 2]
    for number, (left, right) in enumerate(pairwise(states)):
        between = [width_of(word.text) for way in ((left, right), (right, left)) for word in words.get(way, ())]
        gap = max([_GAP_MIN, *(width + _PAD for width in between)])
        centres.append(centres[-1] + widths[number] // 2 + gap + widths[number + 1] // 2)
    half = _half(words, states)
    over = max(half, _lanes(words, states, on=True), _stack(words, states, on=True))
    under = max(half, _lanes(words, states, on=False), _stack(words, states, on=False))
    right_end = centres[-1] + widths[-1] // 2 + MARGIN
    width = max(right_end, width_of(REGION_MEANINGS[region], LABEL_PX) + 2 * MARGIN)
    middle = _HEAD + over
    height = middle + under + MARGIN
    shift = (width - right_end) // 2
    return Panel(region, states, words, widths, tuple(centre + shift for centre in centres), middle, width, height)


def _box_width(state: State, inside: tuple[Word, ...]) -> int:
    name = width_of(state.value, NAME_PX)
    return 2 * (max([_BOX_MIN, name + _PAD, *(width_of(word.text, SMALL_PX) + _PAD for word in inside)]) // 2)


def _half(words: dict[Way, tuple[Word, ...]], states: tuple[State, ...]) -> int:
    return max(box_at((0, 0), 0, len(words.get((state, state), ()))).bottom for state in states)


def _neighbours(states: tuple[State, ...], way: Way) -> bool:
    return abs(states.index(way[0]) - states.index(way[1])) == 1


def _is_on(states: tuple[State, ...], way: Way) -> bool:
    return states.index(way[0]) < states.index(way[1])


def _stack(words: dict[Way, tuple[Word, ...]], states: tuple[State, ...], *, on: bool) -> int:
    """Room of the labels between neighbours."""
    found = [
        len(said)
        for way, said in words.items()
        if way[0] is not way[1] and _neighbours(states, way) and _is_on(states, way) is on
    ]
    return max(found, default=0) * LINE_PX + _APART + 6


def _far(words: dict[Way, tuple[Word, ...]], states: tuple[State, ...], *, on: bool) -> list[Way]:
    """Ways that pass over other boxes, the shorter first."""
    ways = [way for way in words if way[0] is not way[1] and not _neighbours(states, way) and _is_on(states, way) is on]
    return sorted(ways, key=lambda way: abs(states.index(way[0]) - states.index(way[1])))


def _lanes(words: dict[Way, tuple[Word, ...]], states: tuple[State, ...], *, on: bool) -> int:
    far = _far(words, states, on=on)
    if not far:
        return 0
    start = max(_half(words, states), _stack(words, states, on=on)) + _LANE_GAP
    return start + sum(len(words[way]) * LINE_PX + _LANE_GAP + 6 for way in far)


def draw_row_panel(canvas: Canvas, panel: Panel, left: int, top: int) -> None:
    """Draw the panel with its upper left corner at (left, top)."""
    canvas.frame(Rect(left, top, left + panel.width, top + panel.height))
    canvas.text((left + MARGIN, top + 32), Word(panel.region), size=NAME_PX + 2, anchor="start", bold=True)
    canvas.text((left + MARGIN, top + 54), Word(REGION_MEANINGS[panel.region]), size=LABEL_PX, anchor="start")
    middle = top + panel.middle
    for state, centre, width in zip(panel.states, panel.centres, panel.widths, strict=True):
        inside = panel.words.get((state, state), ())
        name = state.value.replace("_", " ")
        canvas.box((left + centre, middle), name, kind=kind_of_box(state), width=width, inside=inside)
    for way in panel.words:
        if way[0] is not way[1] and _neighbours(panel.states, way):
            _draw_near(canvas, panel, way, (left, middle))
    for on in (True, False):
        _draw_far(canvas, panel, left, middle, on=on)


def _draw_near(canvas: Canvas, panel: Panel, way: Way, origin: Point) -> None:
    (left, middle), words = origin, panel.words[way]
    on = _is_on(panel.states, way)
    both = (way[1], way[0]) in panel.words
    apart = (-_APART if on else _APART) if both else 0
    sign = 1 if on else -1
    first_place, last_place = (panel.states.index(state) for state in way)
    start = left + panel.centres[first_place] + sign * (panel.widths[first_place] // 2)
    end = left + panel.centres[last_place] - sign * (panel.widths[last_place] // 2)
    canvas.arrow((start, middle + apart), (end, middle + apart))
    first = middle + apart - len(words) * LINE_PX + 5 if on else middle + apart + LINE_PX // 2 + 3
    canvas.label(((start + end) // 2, first), words, anchor="middle")


def _draw_far(canvas: Canvas, panel: Panel, left: int, middle: int, *, on: bool) -> None:
    sign = -1 if on else 1
    half = _half(panel.words, panel.states)
    lane = max(half, _stack(panel.words, panel.states, on=on)) + _LANE_GAP
    for number, way in enumerate(_far(panel.words, panel.states, on=on)):
        words = panel.words[way]
        room = len(words) * LINE_PX
        lane += room + 6 if on else 0
        outward = 1 if on else -1
        here = left + panel.centres[panel.states.index(way[0])] - outward * _PORT * number
        there = left + panel.centres[panel.states.index(way[1])] + outward * _PORT * number
        edges = [box_at((0, 0), 0, len(panel.words.get((state, state), ()))).bottom for state in way]
        line = middle + sign * lane
        canvas.arrow((here, middle + sign * edges[0]), (here, line), (there, line), (there, middle + sign * edges[1]))
        first = line - room + 5 if on else line + LABEL_PX // 2 + 4
        canvas.label(((here + there) // 2, first), words, anchor="middle")
        lane += _LANE_GAP if on else room + _LANE_GAP + 6
