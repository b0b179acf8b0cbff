"""HTTP connections on which the head of a request comes in time, or that are closed."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S_MAX: Final = 15.0
"""From the first byte, or from the connection where none comes, to the end of the headers; after an answer, from any byte on."""


class HeadInTime(HttpToolsProtocol):
    """The server limits the time between requests and for bodies; without this, a head may take for ever.

    Whoever opens connections and sends a byte on each would hold all that one process may have open.
    """

    _head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Any byte ends the time between requests, also one that begins none: an empty line, the rest of a body refused unread.
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self._head_due is None and not self.transport.is_closing():
            self._expect_head()

    def on_message_begin(self) -> None:
        if self._head_due is None:
            self._expect_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._have_head()
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._head_due = self.loop.call_later(HEAD_S_MAX, self._give_up)

    def _have_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _give_up(self) -> None:
        self._head_due = None
        if not self.transport.is_closing():
            self.transport.close()
