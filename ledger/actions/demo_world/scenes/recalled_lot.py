"""Recall: an authority calls leaves back, and with them every tin that was made of them; the tins of the next plot stay clean."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.examined import laboratory_report, moisture, residues
from ledger.actions.demo_world.scenes.journey import TEA_SHELF, WORKS_DOCK, Picking, filled, tea_of, way
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.telling import words
from ledger.trade.dossier.bodies.recalled import RecallIssued

_PICKINGS: Final = (
    Picking(ids.leaf_lot(41), ids.PLOT_9, ids.day_lot(41), 31.5),
    Picking(ids.leaf_lot(42), ids.PLOT_7, ids.day_lot(42), 36.0),
)
_TINS: Final = tuple(tuple(ids.item(ids.TIN_GTIN, f"{lot} {number}") for number in range(6)) for lot in ("T26C", "T26D"))
RECALLED_LEAVES: Final = _PICKINGS[0].leaves
RECALLED_TIN: Final = _TINS[0][0]
SIBLING_TIN: Final = _TINS[1][0]
"""From the leaves of the other plot, picked, packed and shipped on the same days."""

_CELSIUS: Final = (24.0, 25.1, 26.3, 27.9, 28.4, 27.2)
_KEEP_BELOW: Final = 30.0


def tell(stage: Stage) -> None:
    calendar = stage.calendar
    stage.tell(tea_of(calendar, 13, _PICKINGS))
    for number, (picking, tins) in enumerate(zip(_PICKINGS, _TINS, strict=True)):
        results = (moisture("5.4"), *residues())
        stage.say(ids.LABORATORY, laboratory_report(calendar, picking.tea, f"GL-{2660 + number}", day=14, results=results))
        data = {"cbvmda:lotNumber": f"T26{'CD'[number]}", "cbvmda:itemExpirationDate": calendar.date(18 + 540)}
        stage.tell([filled(calendar, 18, picking.tea, tins, data, kilograms=0.6)])
    together = [tin for tins in _TINS for tin in tins]
    stage.tell(way(calendar, 19, together, WORKS_DOCK, TEA_SHELF, celsius=_CELSIUS, limit=_KEEP_BELOW))
    stage.say(
        ids.AUTHORITY,
        RecallIssued(
            calendar.moment(31, "09:00"),
            (RECALLED_LEAVES,),
            "safety",
            "return",
            words(
                "Leaves of plot 9 held more of a pesticide than the law allows. Do not drink this tea.",
                "9 号茶园的鲜叶农药残留超标，请勿饮用此茶。",
                "9 號茶園的鮮葉農藥殘留超標，請勿飲用此茶。",
            ),
            contact="+65 5550 0118",
        ),
    )
