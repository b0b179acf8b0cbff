"""What the short stories have in common: leaves to tea, tins filled, and a way from a dock to a shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.places import AT_SEA
from ledger.actions.demo_world.telling import (
    Calendar,
    Chapter,
    climate,
    event,
    handed,
    in_two_languages,
    place,
    quantity,
    treatments,
)
from ledger.evidence.authority import ReadRule
from ledger.trade.identifiers import ROOT

_LOGGER: Final = f"{ROOT}/8004/{ids.COMPANY_PREFIX}LOG204"
_LEAVES_PER_TEA: Final = 4.5


@dataclass(frozen=True, slots=True)
class Picking:
    """Leaves of one plot and day, and the lot of tea that was made of them alone."""

    leaves: str
    plot: str
    tea: str
    kilograms: float


@dataclass(frozen=True, slots=True)
class Dock:
    """Where somebody hands goods over, or takes them."""

    member: str
    place: str


WORKS_DOCK: Final = Dock(ids.WORKS, ids.WORKS_DOCK)
TEA_SHELF: Final = Dock(ids.SHOP, ids.SHOP_FLOOR)


def tea_of(calendar: Calendar, day: int, pickings: Sequence[Picking]) -> list[Chapter]:
    """Leaves are picked in the morning, weighed at the works after noon, and are tea the same night."""
    picked = [_picked(calendar, day, picking) for picking in pickings]
    sent = [_leaves_moved(calendar.at(day, "11:10"), "shipping", picking, picking.plot) for picking in pickings]
    weighed = [_leaves_moved(calendar.at(day, "13:20"), "receiving", picking, ids.WEIGHING) for picking in pickings]
    made = [
        event(
            "TransformationEvent",
            calendar.at(day, "21:40"),
            "creating_class_instance",
            readPoint=place(ids.FIRING),
            bizLocation=place(ids.FIRING),
            inputQuantityList=[quantity(picking.leaves, picking.kilograms)],
            outputQuantityList=[quantity(picking.tea, round(picking.kilograms / _LEAVES_PER_TEA, 1))],
            ilmd={"cbvmda:descriptionShort": in_two_languages("Maojian green tea, made in one day", "毛尖，日产批")},
        )
        for picking in pickings
    ]
    return [Chapter(ids.GARDEN, ReadRule.PUBLIC, [*picked, *sent]), Chapter(ids.WORKS, ReadRule.CODE, [*weighed, *made])]


def _picked(calendar: Calendar, day: int, picking: Picking) -> dict[str, Any]:
    return event(
        "ObjectEvent",
        calendar.at(day, "09:30"),
        "creating_class_instance",
        action="ADD",
        disposition="active",
        readPoint=place(picking.plot),
        bizLocation=place(picking.plot),
        quantityList=[quantity(picking.leaves, picking.kilograms)],
        ilmd={
            "cbvmda:descriptionShort": in_two_languages("Fresh tea leaves, one bud and one leaf", "鲜叶，一芽一叶"),
            "cbvmda:harvestStartDate": calendar.date(day),
            "tea:cropInputs": treatments(calendar),
        },
    )


def _leaves_moved(when: str, step: str, picking: Picking, where: str) -> dict[str, Any]:
    things = [quantity(picking.leaves, picking.kilograms)]
    return _moved(when, step, where, ids.GARDEN, ids.WORKS, quantityList=things)


def filled(calendar: Calendar, day: int, tea: str, tins: Sequence[str], data: Mapping[str, Any], *, kilograms: float) -> Chapter:
    """Tins are filled from a lot of tea; `data` is what is printed on them."""
    here = {"readPoint": place(ids.PACKING), "bizLocation": place(ids.PACKING)}
    one = event(
        "TransformationEvent",
        calendar.at(day, "10:15"),
        "creating_class_instance",
        inputQuantityList=[quantity(tea, kilograms)],
        outputEPCList=list(tins),
        ilmd=dict(data),
        **here,
    )
    return Chapter(ids.WORKS, ReadRule.CODE, [one])


def way(
    calendar: Calendar, day: int, things: Sequence[str], sender: Dock, taker: Dock, *, celsius: Sequence[float] = (), limit: float
) -> list[Chapter]:
    """Over land to Yantian, by sea to Singapore, cleared, and onto a shelf, in eleven days from `day` on.

    `celsius`: what the logger read on board, every twelve hours, eight times at most; it rings above `limit`.
    """
    epcs = {"epcList": list(things)}
    at, yard, gate = calendar.at, ids.TERMINAL, ids.PORT
    sent = _moved(at(day, "15:20"), "shipping", sender.place, sender.member, ids.CARRIER, **epcs)
    aboard = [
        _moved(at(day + 2, "08:40"), "receiving", yard, sender.member, ids.CARRIER, **epcs),
        *_logged(calendar, day + 3, things, celsius, limit),
        _moved(at(day + 8, "16:30"), "shipping", gate, ids.CARRIER, taker.member, **epcs),
    ]
    cleared = event(
        "ObjectEvent",
        at(day + 8, "11:10"),
        "inspecting",
        action="OBSERVE",
        disposition="conformant",
        readPoint=place(gate),
        **epcs,
    )
    shelf = place(taker.place)
    taken = [
        _moved(at(day + 9, "10:20"), "receiving", taker.place, ids.CARRIER, taker.member, bizLocation=shelf, **epcs),
        event(
            "ObjectEvent",
            at(day + 9, "11:30"),
            "stocking",
            action="OBSERVE",
            disposition="sellable_accessible",
            readPoint=shelf,
            bizLocation=shelf,
            **epcs,
        ),
    ]
    return [
        Chapter(sender.member, ReadRule.CODE, [sent]),
        Chapter(ids.CARRIER, ReadRule.CODE, aboard),
        Chapter(ids.CUSTOMS, ReadRule.PUBLIC, [cleared]),
        Chapter(taker.member, ReadRule.CODE, taken),
    ]


def sold(calendar: Calendar, day: int, item: str, shop: Dock) -> Chapter:
    """Over the counter, to somebody whom the ledger does not know."""
    here = {"action": "OBSERVE", "disposition": "retail_sold", "readPoint": place(shop.place)}
    return Chapter(
        shop.member,
        ReadRule.CODE,
        [event("ObjectEvent", calendar.at(day, "16:05"), "retail_selling", epcList=[item], **here)],
        singly=True,
    )


def _moved(when: str, step: str, where: str, giver: str, taker: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    state = "in_transit" if step == "shipping" else "in_progress"
    return event(
        "ObjectEvent",
        when,
        step,
        action="OBSERVE",
        disposition=state,
        readPoint=place(where),
        **more,
        **handed(giver, taker),
    )


def _logged(calendar: Calendar, day: int, things: Sequence[str], celsius: Sequence[float], limit: float) -> list[dict[str, Any]]:
    events = []
    for number, (degrees, position) in enumerate(zip(celsius, AT_SEA, strict=False)):
        when = calendar.at(day + number // 2, "18:00" if number % 2 else "06:00")
        reading = climate(when, _LOGGER, celsius=degrees, humidity=61, alarm=degrees > limit)
        events.append(
            event(
                "ObjectEvent",
                when,
                "transporting",
                action="OBSERVE",
                disposition="in_transit",
                epcList=list(things),
                readPoint=place(f"geo:{position}"),
                sensorElementList=[reading],
            )
        )
    return events
