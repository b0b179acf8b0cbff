"""The clock of a serving process: a thread that keeps the deadlines of order lines every so many seconds."""

from __future__ import annotations

import logging
import threading
from typing import Final

from ledger.actions.capture.submit_document import Queue
from ledger.actions.escrow.keep_deadlines import BEGINNING, keep_deadlines
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.find_operator import OperatorAbsent
from ledger.errors import SuyuanError

LINES_PER_TURN_MAX: Final = 2_000
"""A turn is short, so that nobody's batch waits long behind the clock's."""

_log: Final = logging.getLogger(__name__)


class DeadlineKeeper:
    """Use as a context manager. A turn that was cut short goes on at the next; failures are logged, and tried again then."""

    def __init__(self, ledger: Ledger, queue: Queue, *, interval_s: float) -> None:
        """`interval_s`: seconds between two turns; 0 keeps no deadlines."""
        self._ledger, self._queue, self._interval_s = ledger, queue, interval_s
        self._stopping = threading.Event()
        self._complained = False
        self._thread = threading.Thread(target=self._keep, name="deadlines", daemon=True)

    def __enter__(self) -> DeadlineKeeper:
        if self._interval_s > 0:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        start = BEGINNING
        while not self._stopping.wait(self._interval_s):
            try:
                tick = keep_deadlines(self._ledger, self._queue, start=start, lines_max=LINES_PER_TURN_MAX)
            except OperatorAbsent as nobody:
                self._complain_once(nobody)
                continue
            except SuyuanError as failure:
                _log.warning("deadlines were not kept: %s", failure)
                continue
            start, self._complained = tick.resume, False
            if tick.written:
                refused = sum(verdict.refusal is not None for verdict in tick.written)
                _log.info("kept %d deadlines, of which %d were refused", len(tick.written), refused)

    def _complain_once(self, nobody: OperatorAbsent) -> None:
        if not self._complained:
            _log.warning("deadlines were not kept: %s", nobody)
        self._complained = True
