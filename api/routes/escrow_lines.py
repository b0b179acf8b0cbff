"""Order lines as the journal has them: the caller's, one of them whole, and its signed statement of account."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.dependencies import Caller, LedgerDep
from api.idempotency_key import PRIVATE
from api.money_requests import LINE_CHARACTERS_MAX, AfterQuery, LimitQuery
from api.wire.escrow_answer import encoded
from ledger.actions.escrow.as_json import line_json, lines_json
from ledger.actions.escrow.show_lines import list_lines, show_line
from ledger.actions.escrow.statement import state_account

router: Final = APIRouter(prefix="/escrow/lines", tags=["escrow"])

_JSON: Final = "application/json"
_NOTE: Final = "text/plain; charset=utf-8"
LineName = Annotated[str, Path(max_length=LINE_CHARACTERS_MAX)]


@router.get("", response_class=Response)
def read_lines(caller: Caller, ledger: LedgerDep, after: AfterQuery = "", limit: LimitQuery = 100) -> Response:
    """The lines that the caller has a part in, by name; all of them for the operator, governance and authorities."""
    lines = list_lines(ledger, reader=caller, after=after, limit=limit)
    return Response(encoded(lines_json(lines, ledger.origin, limit=limit)), headers=PRIVATE, media_type=_JSON)


# The name of a line never ends like this, since its last part is a number.
@router.get("/{line:path}/statement", response_class=Response)
def read_statement(line: LineName, caller: Caller, ledger: LedgerDep) -> Response:
    """The statement of account of a line, a note signed by the operator's party."""
    return Response(state_account(ledger, line, reader=caller), headers=PRIVATE, media_type=_NOTE)


@router.get("/{line:path}", response_class=Response)
def read_line(line: LineName, caller: Caller, ledger: LedgerDep) -> Response:
    """A line: states, boxes, terms and their digest, `prev` for the next record, what may come next, and every step."""
    return Response(encoded(line_json(show_line(ledger, line, reader=caller), ledger.origin)), headers=PRIVATE, media_type=_JSON)
