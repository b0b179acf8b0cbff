"""Manufactured goods: an electric kettle, from its materials to the kitchen shop; and one that was claimed and passed on."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.likenesses.keep_likenesses import keep_likenesses
from ledger.actions.demo_world.likenesses.kettle_model import KETTLE_SIZE, kettle_model
from ledger.actions.demo_world.likenesses.kettle_picture import kettle_picture
from ledger.actions.demo_world.measuring import declared, found
from ledger.actions.demo_world.scenes.cast import ASSEMBLY, KITCHEN_SHELF
from ledger.actions.demo_world.scenes.journey import Dock, sold, way
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.telling import Calendar, Chapter, event, in_two_languages, place, words
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.scans.claim_item import Desks, claim_item
from ledger.actions.scans.set_pins import set_pins
from ledger.actions.scans.transfer_item import transfer_item
from ledger.evidence.authority import ReadRule
from ledger.trade.dossier.bodies.described import ProductDescribed
from ledger.trade.dossier.bodies.inspected import Accreditation, Result, Sampling, TestReported

_GTIN: Final = ids.gtin("20001", prefix=ids.KETTLE_PREFIX)
_SHEET: Final = ids.lot(ids.gtin("20101", prefix=ids.KETTLE_PREFIX), "SUS304-77")
_ELEMENT: Final = ids.lot(ids.gtin("20102", prefix=ids.KETTLE_PREFIX), "HE-1180")
_MOULDED: Final = ids.lot(ids.gtin("20103", prefix=ids.KETTLE_PREFIX), "PP-0391")
_KETTLES: Final = tuple(ids.item(_GTIN, f"kettle {number}") for number in range(8))
NEW_KETTLE: Final = _KETTLES[0]
NEW_KETTLE_PIN: Final = "41180726"
"""Known to everybody, so that somebody can try to claim it."""
SECOND_HAND_KETTLE: Final = _KETTLES[1]
_USED_PIN: Final = "60013957"

_SHELF: Final = Dock(ids.KITCHEN_SHOP, KITCHEN_SHELF)
_POWER: Final = words("Rated power", "额定功率", "額定功率")
_VOLUME: Final = words("Capacity", "容量", "容量")
_LEAKAGE: Final = words("Leakage current", "泄漏电流", "洩漏電流")
_CORD: Final = words("Length of the cord", "电源线长度", "電源線長度")


def tell(stage: Stage) -> None:
    calendar = stage.calendar
    stage.license_prefix(ids.KETTLE_PREFIX, ids.KETTLE_WORKS)
    picture, model = keep_likenesses(stage, ids.product(_GTIN), kettle_picture(), kettle_model(), by=ids.KETTLE_WORKS)
    stage.say(ids.KETTLE_WORKS, _described(picture, model))
    stage.tell([Chapter(ids.KETTLE_WORKS, ReadRule.CODE, [_assembled(calendar)])])
    stage.say(ids.ELECTRICIANS, _tested(calendar))
    stage.tell(way(calendar, 20, _KETTLES, Dock(ids.KETTLE_WORKS, ASSEMBLY), _SHELF, limit=60.0))
    stage.tell([sold(calendar, 30, SECOND_HAND_KETTLE, _SHELF)])
    _pass_on(stage)


def _pass_on(stage: Stage) -> None:
    """One owner shows the hidden PIN on the item's page and passes the kettle on; nobody has claimed the other kettle yet."""
    desks = Desks(OwnTurn(stage.ledger), OwnDesk(stage.ledger))
    pins = [(NEW_KETTLE, NEW_KETTLE_PIN), (SECOND_HAND_KETTLE, _USED_PIN)]
    set_pins(stage.ledger, pins, desk=desks.desk)
    first = claim_item(stage.ledger, SECOND_HAND_KETTLE, _USED_PIN, desks=desks)
    transfer_item(stage.ledger, SECOND_HAND_KETTLE, first.secret, desks=desks)


def _assembled(calendar: Calendar) -> dict[str, object]:
    line = place(ASSEMBLY)
    parts = ((_SHEET, 3.2, "KGM"), (_ELEMENT, 8, "EA"), (_MOULDED, 8, "SET"))
    return event(
        "TransformationEvent",
        calendar.at(14, "14:10"),
        "creating_class_instance",
        inputQuantityList=[{"epcClass": lot, "quantity": amount, "uom": unit} for lot, amount, unit in parts],
        outputEPCList=list(_KETTLES),
        readPoint=line,
        bizLocation=line,
        ilmd={
            "cbvmda:descriptionShort": in_two_languages("Electric kettle, 1.2 l, steel", "1.2 升不锈钢电热水壶"),
            "cbvmda:lotNumber": "K2614",
            "cbvmda:countryOfOrigin": "CN",
        },
    )


def _described(picture: bytes, model: bytes) -> ProductDescribed:
    return ProductDescribed(
        ids.product(_GTIN),
        words("Electric kettle, 1.2 l", "1.2 升电热水壶", "1.2 公升電熱水壺"),
        "manufactured",
        brand="Lingnan 岭南",
        texts=words(
            "Steel 304 inside and out, switches itself off, repaired with ordinary tools.",
            "内外均为 304 不锈钢，自动断电，普通工具即可维修。",
            "內外均為 304 不鏽鋼，自動斷電，一般工具即可維修。",
        ),
        origin="CN-GD",
        parameters=(
            declared("rated-power", "1500", "WTT", low="1350", high="1575", names=_POWER),
            declared("capacity", "1.2", "LTR", low="1.14", high="1.26", names=_VOLUME),
            declared("cord-length", "0.75", "MTR", low="0.73", high="0.77", names=_CORD),
        ),
        dimensions=KETTLE_SIZE,
        picture=picture,
        model=model,
    )


def _tested(calendar: Calendar) -> TestReported:
    scope = words("Safety of household appliances", "家用电器安全", "家用電器安全")
    return TestReported(
        ids.product(_GTIN),
        "PR-E-1184",
        Sampling("laboratory", 3, calendar.day(15), ASSEMBLY),
        "sample",
        _results(),
        "pass",
        calendar.day(18),
        valid_until=calendar.day(18 + 1_095),
        accreditation=Accreditation("National accreditation service", "CNAS L7044", scope, calendar.day(1_000)),
    )


def _results() -> tuple[Result, ...]:
    return (
        found("rated-power", "1482", "WTT", method="IEC 60335-2-15", low="1350", high="1575", names=_POWER),
        found("capacity", "1.21", "LTR", method="IEC 60530", low="1.14", high="1.26", names=_VOLUME),
        found("leakage-current", "0.08", "4K", method="IEC 60335-1, 13.2", high="0.75", names=_LEAKAGE),
    )
