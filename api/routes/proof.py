"""The proof to keep of an item: a page with its own verifier, or the bare data as JSON."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.dependencies import MaybeCaller, ServiceDep
from api.link_headers import ITEM_KEYS
from api.negotiation import preferred_type
from api.pages.proof_rendering import filename_of, show_proof
from api.pages.rendering import NEVER_KEPT
from api.problems import NotAcceptable
from api.routes.resolver import link_in
from ledger.actions.trace.prove_item import prove_item

router: Final = APIRouter(tags=["pages"])

_START: Final = "/proof"
_ENDING: Final = ".json"
_HTML: Final = "text/html"
_JSON: Final = "application/json"
_VARY: Final = {"Vary": "Accept, Authorization, X-Api-Key"}


def show_proof_of_item(rest: str, request: Request, service: ServiceDep, caller: MaybeCaller) -> Response:
    """Every record that the page of `/01/…` rests on, with its receipt; an address that ends in `.json` gives the bare data."""
    ending = _ENDING if rest.lower().endswith(_ENDING) else ""
    accept = request.headers.get("accept", "")
    media_type = _JSON if ending else preferred_type(accept, (_HTML, _JSON))
    if media_type is None:
        raise NotAcceptable(seen=accept, wanted=f"{_HTML} or {_JSON}")
    link = link_in(request, service.settings, drop_start=_START, drop_end=ending)
    data = prove_item(service.ledger, link, party=caller)
    if media_type == _HTML:
        response: Response = show_proof(request, link, data, public_url=service.settings.public_url)
        response.headers["Vary"] = f"{_VARY['Vary']}, {response.headers['Vary']}"
        return response
    kept = f'attachment; filename="{filename_of(link, "json")}"'
    return Response(data, media_type=_JSON, headers={**NEVER_KEPT, **_VARY, "Content-Disposition": kept})


for _key in ITEM_KEYS:
    router.add_api_route(
        f"{_START}/{_key}/{{rest:path}}", show_proof_of_item, response_class=Response, include_in_schema=_key == "01"
    )
