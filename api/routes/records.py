"""The bytes of one record, exactly as they were signed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Response

from api.asking import AskingDep
from api.dependencies import LedgerDep
from api.routes.log import EntryIndex
from ledger.actions.trace.read_record import read_record
from ledger.evidence.batch import RECORDS_MAX
from ledger.evidence.instant import format_instant
from ledger.storage.position import Position

router: Final = APIRouter(tags=["reading"])

Place = Annotated[int, Path(ge=0, lt=RECORDS_MAX)]

# Not for shared caches: what one reader may see the next one may not; and a record can be erased.
PRIVATE: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-Api-Key"}
_JSON_LD: Final = "application/ld+json"
_JSON: Final = "application/json"


@router.get("/records/{index}/{place}", response_class=Response)
def show_record(
    index: EntryIndex,
    place: Place,
    ledger: LedgerDep,
    asking: AskingDep,
    if_none_match: Annotated[str | None, Header(max_length=1_024)] = None,
) -> Response:
    """The record's bytes: what its issuer signed, to the byte; issuer and record time stand in headers beside it.

    Of padding, which says nothing, there are no bytes, and `Suyuan-Verdict` says so. The entity tag is the record's commitment.
    """
    record = read_record(ledger, Position(index, place), asking)
    tag = f'"{record.commitment.hex()}"'
    headers = {
        **PRIVATE,
        "ETag": tag,
        "Suyuan-Issuer": record.batch.issuer,
        "Suyuan-Record-Time": format_instant(record.recorded),
        "Suyuan-Class": record.batch.record_class,
    }
    if not record.body:
        headers["Suyuan-Verdict"] = "padding"
    if if_none_match is not None and tag in (part.strip() for part in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    media_type = _JSON if record.batch.context is None else _JSON_LD
    return Response(record.body, headers=headers, media_type=media_type)
