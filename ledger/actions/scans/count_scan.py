"""Count who opens the page of a code: at once and in memory, written aside every few seconds, coarse from the first moment on.

What a page's visitor leaves behind: for seconds a keyed hash of address and browser, for a day and in memory only a place in
whole degrees with its moment, and in the tables a row of area, day and that day's pseudonym.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from sqlalchemy import Connection

from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.evidence.instant import Instant
from ledger.storage.scans import add_scans, count_strangers, device_of, salt_of, scanned_key, visitor_key
from ledger.trade.areas import Area
from ledger.trade.code_history import day_of
from ledger.trade.scans import CoarseScan
from ledger.trade.travel import REMEMBERED_MS, Sighting, Travel, judge_travel

WAITING_MAX: Final = 20_000
REMEMBERED_ITEMS_MAX: Final = 50_000
_SIGHTINGS_PER_ITEM_MAX: Final = 4

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody opened a page. `address` and `agent` go no further than into a keyed hash."""

    address: str
    agent: str
    area: Area


_Waiting = tuple[bytes, date, str, bytes]
"""(item key, day, area, visitor)."""


class Sightings:
    """Where codes were seen in the last day, to judge the next scan by: in memory only, the oldest item forgotten first."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, tuple[Sighting, ...]] = OrderedDict()

    def judge(self, item: bytes, seen: Sighting) -> Travel:
        """How `seen` stands to the last scans of this item by other devices; it is remembered as one of them."""
        before = [one for one in self._seen.pop(item, ()) if 0 <= seen.moment - one.moment <= REMEMBERED_MS]
        travel = max((judge_travel(one, seen) for one in before), default=Travel.NONE)
        others = [one for one in before if one.device != seen.device]
        self._seen[item] = (*others, seen)[-_SIGHTINGS_PER_ITEM_MAX:]
        if len(self._seen) > REMEMBERED_ITEMS_MAX:
            self._seen.popitem(last=False)
        return travel

    def forget(self, now: Instant) -> None:
        """Forget what is older than a day; items are in the order of their last scan."""
        while self._seen:
            item, seen = next(iter(self._seen.items()))
            if now - seen[-1].moment <= REMEMBERED_MS:
                return
            del self._seen[item]


class ScanCounter:
    """Counts from any thread, waits for nothing and never fails: what does not fit is not counted."""

    def __init__(self, ledger: Ledger, desk: Desk) -> None:
        self._ledger, self._desk = ledger, desk
        self._lock = threading.Lock()
        self._waiting: dict[_Waiting, Travel] = {}
        self._strangers: dict[date, int] = {}
        self._sightings = Sightings()

    def count(self, item: str, visit: Visit) -> None:
        """Count a visit to the page of `item`, a canonical identifier that something here names."""
        now, secret = self._ledger.clock(), self._ledger.event_secret
        key, visitor = scanned_key(secret, item), visitor_key(secret, visit.address, visit.agent)
        waiting = (key, day_of(now), visit.area.text, visitor)
        with self._lock:
            travel = Travel.NONE
            if visit.area.cell is not None:
                travel = self._sightings.judge(key, Sighting(visit.area.cell, now, visitor))
            if waiting in self._waiting or len(self._waiting) < WAITING_MAX:
                self._waiting[waiting] = max(travel, self._waiting.get(waiting, Travel.NONE))

    def count_stranger(self) -> None:
        """Count a visit to the page of a code that nothing here names; of which code is not kept."""
        day = day_of(self._ledger.clock())
        with self._lock:
            self._strangers[day] = self._strangers.get(day, 0) + 1

    def flush(self) -> int:
        """Write what waits, and say how many rows that were; what could not be written waits on.

        Raises:
            QueueFull, WriterStopped, LedgerBusy: nothing was written.
        """
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            strangers, self._strangers = self._strangers, {}
            self._sightings.forget(self._ledger.clock())
        if not waiting and not strangers:
            return 0
        written = False
        try:
            rows = self._desk.write_aside(partial(_write, waiting=waiting, strangers=strangers))
            written = True
        finally:
            if not written:
                self._put_back(waiting, strangers)
        return rows

    def _put_back(self, waiting: dict[_Waiting, Travel], strangers: dict[date, int]) -> None:
        with self._lock:
            for key, travel in waiting.items():
                if key in self._waiting or len(self._waiting) < WAITING_MAX:
                    self._waiting[key] = max(travel, self._waiting.get(key, Travel.NONE))
            for day, count in strangers.items():
                self._strangers[day] = self._strangers.get(day, 0) + count


def _write(connection: Connection, waiting: dict[_Waiting, Travel], strangers: dict[date, int]) -> int:
    """Only here does a visitor become a pseudonym. A day that is closed takes no more."""
    salts = {day: salt_of(connection, day) for day in {*strangers, *(day for _, day, _, _ in waiting)}}
    rows = [
        (item, CoarseScan(day, area, device_of(salt, visitor), travel))
        for (item, day, area, visitor), travel in waiting.items()
        if (salt := salts[day]) is not None
    ]
    add_scans(connection, rows)
    for day, count in strangers.items():
        count_strangers(connection, day, count)
    return len(rows)
