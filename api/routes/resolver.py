"""What a scan opens: the page of an item under its own Digital Link, or the same as JSON."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from api.dependencies import MaybeCaller, ServiceDep
from api.link_headers import ITEM_KEYS
from api.negotiation import preferred_type
from api.pages.item_rendering import show_item_page
from api.pages.language import language_of
from api.problems import NotAcceptable
from api.routes.capture import addresses_of
from api.routes.linkset import answer_asked, answer_linkset, asked_link_type, item_levels
from api.scan_visits import count_visit
from api.settings import Settings
from api.wire.item import item_body
from api.wire.linkset import LINKSET_TYPE
from ledger.actions.escrow.money_in_trust import money_in_trust
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.trade.digital_link import DigitalLink, parse_digital_link

router: Final = APIRouter(tags=["pages"])

_HTML: Final = "text/html"
_JSON: Final = "application/json"
_PRIVATE: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Language, Authorization, X-Api-Key"}


def show_item(rest: str, request: Request, service: ServiceDep, caller: MaybeCaller) -> Response:  # noqa: ARG001
    """The item's page: `/01/{gtin}[/22/{variant}][/10/{lot}][/21/{serial}]`; with `?linkType=` what is linked from it."""
    ledger, settings = service.ledger, service.settings
    link, asked = link_in(request, settings), asked_link_type(request)
    if asked is not None:
        return answer_asked(request, asked, lambda: item_levels(request, service, link, caller=caller))
    accept = request.headers.get("accept", "")
    media_type = preferred_type(accept, (_HTML, _JSON, LINKSET_TYPE))
    if media_type is None:
        raise NotAcceptable(seen=accept, wanted=f"{_HTML}, {_JSON} or {LINKSET_TYPE}")
    if media_type == LINKSET_TYPE:
        return answer_linkset(request, item_levels(request, service, link, caller=caller))
    try:
        facts = describe_item(ledger, link, party=caller, language=language_of(request))
    except ItemUnknown:
        count_visit(request, service, link, known=False, caller=caller)
        raise
    trust = money_in_trust(ledger, link)
    addresses = addresses_of(ledger.origin, settings.public_url)
    if media_type == _JSON:
        described = {"Link": f'<{settings.public_url}/schemas/item.json>; rel="describedby"; type="application/schema+json"'}
        return JSONResponse({**item_body(facts, addresses), "trust": trust.value}, headers={**_PRIVATE, **described})
    # Counted after it was described: a page says what was known before it was opened.
    count_visit(request, service, link, known=True, caller=caller)
    return show_item_page(request, facts, origin=ledger.origin, public_url=settings.public_url, trust=trust, headers=_PRIVATE)


for _key in ITEM_KEYS:
    router.add_api_route(f"/{_key}/{{rest:path}}", show_item, response_class=Response, include_in_schema=_key == "01")


def link_in(request: Request, settings: Settings, *, drop_start: str = "", drop_end: str = "") -> DigitalLink:
    """The Digital Link that a request's address is, read from the bytes of its path as they were sent.

    The decoded path would turn `%2F` into a separator: two readers could see two items in one code.
    """
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    path = raw.decode("latin-1").removeprefix(drop_start)
    path = path[: len(path) - len(drop_end)]
    query = request.scope["query_string"].decode("latin-1")
    return parse_digital_link(f"{settings.public_url}{path}?{query}")
