"""Receipts: the proof of one record as a file that is checked without this server."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.asking import IDENTIFIER_CHARACTERS_MAX, AskingDep
from api.dependencies import LedgerDep
from api.routes.log import EntryIndex
from api.routes.records import PRIVATE, Place
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.actions.trace.read_event import position_of_event
from ledger.actions.trace.read_record import refuse_reading
from ledger.storage.position import Position

router: Final = APIRouter(prefix="/receipts", tags=["reading"])

_TEXT: Final = "text/plain; charset=utf-8"


@router.get("/{index}/{place}", response_class=Response)
def show_receipt(index: EntryIndex, place: Place, ledger: LedgerDep, asking: AskingDep) -> Response:
    """The receipt of the record at this position. It holds the record's salt, so it is for whoever may read the record."""
    position = Position(index, place)
    refuse_reading(ledger, position, asking)
    return _file(issue_receipt(ledger, position), position)


@router.get("/{event_id:path}", response_class=Response)
def show_receipt_of_event(
    event_id: Annotated[str, Path(max_length=IDENTIFIER_CHARACTERS_MAX)], ledger: LedgerDep, asking: AskingDep
) -> Response:
    """The receipt of the first event under this eventID."""
    position = position_of_event(ledger, event_id, asking)
    return _file(issue_receipt(ledger, position), position)


def _file(receipt: bytes, position: Position) -> Response:
    name = f"{position.entry}-{position.place}.tlog-proof"
    return Response(receipt, media_type=_TEXT, headers={**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'})
