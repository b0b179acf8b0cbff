"""What is read all day, by the short way: the page of an item, and a receipt by its position.

What they do, and how they are described, is in `routes/resolver.py` and `routes/receipts.py`. The framework looks through
ninety patterns for each, and takes a thread more for who is asking. Whatever is not asked for in the most ordinary way is
left to it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.asking import IDENTIFIER_CHARACTERS_MAX
from api.dependencies import Service, caller_key, presented_key, service_of
from api.link_headers import ITEM_KEYS
from api.named_route import NamedRoute
from api.pages.trouble import answer_failure
from api.routes.receipts import receipt_answer
from api.routes.resolver import show_item
from api.unknown_codes import counted_unknown
from api.waits import receipt_when_published
from ledger.actions.trace.asking import Asking
from ledger.actions.trace.issue_receipt import receipt_for
from ledger.errors import SuyuanError
from ledger.storage.position import Position

Reader: TypeAlias = Callable[[Request], Awaitable[Response]]

_ITEMS: Final = {f"/{key}/": f"/{key}/{{rest:path}}" for key in ITEM_KEYS}
# Positions that every route takes; others are for the framework to refuse.
_RECEIPT: Final = re.compile(r"/receipts/(0|[1-9][0-9]{0,12})/(0|[1-9][0-9]{0,3})", re.ASCII)
_RECEIPTS: Final = "/receipts/{index}/{place}"


class QuickReading:
    """ASGI middleware, the innermost: what it does not know it hands on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = quick_reader(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if known is None:
            await self._app(scope, receive, send)
            return
        read, pattern = known
        scope["route"] = NamedRoute(pattern)
        request = Request(scope, receive)
        try:
            response = await read(request)
        except SuyuanError as error:
            response = answer_failure(request, counted_unknown(request, error))
        await response(scope, receive, send)


def quick_reader(scope: Scope) -> tuple[Reader, str] | None:
    """Who answers this GET, and the pattern by which the log names its route; None where the framework shall."""
    path: str = scope["path"]
    pattern = _ITEMS.get(path[: path.find("/", 1) + 1])
    if pattern is not None:
        return _read_page, pattern
    found = _RECEIPT.fullmatch(path)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if found is None or len(query) > 1 or any(name != "item" or len(code) > IDENTIFIER_CHARACTERS_MAX for name, code in query):
        return None
    position, item = Position(int(found[1]), int(found[2])), dict(query).get("item")
    return partial(_read_receipt, position=position, item=item), _RECEIPTS


async def _read_page(request: Request) -> Response:
    service = service_of(request)
    return await run_in_threadpool(lambda: show_item("", request, service, _caller(request, service)))


async def _read_receipt(request: Request, *, position: Position, item: str | None) -> Response:
    service = service_of(request)

    def issue() -> bytes:
        return receipt_for(service.ledger, position, Asking(_caller(request, service), item))

    return receipt_answer(position, await receipt_when_published(service, position.entry, issue))


def _caller(request: Request, service: Service) -> str | None:
    """As `MaybeCaller`: the party whose key came with the request, looked up now."""
    presented = presented_key(request.headers.get("authorization"), request.headers.get("x-api-key"))
    if presented is None:
        return None
    party: str = caller_key(service, presented).party
    request.state.party = party
    return party
