"""Erasing over HTTP: a record that its parties signed to erase another one; and what is withheld from records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response, status

from api.asking import AskingDep
from api.dependencies import LedgerDep, ServiceDep, WriterDep
from api.routes.log import EntryIndex
from api.routes.records import PRIVATE, Place
from api.sent import MULTIPART, PARTS, MediaTypeUnknown, media_type_of, split_parts
from ledger.actions.capture.author import read_seed
from ledger.actions.erasure.erase_record import erase_signed
from ledger.actions.trace.read_disclosures import read_disclosures
from ledger.evidence.disclosure import format_base64url
from ledger.evidence.instant import format_instant
from ledger.storage.disclosures import KeptDisclosure
from ledger.storage.position import Position

router: Final = APIRouter(tags=["records"])

_JSON: Final = "application/json"
_PARTS: Final = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": list(PARTS),
            "properties": {name: {"type": "string", "format": "binary"} for name in PARTS},
        }
    }
}


@dataclass(frozen=True, slots=True)
class SentErasure:
    """A `RecordErased` as it was sent, the note that its parties signed, and the seed of its salt."""

    document: bytes
    note: bytes
    seed: bytes


async def _sent_erasure(request: Request, writer: WriterDep) -> SentErasure:
    media_type, boundary = media_type_of(request)
    if media_type != MULTIPART:
        raise MediaTypeUnknown(seen=media_type, wanted=MULTIPART, pointer="Content-Type")
    writer.refuse_if_full()
    parts = split_parts(await request.body(), boundary)
    return SentErasure(parts["document"].strip(), parts["note"], read_seed(parts["seed"]))


@router.post(
    "/records/{index}/{place}/erasure",
    status_code=status.HTTP_201_CREATED,
    response_class=Response,
    openapi_extra={"requestBody": {"description": "The record, its note and seed.", "required": True, "content": _PARTS}},
)
def erase_record(
    index: EntryIndex, place: Place, sent: Annotated[SentErasure, Depends(_sent_erasure)], service: ServiceDep
) -> Response:
    """Erase the record, by a `RecordErased` that names it and that all whom it takes have signed.

    201 with the entry that erases it; 200 where this very note erased it before. The content is gone when this answers.
    """
    position = Position(index, place)
    written = erase_signed(service.ledger, position, sent.document, note=sent.note, seed=sent.seed, queue=service.writer)
    said = {"entry": written.entry, "record": list(position), "time": format_instant(written.time)}
    code = status.HTTP_200_OK if written.repeated else status.HTTP_201_CREATED
    return Response(json.dumps(said), code, media_type=_JSON)


@router.get("/records/{index}/{place}/disclosures", response_class=Response)
def show_disclosures(index: EntryIndex, place: Place, ledger: LedgerDep, asking: AskingDep) -> Response:
    """What the issuer withheld from the record and disclosed, for whom its rules let in; a public record's not for everybody.

    Whoever reads it makes the SHA-256 of each and finds it in the record's `suyuan:_sd`.
    """
    kept = read_disclosures(ledger, Position(index, place), asking)
    content = json.dumps({"disclosures": [_as_json(one) for one in kept]}).encode()
    return Response(content, headers=PRIVATE, media_type=_JSON)


def _as_json(kept: KeptDisclosure) -> dict[str, Any]:
    text = None if kept.disclosure is None else kept.disclosure.decode("ascii")
    return {"digest": format_base64url(kept.digest), "disclosure": text, "erased": kept.ground}
