"""The application: settings in, a FastAPI application out; it opens the ledger when it starts and closes it when it ends."""

from __future__ import annotations

import functools
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.crowding import Crowding, Room
from api.dependencies import Service
from api.front_door import Application, FrontDoor
from api.guards import AccessLog, HeadAsGet, SafeHeaders
from api.guesses import Guesses
from api.limits import Bounds, Limits
from api.link_headers import LinkHeaders
from api.own_limits import OwnLimits
from api.pages.media_rendering import Viewer
from api.pages.rendering import pages
from api.pages.trouble import answer_failure
from api.problems import MethodNotAllowed, RequestMalformed, RouteAbsent, ServerFault
from api.quick_reading import QuickReading
from api.routes import (
    bodies,
    capture,
    card,
    codes,
    erasure,
    escrow_balances,
    escrow_claim_page,
    escrow_claims,
    escrow_events,
    escrow_letters,
    escrow_lines,
    escrow_proposals,
    escrow_records,
    events,
    health,
    issued_codes,
    linkset,
    log,
    media,
    own,
    places,
    post_records,
    proof,
    recalls,
    receipts,
    records,
    report,
    resolver,
    schemas,
    service,
    trace,
)
from api.settings import Settings
from api.unknown_codes import UnknownCodes, counted_unknown
from ledger.actions.capture.event_desk import EventDesk
from ledger.actions.erasure.erasure_keeper import ErasureKeeper
from ledger.actions.escrow.deadline_keeper import DeadlineKeeper
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.upkeep import Upkeep
from ledger.actions.log.writer import Writer
from ledger.actions.open_ledger import Clock, open_ledger, system_clock
from ledger.actions.scans.scan_keeper import ScanKeeper
from ledger.errors import SuyuanError

# Handlers mostly wait for the writer or the database, so there may be many more of them than cores.
_THREADS: Final = 64
_ROUTERS: Final = (
    service,
    health,
    capture,
    events,
    post_records,
    records,
    erasure,
    receipts,
    bodies,
    log,
    trace,
    codes,
    issued_codes,
    media,
    escrow_records,
    escrow_proposals,
    escrow_lines,
    escrow_balances,
    escrow_events,
    escrow_claims,
    escrow_claim_page,
    escrow_letters,
    own,
    report,
    proof,
    recalls,
    card,
    places,
    schemas,
    linkset,
    resolver,
)

_log: Final = logging.getLogger(__name__)


def create_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    """The application over the ledger in `settings.data`, which is opened when the application starts."""
    app = Application(
        title="Suyuan",
        summary="A provenance ledger: signed events in, proofs out.",
        docs_url=None,  # the interactive pages load scripts from other people's servers
        redoc_url=None,
        redirect_slashes=False,
        lifespan=functools.partial(_run, settings=settings, clock=clock),
    )
    app.state.pages = pages()
    app.state.viewer = Viewer()
    app.state.guesses = Guesses()
    app.state.own_limits = OwnLimits()
    app.state.unknown_codes = UnknownCodes()
    for module in _ROUTERS:
        app.include_router(module.router)
    app.add_exception_handler(SuyuanError, _failed)
    app.add_exception_handler(RequestValidationError, _misasked)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(Exception, _broken)
    room = Room(settings.requests_max)
    bounds = Bounds(
        body_bytes_max=settings.body_bytes_max,
        bodies_bytes_max=settings.bodies_bytes_max,
        body_pause_s_max=settings.body_pause_s_max,
        body_s_max=settings.body_s_max,
    )
    app.open_front_door(FrontDoor(app, room, bounds), broken=_broken)
    app.add_middleware(QuickReading)
    app.add_middleware(Limits, bounds=bounds)
    app.add_middleware(Crowding, room=room)
    app.add_middleware(HeadAsGet)
    app.add_middleware(LinkHeaders, public_url=settings.public_url)
    app.add_middleware(SafeHeaders)
    app.add_middleware(AccessLog)
    return app


@asynccontextmanager
async def _run(app: FastAPI, *, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _THREADS
    ledger = open_ledger(settings.data, unlock=settings.unlock, clock=clock)
    try:
        with (
            Writer(ledger) as writer,
            EventDesk(ledger, writer) as events,
            Upkeep(ledger, writer),
            Publisher(ledger, writer, settings.witnessing) as publisher,
            DeadlineKeeper(ledger, writer, interval_s=settings.escrow_tick_s),
            ScanKeeper(ledger, writer, scan_days=settings.scan_days) as scans,
            ErasureKeeper(ledger),
        ):
            app.state.service = Service(settings, ledger, writer, publisher, scans.counter, events)
            yield
    finally:
        ledger.close()


async def _failed(request: Request, error: Exception) -> Response:
    if not isinstance(error, SuyuanError):
        raise error
    return answer_failure(request, counted_unknown(request, error))


async def _misasked(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = "/".join(str(part) for part in first["loc"])
    wanted = str(first["msg"]).removeprefix("Input should be ")
    return answer_failure(request, RequestMalformed(seen=str(first.get("input")), wanted=wanted, pointer=where))


async def _unrouted(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        response = answer_failure(request, MethodNotAllowed(seen=request.method, wanted=allowed))
        response.headers["Allow"] = allowed
        return response
    if error.status_code == 404:
        return answer_failure(request, RouteAbsent(seen=request.url.path))
    return answer_failure(request, RequestMalformed(seen=str(error.detail)))


async def _broken(request: Request, error: Exception) -> Response:
    _log.error("unforeseen %s while answering %s", type(error).__name__, getattr(request.scope.get("route"), "path", "-"))
    return answer_failure(request, ServerFault())
