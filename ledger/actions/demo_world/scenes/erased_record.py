"""Erased: the shop wrote a customer's name into a record; the customer asked for it to go, and it went."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.identifiers import tin
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.telling import Chapter, event, place
from ledger.evidence.authority import ReadRule

RESERVED_TIN: Final = tin(0, 7)


def tell(stage: Stage) -> None:
    here = place(ids.SHOP_FLOOR)
    reserved = event(
        "ObjectEvent",
        stage.calendar.at(29, "17:45"),
        "reserving",
        action="OBSERVE",
        disposition="reserved",
        epcList=[RESERVED_TIN],
        readPoint=here,
        bizLocation=here,
        **{"tea:reservedFor": "Mei Ling Tan (invented), +65 5550 0143"},
    )
    (entry,) = stage.tell([Chapter(ids.SHOP, ReadRule.CODE, [reserved], singly=True)])
    stage.erase(entry, 0, "person-request", issuer=ids.SHOP, protector=ids.PROTECTOR)
