"""Things that were named before they were made."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.trade.assessment.crop_inputs import crop_inputs
from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.findings.hands import CLOCK_SLACK_MS, names_something_definite
from ledger.trade.assessment.makers import began_in
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.told import Told


def cause_findings(matter: Matter) -> Iterator[ItemFinding]:
    """For each thing that began in a known event, the earliest event that names it before.

    A lot may begin in several events, the earliest counts. Papers may name a thing before it is made, and a crop is
    treated, under the number of its harvest, before it is harvested.
    """
    began: dict[str, Told] = {}
    for told in matter.events:
        for thing in began_in(told):
            began.setdefault(thing, told)
    reported: set[str] = set()
    for told in matter.events:
        if told.traced.type == "TransactionEvent" or crop_inputs(told) is not None:
            continue
        for thing in sorted(told.things & began.keys() - reported):
            early = began[thing].event_time - told.event_time
            if early > CLOCK_SLACK_MS and names_something_definite(thing):
                reported.add(thing)
                yield finding(
                    "used-before-made", (told.position, began[thing].position), thing=thing, minutes=str(early // 60_000)
                )
