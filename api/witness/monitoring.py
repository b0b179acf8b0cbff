"""What anybody may read at a witness: the last cosigned checkpoint of a log, what was refused of it, and a page."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import JSONResponse

from api.witness.page import StatusPage
from api.witness.submission import AtHandDep
from ledger.actions.witness.known_logs import find_log, latest_checkpoint, list_logs
from ledger.actions.witness.show_conflicts import conflicts_as_json

router: Final = APIRouter(tags=["monitoring"])

_TEXT: Final = "text/plain; charset=utf-8"
_FRESH: Final = {"Cache-Control": "public, max-age=1"}
_NEVER_KEPT: Final = {"Cache-Control": "no-store"}

OriginHash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the log's origin, in lower-case hex")]


@router.get("/healthz")
def is_alive(response: Response) -> dict[str, str]:
    """The process answers; nothing else is looked at."""
    response.headers.update(_NEVER_KEPT)
    return {"status": "alive"}


@router.get("/", response_class=Response)
def show_page(request: Request, at_hand: AtHandDep) -> Response:
    """Who this witness is and what it cosigned last, for people."""
    page = request.app.state.page
    if not isinstance(page, StatusPage):
        raise TypeError("the application has no page")
    logs, proven = list_logs(at_hand.witness.engine)
    return page.show(at_hand.witness.verifiers, logs, proven)


@router.get("/{origin_hash}/checkpoint", response_class=Response)
def read_checkpoint(origin_hash: OriginHash, at_hand: AtHandDep) -> Response:
    """The last checkpoint that was cosigned of a log, with the log's lines and this witness's."""
    note = latest_checkpoint(at_hand.witness.engine, bytes.fromhex(origin_hash), seen=origin_hash)
    return Response(note, media_type=_TEXT, headers=_FRESH)


@router.get("/{origin_hash}/conflicts", response_class=Response)
def read_conflicts(origin_hash: OriginHash, at_hand: AtHandDep) -> Response:
    """Heads that the log signed and that were refused, each with the note that stood against it."""
    shown = find_log(at_hand.witness.engine, bytes.fromhex(origin_hash), seen=origin_hash)
    body: dict[str, Any] = {"origin": shown.log.origin, "conflicts": conflicts_as_json(shown.conflicts)}
    return JSONResponse(body, headers=_FRESH)
