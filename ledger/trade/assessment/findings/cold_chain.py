"""Sensors that rang, and temperatures outside the declared storage range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from msgspec import UNSET

from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.terms import local_name
from ledger.trade.assessment.told import Told
from ledger.trade.assessment.units import converted, spelt
from ledger.trade.dossier.bodies.described import Parameter
from ledger.trade.epcis.event import SensorReport

STORAGE_TEMPERATURE: Final = "storage-temperature"
"""The declared parameter whose `low` and `high` bound every temperature of the item and of what carries it."""

_TEMPERATURE: Final = "Temperature"
_ALARM: Final = "ALARM_CONDITION"


@dataclass(frozen=True, slots=True)
class _Wrong:
    told: Told
    report: SensorReport


def cold_chain_findings(matter: Matter) -> Iterator[ItemFinding]:
    """One finding about temperatures, and one for each other kind of measurement for which a sensor rang.

    An alarm counts wherever it rang, in the origin too; the declared range is that of the item, and binds the item and
    what carries it.
    """
    declared = _storage_range(matter)
    wrong: list[_Wrong] = []
    rang: dict[str, list[_Wrong]] = {}
    for told in matter.events:
        for report in _reports(told):
            kind = local_name(report.type)
            alarm = isinstance(report.exception, str) and local_name(report.exception) == _ALARM
            if kind != _TEMPERATURE:
                if alarm:
                    rang.setdefault(kind, []).append(_Wrong(told, report))
            elif alarm or (told.own and declared is not None and _is_outside(report, declared)):
                wrong.append(_Wrong(told, report))
    if wrong:
        yield _about_temperature(wrong, declared)
    for kind, alarms in sorted(rang.items()):
        yield finding("sensor-alarm", (one.told.position for one in alarms), kind=kind, readings=str(len(alarms)))


def _about_temperature(wrong: list[_Wrong], declared: Parameter | None) -> ItemFinding:
    unit = next((one.report.uom for one in wrong if isinstance(one.report.uom, str)), None)
    values = {"readings": str(len(wrong))}
    if unit is not None:
        read = [value for one in wrong for value in _values(one.report, unit)]
        if read:
            values |= {"lowest": spelt(min(read)), "highest": spelt(max(read)), "unit": unit}
        if declared is not None:
            values |= _bounds(declared, unit)
    return finding("cold-chain-broken", (one.told.position for one in wrong), **values)


def _bounds(declared: Parameter, unit: str) -> dict[str, str]:
    bounds = {"low": declared.low, "high": declared.high}
    turned = {name: converted(bound, declared.unit, unit) for name, bound in bounds.items() if bound is not None}
    return {name: spelt(bound) for name, bound in turned.items() if bound is not None}


def _storage_range(matter: Matter) -> Parameter | None:
    parameters = (matter.product.parameters or ()) if matter.product else ()
    return next((one for one in parameters if one.parameter == STORAGE_TEMPERATURE), None)


def _is_outside(report: SensorReport, declared: Parameter) -> bool:
    low = None if declared.low is None else Fraction(declared.low)
    high = None if declared.high is None else Fraction(declared.high)
    read = _values(report, declared.unit)
    return any((low is not None and value < low) or (high is not None and value > high) for value in read)


def _values(report: SensorReport, unit: str) -> list[Fraction]:
    """What the report read, in `unit`; nothing where it names no unit or one that is not of its kind."""
    if not isinstance(report.uom, str):
        return []
    read = (report.value, report.min_value, report.max_value, report.mean_value)
    # The text of a binary number is the shortest that means it: what the device wrote.
    turned = (converted(Decimal(str(value)), report.uom, unit) for value in read if value is not UNSET)
    return [value for value in turned if value is not None]


def _reports(told: Told) -> Iterator[SensorReport]:
    for element in () if told.event.sensor_element_list is UNSET else told.event.sensor_element_list:
        yield from element.sensor_report
