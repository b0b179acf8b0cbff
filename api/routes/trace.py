"""Where an item came from and where it went, for programs."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response

from api.asking import IDENTIFIER_CHARACTERS_MAX
from api.dependencies import LedgerDep, MaybeCaller, SettingsDep
from api.routes.capture import addresses_of
from api.routes.records import PRIVATE
from api.wire.trace import trace_json
from ledger.actions.trace.trace_item import trace_item
from ledger.trade.genealogy import Direction
from ledger.trade.identifiers import ROOT

router: Final = APIRouter(tags=["reading"])


@router.get("/trace/{identifier:path}", response_model=dict[str, Any])
def show_trace(
    identifier: Annotated[str, Path(max_length=IDENTIFIER_CHARACTERS_MAX)],
    ledger: LedgerDep,
    settings: SettingsDep,
    caller: MaybeCaller,
    *,
    direction: Annotated[Direction, Query()] = "both",
) -> Response:
    """The walk over aggregation, transformation and association from an identifier in any spelling.

    `01/09521234000013/21/A1` is short for `https://id.gs1.org/01/09521234000013/21/A1`.
    """
    start = f"{ROOT}/{identifier}" if identifier[:1].isdigit() else identifier
    found = trace_item(ledger, start, direction=direction, party=caller)
    body = trace_json(found, direction, addresses_of(ledger.origin, settings.public_url))
    return Response(body, media_type="application/json", headers=PRIVATE)
