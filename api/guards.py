"""Headers that go with every answer, and a log line per request that names no code."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.plain_response import RawHeader, raw_headers

NOTHING_FROM_ANYWHERE: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        # An item's address holds its code; it must not travel to whatever a page links to.
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": NOTHING_FROM_ANYWHERE,
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
)

_RAW: Final = raw_headers(HEADERS)
_POLICY: Final = b"content-security-policy"
_FRAMES: Final = b"x-frame-options"
FRAMED_ANYWHERE: Final = "frame-ancestors *"
"""What the policy of an answer says that was made to stand in the pages of others."""

_FRAMED_ANYWHERE: Final = FRAMED_ANYWHERE.encode()

HEAD_MARK: Final = "suyuan.head"
"""Set in the scope of a request that came as HEAD and is answered as GET."""

_log: Final = logging.getLogger("api.access")


def with_safe_headers(headers: Collection[RawHeader]) -> list[RawHeader]:
    """`headers` of an answer, and those of `HEADERS` that it does not set itself."""
    # In bytes as they are sent: this is done for every answer.
    given = dict(headers)
    framed = _FRAMED_ANYWHERE in given.get(_POLICY, b"")
    return [*headers, *(pair for pair in _RAW if pair[0] not in given and not (framed and pair[0] == _FRAMES))]


def log_access(scope: Scope, status: int, started: float) -> None:
    """One line of the log for a request that began at `started`, of the clock `time.perf_counter`."""
    route = getattr(scope.get("route"), "path", "-")
    _log.info("%s %s %d %.1f ms", scope["method"], route, status, 1_000 * (time.perf_counter() - started))


class SafeHeaders:
    """ASGI middleware that adds `HEADERS`, but for those a route has set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_safe_headers(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, send_safe if scope["type"] == "http" else send)


class HeadAsGet:
    """ASGI middleware that answers HEAD as GET without the body (RFC 9110 section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", HEAD_MARK: True}, receive, send_head)


class AccessLog:
    """ASGI middleware that logs method, route, status and milliseconds.

    The route is its pattern, such as `/01/{rest:path}`: whoever reads the log learns no item's code, no eventID, no key.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            log_access(scope, status, started)
