"""Harvests before the interval after the last treatment was over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.trade.assessment.crop_inputs import crop_inputs, read_date
from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.handovers import by_thing
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.terms import bare, master_data
from ledger.trade.assessment.told import Told

_FIRST_DAY: Final = ("harvestStartDate", "harvestEndDate")


def harvest_findings(matter: Matter) -> Iterator[ItemFinding]:
    """A treatment and a harvest belong together where one event states both, or where their events name one thing.

    Day 14 after a treatment with an interval of 14 days is outside the interval. What was put on after the harvest is
    none of this rule's business.
    """
    events = matter.events
    harvests = {one.position: (one, day) for one in events if (day := harvest_day(one)) is not None}
    naming = by_thing(one for one, _ in harvests.values())
    for told in events:
        inputs = crop_inputs(told) or ()
        if not inputs:
            continue
        related = {one.position for thing in told.things for one in naming.get(thing, ())}
        if told.position in harvests:
            related = {told.position}
        for position in sorted(related):
            harvest, day = harvests[position]
            for given in inputs:
                if given.days is not None and 0 <= (day - given.applied).days < given.days:
                    yield finding(
                        "harvest-inside-pre-harvest-interval",
                        (told.position, harvest.position),
                        substance=given.substance,
                        applied=given.applied.isoformat(),
                        harvested=day.isoformat(),
                        days=str(given.days),
                    )


def harvest_day(told: Told) -> date | None:
    """The first day of the harvest that the event states, or the day on which it collected; None for other events."""
    stated = {name: day for name, value in master_data(told) if (day := read_date(value)) is not None}
    for name in _FIRST_DAY:
        if name in stated:
            return stated[name]
    return read_date(told.event.event_time) if bare(told.event.biz_step) == "collecting" else None
