"""The trace as a picture: what it came from above, the item at the bottom, boxes in rows and lines between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ledger.actions.trace.item_facts import GraphNode
from ledger.trade.genealogy import Edge
from ledger.trade.membership import BONDS

NODES_MAX: Final = 24
WIDTH: Final = 336
_BOX_WIDTH, _BOX_HEIGHT = 104, 40
_GAP_X, _GAP_Y = 8, 26
_ROW_MAX: Final = 3
_LINE_EMS: Final = 8.4
_LATIN_EMS: Final = 0.62


@dataclass(frozen=True, slots=True)
class Box:
    """A thing: its upper left corner, and its name broken into lines. `style`: item, origin or carrier."""

    node: GraphNode
    x: int
    y: int
    lines: tuple[str, ...]
    style: str


@dataclass(frozen=True, slots=True)
class GraphPicture:
    """made: lines with an arrow, from what something was made of; inside: dashed ones, from a thing to what it was packed in."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    made: tuple[str, ...]
    inside: tuple[str, ...]
    more: int


def draw_graph(
    nodes: Sequence[GraphNode], edges: Iterable[Edge], *, more: int, name: Callable[[GraphNode], tuple[str, str]]
) -> GraphPicture | None:
    """The picture of at most `NODES_MAX` things, nearest first; None where there is nothing but the item.

    Args:
        name: what a thing is called, and which lot or piece of it, or nothing.
    """
    kept = sorted(nodes, key=lambda node: node.depth)[:NODES_MAX]
    if len(kept) < 2:
        return None
    known = {node.identifier for node in kept}
    pairs = _pairs(edges, known)
    rows = _rows(kept, {*pairs[True], *pairs[False]})
    boxes = {}
    for height, row in enumerate(reversed(rows)):
        left = (WIDTH - len(row) * _BOX_WIDTH - (len(row) - 1) * _GAP_X) // 2
        for place, node in enumerate(row):
            style = "carrier" if node.carrier else "origin" if node.depth else "item"
            x, y = left + place * (_BOX_WIDTH + _GAP_X), 2 + height * (_BOX_HEIGHT + _GAP_Y)
            boxes[node.identifier] = Box(node, x, y, lines_of(*name(node)), style)
    return GraphPicture(
        WIDTH,
        len(rows) * (_BOX_HEIGHT + _GAP_Y) - _GAP_Y + 4,
        _BOX_WIDTH,
        _BOX_HEIGHT,
        tuple(boxes.values()),
        tuple(_line(boxes[a], boxes[b]) for a, b in sorted(pairs[False])),
        tuple(_line(boxes[a], boxes[b]) for a, b in sorted(pairs[True])),
        more + max(0, len(nodes) - len(kept)),
    )


def _pairs(edges: Iterable[Edge], known: set[str]) -> Mapping[bool, set[tuple[str, str]]]:
    """Which is joined to which: packed in it (True), or made of it."""
    found: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for edge in edges:
        ends = [(source, target) for source in edge.sources for target in edge.targets]
        found[edge.kind in BONDS] |= {(a, b) for a, b in ends if a != b and a in known and b in known}
    return found


def _rows(nodes: list[GraphNode], pairs: set[tuple[str, str]]) -> list[list[GraphNode]]:
    """Rows from the item upwards; each thing near those below that it is joined to, so that few lines cross."""
    rows: list[list[GraphNode]] = []
    at: dict[str, float] = {}
    for _, layer in groupby(nodes, key=lambda node: node.depth):
        found = [(_middle(node.identifier, pairs, at), nth, node) for nth, node in enumerate(layer)]
        ordered = [node for _, _, node in sorted(found, key=lambda one: one[:2])]
        for first in range(0, len(ordered), _ROW_MAX):
            row = ordered[first : first + _ROW_MAX]
            rows.append(row)
            at |= {node.identifier: place - (len(row) - 1) / 2 for place, node in enumerate(row)}
    return rows


def _middle(identifier: str, pairs: set[tuple[str, str]], at: Mapping[str, float]) -> float:
    near = [at[b if a == identifier else a] for a, b in pairs if identifier in (a, b) and (b if a == identifier else a) in at]
    return sum(near) / len(near) if near else 0.0


def _line(a: Box, b: Box) -> str:
    """From the middle of one box's edge to that of the other's, bent where they do not lie above each other."""
    ax, bx = a.x + _BOX_WIDTH // 2, b.x + _BOX_WIDTH // 2
    if a.y == b.y:
        side = 1 if a.x < b.x else -1
        near, far = ax + side * _BOX_WIDTH // 2, bx - side * _BOX_WIDTH // 2
        return f"M{near} {a.y + _BOX_HEIGHT // 2}H{far}"
    down = a.y < b.y
    start, end = (a.y + _BOX_HEIGHT, b.y) if down else (a.y, b.y + _BOX_HEIGHT)
    half = (start + end) // 2
    return f"M{ax} {start}C{ax} {half} {bx} {half} {bx} {end}"


def lines_of(name: str, which: str) -> tuple[str, ...]:
    """The lines of a box: the name, cut to one line, and which one it is; of a name alone up to two lines."""
    if which:
        return fitted(name)[0], fitted(which)[0]
    first, rest = fitted(name, mark="")
    return (first, fitted(rest)[0]) if rest else (first,)


def fitted(text: str, mark: str = "…") -> tuple[str, str]:
    """As much of the text as fits a line, and what is left; broken between words where it is cut without a mark."""
    text, room = text.strip(), _LINE_EMS
    for place, character in enumerate(text):
        room -= 1.0 if unicodedata.east_asian_width(character) in "WF" else _LATIN_EMS
        if room >= 0:
            continue
        if mark:
            return text[: place - 1].rstrip() + mark, text[place - 1 :]
        space = text.rfind(" ", 1, place + 1)
        cut = space if space > 0 else place
        return text[:cut], text[cut:].strip()
    return text, ""
