"""The publisher of a serving process: one thread that publishes checkpoints as the log grows, and wakes who waits for them."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from ledger.actions.log.publish_checkpoint import Published, publish_checkpoint
from ledger.actions.log.writer import Writer
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unavailable

PUBLISH_INTERVAL_S: Final = 0.1

_log: Final = logging.getLogger(__name__)


class PublicationSlow(Unavailable):
    title = "the entry is sequenced, but no checkpoint over it was published in time"
    default_hint = "it is durable; sending the same again answers with its receipt, or ask for the receipt in a moment"


class Publisher:
    """Use as a context manager, inside that of its writer. All waiters share one condition."""

    def __init__(self, ledger: Ledger, writer: Writer) -> None:
        self._ledger, self._writer = ledger, writer
        self._published = threading.Condition()
        self._published_size = 0
        self._moved = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._publish_when_moved, name="publisher", daemon=True)

    def __enter__(self) -> Publisher:
        self._writer.after_commit(self._moved.set)
        self._moved.set()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._moved.set()
        self._thread.join()

    def wait_published(self, entry: int, *, timeout_s: float) -> None:
        """Return as soon as a checkpoint over `entry`, whichever process wrote it, is published.

        Raises:
            PublicationSlow: not within `timeout_s`.
        """
        if self._published_size <= entry:
            self._moved.set()
        with self._published:
            if not self._published.wait_for(lambda: self._published_size > entry, timeout_s):
                raise PublicationSlow(seen=f"entry {entry}", wanted=f"within {timeout_s:g} s")

    def _publish_when_moved(self) -> None:
        while not self._stopping:
            self._moved.wait()
            self._moved.clear()
            started = time.monotonic()
            self._publish_once()
            rest = PUBLISH_INTERVAL_S - (time.monotonic() - started)
            if rest > 0 and not self._stopping:
                time.sleep(rest)

    def _publish_once(self) -> None:
        try:
            published = self._writer.between_rounds(lambda: publish_checkpoint(self._ledger))
        except SuyuanError as failure:
            _log.warning("no checkpoint published: %s", failure)
            return
        self._announce(published)

    def _announce(self, published: Published) -> None:
        with self._published:
            self._published_size = max(self._published_size, published.size)
            self._published.notify_all()
