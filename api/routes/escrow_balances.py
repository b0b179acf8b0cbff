"""Balances of the journal's accounts."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from api.dependencies import Caller, LedgerDep
from api.idempotency_key import PRIVATE
from api.money_requests import AfterQuery, LimitQuery
from api.wire.escrow_answer import encoded
from ledger.actions.escrow.as_json import balances_json
from ledger.actions.escrow.show_lines import list_balances

router: Final = APIRouter(prefix="/escrow/balances", tags=["escrow"])


@router.get("", response_class=Response)
def read_balances(caller: Caller, ledger: LedgerDep, after: AfterQuery = "", limit: LimitQuery = 1_000) -> Response:
    """Balances by currency and account: all for the operator, authorities and arbiters, a bank's own for the bank."""
    found = list_balances(ledger, reader=caller, after=after, limit=limit)
    return Response(encoded(balances_json(found, limit=limit)), headers=PRIVATE, media_type="application/json")
