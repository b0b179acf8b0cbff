"""The application of a witness: an opened witness in, a FastAPI application out."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.guards import AccessLog, HeadAsGet, SafeHeaders
from api.limits import Bounds, Limits
from api.problems import MethodNotAllowed, RequestMalformed, RouteAbsent, ServerFault, problem_response
from api.witness import monitoring, submission
from api.witness.page import StatusPage
from api.witness.welcome import introductions_for
from ledger.actions.witness.decide import CosignedSizeDiffers
from ledger.actions.witness.introduce_log import Introductions
from ledger.actions.witness.open_witness import Witness
from ledger.errors import SuyuanError
from ledger.evidence.add_checkpoint import SIZE_MEDIA_TYPE
from ledger.evidence.add_log import INTRODUCTION_BYTES_MAX

BODIES_BYTES_MAX: Final = 64 << 20
BODY_PAUSE_S_MAX: Final = 10.0

_log: Final = logging.getLogger(__name__)


def create_witness_app(
    witness: Witness,
    *,
    introductions: Introductions | None = None,
    public_url: str | None = None,
    body_pause_s_max: float = BODY_PAUSE_S_MAX,
) -> FastAPI:
    """The application over an opened witness, which it leaves open.

    Args:
        introductions: from where logs may introduce themselves; None leaves it to `introductions_for`.
        public_url: where the world finds it, if that was said.
        body_pause_s_max: longest pause between two pieces of a request's body; the whole of it may take three such.
    """
    welcome = introductions_for(public_url) if introductions is None else introductions
    _log.info("introductions are taken from %s", welcome)
    app = FastAPI(title="Suyuan witness", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.at_hand = submission.AtHand(witness, welcome)
    app.state.page = StatusPage()
    app.include_router(submission.router)
    app.include_router(monitoring.router)
    app.add_exception_handler(SuyuanError, _failed)
    app.add_exception_handler(RequestValidationError, _misasked)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(Exception, _broken)
    bounds = Bounds(
        body_bytes_max=INTRODUCTION_BYTES_MAX,
        bodies_bytes_max=BODIES_BYTES_MAX,
        body_pause_s_max=body_pause_s_max,
        body_s_max=3 * body_pause_s_max,
    )
    app.add_middleware(Limits, bounds=bounds)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SafeHeaders)
    app.add_middleware(AccessLog)
    return app


async def _failed(_: Request, error: Exception) -> Response:
    if not isinstance(error, SuyuanError):
        raise error
    if isinstance(error, CosignedSizeDiffers):
        # The one refusal whose body is for programs: C2SP tlog-witness says exactly how it looks.
        headers = {"Content-Type": SIZE_MEDIA_TYPE, "Cache-Control": "no-store"}
        return Response(f"{error.size}\n", 409, headers=headers)
    return problem_response(error)


async def _misasked(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # All that is looked at before a handler is whether an address names a log at all.
    return problem_response(RouteAbsent(seen=request.url.path))


async def _unrouted(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        response = problem_response(MethodNotAllowed(seen=request.method, wanted=allowed))
        response.headers["Allow"] = allowed
        return response
    if error.status_code == 404:
        return problem_response(RouteAbsent(seen=request.url.path))
    return problem_response(RequestMalformed(seen=str(error.detail)))


async def _broken(_: Request, error: Exception) -> Response:
    _log.error("unforeseen %s", type(error).__name__)
    return problem_response(ServerFault())
