"""Harvests before the interval after the last treatment was over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.trade.assessment.crop_inputs import CropInput, crop_inputs, read_date
from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.handovers import by_thing
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.terms import bare, master_data
from ledger.trade.assessment.told import Told
from ledger.trade.membership import Position

_FIRST_DAY: Final = ("harvestStartDate", "harvestEndDate")


def harvest_findings(matter: Matter) -> Iterator[ItemFinding]:
    """Each treatment once, however many records repeat it, against the first harvest that followed.

    A treatment and a harvest belong together where one event states both, or where their events name one thing. Day 14
    after a treatment with an interval of 14 days is outside the interval. What was put on after the harvest is none of
    this rule's business.
    """
    events = matter.events
    days = {one.position: day for one in events if (day := harvest_day(one)) is not None}
    naming = by_thing(one for one in events if one.position in days)
    wrong: dict[tuple[CropInput, date], set[Position]] = {}
    for told in events:
        inputs = crop_inputs(told)
        if not inputs:
            continue
        related = {one.position for thing in told.things for one in naming.get(thing, ())}
        harvests = sorted((days[one], one) for one in ({told.position} if told.position in days else related))
        for given in inputs:
            following = bisect_left(harvests, (given.applied,))
            if given.days is None or following == len(harvests):
                continue
            day, position = harvests[following]
            if (day - given.applied).days < given.days:
                wrong.setdefault((given, day), set()).update((told.position, position))
    for (given, day), positions in wrong.items():
        values = {"substance": given.substance, "applied": given.applied.isoformat(), "harvested": day.isoformat()}
        yield finding("harvest-inside-pre-harvest-interval", positions, **values, days=str(given.days))


def harvest_day(told: Told) -> date | None:
    """The first day of the harvest that the event states, or the day on which it collected; None for other events."""
    stated = {name: day for name, value in master_data(told) if (day := read_date(value)) is not None}
    for name in _FIRST_DAY:
        if name in stated:
            return stated[name]
    return read_date(told.event.event_time) if bare(told.event.biz_step) == "collecting" else None
