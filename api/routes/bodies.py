"""All bodies of one entry at once, for whoever audits or mirrors."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from api.asking import AskingDep
from api.dependencies import LedgerDep
from api.routes.log import EntryIndex
from api.routes.records import PRIVATE
from ledger.actions.trace.read_bodies import read_bodies

router: Final = APIRouter(tags=["reading"])


@router.get("/bodies/{index}", response_class=Response)
def show_bodies(index: EntryIndex, ledger: LedgerDep, asking: AskingDep) -> Response:
    """Context bytes, then each record with its salt; what is erased or not for this reader says so in its place."""
    return Response(read_bodies(ledger, index, asking), media_type="application/octet-stream", headers=PRIVATE)
