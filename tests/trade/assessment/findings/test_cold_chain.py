"""Alarms and temperatures outside the declared range."""

from __future__ import annotations

import pytest

from ledger.trade.assessment.finding import ItemFinding
from ledger.trade.assessment.told import About, Told
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import CASE, celsius, declared, product, sensed, told

COOL = product(declared("storage-temperature", "4", "CEL", low="2", high="8"))
ALARM = {"exception": "ALARM_CONDITION"}


def read(*reports: dict[str, object], hour: float = 1, about: About = About.CARRIER) -> Told:
    return told(hour, "carrier", "transporting", role="carrier", about=about, epcList=[CASE], **sensed(*reports))


def test_readings_within_the_range_are_nothing() -> None:
    assert codes_in(read(celsius(2), celsius(8), celsius(4.5)), product=COOL) == []
    assert codes_in(read(celsius(40))) == []


def test_an_alarm_counts_wherever_it_rang() -> None:
    for about in About:
        (found,) = found_in(read(celsius(31.2, **ALARM), celsius(20), about=about))
        assert (found.code, found.values) == (
            "cold-chain-broken",
            {"readings": "1", "lowest": "31.2", "highest": "31.2", "unit": "CEL"},
        )


def test_one_finding_names_all_readings_and_their_span() -> None:
    events = [read(celsius(9.25), hour=1), read(celsius(5), hour=2), read(celsius(-1), celsius(12), hour=3)]
    (found,) = found_in(*events, product=COOL)
    assert found.positions == (events[0].position, events[2].position)
    assert found.values == {"readings": "3", "lowest": "-1", "highest": "12", "unit": "CEL", "low": "2", "high": "8"}


@pytest.mark.parametrize(("fahrenheit", "broken"), [(46.4, False), (46.5, True), (35.6, False), (35, True)])
def test_other_scales_are_turned_into_the_declared_one(fahrenheit: float, broken: bool) -> None:
    report = {"type": "Temperature", "value": fahrenheit, "uom": "FAH"}
    assert codes_in(read(report), product=COOL) == (["cold-chain-broken"] if broken else [])


def test_the_extremes_of_a_report_count() -> None:
    report = {"type": "Temperature", "minValue": 3, "maxValue": 9, "meanValue": 5, "uom": "CEL"}
    (found,) = found_in(read(report), product=COOL)
    assert found.values["highest"] == "9"


def test_the_range_is_not_that_of_the_origin() -> None:
    assert codes_in(read(celsius(20), about=About.ORIGIN), product=COOL) == []


def test_a_reading_without_a_unit_is_compared_with_nothing() -> None:
    assert codes_in(read({"type": "Temperature", "value": 300}), product=COOL) == []
    assert codes_in(read({"type": "Temperature", "value": 300, "uom": "P1"}), product=COOL) == []
    (found,) = found_in(read({"type": "Temperature", "value": 300, **ALARM}), product=COOL)
    assert found.values == {"readings": "1"}


def test_an_alarm_of_something_else_has_a_name_of_its_own() -> None:
    humid = {"type": "RelativeHumidity", "value": 95, "uom": "P1", **ALARM}
    found = found_in(read(humid), read(humid, hour=2), product=COOL)
    assert [(one.code, one.values) for one in found] == [("sensor-alarm", {"kind": "RelativeHumidity", "readings": "2"})]
    assert isinstance(found[0], ItemFinding)


def test_a_fault_of_the_device_is_no_alarm() -> None:
    assert codes_in(read(celsius(4, exception="ERROR_CONDITION")), product=COOL) == []


def test_spelt_out_terms_are_the_same() -> None:
    report = {"type": "gs1:Temperature", "value": 31, "uom": "CEL", "exception": "gs1:ALARM_CONDITION"}
    assert codes_in(read(report)) == ["cold-chain-broken"]
