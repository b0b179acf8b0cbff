"""The publisher of a serving process: one thread that publishes checkpoints as the log grows, and wakes who waits for them."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from ledger.actions.log.publish_checkpoint import Publication, Published
from ledger.actions.log.waiters import PublicationSlow, Waiters
from ledger.actions.log.witnesses.witnesses import Witnesses
from ledger.actions.log.witnesses.witnessing import Witnessing
from ledger.actions.log.writer import Writer
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unavailable
from ledger.trade.parties.witnessing import policy_of

_AGAIN_AFTER_S: Final = 1.0
_SOONEST_S: Final = 0.2
_LATEST_S: Final = 2.0
"""Another process may have adopted other witnesses, or published, and wakes nobody here. A look in vain costs one read."""

_log: Final = logging.getLogger(__name__)


class ClockDoubted(Unavailable):
    title = "so many witnesses date their cosignatures far from this server's clock that entries would get a wrong time"
    default_hint = "set the server's clock right; nothing was accepted"


class Publisher:
    """Use as a context manager, inside that of its writer. While it waits for witnesses, the writer goes on sequencing.

    Attributes:
        witnesses: whom it asks, and how they stand.
        failure: why the last try published nothing; None where it did.
    """

    def __init__(self, ledger: Ledger, writer: Writer, witnessing: Witnessing | None = None) -> None:
        self._ledger, self._writer = ledger, writer
        self.witnessing = witnessing or Witnessing()
        self.witnesses = Witnesses(timeout_s=self.witnessing.timeout_s, clock=ledger.clock)
        self.failure: SuyuanError | None = None
        self._doubt: SuyuanError | None = None
        self._publication = Publication(
            ledger, cosigners=self.witnesses, unwitnessed=self.witnessing.unwitnessed, keep_by=writer.between_rounds
        )
        self._waiters = Waiters()
        self._moved = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._publish_when_moved, name="publisher", daemon=True)

    def __enter__(self) -> Publisher:
        self._writer.after_commit(self._moved.set)
        self._writer.refuse_when(self._refuse_doubted_clock)
        self._moved.set()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._moved.set()
        self._thread.join()
        self.witnesses.__exit__()

    def wait_published(self, entry: int, *, timeout_s: float) -> Published:
        """Block until a checkpoint over `entry`, whichever process wrote it, is published; return the newest one.

        Raises:
            PublicationSlow: not within `timeout_s`.
        """
        self._look_for(entry)
        try:
            return self._waiters.wait(entry, timeout_s=timeout_s)
        except PublicationSlow as slow:
            raise self._explained(slow) from slow

    async def published(self, entry: int, *, timeout_s: float) -> Published:
        """The same for an event loop: it holds no thread while it waits.

        Raises:
            PublicationSlow: not within `timeout_s`.
        """
        self._look_for(entry)
        try:
            return await self._waiters.arrive(entry, timeout_s=timeout_s)
        except PublicationSlow as slow:
            raise self._explained(slow) from slow

    def _look_for(self, entry: int) -> None:
        if self._waiters.covering(entry) is None:
            self._moved.set()  # the entry may have been written by another process, which woke nobody here

    def _explained(self, slow: PublicationSlow) -> PublicationSlow:
        """With why the last try published nothing, where it did not."""
        failure = self.failure
        if failure is None:
            return slow
        return PublicationSlow(seen=f"{slow.seen}, and at the last try {failure.code}: {failure.title}", wanted=slow.wanted)

    def _publish_when_moved(self) -> None:
        again_s: float | None = None
        while not self._stopping.is_set():
            self._moved.wait(again_s)
            self._moved.clear()
            started = time.monotonic()
            again_s = self._publish_once()
            self._stopping.wait(self.witnessing.interval_s - (time.monotonic() - started))

    def _publish_once(self) -> float | None:
        """Publish; return after how many seconds to try again though nothing moved, None for not at all."""
        try:
            published = self._publication.publish()
        except SuyuanError as failure:
            if self.failure is None or self.failure.code != failure.code:
                _log.warning("no checkpoint published: %s", failure)
            self.failure = failure
            return self._again_s()
        except SQLAlchemyError as failure:
            _log.warning("no checkpoint published: the database failed: %s", type(failure).__name__)
            return _AGAIN_AFTER_S
        self.failure = None
        self._waiters.announce(published)
        if published.witnessed is False:
            return self._again_s()
        self._doubt = None
        return None

    def _again_s(self) -> float:
        try:
            policy = policy_of(self._ledger.state())
        except (SuyuanError, SQLAlchemyError):
            return _AGAIN_AFTER_S
        self._doubt = self.witnesses.doubt_of_clock(policy)
        return min(max(_SOONEST_S, self.witnesses.quorum_in_s(policy)), _LATEST_S)

    def _refuse_doubted_clock(self) -> None:
        if self._doubt is not None:
            raise ClockDoubted(seen=self._doubt.seen, wanted=self._doubt.wanted)
