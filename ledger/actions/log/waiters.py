"""Who waits until a checkpoint covers an entry: threads on one condition, and coroutines without a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict

from ledger.actions.log.publish_checkpoint import Published
from ledger.errors import Unavailable


class PublicationSlow(Unavailable):
    title = "the entry is sequenced, but no checkpoint over it was published in time"
    default_hint = "it is durable; sending the same again answers with its receipt, or ask for the receipt in a moment"


class Waiters:
    """One announcement wakes all whom it concerns."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._newest: Published | None = None
        self._futures: dict[asyncio.Future[Published], int] = {}

    def covering(self, entry: int) -> Published | None:
        """The newest published checkpoint, if it covers the entry."""
        newest = self._newest
        return newest if newest is not None and newest.size > entry else None

    def announce(self, published: Published) -> None:
        """Wake everybody whose entry it covers."""
        with self._changed:
            if self._newest is None or published.size >= self._newest.size:
                self._newest = published
            self._changed.notify_all()
            ready = [future for future, entry in self._futures.items() if published.size > entry]
            for future in ready:
                del self._futures[future]
        loops: defaultdict[asyncio.AbstractEventLoop, list[asyncio.Future[Published]]] = defaultdict(list)
        for future in ready:
            loops[future.get_loop()].append(future)
        for loop, futures in loops.items():
            loop.call_soon_threadsafe(_wake, futures, published)

    def wait(self, entry: int, *, timeout_s: float) -> Published:
        """Block this thread until a published checkpoint covers the entry; return the newest one.

        Raises:
            PublicationSlow: not within `timeout_s`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.covering(entry), timeout_s)
            found = self.covering(entry)
        if found is None:
            raise _slow(entry, timeout_s)
        return found

    async def arrive(self, entry: int, *, timeout_s: float) -> Published:
        """The same in an event loop, where thousands may wait at once.

        Raises:
            PublicationSlow: not within `timeout_s`.
        """
        future: asyncio.Future[Published] = asyncio.get_running_loop().create_future()
        with self._changed:
            found = self.covering(entry)
            if found is not None:
                return found
            self._futures[future] = entry
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        except TimeoutError as reason:
            raise _slow(entry, timeout_s) from reason
        finally:
            with self._changed:
                self._futures.pop(future, None)


def _wake(futures: list[asyncio.Future[Published]], published: Published) -> None:
    for future in futures:
        if not future.done():  # its request may have been given up meanwhile
            future.set_result(published)


def _slow(entry: int, timeout_s: float) -> PublicationSlow:
    return PublicationSlow(seen=f"entry {entry}", wanted=f"within {timeout_s:g} s")
