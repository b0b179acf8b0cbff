"""The pages of places and parties under their own addresses: every facility, laboratory and maker is a link of its own."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import JSONResponse

from api.asking import IDENTIFIER_CHARACTERS_MAX
from api.dependencies import MaybeCaller, Service, ServiceDep
from api.link_headers import PLACE_KEYS
from api.negotiation import preferred_type
from api.pages.language import language_of
from api.pages.place_rendering import show_party_page, show_place_page
from api.problems import NotAcceptable
from api.routes.capture import addresses_of
from api.routes.linkset import answer_asked, answer_linkset, asked_link_type, place_levels
from api.routes.resolver import link_in
from api.wire.linkset import LINKSET_TYPE
from api.wire.place import party_body, place_body
from ledger.actions.trace.describe_place import PlaceFacts, describe_party, describe_place
from ledger.trade.digital_link import DigitalLink

router: Final = APIRouter(tags=["pages"])

_HTML: Final = "text/html"
_JSON: Final = "application/json"
_PRIVATE: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Language, Authorization, X-Api-Key"}


def show_place(rest: str, request: Request, service: ServiceDep, caller: MaybeCaller) -> Response:  # noqa: ARG001
    """The page of a place: `/414/{gln}[/254/{extension}]`; with `?linkType=` what is linked from it."""
    link, asked = link_in(request, service.settings), asked_link_type(request)
    if asked is not None:
        return answer_asked(request, asked, lambda: place_levels(request, service, link, _facts(request, service, link, caller)))
    media_type = _media_type(request, (_HTML, _JSON, LINKSET_TYPE))
    facts = _facts(request, service, link, caller)
    if media_type == LINKSET_TYPE:
        return answer_linkset(request, place_levels(request, service, link, facts))
    if media_type == _JSON:
        addresses = addresses_of(service.ledger.origin, service.settings.public_url)
        return JSONResponse(place_body(facts, addresses), headers=_PRIVATE)
    return show_place_page(request, facts, headers=_PRIVATE)


for _key in PLACE_KEYS:
    router.add_api_route(f"/{_key}/{{rest:path}}", show_place, response_class=Response)


@router.get("/parties/{name:path}", response_class=Response)
def show_party(
    name: Annotated[str, Path(max_length=IDENTIFIER_CHARACTERS_MAX)], request: Request, service: ServiceDep, caller: MaybeCaller
) -> Response:
    """The page of a party: its roles, what it says of itself, its licences and who looked them up, its certificates."""
    media_type = _media_type(request, (_HTML, _JSON))
    facts = describe_party(service.ledger, name, party=caller, language=language_of(request))
    if media_type == _JSON:
        addresses = addresses_of(service.ledger.origin, service.settings.public_url)
        return JSONResponse(party_body(facts, addresses), headers=_PRIVATE)
    return show_party_page(request, facts, headers=_PRIVATE)


def _facts(request: Request, service: Service, link: DigitalLink, caller: str | None) -> PlaceFacts:
    return describe_place(service.ledger, link.identifier, party=caller, language=language_of(request))


def _media_type(request: Request, offers: tuple[str, ...]) -> str:
    accept = request.headers.get("accept", "")
    media_type = preferred_type(accept, offers)
    if media_type is None:
        raise NotAcceptable(seen=accept, wanted=" or ".join(offers))
    return media_type
