"""A failure as the client wants to hear it: a page for a person, a problem document for a program."""

from __future__ import annotations

import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.link_headers import KEY_PATHS
from api.negotiation import preferred_type
from api.pages.item_rendering import show_unknown_item
from api.pages.rendering import pages_of
from api.problems import PROBLEM_MEDIA_TYPE, ServerFault, headers_of, problem_response, status_of
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import SuyuanError

_HTML: Final = "text/html"
_JSON: Final = "application/json"
_PAGES: Final = (*KEY_PATHS, "/parties/", "/escrow/claim/")

_log: Final = logging.getLogger(__name__)


def answer_failure(request: Request, error: SuyuanError) -> Response:
    """The answer to a request that failed with `error`; a fault of the server's own says nothing about its cause."""
    if not wants_page(request):
        return problem_response(error)
    status = status_of(type(error))
    if status == 500 and not isinstance(error, ServerFault):
        _log.error("%s", error)
        error = ServerFault()
    headers = {**headers_of(error), "Vary": "Accept"}
    if isinstance(error, ItemUnknown):
        return show_unknown_item(request, error, status=status, headers=headers)
    return pages_of(request).problem(request, error, status=status, headers=headers)


def wants_page(request: Request) -> bool:
    """Whether a failure is better told to a person than to a program."""
    path = request.url.path
    accept = request.headers.get("accept", "")
    programs = (_JSON, PROBLEM_MEDIA_TYPE, _HTML)
    people = (_HTML, _JSON, PROBLEM_MEDIA_TYPE)
    offers = people if path in ("/", "/escrow/claim") or path.startswith(_PAGES) else programs
    return preferred_type(accept, offers) == _HTML
