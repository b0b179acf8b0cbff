"""Report a label: a page with a form, or JSON; what comes of it is a record of the operator."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from api.asked import AskedDep
from api.dependencies import ServiceDep, SettingsDep
from api.own_limits import own_limits_of
from api.pages.own_rendering import REPORT_PATH, show_report
from api.pages.rendering import NEVER_KEPT
from api.routes.resolver import link_in
from api.scan_visits import area_of
from ledger.actions.scans.claim_item import Desks
from ledger.actions.scans.report_label import Report, report_label
from ledger.errors import SuyuanError

router: Final = APIRouter(prefix=REPORT_PATH, tags=["pages"])


@router.get("/01/{rest:path}", response_class=Response)
def show_report_page(rest: str, request: Request, settings: SettingsDep) -> Response:  # noqa: ARG001
    """What may be wrong with a label, to choose from."""
    return show_report(request, link_in(request, settings, drop_start=REPORT_PATH))


@router.post("/01/{rest:path}", response_class=Response)
def take_report(rest: str, request: Request, service: ServiceDep, asked: AskedDep) -> Response:  # noqa: ARG001
    """`fault` is one of a few, `words` may be left out. Nothing is kept of who reports but the country, if that is known."""
    link = link_in(request, service.settings, drop_start=REPORT_PATH)
    words = asked.get("words").replace("\r\n", "\n")
    report = Report(link.identifier, asked.get("fault"), words, area_of(request, service.settings).territory)
    try:
        own_limits_of(request).take_report(request, link.identifier)
        position = report_label(service.ledger, report, desks=Desks(service.writer, service.writer))
    except SuyuanError as error:
        if asked.program:
            raise
        return show_report(request, link, words=words, error=error)
    if asked.program:
        return JSONResponse({"item": report.item, "position": list(position)}, 201, headers=NEVER_KEPT)
    return show_report(request, link, position=position)
