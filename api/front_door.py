"""The two routes that take events, by the short way: past the framework and its middleware, which take ten times as long.

What they do, and how they are described, is in `routes/events.py` and `routes/capture.py`; the framework would find the same
arguments there. What is read all day: `quick_reading.py`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.crowding import Room
from api.dependencies import Service, caller_key, presented_key, service_of
from api.guards import log_access, with_safe_headers
from api.limits import BoundedBody, Bounds
from api.named_route import NamedRoute
from api.pages.trouble import answer_failure
from api.problems import RequestMalformed, problem_response
from api.routes.capture import capture
from api.routes.events import post_event
from api.sent import Sent, read_sent
from api.waits import Wait
from ledger.actions.capture.capture_job import OnError
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule

_WHOLE_ANSWER: Final = "suyuan.whole_answer"
"""What our own server offers, see `cli/whole_answers.py`."""

_ON_ERROR: Final = b"gs1-capture-error-behaviour"

Choice = TypeVar("Choice", bound=StrEnum)


class FrontDoor:
    """ASGI application for what `knows` names. It keeps the same bounds as the middleware, writes the same log, sends the same
    headers, all in one place: a dozen layers around each event take longer than reading its request."""

    def __init__(self, app: FastAPI, room: Room, bounds: Bounds) -> None:
        self._app, self._room, self._bounds = app, room, bounds

    @staticmethod
    def knows(scope: Scope) -> bool:
        """Whether events come in with this request."""
        return scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in _TAKERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 500
        try:
            refusal = self._room.refusal() or self._bounds.refusal(scope)
            if refusal is not None:
                status = await _say(problem_response(refusal), scope, send)
            else:
                status = await self._work(scope, receive, send)
        finally:
            log_access(scope, status, started)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> int:
        body = BoundedBody(self._bounds, receive)
        path = scope["path"]
        scope["app"], scope["route"] = self._app, NamedRoute(path)
        request = Request(scope, body.receive)
        self._room.enter()
        try:
            try:
                response = await _TAKERS[path](request)
            except SuyuanError as error:
                response = answer_failure(request, error)
            return await _say(response, scope, send)
        finally:
            self._room.leave()
            self._bounds.give_back(body.read)


class Application(FastAPI):
    """What comes in all day goes past the framework."""

    _front_door: ASGIApp | None = None

    def open_front_door(self, door: FrontDoor, *, broken: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        """Have `door` answer what it knows, and `broken` where it fails in a way that nobody foresaw."""
        self._front_door = ServerErrorMiddleware(door, handler=broken)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._front_door is not None and FrontDoor.knows(scope):
            await self._front_door(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _say(response: Response, scope: Scope, send: Send) -> int:
    """Send `response`, by one write where the server can do that; return its status."""
    status, body = response.status_code, bytes(response.body)
    headers = with_safe_headers(response.raw_headers)
    offered = scope.get("extensions", {}).get(_WHOLE_ANSWER)
    if offered is None or not offered["send"](status, headers, body):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
    return status


async def _take_event(request: Request) -> Response:
    service = service_of(request)
    sent = await _sent(request, service)
    return await post_event(sent, service, _wait(request.scope["query_string"]))


async def _take_document(request: Request) -> Response:
    service = service_of(request)
    sent = await _sent(request, service)
    wait = _wait(request.scope["query_string"])
    given = next((value for name, value in request.scope["headers"] if name == _ON_ERROR), None)
    on_error = (
        OnError.ROLLBACK if given is None else _choice(OnError, given.decode("latin-1"), "header/GS1-Capture-Error-Behaviour")
    )
    return await capture(sent, service, wait, on_error)


async def _sent(request: Request, service: Service) -> Sent:
    """What is wrong is said in the framework's order: the key, who may read, the body; what is done with it only then."""
    headers, query = request.headers, request.scope["query_string"]
    presented = presented_key(headers.get("authorization"), headers.get("x-api-key"))
    if presented is None:
        return await read_sent(request, service.writer, None, _read_rule(query))
    known = service.key_ring.known(presented)
    key = known if known is not None else await run_in_threadpool(caller_key, service, presented)
    request.state.party = key.party
    return replace(await read_sent(request, service.writer, key.party, _read_rule(query)), key=known)


@lru_cache(maxsize=256)
def _wait(query: bytes) -> Wait:
    return _choice(Wait, _given(query).get("wait", Wait.SEQUENCED), "query/wait")


@lru_cache(maxsize=256)
def _read_rule(query: bytes) -> ReadRule:
    return _choice(ReadRule, _given(query).get("read", ReadRule.CODE), "query/read")


def _given(query: bytes) -> dict[str, str]:
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def _choice(kind: type[Choice], given: str, where: str) -> Choice:
    try:
        return kind(given)
    except ValueError as reason:
        names = [f"'{choice.value}'" for choice in kind]
        wanted = ", ".join(names[:-1]) + f" or {names[-1]}"
        raise RequestMalformed(seen=given, wanted=wanted, pointer=where) from reason


_Taker: TypeAlias = Callable[[Request], Awaitable[Response]]
_TAKERS: Final[Mapping[str, _Taker]] = MappingProxyType({"/epcis/events": _take_event, "/epcis/capture": _take_document})
