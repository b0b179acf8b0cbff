"""What this server is: a first page for people, a collection for EPCIS clients."""

from __future__ import annotations

import functools
from typing import Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.responses import JSONResponse

from api.dependencies import LedgerDep, SettingsDep
from api.epcis_headers import EPCIS_HEADERS, describe_options
from api.guesses import counted
from api.pages.code_entry import entry_of, read_code
from api.pages.language import kept_language
from api.pages.rendering import pages_of
from api.pages.trouble import wants_page
from ledger.actions.codes.find_short_code import ShortCodeUnknown, find_short_code
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unavailable
from ledger.trade.digital_link import DigitalLink

router: Final = APIRouter(tags=["service"])


@router.get("/", response_class=Response)
def show_index(request: Request, ledger: LedgerDep, code: str = Query(default="", max_length=500)) -> Response:
    """A page with a field for the code on a package; with a code, the way to its item, or what is wrong with the code."""
    entry = None
    if code.strip():
        try:
            path = read_code(code, functools.partial(_find_counted, request, ledger))
            return RedirectResponse(path + kept_language(request), status_code=303)
        except SuyuanError as error:
            if isinstance(error, Unavailable) or not wants_page(request):
                raise
            entry = entry_of(code, error)
    return pages_of(request).index(request, origin=ledger.origin, size=ledger.head().size, entry=entry)


@router.get("/mark.svg", response_class=Response, include_in_schema=False)
def show_mark(request: Request) -> Response:
    """The little picture that a browser puts beside a page's title."""
    return Response(pages_of(request).mark, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/epcis", response_class=Response)
def describe_service(ledger: LedgerDep, settings: SettingsDep) -> Response:
    """What there is under `/epcis`, and where proofs are found."""
    body: dict[str, Any] = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "Collection",
        "member": ["capture", "events"],
        "suyuan:ledger": {
            "origin": ledger.origin,
            "log": f"{settings.public_url}/log/",
            "checkpoint": f"{settings.public_url}/log/checkpoint",
            "receipts": f"{settings.public_url}/receipts/{{index}}/{{place}}",
            "openapi": f"{settings.public_url}/openapi.json",
        },
    }
    return JSONResponse(body, headers=dict(EPCIS_HEADERS))


@router.options("/epcis")
def epcis_options() -> Response:
    """What the EPCIS part can do."""
    return describe_options("GET")


def _find_counted(request: Request, ledger: Ledger, code: str) -> DigitalLink:
    """The item of a short code. Who guesses is told to wait; whoever types a number off a package beside them is not."""
    with counted(request, ShortCodeUnknown):
        return find_short_code(ledger, code)
