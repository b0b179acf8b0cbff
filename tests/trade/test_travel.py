"""Impossible journeys: nothing is judged by places that are not known well enough, and nobody by which scan came first."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.instant import Instant
from ledger.trade.travel import Cell, Sighting, Travel, cell_of, judge_travel, kilometres_at_least

GUIYANG, SINGAPORE, BERLIN = Cell(26, 106), Cell(1, 103), Cell(52, 13)
HOUR = 3_600_000
CELLS = st.builds(Cell, st.integers(-90, 89), st.integers(-180, 179))
SIGHTINGS = st.builds(
    Sighting, CELLS, st.integers(0, 3 * 24 * HOUR).map(Instant), st.integers(0, 3).map(lambda n: n.to_bytes(8, "big"))
)


def seen(cell: Cell, hours: float, device: bytes = b"a") -> Sighting:
    return Sighting(cell, Instant(round(hours * HOUR)), device)


@given(SIGHTINGS, SIGHTINGS)
def test_it_is_the_same_whichever_came_first(one: Sighting, other: Sighting) -> None:
    assert judge_travel(one, other) is judge_travel(other, one)


@given(SIGHTINGS, CELLS, st.integers(0, 24 * HOUR))
def test_a_device_never_accuses_itself(one: Sighting, cell: Cell, later: int) -> None:
    assert judge_travel(one, Sighting(cell, Instant(one.moment + later), one.device)) is Travel.NONE


@given(CELLS, CELLS)
def test_a_distance_is_never_more_than_half_around_the_earth(one: Cell, other: Cell) -> None:
    assert 0 <= kilometres_at_least(one, other) <= 20_016
    assert kilometres_at_least(one, one) == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (seen(GUIYANG, 0), seen(SINGAPORE, 0.1, b"b"), Travel.FASTER),
        (seen(GUIYANG, 0), seen(SINGAPORE, 2, b"b"), Travel.FASTER),
        (seen(GUIYANG, 0), seen(SINGAPORE, 5, b"b"), Travel.NONE),
        (seen(GUIYANG, 0), seen(BERLIN, 8, b"b"), Travel.FASTER),
        (seen(GUIYANG, 0), seen(BERLIN, 10, b"b"), Travel.NONE),
        (seen(GUIYANG, 0), seen(BERLIN, 0.1), Travel.NONE),
        (seen(GUIYANG, 0), seen(Cell(26, 109), 0.01, b"b"), Travel.NONE),
        (seen(GUIYANG, 0), seen(Cell(26, 112), 0.9, b"b"), Travel.FAR),
        (seen(GUIYANG, 0), seen(Cell(26, 112), 1.1, b"b"), Travel.NONE),
        (seen(GUIYANG, 0), seen(GUIYANG, 0, b"b"), Travel.NONE),
        (seen(GUIYANG, 0), seen(BERLIN, 24.1, b"b"), Travel.NONE),
    ],
)
def test_journeys(one: Sighting, other: Sighting, expected: Travel) -> None:
    assert judge_travel(one, other) is expected


@given(CELLS, CELLS, st.data())
def test_no_two_places_in_two_cells_are_nearer_than_is_said(one: Cell, other: Cell, data: st.DataObject) -> None:
    within = st.floats(0, 1)
    here, there = (_on_the_sphere(cell.latitude + data.draw(within), cell.longitude + data.draw(within)) for cell in (one, other))
    between_km = 6_371.0 * math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(here, there, strict=True)))))
    assert kilometres_at_least(one, other) <= between_km + 0.01


def _on_the_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("26.65", "106.63", Cell(26, 106)),
        ("-33.9", "-0.1", Cell(-34, -1)),
        ("90", "180", Cell(89, -180)),
        ("90.1", "0", None),
        ("0", "181", None),
        ("1.2.3", "0", None),
        ("nan", "0", None),
        ("inf", "0", None),
    ],
)
def test_degrees_become_a_cell(latitude: str, longitude: str, expected: Cell | None) -> None:
    assert cell_of(latitude, longitude) == expected
