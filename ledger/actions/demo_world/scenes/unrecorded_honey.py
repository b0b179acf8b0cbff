"""Missing records: a honey of which hardly more is told than that it was gathered and is in the shop."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.measuring import NET_WEIGHT, declared
from ledger.actions.demo_world.scenes.cast import APIARY_SHED
from ledger.actions.demo_world.scenes.journey import TEA_SHELF, Dock, way
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.telling import Chapter, event, in_two_languages, place, words
from ledger.evidence.authority import ReadRule
from ledger.trade.dossier.bodies.described import ProductDescribed

_GTIN: Final = ids.gtin("20001", prefix=ids.HONEY_PREFIX)
_JARS: Final = tuple(ids.item(_GTIN, f"jar {number}") for number in range(4))
HONEY_JAR: Final = _JARS[0]


def tell(stage: Stage) -> None:
    calendar, shed = stage.calendar, place(APIARY_SHED)
    stage.license_prefix(ids.HONEY_PREFIX, ids.BEEKEEPER)
    stage.say(ids.BEEKEEPER, _described())
    filled = event(
        "ObjectEvent",
        calendar.at(16, "10:30"),
        "commissioning",
        action="ADD",
        disposition="active",
        epcList=list(_JARS),
        readPoint=shed,
        bizLocation=shed,
        ilmd={
            "cbvmda:descriptionShort": in_two_languages("Mountain honey, 250 g jar", "高山百花蜜 250 克瓶装"),
            "cbvmda:harvestStartDate": calendar.date(14),
            "cbvmda:itemExpirationDate": calendar.date(16 + 730),
        },
    )
    stage.tell([Chapter(ids.BEEKEEPER, ReadRule.CODE, [filled], {APIARY_SHED: "Moon Slope, honey shed"})])
    stage.tell(way(calendar, 17, _JARS, Dock(ids.BEEKEEPER, APIARY_SHED), TEA_SHELF, limit=30.0))


def _described() -> ProductDescribed:
    return ProductDescribed(
        ids.product(_GTIN),
        words("Mountain honey, 250 g", "高山百花蜜 250 克", "高山百花蜜 250 公克"),
        "farm-produce",
        brand="Moon Slope 月坡",
        origin="CN-GZ",
        parameters=(declared("net-weight", "250", "GRM", low="241", high="259", names=NET_WEIGHT),),
    )
