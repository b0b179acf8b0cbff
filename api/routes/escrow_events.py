"""The feed of what happened to the caller's order lines."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from api.dependencies import Caller, LedgerDep
from api.idempotency_key import PRIVATE
from api.money_requests import AfterQuery, LimitQuery
from api.wire.escrow_answer import encoded
from ledger.actions.escrow.as_json import events_json
from ledger.actions.escrow.show_lines import list_events

router: Final = APIRouter(prefix="/escrow/events", tags=["escrow"])


@router.get("", response_class=Response)
def read_events(caller: Caller, ledger: LedgerDep, after: AfterQuery = "", limit: LimitQuery = 100) -> Response:
    """Every record about the caller's lines in log order, refused ones too; `next` is where to ask on, again and again."""
    found, times = list_events(ledger, reader=caller, after=after, limit=limit)
    content = events_json(found, ledger.origin, times, after=after)
    return Response(encoded(content), headers=PRIVATE, media_type="application/json")
