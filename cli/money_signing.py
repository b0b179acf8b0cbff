"""One's own keys over escrow records: signed on this machine, and never sent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.split_records import split_records
from ledger.actions.escrow.submit_records import read_bodies
from ledger.errors import Untrusted
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import SEED_BYTES, commit_all, derive_salts
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest, root_of
from ledger.evidence.note import sign_note
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.spelling import format_base64


class ProposalElsewhere(Untrusted):
    title = "the note of the proposal is for another ledger, or for something else than escrow"
    default_hint = "do not sign it; is the policy file that of this ledger?"


class ProposalUntrue(Untrusted):
    title = "the note of the proposal is not over the records that are shown with it"
    default_hint = "do not sign it; ask the proposer, and the operator of the server"


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note that bears the lines of one's own keys, and the seed of its salts."""

    note: bytes
    seed: bytes


def sign_here(
    document: bytes,
    keys: Sequence[NoteSigner],
    *,
    signers: Sequence[str] = (),
    origin: str,
    first_entry: Digest,
    now: Instant,
    seen: tuple[int, Digest] | None = None,
) -> OwnNote:
    """Sign records with `keys`, the issuer's first; `signers` are parties that sign later, elsewhere."""
    records, seed = split_records(document), os.urandom(SEED_BYTES)
    read_bodies(records)
    names = [key.verifier.name for key in keys]
    batch = draft_batch(
        records,
        issuer=names[0],
        signers=sorted({*names[1:], *signers} - {names[0]}),
        origin=origin,
        first_entry=first_entry,
        now=now,
        seed=seed,
        seen=seen,
        klass=RecordClass.ESCROW,
        read=ReadRule.PARTIES,
    )
    by_name = {key.verifier.name: key for key in keys}
    lines = [by_name[party] for party in batch.parties if party in by_name]
    return OwnNote(sign_note(batch.text, lines).to_bytes(), seed)


def line_under(text: str, key: NoteSigner, *, document: bytes, seed: bytes, origin: str, first_entry: Digest) -> str:
    """The signature line of `key` under the text of a proposal, once it is seen to be over `document`, for this ledger.

    Raises:
        ProposalElsewhere: something else than records of escrow in this ledger would be signed.
        ProposalUntrue: another's records would be signed.
    """
    batch, records = Batch.parse(text), split_records(document)
    if (batch.origin, batch.first_entry, batch.klass) != (origin, first_entry, RecordClass.ESCROW):
        wanted = f"log {origin} {format_base64(first_entry)}, class {RecordClass.ESCROW}"
        raise ProposalElsewhere(seen=f"{batch.log_line}, class {batch.klass}", wanted=wanted)
    lines = {"log_line": batch.log_line, "issuer_line": batch.issuer_line, "time_line": batch.time_line}
    salts = derive_salts(seed=seed, **lines, count=len(records))
    root = root_of(commit_all(origin=batch.origin, issuer=batch.issuer, salts=salts, bodies=records))
    if (len(records), root) != (batch.size, batch.root) or key.verifier.name not in batch.parties:
        raise ProposalUntrue(seen=f"{len(records)} records", wanted="those of the signed root")
    (line,) = sign_note(text, [key]).signatures
    return str(line)
