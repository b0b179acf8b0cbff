"""The picture of a trace: the item at the bottom, nothing on top of anything else, and never too much."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.graph_drawing import NODES_MAX, GraphPicture, draw_graph, lines_of
from ledger.actions.trace.item_facts import GraphNode
from ledger.storage.position import Position
from ledger.trade.genealogy import Edge, Window

NODE = GraphNode("tin", "Tin of tea", 0, carrier=False)


def made(source: str, target: str, kind: str = "TransformationEvent") -> Edge:
    return Edge(Position(1, 0), kind, (source,), (target,), Window(0, 1))


def drawn(nodes: list[GraphNode], edges: list[Edge], more: int = 0) -> GraphPicture:
    found = draw_graph(nodes, edges, more=more, name=lambda node: (node.name or node.identifier, ""))
    assert found is not None
    return found


def test_nothing_is_drawn_of_an_item_alone() -> None:
    assert draw_graph([NODE], [], more=0, name=lambda node: (node.identifier, "")) is None
    assert draw_graph([], [], more=0, name=lambda node: (node.identifier, "")) is None


def test_the_item_is_at_the_bottom_and_what_it_came_from_above() -> None:
    nodes = [NODE, GraphNode("leaf", "Leaves", 1, carrier=False), GraphNode("case", None, 1, carrier=True)]
    picture = drawn(nodes, [made("leaf", "tin"), made("tin", "case", "AggregationEvent")])
    at = {box.node.identifier: box for box in picture.boxes}
    assert at["tin"].y > at["leaf"].y == at["case"].y
    assert [at[name].style for name in ("tin", "leaf", "case")] == ["item", "origin", "carrier"]
    assert len(picture.made) == len(picture.inside) == 1
    start, end = ends(picture.made[0])
    assert start == (at["leaf"].x + picture.box_width // 2, at["leaf"].y + picture.box_height)
    assert end == (at["tin"].x + picture.box_width // 2, at["tin"].y)


def ends(path: str) -> tuple[tuple[int, int], tuple[int, int]]:
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


def test_a_line_goes_to_the_nearer_side_of_a_neighbour() -> None:
    nodes = [NODE, GraphNode("a", None, 1, carrier=False), GraphNode("b", None, 1, carrier=False)]
    picture = drawn(nodes, [made("a", "b"), made("b", "a")])
    assert all(re.fullmatch(r"M\d+ \d+H\d+", line) for line in picture.made)


def test_more_than_can_be_drawn_is_counted() -> None:
    nodes = [NODE, *(GraphNode(f"n{n}", None, 1 + n // 5, carrier=False) for n in range(40))]
    picture = drawn(nodes, [], more=7)
    assert len(picture.boxes) == NODES_MAX
    assert picture.more == 7 + 41 - NODES_MAX
    assert NODE in [box.node for box in picture.boxes]


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.text(max_size=40)), max_size=30), st.data())
def test_no_box_lies_on_another_or_outside(found: list[tuple[int, bool, str]], data: st.DataObject) -> None:
    nodes = [NODE, *(GraphNode(f"n{n}", name, depth, carrier) for n, (depth, carrier, name) in enumerate(found))]
    names = [node.identifier for node in nodes]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=20))
    picture = draw_graph(nodes, [made(a, b) for a, b in pairs], more=0, name=lambda node: (node.name or node.identifier, ""))
    if picture is None:
        assert len(nodes) == 1
        return
    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - picture.box_width
        assert 0 <= box.y <= picture.height - picture.box_height
        assert 1 <= len(box.lines) <= 2
    for one, other in itertools.combinations(picture.boxes, 2):
        beside = abs(one.x - other.x) >= picture.box_width
        assert beside or abs(one.y - other.y) >= picture.box_height


@pytest.mark.parametrize(
    ("name", "which", "lines"),
    [
        ("Tea", "", ("Tea",)),
        ("", "", ("",)),
        ("Tea", "Lot 7", ("Tea", "Lot 7")),
        ("Duyun Maojian, 50 g tin", "", ("Duyun", "Maojian, 50…")),
        ("Duyun Maojian, 50 g tin", "Lot MAO26", ("Duyun Maojia…", "Lot MAO26")),
        ("都匀毛尖五十克罐装茶叶", "", ("都匀毛尖五十克罐", "装茶叶")),
        ("Unbreakablylongname", "", ("Unbreakablylo", "ngname")),
    ],
)
def test_a_box_says_what_and_which(name: str, which: str, lines: tuple[str, ...]) -> None:
    assert lines_of(name, which) == lines
