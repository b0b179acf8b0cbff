"""The first half of the story: picking, making, testing.

Honestly missing: the garden never recorded handing over the fifth picking. One weight was mistyped and declared wrong.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.telling import (
    Calendar,
    Chapter,
    climate,
    event,
    event_id,
    handed,
    in_two_languages,
    measured,
    place,
    quantity,
    treatments,
)
from ledger.evidence.authority import ReadRule

PICKED_KG: Final = (61.4, 58.9, 72.3, 66.0, 54.7, 49.5)
WEIGHED_KG: Final = (61.2, 58.7, 72.1, 65.8, 54.6, 49.3)
"""At the works, some hours later: leaves dry on the way."""
MISTYPED_KG: Final = 172.1
MADE_KG: Final = (26.6, 30.5, 23.1)
"""About 4.5 kg of leaves make 1 kg of tea."""
BLENDED_KG: Final = 80.0
SAMPLE_KG: Final = 0.3

_WEATHER: Final = ((14.2, 82), (15.1, 79), (13.6, 88))
_NEVER_HANDED_OVER: Final = 5
_MISTYPED: Final = 3
_LEAD: Final = "https://identifiers.org/inchikey:WABPQHHGFIMREM-UHFFFAOYSA-N"


def chapters(calendar: Calendar) -> list[Chapter]:
    """What garden, works and laboratory said, in order."""
    return [
        *(_picking(calendar, day) for day in range(3)),
        *(_delivery(calendar, day) for day in range(3)),
        _weight_corrected(calendar),
        _making(calendar),
        _sampling(calendar),
        _testing(calendar),
    ]


def _picking(calendar: Calendar, day: int) -> Chapter:
    at, numbers = calendar.at, (2 * day + 1, 2 * day + 2)
    events = []
    if day == 0:
        station = {"parentID": ids.PLOT_7, "childEPCs": [ids.WEATHER_STATION], "action": "ADD"}
        events.append(event("AssociationEvent", at(0, "05:30"), "installing", readPoint=place(ids.PLOT_7), **station))
    celsius, humidity = _WEATHER[day]
    weather = [climate(at(day, "06:00"), ids.WEATHER_STATION, celsius=celsius, humidity=humidity)]
    plot_7 = place(ids.PLOT_7)
    events.append(
        event("ObjectEvent", at(day, "06:05"), "sensor_reporting", action="OBSERVE", readPoint=plot_7, sensorElementList=weather)
    )
    for number, plot in zip(numbers, (ids.PLOT_7, ids.PLOT_9), strict=True):
        events.append(
            event(
                "ObjectEvent",
                at(day, "09:40" if plot is ids.PLOT_7 else "09:55"),
                "creating_class_instance",
                action="ADD",
                disposition="active",
                readPoint=place(plot),
                bizLocation=place(plot),
                quantityList=[quantity(ids.leaf_lot(number), PICKED_KG[number - 1])],
                ilmd={
                    "cbvmda:descriptionShort": in_two_languages("Fresh tea leaves, one bud and one leaf", "鲜叶，一芽一叶"),
                    "cbvmda:harvestStartDate": calendar.date(day),
                    "tea:cultivar": "Camellia sinensis, Duyun small leaf",
                    "tea:cropInputs": treatments(calendar),
                },
            )
        )
    events += [_shipped(at(day, "11:00"), number) for number in numbers if number != _NEVER_HANDED_OVER]
    return Chapter(ids.GARDEN, ReadRule.PUBLIC, events, {ids.PLOT_7: "Yunwu Ridge, plot 7", ids.PLOT_9: "Yunwu Ridge, plot 9"})


def _shipped(when: str, number: int) -> dict[str, Any]:
    plot = ids.PLOT_7 if number % 2 else ids.PLOT_9
    return event(
        "ObjectEvent",
        when,
        "shipping",
        action="OBSERVE",
        disposition="in_transit",
        readPoint=place(plot),
        quantityList=[quantity(ids.leaf_lot(number), PICKED_KG[number - 1])],
        **handed(ids.GARDEN, ids.WORKS),
    )


def _received(when: str, number: int, kilograms: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return event(
        "ObjectEvent",
        when,
        "receiving",
        action="OBSERVE",
        disposition="in_progress",
        readPoint=place(ids.WEIGHING),
        bizLocation=place(ids.WEIGHING),
        quantityList=[quantity(ids.leaf_lot(number), kilograms)],
        **handed(ids.GARDEN, ids.WORKS),
        **more,
    )


def _delivery(calendar: Calendar, day: int) -> Chapter:
    numbers = (2 * day + 1, 2 * day + 2)
    events = [
        _mistyped(calendar)
        if number == _MISTYPED
        else _received(calendar.at(day, f"13:{5 + 5 * number:02d}"), number, WEIGHED_KG[number - 1])
        for number in numbers
    ]
    return Chapter(ids.WORKS, ReadRule.CODE, events, {ids.WEIGHING: "Duyun Maojian Tea Works, scales"})


def _mistyped(calendar: Calendar, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return _received(calendar.at(1, "13:20"), _MISTYPED, MISTYPED_KG, eventID=event_id("mistyped"), **more)


def _weight_corrected(calendar: Calendar) -> Chapter:
    declaration = {
        "declarationTime": calendar.at(2, "08:15"),
        "reason": "incorrect_data",
        "correctiveEventIDs": [event_id("weighed")],
    }
    right = _received(calendar.at(1, "13:20"), _MISTYPED, WEIGHED_KG[_MISTYPED - 1], eventID=event_id("weighed"))
    return Chapter(ids.WORKS, ReadRule.CODE, [_mistyped(calendar, errorDeclaration=declaration), right])


def _making(calendar: Calendar) -> Chapter:
    events = [
        event(
            "TransformationEvent",
            calendar.at(day, "21:30"),
            "creating_class_instance",
            disposition="in_progress",
            readPoint=place(ids.FIRING),
            bizLocation=place(ids.FIRING),
            inputQuantityList=[quantity(ids.leaf_lot(n), WEIGHED_KG[n - 1]) for n in (2 * day + 1, 2 * day + 2)],
            outputQuantityList=[quantity(ids.day_lot(day + 1), MADE_KG[day])],
            ilmd={
                "cbvmda:descriptionShort": in_two_languages("Maojian green tea, made in one day", "毛尖，日产批"),
                "tea:process": "withered 6 h, fired in the pan, rolled by hand, dried",
            },
        )
        for day in range(3)
    ]
    events.append(
        event(
            "TransformationEvent",
            calendar.at(4, "10:20"),
            "creating_class_instance",
            readPoint=place(ids.FIRING),
            bizLocation=place(ids.FIRING),
            inputQuantityList=[quantity(ids.day_lot(day + 1), MADE_KG[day]) for day in range(3)],
            outputQuantityList=[quantity(ids.BLEND, BLENDED_KG)],
            ilmd={"cbvmda:descriptionShort": in_two_languages("Duyun Maojian, spring blend", "都匀毛尖，春季拼配")},
        )
    )
    return Chapter(ids.WORKS, ReadRule.CODE, events, {ids.FIRING: "Duyun Maojian Tea Works, firing hall"})


def _sampling(calendar: Calendar) -> Chapter:
    drawn = event(
        "TransformationEvent",
        calendar.at(5, "09:00"),
        "sampling",
        readPoint=place(ids.FIRING),
        inputQuantityList=[quantity(ids.BLEND, SAMPLE_KG)],
        outputEPCList=[ids.SAMPLE],
        ilmd={"cbvmda:descriptionShort": "Sealed sample, 0.3 kg"},
    )
    sent = event(
        "ObjectEvent",
        calendar.at(5, "09:30"),
        "shipping",
        action="OBSERVE",
        disposition="in_transit",
        epcList=[ids.SAMPLE],
        readPoint=place(ids.WORKS_DOCK),
        **handed(ids.WORKS, ids.LABORATORY),
    )
    return Chapter(ids.WORKS, ReadRule.CODE, [drawn, sent])


def _testing(calendar: Calendar) -> Chapter:
    at = calendar.at
    arrived = event(
        "ObjectEvent",
        at(6, "10:10"),
        "receiving",
        action="OBSERVE",
        epcList=[ids.SAMPLE],
        readPoint=place(ids.BENCH),
        bizLocation=place(ids.BENCH),
    )
    moisture = {"type": "Dimensionless", "value": 5.2, "uom": "P1", "tea:measured": "moisture"}
    lead = {"type": "Dimensionless", "value": 0.62, "uom": "NA", "chemicalSubstance": _LEAD, "tea:measured": "lead"}
    words = "none of 42 substances above its limit of quantification"
    pesticides = {"type": "Dimensionless", "stringValue": words, "tea:measured": "pesticide residues"}
    reports = (
        ("11:40", "GL-2641-A", [measured(at(7, "11:20"), ids.OVEN, moisture)]),
        ("16:05", "GL-2641-B", [measured(at(8, "15:30"), ids.SPECTROMETER, lead, pesticides)]),
    )
    inspected = [
        event(
            "ObjectEvent",
            at(7 + number, clock),
            "inspecting",
            action="OBSERVE",
            disposition="conformant",
            epcList=[ids.SAMPLE],
            quantityList=[{"epcClass": ids.BLEND}],
            readPoint=place(ids.BENCH),
            certificationInfo=f"https://guiyang-laboratory.example/reports/{report}",
            bizTransactionList=[{"type": "testres", "bizTransaction": f"urn:example:laboratory:{report}"}],
            sensorElementList=elements,
        )
        for number, (clock, report, elements) in enumerate(reports)
    ]
    return Chapter(ids.LABORATORY, ReadRule.PUBLIC, [arrived, *inspected], {ids.BENCH: "Guiyang Leaf Laboratory, bench 2"})
