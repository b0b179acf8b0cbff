"""Copied: one tin was sold over the counter, and its code goes on being scanned wherever copies of it are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.actions.demo_world.identifiers import tin
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.tea_to_shelf import SOLD
from ledger.evidence.instant import Instant
from ledger.storage.database import writing
from ledger.storage.scans import add_scans, device_of, salt_of, scanned_key, visitor_key
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import Travel

COPIED_TIN: Final = tin(*SOLD[0])

_SEEN: Final = (
    (2, "SG/Singapore", Travel.NONE),
    (2, "CN-GD/Guangzhou", Travel.FASTER),
    (1, "SG/Singapore", Travel.NONE),
    (1, "CN-SH/Shanghai", Travel.FASTER),
    (1, "ID-JK/Jakarta", Travel.FAR),
    (1, "CN-GD/Guangzhou", Travel.FASTER),
    (1, "AE-DU/Dubai", Travel.FASTER),
)
"""How many days before the story is told somebody opened the page, where, and whether the tin could have been there."""


def tell(stage: Stage) -> None:
    """Count scans as the server counts them: area, day, and a pseudonym of the day. Who sold the tin is told already."""
    ledger = stage.ledger
    item = scanned_key(ledger.event_secret, COPIED_TIN)
    with writing(ledger.engine) as connection:
        for number, (before, area, travel) in enumerate(_SEEN):
            day = _day(ledger.clock()) - timedelta(days=before)
            salt = salt_of(connection, day)
            if salt is None:
                raise AssertionError(f"the scans of {day} are counted already")
            visitor = visitor_key(ledger.event_secret, f"visitor {number}", "a browser")
            add_scans(connection, [(item, CoarseScan(day, area, device_of(salt, visitor), travel))])


def _day(moment: Instant) -> date:
    return datetime.fromtimestamp(moment / 1_000, UTC).date()
