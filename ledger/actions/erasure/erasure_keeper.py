"""The erasures of a serving process: a thread that finishes what was erased here or by a command beside it."""

from __future__ import annotations

import logging
import threading
from typing import Final

from ledger.actions.erasure.finish_erasures import finish_erasures
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError
from ledger.storage.database import reading
from ledger.storage.erasures import count_erased

LOOK_S: Final = 1.0

_log: Final = logging.getLogger(__name__)


class ErasureKeeper:
    """Use as a context manager. What could not be finished is tried again at the next look; so is what a crash left."""

    def __init__(self, ledger: Ledger, *, interval_s: float = LOOK_S) -> None:
        """`interval_s`: seconds between two looks."""
        self._ledger, self._interval_s = ledger, interval_s
        self._stopping = threading.Event()
        # Nobody knows what the process before left: the first look always finishes.
        self._finished: tuple[int, int] | None = None
        self._thread = threading.Thread(target=self._keep, name="erasures", daemon=True)

    def __enter__(self) -> ErasureKeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _keep(self) -> None:
        self._look()
        while not self._stopping.wait(self._interval_s):
            self._look()

    def _look(self) -> None:
        try:
            with reading(self._ledger.engine) as connection:
                erased = count_erased(connection)
            if erased != self._finished and finish_erasures(self._ledger):
                self._finished = erased
        except SuyuanError as failure:
            _log.warning("an erasure is not finished yet: %s", failure)
