"""Escrow records that several parties must sign: proposed by one, signed one after the other, then written as one batch.

A proposal is a queue, not the ledger: nothing that stands in it counts before all have signed and its batch was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.split_records import split_records
from ledger.actions.capture.stage_batch import Statement, held_key, take_signed
from ledger.actions.capture.submit_document import Queue
from ledger.actions.escrow.newest_checkpoint import newest_checkpoint
from ledger.actions.escrow.submit_records import NoteNotEscrow, Written, read_bodies, submit_signed
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, TooLarge, Unprocessable
from ledger.evidence.authority import ReadRule, RecordClass, refuse_unauthorised
from ledger.evidence.batch import Batch, PartyUnknown, SignatureLinesWrong, SignedBatch, verify_batch
from ledger.evidence.instant import Instant
from ledger.evidence.note import SignatureLine, SignedNote, sign_note
from ledger.storage.database import reading, writing
from ledger.storage.proposals import (
    Proposal,
    Signatory,
    add_signature,
    count_open,
    drop_expired,
    keep_proposal,
    mark_written,
    read_proposal,
    waiting_for,
)
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import PartyNotActive
from ledger.trade.parties.state import Governance

DAYS_DEFAULT: Final = 5
DOCUMENT_BYTES_MAX: Final = 1 << 20
OPEN_MAX: Final = 1_000
_DAY_MS: Final = 86_400_000


class ProposalAlone(Unprocessable):
    title = "nobody is left to sign it"
    default_hint = "records that are signed by all are posted under /escrow/records"


class ProposalTooLarge(TooLarge):
    title = "a proposal holds more than it can rightly be"


class ProposalsTooMany(Conflict):
    title = "too many proposals of this party wait for signatures"
    default_hint = "wait until some are signed or expire"


@dataclass(frozen=True, slots=True)
class Progress:
    """A proposal after somebody signed; `written` once the last line was there and the batch has its verdicts."""

    proposal: Proposal
    written: Written | None


def propose_held(
    ledger: Ledger, document: bytes, *, issuer: str, signers: Sequence[str], name: str, seed: bytes, days: int = DAYS_DEFAULT
) -> Proposal:
    """Propose records that `issuer`, whose key the operator holds, says together with `signers`; it signs at once.

    Args:
        name: the id of the proposal; one that is there already is returned as it stands.
        seed: of the salts, 32 bytes; never used for another note.

    Raises:
        ProposalAlone, ProposalTooLarge, ProposalsTooMany, NoHeldKey, PartyNotAdmitted, PartyNotActive, RoleMayNotSign.
        what `read_bodies` raises: the records are malformed.
    """
    records = _records(document)
    state = ledger.state()
    batch = draft_batch(
        records,
        issuer=issuer,
        signers=sorted(set(signers) - {issuer}),
        origin=state.origin,
        first_entry=state.first_entry,
        now=ledger.clock(),
        seed=seed,
        seen=newest_checkpoint(ledger),
        klass=RecordClass.ESCROW,
        read=ReadRule.PARTIES,
    )
    _refuse_parties(state, batch)
    lines = sign_note(batch.text, [held_key(ledger, state, issuer)]).signatures
    return _keep(ledger, batch, lines, document=document, name=name, seed=seed, days=days)


def propose_own(ledger: Ledger, document: bytes, *, note: bytes, seed: bytes, name: str, days: int = DAYS_DEFAULT) -> Proposal:
    """Propose records under a note that names all its signers and bears the lines of some of them.

    Raises:
        SignatureLinesWrong: a line of nobody whom the note names, twice, or out of order.
        NoteNotEscrow, RootDiffers, what `verify_batch` raises, and what `propose_held` raises.
    """
    records = _records(document)
    opened = SignedNote.parse(note)
    batch, state = Batch.parse(opened.text), ledger.state()
    if batch.klass is not RecordClass.ESCROW:
        raise NoteNotEscrow(seen=batch.klass.value, wanted="class escrow")
    signed_by = [line.name for line in opened.signatures]
    if signed_by != [party for party in batch.parties if party in signed_by]:
        raise SignatureLinesWrong(seen=", ".join(signed_by), wanted=f"some of {', '.join(batch.parties)}, in this order")
    _refuse_parties(state, batch)
    partly = SignedBatch(batch, note, opened.signatures)
    statement = Statement(batch.issuer, batch.klass, batch.read, records, escrow=read_bodies(records))
    take_signed(state, statement, signed=partly, seed=seed)
    verify_batch(partly, state.keys_of)
    return _keep(ledger, batch, opened.signatures, document=document, name=name, seed=seed, days=days)


def sign_held(ledger: Ledger, name: str, *, party: str, queue: Queue) -> Progress:
    """Sign with the key that the operator holds for `party`.

    Raises:
        ProposalAbsent, NoHeldKey, and what writing the batch raises where this was the last line.
    """
    with reading(ledger.engine) as connection:
        proposal = read_proposal(connection, name, party=party, now=ledger.clock())
    (line,) = sign_note(proposal.text, [held_key(ledger, ledger.state(), party)]).signatures
    return _sign(ledger, proposal, line, queue)


def sign_with_line(ledger: Ledger, name: str, *, line: str, queue: Queue) -> Progress:
    """Add the signature line `— <party> <base64>` of a party that signs with its own key.

    Raises:
        ProposalAbsent, NoteMalformed, what `verify_batch` raises, and what `sign_held` raises.
    """
    signature = SignatureLine.parse(line)
    with reading(ledger.engine) as connection:
        proposal = read_proposal(connection, name, party=signature.name, now=ledger.clock())
    verify_batch(SignedBatch(Batch.parse(proposal.text), b"", (signature,)), ledger.state().keys_of)
    return _sign(ledger, proposal, signature, queue)


def proposals_waiting(ledger: Ledger, party: str, *, after: str = "", limit: int = 100) -> list[Proposal]:
    """Proposals that wait for the signature of `party`, by id."""
    with reading(ledger.engine) as connection:
        now = ledger.clock()
        names = waiting_for(connection, party, now=now, after=after, limit=limit)
        return [read_proposal(connection, name, party=party, now=now) for name in names]


def show_proposal(ledger: Ledger, name: str, *, party: str | None) -> tuple[Proposal, bytes]:
    """A proposal and its seed, with which each of its parties checks what it signs. `party` None: who has the directory.

    Raises:
        ProposalAbsent: there is none, or not for this party.
    """
    with reading(ledger.engine) as connection:
        proposal = read_proposal(connection, name, party=party, now=ledger.clock())
    return proposal, ledger.seal.open(_label(name), proposal.seed)


def _records(document: bytes) -> list[bytes]:
    if len(document) > DOCUMENT_BYTES_MAX:
        raise ProposalTooLarge(seen=f"{len(document)} bytes", wanted=f"at most {DOCUMENT_BYTES_MAX}")
    records = split_records(document)
    read_bodies(records)
    return records


def _refuse_parties(state: Governance, batch: Batch) -> None:
    """Refuse at once who could not sign anyway; the turn in the log checks again."""
    if not batch.signers:
        raise ProposalAlone(seen=batch.issuer, wanted="at least one more signer")
    for name in batch.parties:
        party = state.party(name)
        if party.standing is not Standing.ACTIVE:
            raise PartyNotActive(seen=f"{name} is {party.standing}", wanted="an active party")
        refuse_unauthorised(party.roles, RecordClass.ESCROW)
        if not party.valid_keys:
            raise PartyUnknown(seen=name, wanted="a party with a valid key")


def _keep(
    ledger: Ledger, batch: Batch, lines: Sequence[SignatureLine], *, document: bytes, name: str, seed: bytes, days: int
) -> Proposal:
    signed = {line.name: str(line) for line in lines}
    if len(signed) == len(batch.parties):
        raise ProposalAlone(seen=", ".join(signed), wanted="a note that not all have signed yet")
    now = ledger.clock()
    signatories = tuple(Signatory(party, signed.get(party)) for party in batch.parties)
    expires = Instant(now + days * _DAY_MS)
    sealed = ledger.seal.close(_label(name), seed)
    proposal = Proposal(name, batch.issuer, batch.text, sealed, document, now, expires, signatories)
    with writing(ledger.engine) as connection:
        drop_expired(connection, now=now)
        waiting = count_open(connection, batch.issuer, now=now)
        if waiting >= OPEN_MAX:
            raise ProposalsTooMany(seen=f"{waiting} proposals", wanted=f"fewer than {OPEN_MAX}")
        keep_proposal(connection, proposal)
        return read_proposal(connection, name, party=None, now=now)


def _sign(ledger: Ledger, proposal: Proposal, line: SignatureLine, queue: Queue) -> Progress:
    with writing(ledger.engine) as connection:
        add_signature(connection, proposal.id, line.name, str(line))
        proposal = read_proposal(connection, proposal.id, party=line.name, now=ledger.clock())
    if proposal.missing:
        return Progress(proposal, None)
    # The lines are all there for good: whoever sends one again after a crash only lets the batch be written.
    lines = tuple(SignatureLine.parse(one.line or "") for one in proposal.signatories)
    signed = SignedBatch.parse(SignedNote(proposal.text, lines).to_bytes())
    seed = ledger.seal.open(_label(proposal.id), proposal.seed)
    written = submit_signed(ledger, split_records(proposal.document), signed=signed, seed=seed, queue=queue)
    with writing(ledger.engine) as connection:
        mark_written(connection, proposal.id, written.entry)
    return Progress(replace(proposal, entry=written.entry), written)


def _label(name: str) -> str:
    return f"proposal {name}"
