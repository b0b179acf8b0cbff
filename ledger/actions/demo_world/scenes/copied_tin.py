"""Copied: one tin was sold over the counter, and its code goes on being scanned wherever copies of it are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ledger.actions.demo_world.identifiers import tin
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.tea_to_shelf import SOLD
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.scans.close_day import close_days
from ledger.storage.database import writing
from ledger.storage.scans import add_scans, device_of, salt_of, scanned_key, visitor_key
from ledger.trade.code_history import day_of
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import Travel

COPIED_TIN: Final = tin(*SOLD[0])

_SEEN: Final = (
    (4, "SG/Singapore", Travel.NONE),
    (4, "CN-GD/Guangzhou", Travel.FASTER),
    (3, "SG/Singapore", Travel.NONE),
    (3, "CN-SH/Shanghai", Travel.FASTER),
    (3, "ID-JK/Jakarta", Travel.FAR),
    (3, "CN-GD/Guangzhou", Travel.FASTER),
    (3, "AE-DU/Dubai", Travel.FASTER),
)
"""How many days before the story is told somebody opened the page, where, and whether the tin could have been there."""


def tell(stage: Stage) -> None:
    """Count scans as the server counts them: area, day, and a pseudonym of the day. Who sold the tin is told already."""
    ledger = stage.ledger
    item = scanned_key(ledger.event_secret, COPIED_TIN)
    with writing(ledger.engine) as connection:
        for number, (before, area, travel) in enumerate(_SEEN):
            day = day_of(ledger.clock()) - timedelta(days=before)
            salt = salt_of(connection, day)
            if salt is None:
                raise AssertionError(f"the scans of {day} are counted already")
            visitor = visitor_key(ledger.event_secret, f"visitor {number}", "a browser")
            add_scans(connection, [(item, CoarseScan(day, area, device_of(salt, visitor), travel))])
    close_days(ledger, queue=OwnTurn(ledger), desk=OwnDesk(ledger))
