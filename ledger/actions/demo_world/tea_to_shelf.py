"""The second half of the story: packing, the voyage, the shop.

Honestly missing: what became of the rest of the blend, the climate on the road to the harbour, and the clearance of the
export.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.places import AT_SEA
from ledger.actions.demo_world.telling import Calendar, Chapter, climate, event, handed, in_two_languages, place, quantity
from ledger.evidence.authority import ReadRule

PACKED_KG: Final = 2.41
"""Into 24 tins of 100 g; the rest is spilt."""
SOLD: Final = ((1, 3), (1, 17), (0, 11))
"""Tins sold so far, by case and place there."""
TO_SHOP: Final = (0, 1)
"""Cases sent on to the shop; the others wait in the warehouse."""

_AT_SEA: Final = (
    (24.1, 61), (25.0, 62), (26.4, 60), (28.3, 63), (29.2, 66), (28.6, 64), (27.5, 63), (27.1, 62),
)  # fmt: skip
"""Degrees Celsius and per cent of relative humidity, every twelve hours."""


def chapters(calendar: Calendar) -> list[Chapter]:
    """What works, exporter, carrier, customs, warehouse and shop said, in order."""
    return [
        _packing(calendar),
        _order(calendar),
        _handover(calendar),
        _departure(calendar),
        _voyage(calendar),
        _arrival(calendar),
        _clearance(calendar),
        _warehouse(calendar),
        _shop(calendar),
        _sales(calendar),
    ]


def _packing(calendar: Calendar) -> Chapter:
    here = {"readPoint": place(ids.PACKING), "bizLocation": place(ids.PACKING)}
    events = []
    for number in range(ids.CASES):
        tins = [ids.tin(number, n) for n in range(ids.TINS_IN_CASE)]
        filled = {"inputQuantityList": [quantity(ids.BLEND, PACKED_KG)], "outputEPCList": tins, "ilmd": _tin_data(calendar)}
        packed = {"parentID": ids.case(number), "childEPCs": tins, "action": "ADD"}
        events.append(
            event("TransformationEvent", calendar.at(11, f"{9 + number:02d}:05"), "creating_class_instance", **filled, **here)
        )
        events.append(event("AggregationEvent", calendar.at(11, f"{9 + number:02d}:40"), "packing", **packed, **here))
    stacked = {"parentID": ids.PALLET, "childEPCs": [ids.case(n) for n in range(ids.CASES)], "action": "ADD"}
    events.append(event("AggregationEvent", calendar.at(11, "14:30"), "packing", **stacked, **here))
    return Chapter(ids.WORKS, ReadRule.CODE, events, {ids.PACKING: "Duyun Maojian Tea Works, packing room"})


def _tin_data(calendar: Calendar) -> dict[str, Any]:
    return {
        "cbvmda:descriptionShort": in_two_languages("Duyun Maojian green tea, spring, 100 g tin", "都匀毛尖春茶 100 克罐装"),
        "cbvmda:lotNumber": ids.TIN_LOT,
        "cbvmda:itemExpirationDate": calendar.date(11 + 540),
        "cbvmda:countryOfOrigin": "CN",
    }


def _order(calendar: Calendar) -> Chapter:
    """Prices and papers are for the parties only: the page counts these records as withheld."""
    order = {"type": "po", "bizTransaction": "urn:example:lantern-lane-tea:order-118"}
    invoice = {"type": "inv", "bizTransaction": "urn:example:qiannan-trading:invoice-2604"}
    # Without a business step: who is paid is not who holds it.
    events = [
        event("TransactionEvent", when, action="ADD", epcList=[ids.PALLET], bizTransactionList=papers)
        for when, papers in ((calendar.at(11, "16:00"), [order]), (calendar.at(12, "10:00"), [order, invoice]))
    ]
    return Chapter(ids.EXPORTER, ReadRule.PARTIES, events)


def _pallet(when: str, step: str, where: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return event("ObjectEvent", when, step, action="OBSERVE", epcList=[ids.PALLET], readPoint=place(where), **more)


def _handover(calendar: Calendar) -> Chapter:
    left = _pallet(
        calendar.at(12, "15:20"), "shipping", ids.WORKS_DOCK, disposition="in_transit", **handed(ids.WORKS, ids.CARRIER)
    )
    return Chapter(ids.WORKS, ReadRule.CODE, [left], {ids.WORKS_DOCK: "Duyun Maojian Tea Works, dock"})


def _departure(calendar: Calendar) -> Chapter:
    yard = place(ids.TERMINAL)
    logger = {"parentID": ids.CONTAINER, "childEPCs": [ids.LOGGER], "action": "ADD"}
    load = {"parentID": ids.CONTAINER, "childEPCs": [ids.PALLET], "action": "ADD"}
    events = [
        _pallet(calendar.at(14, "08:40"), "receiving", ids.TERMINAL, bizLocation=yard, **handed(ids.WORKS, ids.CARRIER)),
        event("AssociationEvent", calendar.at(14, "09:00"), "installing", readPoint=yard, **logger),
        event("AggregationEvent", calendar.at(14, "09:30"), "loading", readPoint=yard, **load),
        _container(calendar.at(14, "21:00"), "departing", yard),
    ]
    return Chapter(ids.CARRIER, ReadRule.CODE, events, {ids.TERMINAL: "Yantian, container terminal"})


def _container(when: str, step: str, where: dict[str, str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    container = {"action": "OBSERVE", "epcList": [ids.CONTAINER], "readPoint": where, "disposition": "in_transit"}
    return event("ObjectEvent", when, step, **container, **more)


def _voyage(calendar: Calendar) -> Chapter:
    events = []
    for number, ((celsius, humidity), position) in enumerate(zip(_AT_SEA, AT_SEA, strict=True)):
        when = calendar.at(15 + number // 2, "06:00" if number % 2 == 0 else "18:00")
        reading = climate(when, ids.LOGGER, celsius=celsius, humidity=humidity)
        events.append(_container(when, "transporting", place(f"geo:{position}"), sensorElementList=[reading]))
    return Chapter(ids.CARRIER, ReadRule.CODE, events)


def _arrival(calendar: Calendar) -> Chapter:
    gate = place(ids.PORT)
    unload = {"parentID": ids.CONTAINER, "childEPCs": [ids.PALLET], "action": "DELETE"}
    events = [
        _container(calendar.at(19, "07:15"), "arriving", gate),
        event("AggregationEvent", calendar.at(19, "13:00"), "unloading", readPoint=gate, **unload),
        _pallet(calendar.at(20, "16:30"), "shipping", ids.PORT, disposition="in_transit", **handed(ids.CARRIER, ids.WAREHOUSE)),
    ]
    return Chapter(ids.CARRIER, ReadRule.CODE, events)


def _clearance(calendar: Calendar) -> Chapter:
    permit = [{"type": "cert", "bizTransaction": "urn:example:import-desk:permit-77130"}]
    looked = _pallet(calendar.at(20, "11:10"), "inspecting", ids.PORT, disposition="conformant", bizTransactionList=permit)
    return Chapter(ids.CUSTOMS, ReadRule.PUBLIC, [looked], {ids.PORT: "Pasir Panjang, gate"})


def _warehouse(calendar: Calendar) -> Chapter:
    hall = place(ids.HALL)
    cases = [ids.case(number) for number in range(ids.CASES)]
    unstack = {"parentID": ids.PALLET, "childEPCs": cases, "action": "DELETE"}
    store = {"action": "OBSERVE", "epcList": cases, "disposition": "sellable_not_accessible", "readPoint": hall}
    send = {"action": "OBSERVE", "epcList": [ids.case(n) for n in TO_SHOP], "disposition": "in_transit", "readPoint": hall}
    events = [
        _pallet(calendar.at(20, "18:05"), "receiving", ids.HALL, bizLocation=hall, **handed(ids.CARRIER, ids.WAREHOUSE)),
        event("AggregationEvent", calendar.at(21, "09:20"), "unpacking", readPoint=hall, **unstack),
        event("ObjectEvent", calendar.at(21, "10:00"), "storing", bizLocation=hall, **store),
        event("ObjectEvent", calendar.at(27, "09:45"), "shipping", **send, **handed(ids.WAREHOUSE, ids.SHOP)),
    ]
    return Chapter(ids.WAREHOUSE, ReadRule.CODE, events, {ids.HALL: "Jurong Dry Warehouse, hall B"})


def _shop(calendar: Calendar) -> Chapter:
    here = {"readPoint": place(ids.SHOP_FLOOR), "bizLocation": place(ids.SHOP_FLOOR)}
    cases = [ids.case(number) for number in TO_SHOP]
    events = [
        event(
            "ObjectEvent",
            calendar.at(27, "14:10"),
            "receiving",
            action="OBSERVE",
            epcList=cases,
            **here,
            **handed(ids.WAREHOUSE, ids.SHOP),
        )
    ]
    for number in TO_SHOP:
        tins = [ids.tin(number, n) for n in range(ids.TINS_IN_CASE)]
        opened = {"parentID": ids.case(number), "childEPCs": tins, "action": "DELETE"}
        shelved = {"epcList": tins, "action": "OBSERVE", "disposition": "sellable_accessible"}
        events.append(event("AggregationEvent", calendar.at(28, f"1{number}:05"), "unpacking", **opened, **here))
        events.append(event("ObjectEvent", calendar.at(28, f"1{number}:30"), "stocking", **shelved, **here))
    return Chapter(ids.SHOP, ReadRule.CODE, events, {ids.SHOP_FLOOR: "Lantern Lane Tea, Singapore"})


def _sales(calendar: Calendar) -> Chapter:
    events = [
        event(
            "ObjectEvent",
            calendar.at(30 + day, "15:25"),
            "retail_selling",
            action="OBSERVE",
            disposition="retail_sold",
            epcList=[ids.tin(*sold)],
            readPoint=place(ids.SHOP_FLOOR),
        )
        for day, sold in enumerate(SOLD)
    ]
    return Chapter(ids.SHOP, ReadRule.CODE, events, singly=True)
