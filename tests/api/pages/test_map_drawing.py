"""The map of a journey: what it shows of the world, where the places come to lie, and when there is none."""

from __future__ import annotations

import json
import re
from math import dist
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages import map_drawing
from api.pages.map_drawing import WIDTH, Map, Stop, draw_map
from tests.house.land_outline import LAND, SOURCE, rings_of

LAND_BYTES_MAX: Final = 40_000
DUYUN, SHANGHAI, SINGAPORE = Stop(26.26, 107.52, (1, 2)), Stop(31.2, 121.5, (3,)), Stop(1.29, 103.83, (4,))
TOKYO, FIJI, TONGA = Stop(35.7, 139.7, (1,)), Stop(-17.7, 178.0, (2,)), Stop(-21.1, -175.2, (3,))


def drawn(*stops: Stop) -> Map:
    found = draw_map(stops, tuple(range(len(stops))))
    assert found is not None
    return found


def corners(path: str) -> list[tuple[float, float]]:
    """Every corner of closed paths written as `M x y l dx dy … z`."""
    found = []
    for closed in path.split("z")[:-1]:
        numbers = [float(number) for number in re.findall(r"-?\d+", closed)]
        x, y = numbers[:2]
        found.append((x, y))
        for step_x, step_y in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + step_x, y + step_y
            found.append((x, y))
    return found


def test_places_lie_as_on_the_ground() -> None:
    duyun, shanghai, singapore = drawn(DUYUN, SHANGHAI, SINGAPORE).dots
    assert [dot.label for dot in (duyun, shanghai, singapore)] == ["1–2", "3", "4"]
    assert duyun.x < shanghai.x
    assert shanghai.y < duyun.y < singapore.y


def test_a_degree_is_as_wide_as_it_is_high_in_the_middle_of_the_map() -> None:
    west, east, north = drawn(Stop(0, -10, (1,)), Stop(0, 10, (2,)), Stop(20, 0, (3,))).dots
    assert east.x - west.x == pytest.approx(west.y - north.y, rel=0.05)


def test_a_route_over_the_antimeridian_is_not_torn() -> None:
    tokyo, fiji, tonga = drawn(TOKYO, FIJI, TONGA).dots
    assert tokyo.x < fiji.x < tonga.x
    assert tonga.x - fiji.x < fiji.x - tokyo.x


def test_the_cut_does_not_depend_on_the_order_of_the_places() -> None:
    assert {(dot.x, dot.y) for dot in drawn(TONGA, TOKYO, FIJI).dots} == {
        (dot.x, dot.y) for dot in drawn(TOKYO, FIJI, TONGA).dots
    }


def test_a_leg_bends_towards_the_pole() -> None:
    tokyo, francisco = Stop(35.7, 139.7, (1,)), Stop(37.8, -122.4, (2,))
    found = drawn(tokyo, francisco)
    start_y, control_y, end_y = (float(y) for y in re.findall(r"-?\d+ (-?\d+)", found.legs))
    assert control_y < min(start_y, end_y) - 20


@pytest.mark.parametrize("stops", [(), (DUYUN,), (DUYUN, DUYUN), (DUYUN, Stop(26.3, 107.6, (2,)))])
def test_there_is_no_map_where_it_would_tell_nothing(stops: tuple[Stop, ...]) -> None:
    assert draw_map(stops, tuple(range(len(stops)))) is None


def test_labels_of_places_near_each_other_are_one() -> None:
    found = drawn(DUYUN, Stop(26.4, 107.6, (5,)), SINGAPORE, Stop(1.3, 103.8, (9, 7)))
    assert [dot.label for dot in found.dots] == ["1–2, 5", "4, 7 …"]


def test_the_land_is_where_it_should_be() -> None:
    """Of the sea between Taiwan and Japan nothing is land; of inner China all is."""
    land = drawn(DUYUN, SHANGHAI, Stop(26.0, 128.0, (9,)))
    inner = drawn(Stop(30.0, 103.0, (1,)), Stop(35.0, 108.0, (2,)))
    assert 0 < area(land) < 0.8 * land.width * land.height
    assert area(inner) > 0.95 * inner.width * inner.height


def area(found: Map) -> float:
    whole = 0.0
    for closed in found.land.split("z")[:-1]:
        ring = corners(closed + "z")
        whole += abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2
    return whole


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False)), min_size=2, max_size=8))
def test_whatever_the_route_everything_lies_within_the_picture(places: list[tuple[float, float]]) -> None:
    stops = tuple(Stop(latitude, longitude, (nth,)) for nth, (latitude, longitude) in enumerate(places, start=1))
    found = draw_map(stops, tuple(range(len(stops))))
    if found is None:
        return
    assert re.fullmatch(r"(M-?\d+ -?\d+l(-?\d+ -?\d+ ?)+z)*", found.land)
    assert re.fullmatch(r"(M-?\d+ -?\d+Q-?\d+ -?\d+ -?\d+ -?\d+)*", found.legs)
    assert all(-1 <= x <= WIDTH + 1 and -1 <= y <= found.height + 1 for x, y in corners(found.land))
    assert all(dot.width / 2 - 1 <= dot.x <= WIDTH - dot.width / 2 + 1 and 0 <= dot.y <= found.height for dot in found.dots)
    assert len({(dot.x, dot.y) for dot in found.dots}) == len(found.dots)
    assert {n for dot in found.dots for n in map(int, re.findall(r"\d+", dot.label))} <= {n for s in stops for n in s.numbers}


def test_the_outlines_are_small_and_say_where_they_come_from() -> None:
    read = json.loads(LAND.read_text(encoding="utf-8"))
    assert LAND.stat().st_size < LAND_BYTES_MAX
    assert read["source"] == SOURCE
    rings = map_drawing._land()
    assert len(rings) > 100
    assert all(-90 <= ring.south < ring.north <= 90 and -380 <= ring.west < ring.east <= 380 for ring in rings)


def test_outlines_are_made_of_arcs_simplified_and_closed_around_the_pole() -> None:
    square = [[0, 0], [50, 0], [50, 0], [0, 100], [-100, 0], [0, -100]]
    around = [[-180, -70], [120, 0], [120, 0], [119, 0]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [square, around],
        "objects": {"land": {"geometries": [{"arcs": [[[0]], [[1]]]}]}},
    }
    island, pole = rings_of(topology)
    assert island == [0, 0, 1000, 0, 0, 1000, -1000, 0]
    assert [pole[0], pole[1]] == [-1800, -700]
    assert -900 in {pole[1] + sum(pole[3 : 3 + n : 2]) for n in range(0, len(pole), 2)}


def test_a_curve_goes_through_the_middle_of_the_great_circle() -> None:
    a, middle, b = map_drawing._leg(map_drawing.Point(0, 0), map_drawing.Point(90, 0))
    assert dist(middle, (45, 0)) < 1e-9
    _, middle, _ = map_drawing._leg(map_drawing.Point(0, 60), map_drawing.Point(90, 60))
    assert middle.y == pytest.approx(67.79, abs=0.01)
    assert (a, b) == ((0, 0), (90, 0))
