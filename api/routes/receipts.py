"""Receipts: the proof of one record as a file that is checked without this server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.asking import AskingDep, EventIdDep
from api.dependencies import Service, ServiceDep
from api.routes.log import EntryIndex
from api.routes.records import PRIVATE, Place
from api.waits import receipt_when_published
from ledger.actions.trace.issue_receipt import issue_receipt, receipt_for
from ledger.actions.trace.read_event import position_of_event
from ledger.storage.position import Position

router: Final = APIRouter(prefix="/receipts", tags=["reading"])

_TEXT: Final = "text/plain; charset=utf-8"


@router.get("/{index}/{place}", response_class=Response)
async def show_receipt(index: EntryIndex, place: Place, service: ServiceDep, asking: AskingDep) -> Response:
    """The receipt of the record at this position. It holds the record's salt, so it is for whoever may read the record."""
    position = Position(index, place)
    return await _receipt(service, position, lambda: receipt_for(service.ledger, position, asking))


@router.get("/{event_id:path}", response_class=Response)
async def show_receipt_of_event(event_id: EventIdDep, service: ServiceDep, asking: AskingDep) -> Response:
    """The receipt of the first event under this eventID."""
    position = await run_in_threadpool(position_of_event, service.ledger, event_id, asking)
    return await _receipt(service, position, lambda: issue_receipt(service.ledger, position))


async def _receipt(service: Service, position: Position, issue: Callable[[], bytes]) -> Response:
    return receipt_answer(position, await receipt_when_published(service, position.entry, issue))


def receipt_answer(position: Position, receipt: bytes) -> Response:
    """A receipt as a file to be kept."""
    name = f"{position.entry}-{position.place}.tlog-proof"
    return Response(receipt, media_type=_TEXT, headers={**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'})
