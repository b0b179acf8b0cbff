"""The routes that are called all day, by the short way: their arguments are found here without asking the framework.

What the two that take events do, and how they are described, is in `routes/events.py` and `routes/capture.py`; the
framework finds the same arguments there, and takes ten times as long for it. Those that read: `quick_reading.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dependencies import Service, caller_key, presented_key, service_of
from api.pages.trouble import answer_failure
from api.problems import RequestMalformed
from api.quick_reading import quick_reader
from api.routes.capture import capture
from api.routes.events import post_event
from api.sent import Sent, read_sent
from api.unknown_codes import counted_unknown
from api.waits import Wait
from ledger.actions.capture.capture_job import OnError
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule

_ON_ERROR: Final = b"gs1-capture-error-behaviour"

Choice = TypeVar("Choice", bound=StrEnum)


class _Query(NamedTuple):
    wait: Wait
    read: ReadRule


class _Route(NamedTuple):
    """Stands in the scope as the framework's route does, so that the log names it."""

    path: str


class FrontDoor:
    """ASGI middleware, the innermost: what it does not know it hands on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = _known(scope) if scope["type"] == "http" else None
        if known is None:
            await self._app(scope, receive, send)
            return
        answer, pattern = known
        scope["route"] = _Route(pattern)
        request = Request(scope, receive)
        try:
            response = await answer(request)
        except SuyuanError as error:
            response = answer_failure(request, counted_unknown(request, error))
        await response(scope, receive, send)


async def _take_event(request: Request) -> Response:
    service, query = service_of(request), _query(request.scope["query_string"])
    return await post_event(await _sent(request, service, query.read), service, query.wait)


async def _take_document(request: Request) -> Response:
    service, query = service_of(request), _query(request.scope["query_string"])
    given = next((value for name, value in request.scope["headers"] if name == _ON_ERROR), None)
    on_error = (
        OnError.ROLLBACK if given is None else _choice(OnError, given.decode("latin-1"), "header/GS1-Capture-Error-Behaviour")
    )
    return await capture(await _sent(request, service, query.read), service, query.wait, on_error)


async def _sent(request: Request, service: Service, read: ReadRule) -> Sent:
    headers = request.headers
    presented = presented_key(headers.get("authorization"), headers.get("x-api-key"))
    if presented is None:
        return await read_sent(request, service.writer, None, read)
    known = service.key_ring.known(presented)
    key = known if known is not None else await run_in_threadpool(caller_key, service, presented)
    request.state.party = key.party
    return replace(await read_sent(request, service.writer, key.party, read), key=known)


@lru_cache(maxsize=256)
def _query(query: bytes) -> _Query:
    given: dict[str, str] = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    wait = _choice(Wait, given["wait"], "query/wait") if "wait" in given else Wait.SEQUENCED
    return _Query(wait, _choice(ReadRule, given["read"], "query/read") if "read" in given else ReadRule.CODE)


def _choice(kind: type[Choice], given: str, where: str) -> Choice:
    try:
        return kind(given)
    except ValueError as reason:
        names = [f"'{choice.value}'" for choice in kind]
        wanted = ", ".join(names[:-1]) + f" or {names[-1]}"
        raise RequestMalformed(seen=given, wanted=wanted, pointer=where) from reason


def _known(scope: Scope) -> tuple[_Taker, str] | None:
    """Who answers, and the pattern by which the log names the route."""
    if scope["method"] == "POST":
        taker = _TAKERS.get(scope["path"])
        return None if taker is None else (taker, scope["path"])
    return quick_reader(scope) if scope["method"] == "GET" else None


_Taker: TypeAlias = Callable[[Request], Awaitable[Response]]
_TAKERS: Final[Mapping[str, _Taker]] = MappingProxyType({"/epcis/events": _take_event, "/epcis/capture": _take_document})
