"""From a request to a visit that is counted: persons who open a page, not machines, previews or parties of the ledger."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Request

from api.dependencies import Service
from api.guards import HEAD_MARK
from api.limiter import NOBODY
from api.settings import Settings
from ledger.actions.scans.code_standing import item_of
from ledger.actions.scans.count_scan import Visit
from ledger.trade.areas import NOWHERE, Area, read_area
from ledger.trade.digital_link import DigitalLink

_AGENT_CHARACTERS_MAX: Final = 400
_PURPOSES: Final = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_AHEAD: Final = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
# Whoever says of itself that it is no person is believed; a copier gains nothing by what honest scanners send.
_MACHINE: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|whatsapp/|curl/|wget/|python-", re.IGNORECASE
)
_SHOWN_ALONE: Final = ("document", "")


def count_visit(request: Request, service: Service, link: DigitalLink, *, known: bool, caller: str | None = None) -> None:
    """Count that somebody opened the page of `link`, if it was a person and names one item. Never waits, never fails.

    Args:
        known: something here names the item; of other codes only a number is kept.
        caller: a party with its key is at work, and not counted.
    """
    if caller is not None or not is_person(request):
        return
    item = item_of(link)
    if item is None:
        return
    if known:
        service.scans.count(item, visit_of(request, service.settings))
    else:
        service.scans.count_stranger()


def is_person(request: Request) -> bool:
    """Whether a request looks like somebody who opens a page to see it."""
    headers = request.headers
    if request.scope.get(HEAD_MARK) or any(_AHEAD.search(headers.get(name, "")) for name in _PURPOSES):
        return False
    # A frame or a picture on another page of this server, such as a preview, is no scan.
    return headers.get("sec-fetch-dest", "") in _SHOWN_ALONE and not _MACHINE.search(headers.get("user-agent", ""))


def visit_of(request: Request, settings: Settings) -> Visit:
    """What is needed of a visitor for a moment."""
    address = NOBODY if request.client is None else request.client.host
    return Visit(address, request.headers.get("user-agent", "")[:_AGENT_CHARACTERS_MAX], area_of(request, settings))


def area_of(request: Request, settings: Settings) -> Area:
    """Where the proxy says that a request comes from."""
    if not settings.area_header:
        return Area(NOWHERE)
    said = request.headers.get(settings.area_header, "")
    return read_area(said.encode("latin-1", "replace").decode("utf-8", "replace"))
