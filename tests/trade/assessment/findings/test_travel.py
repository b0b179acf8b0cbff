"""One thing at two places sooner than it can be carried."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.findings.travel import kilometres
from ledger.trade.assessment.told import About, Told
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import CASE, LOT, PLOT, SHED, TIN, place, said, told

GUIYANG, SINGAPORE = (26.65, 106.63), (1.29, 103.85)


def at(hour: float, point: tuple[float, float] | str, *things: str, about: About = About.ITEM, issuer: str = "works") -> Told:
    where = point if isinstance(point, str) else f"geo:{point[0]},{point[1]}"
    return told(hour, issuer, "inspecting", about=about, epcList=list(things) or [TIN], readPoint={"id": where})


def test_the_length_of_known_ways() -> None:
    assert kilometres(GUIYANG, SINGAPORE) == pytest.approx(2_835, rel=0.01)
    assert kilometres((0, 179.5), (0, -179.5)) == pytest.approx(111.2, rel=0.01)
    assert kilometres((90, 0), (-90, 0)) == pytest.approx(20_015, rel=0.01)


@given(*[st.tuples(st.floats(-90, 90), st.floats(-180, 180))] * 2)
def test_there_is_as_far_as_back(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert kilometres(one, other) == pytest.approx(kilometres(other, one), abs=1e-6)
    assert 0 <= kilometres(one, other) <= 20_016


def test_faster_than_an_aeroplane() -> None:
    first, second = at(1, GUIYANG), at(2, SINGAPORE)
    (found,) = found_in(first, second)
    assert (found.code, found.positions) == ("impossible-travel", (first.position, second.position))
    assert (found.values["thing"], found.values["minutes"]) == (TIN, "60")
    assert 2_800 < int(found.values["kilometres"]) < 2_860


def test_by_aeroplane_it_can_be() -> None:
    assert codes_in(at(1, GUIYANG), at(4.2, SINGAPORE)) == []


def test_the_next_village_at_the_same_minute_is_no_wonder() -> None:
    assert codes_in(at(1, GUIYANG), at(1.001, (26.9, 106.7))) == []


def test_a_lot_may_be_everywhere() -> None:
    assert codes_in(at(1, GUIYANG, LOT), at(1.5, SINGAPORE, LOT)) == []
    assert codes_in(at(1, GUIYANG, LOT), at(1.5, SINGAPORE, LOT), starts=(LOT,)) == []


def test_the_item_is_where_its_carrier_is() -> None:
    assert codes_in(at(1, GUIYANG), at(1.5, SINGAPORE, CASE, about=About.CARRIER)) == ["impossible-travel"]
    assert codes_in(at(1, GUIYANG), at(1.5, SINGAPORE, CASE, about=About.ORIGIN)) == []


def test_each_thing_once_and_each_way_once() -> None:
    both = [at(1, GUIYANG, TIN, CASE), at(2, SINGAPORE, TIN, CASE), at(3, GUIYANG, TIN, CASE)]
    assert codes_in(*both) == ["impossible-travel"]


def test_described_points_count_if_those_describe_them_who_are_there() -> None:
    events = [at(1, PLOT), at(1.5, SHED, issuer="shop")]
    plot, shed = place(PLOT, point=("26.65", "106.63")), place(SHED, "shop", point=("1.29", "103.85"))
    assert codes_in(*events, said(plot, "works"), said(shed, "shop")) == ["impossible-travel"]
    assert codes_in(*events, said(plot, "works"), said(shed, "rival")) == []
    assert codes_in(*events, said(plot, "works"), said(shed, "lab", role="laboratory")) == ["impossible-travel"]
    assert codes_in(*events, said(plot, "works"), said(shed, "shop", withdrawn=True)) == ["withdrawn-record"]


@pytest.mark.parametrize("where", ["geo:95,10", "geo:1,190", "geo:here,there", "urn:example:nowhere"])
def test_what_is_no_point_is_passed_over(where: str) -> None:
    assert codes_in(at(1, GUIYANG), at(1.1, where), at(1.2, GUIYANG)) == []
