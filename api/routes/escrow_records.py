"""Escrow records in: written and judged, or only judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response, status

from api.dependencies import Caller, LedgerDep, Service, ServiceDep
from api.idempotency_key import respond
from api.money_requests import SentRecords, SentRecordsDep, SignersQuery
from api.sent import JsonBody
from api.wire.escrow_answer import encoded, written_answer
from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.split_records import split_records
from ledger.actions.capture.stage_batch import held_key
from ledger.actions.escrow.as_json import dry_verdict_json
from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.escrow.submit_records import read_bodies, stage_signed, submit_signed, submit_staged
from ledger.actions.escrow.validate_records import validate_records
from ledger.actions.log.staging import StagedBatch
from ledger.actions.requests.answer_once import GivenAnswer, answer_once, seed_for
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignedBatch, sign_batch

router: Final = APIRouter(prefix="/escrow", tags=["escrow"])


@router.post("/records", status_code=status.HTTP_201_CREATED, response_class=Response)
def post_records(sent: SentRecordsDep, service: ServiceDep) -> Response:
    """Write one escrow record, or one per line, and answer with the verdict on each.

    Signed with the caller's held key, or as multipart parts note, seed and document by its parties' own keys. What is
    well-formed is written whatever its verdict; a refused record stays refused for ever. The same `Idempotency-Key`
    with the same request answers what the first was answered.
    """
    return respond(answer_once(service.ledger, sent.request, _Posting(service, sent), server=service.start, desk=service.writer))


@router.post("/validate", response_class=Response)
def validate(body: JsonBody, caller: Caller, ledger: LedgerDep, signers: SignersQuery = None) -> Response:
    """The verdicts that these records would get now, if the caller and `signer` said them; nothing is written."""
    verdicts = validate_records(ledger, split_records(body), parties=(caller, *(signers or ())))
    content = {
        "accepted": all(verdict.refused is None for verdict in verdicts),
        "verdicts": [dry_verdict_json(verdict) for verdict in verdicts],
    }
    return respond(GivenAnswer(status.HTTP_200_OK, encoded(content)))


@dataclass(slots=True)
class _Posting:
    """Records on their way: the note is made, or checked, before anything is written. `staged`: what was checked just now."""

    service: Service
    sent: SentRecords
    staged: StagedBatch | None = None

    def prepare(self) -> bytes:
        ledger, sent = self.service.ledger, self.sent
        records = split_records(sent.document)
        if sent.note is not None:
            self.staged = stage_signed(ledger, records, signed=SignedBatch.parse(sent.note), seed=sent.seed)
            return sent.note
        read_bodies(records)
        state = ledger.state()
        batch = draft_batch(
            records,
            issuer=sent.party,
            signers=(),
            origin=state.origin,
            first_entry=state.first_entry,
            now=ledger.clock(),
            seed=self._seed,
            seen=newest_checkpoint(ledger),
            klass=RecordClass.ESCROW,
            read=ReadRule.PARTIES,
        )
        return sign_batch(batch, [held_key(ledger, state, sent.party)]).note

    def carry_out(self, prepared: bytes) -> GivenAnswer:
        if self.staged is not None and self.staged.signed.note == prepared:
            return written_answer(submit_staged(self.staged, self.service.writer), self.service.ledger.origin)
        ledger, signed = self.service.ledger, SignedBatch.parse(prepared)
        records = split_records(self.sent.document)
        written = submit_signed(ledger, records, signed=signed, seed=self._seed, queue=self.service.writer)
        return written_answer(written, ledger.origin)

    @property
    def _seed(self) -> bytes:
        return self.sent.seed if self.sent.note is not None else seed_for(self.service.ledger, self.sent.request)
