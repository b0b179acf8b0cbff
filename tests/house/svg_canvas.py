"""A small canvas that writes SVG: boxes, arrows and labels on whole pixels, the same bytes on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

LABEL_PX: Final = 14
NAME_PX: Final = 17
SMALL_PX: Final = 12
LINE_PX: Final = 18
CHARACTER: Final = 0.55
"""Room for one character, as a share of the size of its letters; a tenth more than Helvetica, Arial and their like need."""

FILLS: Final = {"start": "#dbeafe", "plain": "#f6f7f9", "decided": "#dcf3dd", "final": "#ece4f7"}
EDGES: Final = {"start": "#1d4f91", "plain": "#6b7280", "decided": "#1f7a33", "final": "#5b3a94"}
INK: Final = "#14181f"
LINE: Final = "#3f4754"
_FONT: Final = "Helvetica, Arial, 'Liberation Sans', sans-serif"

Point = tuple[int, int]


class Rect(NamedTuple):
    """A rectangle by its corners."""

    left: int
    top: int
    right: int
    bottom: int

    def overlaps(self, other: Rect) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


class Word(NamedTuple):
    """One line of a label; `slanted` is how the legend tells one kind from another."""

    text: str
    slanted: bool = False


def width_of(text: str, size: int = LABEL_PX) -> int:
    """How many pixels `text` may take."""
    return round(len(text) * size * CHARACTER)


@dataclass
class Canvas:
    """Collects elements; `rects` and `lines` are what must not cross, for whoever checks the picture.

    Attributes:
        rects: name of a box or label to its place.
        lines: the straight parts of every arrow.
    """

    elements: list[str] = field(default_factory=list)
    rects: list[tuple[str, Rect]] = field(default_factory=list)
    lines: list[tuple[Point, Point]] = field(default_factory=list)

    def frame(self, rect: Rect, *, fill: str = "#ffffff", dashed: bool = False) -> None:
        """A rectangle behind others."""
        dash = ' stroke-dasharray="7 5"' if dashed else ""
        self._rect(rect, fill=fill, edge="#9aa3b0", more=f' rx="10"{dash}')

    def box(self, centre: Point, name: str, *, kind: str, width: int, inside: Sequence[Word] = ()) -> Rect:
        """A state; `inside` stands small under its name. Returns its place."""
        rect = box_at(centre, width, len(inside))
        self._rect(rect, fill=FILLS[kind], edge=EDGES[kind], more=' stroke-width="1.6" rx="8"')
        if kind == "final":
            inner = Rect(rect.left + 4, rect.top + 4, rect.right - 4, rect.bottom - 4)
            self._rect(inner, fill="none", edge=EDGES[kind], more=' rx="5"')
        middle = centre[0]
        baseline = rect.top + 28
        self.text((middle, baseline), Word(name), size=NAME_PX, anchor="middle", bold=True)
        for place, word in enumerate(inside, start=1):
            self.text((middle, baseline + 1 + place * 16), word, size=SMALL_PX, anchor="middle")
        self.rects.append((name, rect))
        return rect

    def swatch(self, rect: Rect, kind: str) -> None:
        """A small sample of a kind of box."""
        self._rect(rect, fill=FILLS[kind], edge=EDGES[kind])

    def arrow(self, *points: Point, head: bool = True) -> None:
        """Straight lines from point to point, with an arrow head at the end."""
        way = " ".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(points))
        end = ' marker-end="url(#head)"' if head else ""
        self.elements.append(f'<path d="{way}" fill="none" stroke="{LINE}" stroke-width="1.6" stroke-linejoin="round"{end}/>')
        self.lines += list(pairwise(points))

    def label(self, place: Point, words: Sequence[Word], *, anchor: str) -> None:
        """Lines of text; `place` is the middle of the first line's left end, middle or right end."""
        width = max(width_of(word.text) for word in words)
        left = place[0] - {"start": 0, "middle": width // 2, "end": width}[anchor]
        top = place[1] - LINE_PX // 2
        rect = Rect(left, top, left + width, top + LINE_PX * len(words))
        for number, word in enumerate(words):
            self.text((place[0], place[1] + 5 + number * LINE_PX), word, size=LABEL_PX, anchor=anchor)
        self.rects.append((", ".join(word.text for word in words), rect))

    def text(self, place: Point, word: Word, *, size: int, anchor: str, bold: bool = False) -> None:
        style = (' font-weight="bold"' if bold else "") + (' font-style="italic"' if word.slanted else "")
        self.elements.append(
            f'<text x="{place[0]}" y="{place[1]}" font-size="{size}" text-anchor="{anchor}"{style}>{escape(word.text)}</text>'
        )

    def _rect(self, rect: Rect, *, fill: str, edge: str, more: str = "") -> None:
        left, top, right, bottom = rect
        size = f'width="{right - left}" height="{bottom - top}"'
        self.elements.append(f'<rect x="{left}" y="{top}" {size} fill="{fill}" stroke="{edge}"{more}/>')

    def written(self, width: int, height: int, *, title: str, description: str) -> str:
        """The whole file."""
        head = (
            '<marker id="head" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
            f'<path d="M0 0.8L10 5L0 9.2z" fill="{LINE}"/></marker>'
        )
        view = f'viewBox="0 0 {width} {height}" role="img"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="{_FONT}" fill="{INK}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(description)}</desc>",
            f"<defs>{head}</defs>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *self.elements,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def box_at(centre: Point, width: int, inside: int) -> Rect:
    """The place of a box with so many small lines inside; its name stands in its upper part."""
    height = 44 + (inside * 16 + 2 if inside else 0)
    return Rect(centre[0] - width // 2, centre[1] - height // 2, centre[0] + width // 2, centre[1] + height // 2)
