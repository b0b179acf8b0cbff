"""The scans of a serving process: a thread that writes what was counted, closes days that are over, and forgets."""

from __future__ import annotations

import logging
import threading
from datetime import date
from typing import Final, Protocol

from ledger.actions.capture.submit_document import Queue
from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.find_operator import OperatorAbsent
from ledger.actions.scans.close_day import SCAN_DAYS_USUAL, close_days, forget_old
from ledger.actions.scans.count_scan import ScanCounter
from ledger.errors import SuyuanError
from ledger.evidence.instant import Instant
from ledger.trade.code_history import day_of

FLUSH_S: Final = 3.0
CLOSE_MS: Final = 600_000

_log: Final = logging.getLogger(__name__)


class DeskAndQueue(Desk, Queue, Protocol):
    """What a server's writer is: the way for small writes and for batches."""


class ScanKeeper:
    """Use as a context manager; what waits at its end is still written. Failures are logged, and tried again later."""

    def __init__(
        self, ledger: Ledger, writer: DeskAndQueue, *, interval_s: float = FLUSH_S, scan_days: int = SCAN_DAYS_USUAL
    ) -> None:
        """`interval_s`: seconds between two writes. `scan_days`: how long scans are kept."""
        self.counter = ScanCounter(ledger, writer)
        self._ledger, self._writer, self._interval_s, self._scan_days = ledger, writer, interval_s, scan_days
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="scans", daemon=True)
        self._closed_at: Instant | None = None
        self._complained: date | None = None

    def __enter__(self) -> ScanKeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._flush()

    def _keep(self) -> None:
        while not self._stopping.wait(self._interval_s):
            self._flush()
            now = self._ledger.clock()
            if self._closed_at is None or now - self._closed_at >= CLOSE_MS:
                self._closed_at = now
                self._close()

    def _flush(self) -> None:
        try:
            self.counter.flush()
        except SuyuanError as failure:
            _log.warning("scans were not written yet: %s", failure)

    def _close(self) -> None:
        try:
            for closed in close_days(self._ledger, queue=self._writer, desk=self._writer):
                _log.info("closed %s: %d scans, entry %d", closed.body.day, closed.body.scans, closed.entry)
        except OperatorAbsent as nobody:
            self._complain_daily(nobody)
        except SuyuanError as failure:
            _log.warning("days of scans were not closed: %s", failure)
        try:
            forget_old(self._ledger, self._writer, scan_days=self._scan_days)
        except SuyuanError as failure:
            _log.warning("old scans were not forgotten: %s", failure)

    def _complain_daily(self, nobody: OperatorAbsent) -> None:
        today = day_of(self._ledger.clock())
        if self._complained != today:
            _log.warning("days of scans were not closed: %s", nobody)
        self._complained = today
