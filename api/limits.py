"""Bounds on what a request may bring, held before anything reads it: address, headers, body bytes, body pace."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BodySlow, HeadersTooLarge, RequestMalformed, UriTooLong, problem_response
from ledger.errors import Malformed, SuyuanError, TooLarge, Unavailable

URI_BYTES_MAX: Final = 8 << 10
HEADER_BYTES_MAX: Final = 32 << 10


class BodyTooLarge(TooLarge):
    title = "the request's body is larger than this server reads"
    default_hint = "send fewer events at once"


class BodyCutShort(Malformed):
    title = "the connection ended before the request's body was whole"
    default_hint = "nothing was accepted; send the same request again"


class BodiesTooMany(Unavailable):
    title = "too many bytes of request bodies are held already"
    default_hint = "nothing was accepted; send the same request again later"


class Bounds:
    """What requests may bring, each by itself and their bodies together, whichever way they came in."""

    def __init__(self, *, body_bytes_max: int, bodies_bytes_max: int, body_pause_s_max: float, body_s_max: float) -> None:
        self._body_bytes_max, self._bodies_bytes_max = body_bytes_max, bodies_bytes_max
        self.body_pause_s_max, self.body_s_max = body_pause_s_max, body_s_max
        # One event loop runs this: no lock is needed.
        self._held = 0

    def refusal(self, scope: Scope) -> SuyuanError | None:
        """What is wrong with a request before anything of its body is read."""
        uri = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if uri > URI_BYTES_MAX:
            return UriTooLong(seen=f"{uri} bytes", wanted=f"at most {URI_BYTES_MAX}")
        headers, announced = 0, None
        for name, value in scope["headers"]:
            headers += len(name) + len(value) + 4
            if announced is None and name == b"content-length":
                announced = value
        if headers > HEADER_BYTES_MAX:
            return HeadersTooLarge(seen=f"{headers} bytes", wanted=f"at most {HEADER_BYTES_MAX}")
        return None if announced is None else self._refusal_of_length(announced)

    def _refusal_of_length(self, announced: bytes) -> SuyuanError | None:
        if not announced.isdigit():
            return RequestMalformed(seen=announced.decode("latin-1"), wanted="a number", pointer="Content-Length")
        if len(announced) > 15 or int(announced) > self._body_bytes_max:
            return self._too_large(f"{announced[:15].decode()} bytes announced")
        return None

    def _too_large(self, seen: str) -> BodyTooLarge:
        return BodyTooLarge(seen=seen, wanted=f"at most {self._body_bytes_max} bytes")

    def hold(self, read: int, more: int) -> None:
        """Count `more` bytes of a body of which `read` were held already.

        Raises:
            BodyTooLarge, BodiesTooMany.
        """
        self._held += more
        if read + more > self._body_bytes_max:
            raise self._too_large(f"more than {self._body_bytes_max} bytes")
        if self._held > self._bodies_bytes_max:
            raise BodiesTooMany(seen=f"{self._held} bytes", wanted=f"at most {self._bodies_bytes_max}")

    def give_back(self, read: int) -> None:
        """A body of `read` bytes is held no more."""
        self._held -= read


class Limits:
    """ASGI middleware. A body over the limit is refused by its announced length, or at the byte that is too much."""

    def __init__(self, app: ASGIApp, *, bounds: Bounds) -> None:
        self._app, self._bounds = app, bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._bounds.refusal(scope)
        if refusal is not None:
            await problem_response(refusal)(scope, receive, send)
            return
        body = BoundedBody(self._bounds, receive)
        try:
            await self._app(scope, body.receive, send)
        finally:
            self._bounds.give_back(body.read)


class BoundedBody:
    """One request's body as it comes in; `read` are the bytes held of it."""

    def __init__(self, bounds: Bounds, receive: Receive) -> None:
        self._bounds, self._receive = bounds, receive
        self._whole = False
        self._due: float | None = None
        self.read = 0

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()  # only the end of the connection is still to come
        now, pause_s, whole_s = asyncio.get_running_loop().time(), self._bounds.body_pause_s_max, self._bounds.body_s_max
        if self._due is None:
            self._due = now + whole_s
        try:
            # Unlike `wait_for`, this makes no task for each piece.
            async with asyncio.timeout_at(min(now + pause_s, self._due)):
                message = await self._receive()
        except TimeoutError as reason:
            raise BodySlow(wanted=f"the next piece within {pause_s:g} s, and all of it within {whole_s:g} s") from reason
        if message["type"] == "http.disconnect":
            # Named, so that whoever opens and drops connections does not fill the log with faults of the server.
            raise BodyCutShort(seen=f"{self.read} bytes")
        if message["type"] == "http.request":
            self._whole = not message.get("more_body", False)
            more = len(message.get("body", b""))
            read, self.read = self.read, self.read + more
            self._bounds.hold(read, more)
        return message
