"""The large panel of the diagram: the line's own state, placed by hand, its arrows and labels from the table.

A move of the table that has no way here is an error, so that the picture cannot lack one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.trade.escrow.regions import Own, State
from tests.house.escrow_moves import Way, everywhere, from_undecided, kind_of_box, moves_of, words_by_way
from tests.house.svg_canvas import NAME_PX, SMALL_PX, Canvas, Point, Rect, Word

WIDTH: Final = 1460
HEIGHT: Final = 1380
_BOX: Final = 190
_MAIN: Final = 1040
_SIDE: Final = 700
_LEFT: Final = 340
_RETURN: Final = 440
_BUS: Final = 60
_EDGE: Final = 24
_UNDECIDED: Final = Rect(100, 284, 1320, 892)

PLACES: Final[dict[Own, Point]] = {
    Own.NONE: (_MAIN, 110),
    Own.AGREED: (_MAIN, 220),
    Own.FUNDED: (_MAIN, 350),
    Own.SHIPPED: (_MAIN, 470),
    Own.SAMPLING: (_SIDE, 470),
    Own.HELD_AT_ENTRY: (_LEFT, 470),
    Own.CLEARED: (_SIDE, 590),
    Own.DELIVERED: (_MAIN, 690),
    Own.RETURNING: (_RETURN, 690),
    Own.ACCEPTED: (_MAIN, 822),
    Own.RELEASING: (_MAIN, 1030),
    Own.REFUNDING: (_LEFT, 1030),
    Own.RELEASED: (_MAIN, 1180),
    Own.REFUNDED: (_LEFT, 1180),
    Own.CANCELLED: (_RETURN, 220),
    Own.CLOSED: (_SIDE, 1290),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a move is drawn: along `points`, labelled at `at`. Where `joins`, it ends on the line of another."""

    points: tuple[Point, ...]
    at: Point
    anchor: str = "start"
    joins: bool = False


_LANE: Final = 412

WAYS: Final[dict[Way, Drawn]] = {
    (Own.NONE, Own.AGREED): Drawn(((_MAIN, 132), (_MAIN, 198)), (_MAIN + 10, 163)),
    (Own.AGREED, Own.FUNDED): Drawn(((_MAIN, 242), (_MAIN, 328)), (_MAIN + 10, 265)),
    (Own.AGREED, Own.CANCELLED): Drawn(((945, 220), (535, 220)), (740, 188), "middle"),
    (Own.FUNDED, Own.SHIPPED): Drawn(((_MAIN, 372), (_MAIN, 448)), (_MAIN + 10, 412)),
    (Own.FUNDED, Own.REFUNDING): Drawn(((945, 350), (_BUS, 350), (_BUS, 1030), (245, 1030)), (800, 318), "middle"),
    (Own.SHIPPED, Own.SAMPLING): Drawn(((945, 470), (795, 470)), (870, 455), "middle"),
    (Own.SHIPPED, Own.DELIVERED): Drawn(((_MAIN, 492), (_MAIN, 668)), (_MAIN + 10, 590)),
    (Own.SHIPPED, Own.REFUNDING): Drawn(((985, 448), (985, _LANE), (_BUS, _LANE)), (880, 397), "middle", joins=True),
    (Own.SAMPLING, Own.REFUNDING): Drawn(((_SIDE, 439), (_SIDE, _LANE), (_BUS, _LANE)), (580, 397), "middle", joins=True),
    (Own.SAMPLING, Own.HELD_AT_ENTRY): Drawn(((605, 460), (435, 460)), (520, 445), "middle"),
    (Own.HELD_AT_ENTRY, Own.SAMPLING): Drawn(((435, 480), (605, 480)), (520, 496), "middle"),
    (Own.HELD_AT_ENTRY, Own.REFUNDING): Drawn(((245, 470), (_BUS, 470)), (170, 455), "middle", joins=True),
    (Own.SAMPLING, Own.CLEARED): Drawn(((_SIDE, 501), (_SIDE, 568)), (_SIDE + 10, 534)),
    (Own.CLEARED, Own.REFUNDING): Drawn(((605, 590), (_BUS, 590)), (330, 575), "middle", joins=True),
    (Own.CLEARED, Own.DELIVERED): Drawn(((795, 590), (990, 590), (990, 668)), (890, 575), "middle"),
    (Own.DELIVERED, Own.ACCEPTED): Drawn(((_MAIN, 712), (_MAIN, 783)), (_MAIN + 10, 739)),
    (Own.DELIVERED, Own.RETURNING): Drawn(((945, 680), (535, 680)), (740, 646), "middle"),
    (Own.RETURNING, Own.DELIVERED): Drawn(((535, 700), (945, 700)), (740, 716), "middle"),
    (Own.ACCEPTED, Own.RETURNING): Drawn(((945, 822), (_RETURN, 822), (_RETURN, 721)), (690, 807), "middle"),
    (Own.RETURNING, Own.REFUNDING): Drawn(((345, 690), (_BUS, 690)), (222, 657), "middle", joins=True),
    (Own.ACCEPTED, Own.RELEASING): Drawn(((1090, 861), (1090, 1008)), (1100, 950)),
    (Own.RELEASING, Own.RELEASED): Drawn(((1065, 1052), (1065, 1158)), (1075, 1087)),
    (Own.RELEASED, Own.RELEASING): Drawn(((1015, 1158), (1015, 1052)), (1005, 1078), "end"),
    (Own.REFUNDING, Own.REFUNDED): Drawn(((365, 1052), (365, 1158)), (375, 1087)),
    (Own.REFUNDED, Own.REFUNDING): Drawn(((315, 1158), (315, 1052)), (305, 1069), "end"),
    (Own.RELEASED, Own.CLOSED): Drawn(((_MAIN, 1202), (_MAIN, 1290), (795, 1290)), (918, 1275), "middle"),
    (Own.REFUNDED, Own.CLOSED): Drawn(((_LEFT, 1202), (_LEFT, 1290), (605, 1290)), (480, 1275), "middle"),
    (Own.CANCELLED, Own.CLOSED): Drawn(
        ((345, 220), (_EDGE, 220), (_EDGE, 1350), (_SIDE, 1350), (_SIDE, 1312)), (480, 1335), "middle"
    ),
}
FROM_UNDECIDED: Final[dict[State, Drawn]] = {
    Own.REFUNDING: Drawn(((_LEFT, _UNDECIDED.bottom), (_LEFT, 1008)), (_LEFT + 10, 932)),
    Own.RELEASING: Drawn(((990, _UNDECIDED.bottom), (990, 1008)), (980, 941), "end"),
}


def draw_line_panel(canvas: Canvas) -> None:
    """Draw the panel at the top left corner, `WIDTH` by `HEIGHT`."""
    canvas.frame(Rect(4, 4, WIDTH - 4, HEIGHT - 4))
    canvas.text(
        (28, 40), Word("line: how far the goods are, and what was decided about the money"), size=22, anchor="start", bold=True
    )
    canvas.frame(_UNDECIDED, fill="#fcfcf6", dashed=True)
    canvas.text(
        (118, 310), Word("The custodian holds the money, and nothing is decided"), size=NAME_PX, anchor="start", bold=True
    )
    moves = list(moves_of("line"))
    anywhere, shared = everywhere(moves), from_undecided(moves)
    _note(canvas, sorted({move.record for move in anywhere}))
    single = words_by_way([move for move in moves if move not in anywhere and move not in shared])
    for own, place in PLACES.items():
        canvas.box(place, own.value.replace("_", " "), kind=kind_of_box(own), width=_BOX, inside=single.pop((own, own), ()))
    for way, words in single.items():
        _draw(canvas, WAYS[way], words)
    for way, words in words_by_way(shared).items():
        if way[0] is Own.FUNDED:
            _draw(canvas, FROM_UNDECIDED[way[1]], words)


def _draw(canvas: Canvas, drawn: Drawn, words: tuple[Word, ...]) -> None:
    canvas.arrow(*drawn.points, head=not drawn.joins)
    canvas.label(drawn.at, words, anchor=drawn.anchor)


def _note(canvas: Canvas, records: list[str]) -> None:
    said = f"{', '.join(records)} is taken in every state from agreed on, and leaves it as it is."
    canvas.text((28, 68), Word(said), size=SMALL_PX + 2, anchor="start")
