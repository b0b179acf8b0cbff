"""Dossier records in: descriptions, reports, certificates, recalls; written, or only judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response, status
from starlette.concurrency import run_in_threadpool

from api.dependencies import Caller, LedgerDep, Service, ServiceDep
from api.idempotency_key import respond
from api.problems import problem_of
from api.routes.capture import addresses_of
from api.sent import PARTS, JsonBody
from api.sent_records import SentDossier, SentDossierDep
from api.waits import Wait, waited
from ledger.actions.capture.split_records import split_records
from ledger.actions.dossier.as_json import checked_json, written_json
from ledger.actions.dossier.post_records import check_posted, check_signed, post_signed, sign_held
from ledger.actions.requests.answer_once import GivenAnswer, answer_once, seed_for
from ledger.trade.dossier.bodies.every import BODIES
from ledger.trade.dossier.permission import OTHER_WAYS

router: Final = APIRouter(prefix="/records", tags=["records"])

_RECORDS: Final = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"type": "string", "enum": [kind for kind in BODIES if kind not in OTHER_WAYS]}},
        }
    }
}
_PARTS: Final = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": list(PARTS),
            "properties": {name: {"type": "string", "format": "binary"} for name in PARTS},
        }
    }
}
_DESCRIBED: Final = "One record as JSON, or one per line; `suyuan record types` prints the members of every type."


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_class=Response,
    openapi_extra={"requestBody": {"description": _DESCRIBED, "required": True, "content": {**_RECORDS, **_PARTS}}},
)
async def post_records(sent: SentDossierDep, service: ServiceDep, wait: Annotated[Wait, Query()] = Wait.SEQUENCED) -> Response:
    """Write one dossier record, or one per line, and answer where each stands.

    Signed with the caller's held key, or as multipart parts note, seed and document by its parties' own keys. All of it
    is written or nothing. With an `Idempotency-Key` the same request answers what the first was answered.
    """
    answer = await run_in_threadpool(_write, service, sent)
    response = respond(answer)
    response.headers.update(await waited(service, wait, json.loads(answer.body)["entry"]))
    return response


@router.post(
    "/validate",
    response_class=Response,
    openapi_extra={"requestBody": {"description": _DESCRIBED, "required": True, "content": _RECORDS}},
)
def validate_records(body: JsonBody, caller: Caller, ledger: LedgerDep) -> Response:
    """What would become of these records if the caller posted them now; nothing is written. Each record is judged."""
    checked = check_posted(ledger, split_records(body), issuer=caller)
    return respond(GivenAnswer(status.HTTP_200_OK, _encoded(checked_json(checked, say=problem_of))))


def _write(service: Service, sent: SentDossier) -> GivenAnswer:
    posting = _Posting(service, sent)
    if sent.request is None:
        return posting.carry_out(posting.prepare())
    return answer_once(service.ledger, sent.request, posting, server=service.start, desk=service.writer)


@dataclass(frozen=True, slots=True)
class _Posting:
    """Records on their way: the note is made, or checked, before anything is written."""

    service: Service
    sent: SentDossier

    def prepare(self) -> bytes:
        ledger, sent, records = self.service.ledger, self.sent, split_records(self.sent.document)
        if sent.note is None:
            return sign_held(ledger, records, issuer=sent.party, read=sent.read, seed=self._seed)
        if sent.request is not None:
            # Under a key of a party that did not sign nothing shall be kept, not even for a moment.
            check_signed(ledger, records, note=sent.note, seed=sent.seed)
        return sent.note

    def carry_out(self, prepared: bytes) -> GivenAnswer:
        service, records = self.service, split_records(self.sent.document)
        written = post_signed(service.ledger, records, note=prepared, seed=self._seed, queue=service.writer)
        addresses = addresses_of(service.ledger.origin, service.settings.public_url)
        said = written_json(written, service.ledger.origin, receipt=addresses.receipt)
        return GivenAnswer(status.HTTP_201_CREATED, _encoded(said))

    @property
    def _seed(self) -> bytes:
        """Under a key always the same: a request that is taken over says the very same note again."""
        if self.sent.note is not None or self.sent.request is None:
            return self.sent.seed
        return seed_for(self.service.ledger, self.sent.request)


def _encoded(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
