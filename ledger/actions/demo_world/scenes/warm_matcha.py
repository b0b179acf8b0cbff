"""Findings: a tea powder that had to stay cool became warm at sea, and is moister than its maker declares."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.examined import laboratory_report, moisture, residues
from ledger.actions.demo_world.goods import BRAND
from ledger.actions.demo_world.likenesses.keep_likenesses import keep_likenesses
from ledger.actions.demo_world.likenesses.tin_model import tin_model
from ledger.actions.demo_world.likenesses.tin_picture import TinLook, tin_picture
from ledger.actions.demo_world.measuring import MOISTURE, NET_WEIGHT, STORAGE, declared
from ledger.actions.demo_world.scenes.journey import TEA_SHELF, WORKS_DOCK, Picking, filled, tea_of, way
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.telling import in_two_languages, words
from ledger.trade.dossier.bodies.described import Dimensions, ProductDescribed

_GTIN: Final = ids.gtin("20004")
_TINS: Final = tuple(ids.item(_GTIN, f"powder {number}") for number in range(6))
WARM_TIN: Final = _TINS[0]

_PICKING: Final = Picking(ids.leaf_lot(31), ids.PLOT_9, ids.day_lot(31), 22.5)
_LOOK: Final = TinLook((98, 124, 40), "STONE-GROUND TEA", "KEEP COOL 2 - 8 °C", "30 g")
_SIZE: Final = Dimensions(width=62, height=90, depth=62)
_KEEP_BELOW: Final = 8.0
_CELSIUS: Final = (4.1, 4.4, 4.0, 5.2, 17.6, 15.3, 6.1, 4.8)
"""For a day the container had no power."""


def tell(stage: Stage) -> None:
    calendar = stage.calendar
    stage.tell(tea_of(calendar, 12, [_PICKING]))
    report = laboratory_report(calendar, _PICKING.tea, "GL-2655", day=13, results=(moisture("6.4"), *residues()))
    stage.say(ids.LABORATORY, report)
    picture, model = keep_likenesses(stage, ids.product(_GTIN), tin_picture(_LOOK), tin_model(_SIZE), by=ids.WORKS)
    stage.say(ids.WORKS, _described(picture, model))
    data = {
        "cbvmda:descriptionShort": in_two_languages("Stone-ground green tea, 30 g tin", "石磨绿茶粉 30 克罐装"),
        "cbvmda:lotNumber": "P26A",
        "cbvmda:itemExpirationDate": calendar.date(17 + 365),
    }
    stage.tell([filled(calendar, 17, _PICKING.tea, _TINS, data, kilograms=0.2)])
    stage.tell(way(calendar, 19, _TINS, WORKS_DOCK, TEA_SHELF, celsius=_CELSIUS, limit=_KEEP_BELOW))


def _described(picture: bytes, model: bytes) -> ProductDescribed:
    return ProductDescribed(
        ids.product(_GTIN),
        words("Stone-ground green tea, 30 g", "石磨绿茶粉 30 克", "石磨綠茶粉 30 公克"),
        "farm-produce",
        brand=BRAND,
        texts=words(
            "Young leaves ground to a powder. Keep it between 2 and 8 °C.",
            "嫩叶石磨成粉，请于 2 至 8 °C 冷藏。",
            "嫩葉石磨成粉，請於 2 至 8 °C 冷藏。",
        ),
        origin="CN-GZ",
        parameters=(
            declared("net-weight", "30", "GRM", low="28.5", high="31.5", names=NET_WEIGHT),
            declared("moisture", "4.5", "P1", low="3.0", high="6.0", names=MOISTURE),
            declared("storage-temperature", "5", "CEL", low="2", high="8", names=STORAGE),
        ),
        dimensions=_SIZE,
        picture=picture,
        model=model,
    )
