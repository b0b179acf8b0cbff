"""Receipts: a `.tlog-proof` file for one record, and its numbered verification offline.

The body travels beside the receipt. Nothing in a receipt is trusted before it is checked.

Source: docs/FORMATS.md, "Receipt"; C2SP tlog-proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from msgspec import UNSET

from ledger.errors import Misused, TooLarge, Untrusted
from ledger.evidence.authority import refuse_unauthorised
from ledger.evidence.batch import Batch, verify_batch
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.commitment import SALT_BYTES, commit
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.founding import FOUNDING_TYPE, FoundingUnproven, founding_keys
from ledger.evidence.merkle import DIGEST_BYTES, Digest, InclusionUnproven, leaf_hash, verify_inclusion
from ledger.evidence.policy import Policy
from ledger.evidence.receipt_extra import Extra, ExtraKey, ReceiptMalformed, print_extra, read_extra
from ledger.evidence.record import read_record
from ledger.evidence.register import KeyLine
from ledger.evidence.spelling import format_base64
from ledger.evidence.statement import refuse_context, refuse_erased, type_in_batch
from ledger.evidence.tlog_proof import TlogProof
from ledger.evidence.verdict import ReceiptVerdict

RECEIPT_BYTES_MAX: Final = 4 << 20
"""Room for the largest entry and the largest context, each base64 twice."""


class ReceiptTooLarge(TooLarge):
    title = "a receipt is larger than any receipt can be"


class EntryUnproven(Untrusted):
    title = "the entry does not stand at this index under the checkpoint"


class EntryMisplaced(Untrusted):
    title = "an entry other than the first looks like the founding of a ledger, or the first one does not"


class BatchOfAnotherLog(Untrusted):
    title = "the batch was signed for another log, or for another ledger of that name"


class ReceiptKeysWrong(Untrusted):
    title = "a receipt does not bring exactly one key line per party that the batch note names"


class RecordUnproven(Untrusted):
    title = "this body does not stand at this place in the batch that its issuer signed"
    default_hint = "the body is the record's bytes exactly, from { to }, without a line break behind them"


class KeyNotRegistered(Untrusted):
    title = "a key was not in the key register of this entry: never admitted, suspended or revoked"


class BodyUnprovable(Untrusted):
    title = "the receipt of an erased record cannot prove any body"


class BodyNotGiven(Misused):
    title = "the receipt of a record that is not erased needs the record's body beside it"


@dataclass(frozen=True, slots=True)
class ProvenKey:
    """The key line of one named party, and the path from it to the entry's register root."""

    line: KeyLine
    place: int
    path: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The claims of a receipt, none of them checked.

    Args:
        checkpoint_note: the checkpoint with its signatures and cosignatures, verbatim.
        index, inclusion: of the entry under the checkpoint's root.
        entry: the entry, verbatim.
        place, path: of the record's commitment under the batch's root.
        salt: 16 bytes; None of an erased record, of which the 32-byte `commitment` is given instead.
        keys: one per party named in the batch note, in its order; none at entry 0.
        context: the bytes behind the note's `context` line; None outside class epcis.

    Raises:
        ReceiptMalformed: both salt and commitment, or neither, or one of another length.
    """

    checkpoint_note: bytes
    index: int
    inclusion: tuple[Digest, ...]
    entry: bytes
    place: int
    path: tuple[Digest, ...]
    salt: bytes | None
    commitment: Digest | None
    keys: tuple[ProvenKey, ...]
    context: bytes | None

    def __post_init__(self) -> None:
        lengths = tuple(None if found is None else len(found) for found in (self.salt, self.commitment))
        if lengths not in ((SALT_BYTES, None), (None, DIGEST_BYTES)):
            raise ReceiptMalformed(seen=f"lengths {lengths}", wanted="a salt or, of an erased record, a commitment")

    def to_bytes(self) -> bytes:
        return TlogProof(print_extra(self._extra()), self.index, self.inclusion, self.checkpoint_note).to_bytes()

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Read exactly what `to_bytes` prints; the entry and the checkpoint are not looked into.

        Raises:
            ReceiptTooLarge: over `RECEIPT_BYTES_MAX`.
            ReceiptMalformed: JSON members unknown, missing, repeated or spelled otherwise.
            What `TlogProof.parse`, `KeyLine.parse` and `parse_base64` raise.
        """
        if len(data) > RECEIPT_BYTES_MAX:
            raise ReceiptTooLarge(seen=f"{len(data)} bytes", wanted=f"at most {RECEIPT_BYTES_MAX}")
        proof = TlogProof.parse(data)
        extra = read_extra(proof.extra)
        return cls(
            checkpoint_note=proof.checkpoint_note,
            index=proof.index,
            inclusion=proof.inclusion,
            entry=extra.entry,
            place=extra.place,
            path=extra.path,
            salt=extra.salt,
            commitment=None if extra.commitment is UNSET else extra.commitment,
            keys=tuple(ProvenKey(KeyLine.parse(key.line), key.place, key.path) for key in extra.keys),
            context=extra.context,
        )

    def _extra(self) -> Extra:
        return Extra(
            entry=self.entry,
            place=self.place,
            path=self.path,
            salt=self.salt,
            commitment=UNSET if self.commitment is None else self.commitment,
            keys=tuple(ExtraKey(key.line.line, key.place, key.path) for key in self.keys),
            context=self.context,
        )


def make_receipt(
    *,
    checkpoint_note: bytes,
    index: int,
    inclusion: Sequence[Digest],
    entry: bytes,
    place: int,
    path: Sequence[Digest],
    salt: bytes | None,
    commitment: Digest | None,
    keys: Sequence[tuple[KeyLine, int, Sequence[Digest]]],
    context: bytes | None,
) -> bytes:
    """Return the bytes of a receipt. The arguments are the fields of `Receipt`; `keys` holds line, place and path of each.

    Raises:
        ReceiptMalformed: both salt and commitment, or neither.
    """
    proven = tuple(ProvenKey(line, at, tuple(hashes)) for line, at, hashes in keys)
    return Receipt(
        checkpoint_note, index, tuple(inclusion), entry, place, tuple(path), salt, commitment, proven, context
    ).to_bytes()


def verify_receipt(receipt: bytes, *, body: bytes | None, policy: Policy) -> ReceiptVerdict:
    """Verify a receipt offline by the nine numbered steps, and return what it has shown.

    The caller answers for the policy, and for saying step 9 and what is left to audit beside every verdict.

    Args:
        receipt: the `.tlog-proof` file.
        body: the record's bytes; None where the receipt is of an erased record.
        policy: whom the caller trusts.

    Raises:
        Untrusted: its leaves say which step failed; so do those of Malformed and TooLarge where a part does not parse.
        BodyNotGiven: the record is not erased and `body` is None.
    """
    # 1. The policy gives log keys, first-entry hash, witness keys and quorum. Nothing in the receipt is trusted yet.
    claim = Receipt.parse(receipt)
    # 2. The checkpoint's origin and signature match a log key of the policy. 3. Its cosignatures satisfy the quorum.
    opened = policy.open(claim.checkpoint_note)
    # 4. The entry is included at `index` in the checkpoint's tree.
    _prove_entry(claim, opened.checkpoint)
    # 5. The entry parses, and its batch note names this log and this first entry.
    entry = Entry.parse(claim.entry)
    signed = entry.signed()
    _refuse_other_log(claim, entry, signed.batch, policy)
    # 6. Every signature verifies with the key in its key line, one per named party.
    commitment = _commitment(claim, signed.batch, body)
    parties = _key_lines(claim, signed.batch, body)
    keys = {line.party: (line.key,) for line in parties}
    verify_batch(signed, lambda party: keys.get(party, ()))
    # 7. The commitment is included at `place` in the batch's tree; record, type and context obey their rules.
    _prove_record(claim, signed.batch, commitment)
    refuse_context(claim.context, signed.batch)
    record_type = None if body is None else type_in_batch(body, signed.batch)
    if record_type == FOUNDING_TYPE and claim.index:
        raise EntryMisplaced(seen=f"{FOUNDING_TYPE} at entry {claim.index}", wanted="entry 0: no log is founded twice")
    # 8. Each key line is included in the entry's register, and its role may sign the class.
    _prove_keys(claim, entry)
    for line in parties:
        refuse_unauthorised(line.roles, signed.batch.klass)
    # 9. What this shows, and what it does not, the verdict says in words.
    return ReceiptVerdict(
        index=claim.index,
        place=claim.place,
        batch=signed.batch,
        parties=parties,
        entry_time=entry.time,
        opened=opened,
        record_type=record_type,
        body_available=body is not None,
    )


def _prove_entry(claim: Receipt, checkpoint: Checkpoint) -> None:
    leaf = leaf_hash(claim.entry)
    with _failing_as(EntryUnproven):
        verify_inclusion(index=claim.index, size=checkpoint.size, leaf_hash=leaf, proof=claim.inclusion, root=checkpoint.root)


def _refuse_other_log(claim: Receipt, entry: Entry, batch: Batch, policy: Policy) -> None:
    first = policy.first_entry if claim.index else GENESIS
    if (batch.origin, batch.first_entry) != (policy.origin, first):
        raise BatchOfAnotherLog(seen=batch.log_line, wanted=f"log {policy.origin} {format_base64(first)}")
    is_first = (entry.leaf_hash() == policy.first_entry, entry.prev == GENESIS, entry.register_size == 0)
    if is_first != ((claim.index == 0),) * 3:
        raise EntryMisplaced(seen=f"entry {claim.index}, prev {entry.prev.hex()}", wanted="the founding at 0 and nowhere else")


def _commitment(claim: Receipt, batch: Batch, body: bytes | None) -> Digest:
    if claim.commitment is not None:
        refuse_erased(batch)
        if body is not None:
            raise BodyUnprovable(seen=f"a body of {len(body)} bytes", wanted="none: the salt is erased")
        return claim.commitment
    if body is None or claim.salt is None:
        raise BodyNotGiven(seen="no body", wanted=f"the body of record {claim.index}/{claim.place}")
    return commit(origin=batch.origin, issuer=batch.issuer, salt=claim.salt, body=body)


def _key_lines(claim: Receipt, batch: Batch, body: bytes | None) -> tuple[KeyLine, ...]:
    lines = tuple(key.line for key in claim.keys)
    if claim.index == 0 and not lines:
        if body is None:
            raise FoundingUnproven(seen="an erased record", wanted=FOUNDING_TYPE)
        return founding_keys(read_record(body), batch)
    named = tuple(line.party for line in lines)
    if claim.index == 0 or named != batch.parties:
        wanted = batch.parties if claim.index else ("no lines at entry 0",)
        raise ReceiptKeysWrong(seen=", ".join(named), wanted=", ".join(wanted))
    return lines


def _prove_record(claim: Receipt, batch: Batch, commitment: Digest) -> None:
    with _failing_as(RecordUnproven):
        verify_inclusion(index=claim.place, size=batch.size, leaf_hash=commitment, proof=claim.path, root=batch.root)


def _prove_keys(claim: Receipt, entry: Entry) -> None:
    for key in claim.keys:
        with _failing_as(KeyNotRegistered):
            verify_inclusion(
                index=key.place, size=entry.register_size, leaf_hash=key.line.leaf, proof=key.path, root=entry.register_root
            )


@contextmanager
def _failing_as(error: type[Untrusted]) -> Iterator[None]:
    try:
        yield
    except InclusionUnproven as reason:
        raise error(seen=reason.seen, wanted=reason.wanted) from reason
