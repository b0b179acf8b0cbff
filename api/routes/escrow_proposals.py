"""Proposals: records of several signers, signed one after the other and written when the last has signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response, status

from api.dependencies import Caller, LedgerDep, ServiceDep
from api.idempotency_key import PRIVATE, respond
from api.money_requests import AfterQuery, LimitQuery, SentRecordsDep, SentSignatureDep, SignersQuery
from api.wire.escrow_answer import answer, encoded, written_answer
from ledger.actions.escrow.as_json import proposal_json
from ledger.actions.escrow.proposals import (
    proposals_waiting,
    propose_held,
    propose_own,
    show_proposal,
    sign_held,
    sign_with_line,
)
from ledger.actions.requests.answer_once import GivenAnswer, answer_once, fingerprint, seed_for
from ledger.evidence.spelling import format_base64
from ledger.storage.proposals import Proposal

router: Final = APIRouter(prefix="/escrow/proposals", tags=["escrow"])

_JSON: Final = "application/json"
ProposalId = Annotated[str, Path(max_length=64)]


@router.post("", status_code=status.HTTP_201_CREATED, response_class=Response)
def post_proposal(sent: SentRecordsDep, service: ServiceDep, signers: SignersQuery = None) -> Response:
    """Propose records that `signer` (may be repeated) must sign too; the proposer has signed with this.

    With an own note, as multipart parts note, seed and document, the note's text names the signers and bears the
    signature lines of some of them.
    """
    ledger, days = service.ledger, service.settings.proposal_days

    def propose() -> Proposal:
        name = fingerprint(ledger, sent.request).hex()[:32]
        if sent.note is not None:
            return propose_own(ledger, sent.document, note=sent.note, seed=sent.seed, name=name, days=days)
        seed = seed_for(ledger, sent.request)
        return propose_held(ledger, sent.document, issuer=sent.party, signers=signers or (), name=name, seed=seed, days=days)

    work = _Unsigned(lambda: answer(status.HTTP_201_CREATED, proposal_json(propose())))
    return respond(answer_once(ledger, sent.request, work, server=service.start, desk=service.writer))


@router.get("", response_class=Response)
def read_proposals(caller: Caller, ledger: LedgerDep, after: AfterQuery = "", limit: LimitQuery = 100) -> Response:
    """The proposals that wait for the caller's signature."""
    found = proposals_waiting(ledger, caller, after=after, limit=limit)
    content = {
        "proposals": [proposal_json(proposal) for proposal in found],
        "next": found[-1].id if len(found) == limit else None,
    }
    return Response(encoded(content), headers=PRIVATE, media_type=_JSON)


@router.get("/{proposal_id}", response_class=Response)
def read_proposal(proposal_id: ProposalId, caller: Caller, ledger: LedgerDep) -> Response:
    """A proposal for a party that it names: the text to sign, the records, the seed of their salts, who has signed."""
    proposal, seed = show_proposal(ledger, proposal_id, party=caller)
    content = proposal_json(proposal) | {"seed": format_base64(seed)}
    return Response(encoded(content), headers=PRIVATE, media_type=_JSON)


@router.post("/{proposal_id}/signatures", status_code=status.HTTP_201_CREATED, response_class=Response)
def post_signature(proposal_id: ProposalId, sent: SentSignatureDep, service: ServiceDep) -> Response:
    """Sign: with an empty body by the caller's held key, or with the signature line that an own key made, as text/plain.

    With the last signature the records are written, and their verdicts answered as by `POST /escrow/records`.
    """
    ledger = service.ledger

    def sign() -> GivenAnswer:
        if sent.line is None:
            progress = sign_held(ledger, proposal_id, party=sent.party, queue=service.writer)
        else:
            progress = sign_with_line(ledger, proposal_id, line=sent.line, queue=service.writer)
        around = {"proposal": proposal_json(progress.proposal)}
        if progress.written is None:
            return answer(status.HTTP_201_CREATED, {**around, "written": None})
        return written_answer(progress.written, ledger.origin, around=around)

    return respond(answer_once(ledger, sent.request, _Unsigned(sign), server=service.start, desk=service.writer))


@dataclass(frozen=True, slots=True)
class _Unsigned:
    """Work for which nothing is signed beforehand: a proposal has its note in its own row."""

    do: Callable[[], GivenAnswer]

    def prepare(self) -> bytes:
        return b""

    def carry_out(self, prepared: bytes) -> GivenAnswer:  # noqa: ARG002 (there is nothing to repeat)
        return self.do()
