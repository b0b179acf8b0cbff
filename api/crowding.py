"""A bound on how many requests are worked on at once: who comes on top is asked to come back, before anything of it is read."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem_response
from ledger.errors import Unavailable

_ALWAYS: Final = frozenset({"/healthz", "/readyz"})
"""Whoever looks after a server must be able to ask it, above all when it is crowded."""


class RequestsTooMany(Unavailable):
    title = "the server works on as many requests as it can"
    default_hint = "nothing was accepted; send the same request again later"


class Room:
    """How many requests of one server are under way, whichever way they came in. Whoever enters leaves."""

    def __init__(self, requests_max: int) -> None:
        self._requests_max = requests_max
        # One event loop runs this: no lock is needed.
        self._under_way = 0

    def refusal(self) -> RequestsTooMany | None:
        """Why nobody may enter now."""
        if self._under_way < self._requests_max:
            return None
        return RequestsTooMany(seen=f"{self._under_way} requests", wanted=f"fewer than {self._requests_max}")

    def enter(self) -> None:
        self._under_way += 1

    def leave(self) -> None:
        self._under_way -= 1


class Crowding:
    """ASGI middleware. Without it every further client makes all others wait longer, until they all give up."""

    def __init__(self, app: ASGIApp, *, room: Room) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await self._app(scope, receive, send)
            return
        refusal = self._room.refusal()
        if refusal is not None:
            await problem_response(refusal)(scope, receive, send)
            return
        self._room.enter()
        try:
            await self._app(scope, receive, send)
        finally:
            self._room.leave()
