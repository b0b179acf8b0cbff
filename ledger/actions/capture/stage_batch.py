"""Turn records into a signed batch that waits for its turn: signed with a held key, or checked as the issuer signed it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.actions.log.staging import NOT_INDEXED, Indexed, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import Conflict, Untrusted
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, SignedBatch, sign_batch, verify_batch
from ledger.evidence.commitment import SALT_BYTES, commit_all, derive_salts
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.evidence.merkle import Digest, root_of
from ledger.evidence.statement import PaddingMisplaced, refuse_context
from ledger.storage.blocks import BLOCK, block_roots
from ledger.storage.database import reading
from ledger.storage.held_keys import held_vkeys, open_key
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.state import Governance


class RootDiffers(Untrusted):
    title = "the signed root is not the root over the records that were sent"
    default_hint = "check the bytes, their order, the seed, and the log, issuer and time lines that derive the salts"


class BatchSizeDiffers(Conflict):
    title = "the note's size does not fit the records that were sent"


class NoHeldKey(Conflict):
    title = "the operator holds no valid key for this party"
    default_hint = "a party with its own keys signs itself: --key FILE, or multipart parts note, seed and document"


class PaddingTooFew(Conflict):
    title = "the batch says more than it is to be padded to, so its number would show"
    default_hint = "nothing was written; pad to more, or send less at once"


_NEVER_PADDED: Final = frozenset({RecordClass.GOVERNANCE, RecordClass.ESCROW})


@dataclass(frozen=True, slots=True)
class Statement:
    """What an issuer says at once.

    Attributes:
        bodies: the records in order of place, each checked by the strict pass.
        context: the raw bytes of `@context`, in class epcis.
        governance_body: the parsed record, in class governance.
        escrow: the parsed records, in class escrow.
        pad_to: how many records the batch that is signed here has in the end, empty ones counted.
    """

    issuer: str
    klass: RecordClass
    read: ReadRule
    bodies: Sequence[bytes]
    context: bytes | None = None
    governance_body: GovernanceBody | None = None
    escrow: Sequence[EscrowBody] = ()
    pad_to: int = 0


def sign_for(
    ledger: Ledger,
    state: Governance,
    statement: Statement,
    *,
    now: Instant,
    signers: Sequence[str] = (),
    seen: tuple[int, Digest] | None = None,
    indexed: Indexed = NOT_INDEXED,
) -> StagedBatch:
    """Sign `statement` with the keys that the operator holds for its issuer and `signers`.

    Raises:
        NoHeldKey: one of the parties has no valid key here.
    """
    keys = [held_key(ledger, state, party) for party in (statement.issuer, *signers)]
    return sign_with(statement, keys, origin=state.origin, first_entry=state.first_entry, now=now, seen=seen, indexed=indexed)


def sign_with(
    statement: Statement,
    keys: Sequence[SigningKey],
    *,
    origin: str,
    first_entry: Digest,
    now: Instant,
    seen: tuple[int, Digest] | None = None,
    indexed: Indexed = NOT_INDEXED,
) -> StagedBatch:
    """Sign `statement` with `keys`, one per party: the issuer's first, then those of its signers in ascending order.

    `seen` is a checkpoint of this log, (size, root), that the signers cite.

    Raises:
        PaddingTooFew, PaddingMisplaced.
    """
    if statement.pad_to:
        statement = replace(statement, bodies=pad_bodies(statement.bodies, statement.klass, statement.pad_to))
    salt_bytes = os.urandom(SALT_BYTES * len(statement.bodies))
    salts = [salt_bytes[at : at + SALT_BYTES] for at in range(0, len(salt_bytes), SALT_BYTES)]
    commitments = commit_all(origin=origin, issuer=statement.issuer, salts=salts, bodies=statement.bodies)
    batch = Batch(
        origin=origin,
        first_entry=first_entry,
        issuer=statement.issuer,
        signers=tuple(key.verifier.name for key in keys[1:]),
        klass=statement.klass,
        read=statement.read,
        time=now,
        context=None if statement.context is None else context_digest(statement.context),
        seen=seen,
        size=len(commitments),
        root=root_of(commitments),
    )
    return _staged(sign_batch(batch, keys), tuple(key.verifier for key in keys), statement, salts, commitments, indexed=indexed)


def pad_bodies(bodies: Sequence[bytes], klass: RecordClass, pad_to: int) -> Sequence[bytes]:
    """`bodies`, and after them as many empty ones as it takes to be `pad_to`; 0 pads nothing.

    Raises:
        PaddingTooFew: there are more already, which the padding was to hide.
        PaddingMisplaced: there is nothing to pad, or it is of a class of which every record is read.
    """
    if not pad_to:
        return bodies
    if klass in _NEVER_PADDED or not bodies:
        raise PaddingMisplaced(seen=f"class {klass}, {len(bodies)} records", wanted="another class, beside a record")
    if pad_to < len(bodies):
        raise PaddingTooFew(seen=f"{len(bodies)} records", wanted=f"at most {pad_to}")
    return [*bodies, *[b""] * (pad_to - len(bodies))]


def take_signed(
    state: Governance, statement: Statement, *, signed: SignedBatch, seed: bytes, indexed: Indexed = NOT_INDEXED
) -> StagedBatch:
    """Check a batch that its issuer signed: size, context, commitments, root, and every signature.

    `statement.bodies` leaves padding out; what the note's size has beyond them is padding.

    Raises:
        BatchSizeDiffers, ContextDiffers, RootDiffers, and the refusals of `verify_batch`.
    """
    batch = signed.batch
    padding = batch.size - len(statement.bodies)
    if padding < 0 or (padding and (not statement.bodies or batch.klass in _NEVER_PADDED)):
        wanted = "" if batch.klass in _NEVER_PADDED else "at least "
        raise BatchSizeDiffers(seen=batch.size, wanted=f"{wanted}{len(statement.bodies)}")
    refuse_context(statement.context, batch)
    bodies = [*statement.bodies, *[b""] * padding]
    salts = derive_salts(
        seed=seed, log_line=batch.log_line, issuer_line=batch.issuer_line, time_line=batch.time_line, count=batch.size
    )
    commitments = commit_all(origin=batch.origin, issuer=batch.issuer, salts=salts, bodies=bodies)
    if root_of(commitments) != batch.root:
        raise RootDiffers(seen=f"{len(bodies)} records")
    keys = verify_batch(signed, state.keys_ever_of)
    padded = replace(statement, issuer=batch.issuer, klass=batch.klass, read=batch.read, bodies=bodies)
    return _staged(signed, keys, padded, salts, commitments, indexed=indexed)


def held_key(ledger: Ledger, state: Governance, party: str) -> SigningKey:
    """The key that the operator holds for `party` and that is valid now."""
    keys = state.keys_of(party)
    for key in keys:
        opened = ledger.opened_keys.get(key)
        if opened is not None:
            return opened
    valid = {str(key): key for key in keys}
    with reading(ledger.engine) as connection:
        for vkey in held_vkeys(connection, party):
            if vkey in valid:
                opened = open_key(connection, ledger.seal, valid[vkey])
                ledger.opened_keys.keep(opened)
                return opened
    raise NoHeldKey(seen=party)


def context_digest(context: bytes) -> Digest:
    """SHA-256 of the raw bytes of a document's `@context` value. Source: docs/FORMATS.md, "Batch note"."""
    return hashlib.sha256(context).digest()


def _staged(
    signed: SignedBatch,
    keys: tuple[VerifierKey, ...],
    statement: Statement,
    salts: Sequence[bytes],
    commitments: Sequence[Digest],
    *,
    indexed: Indexed,
) -> StagedBatch:
    return StagedBatch(
        signed=signed,
        keys=keys,
        bodies=statement.bodies,
        salts=salts,
        commitments=commitments,
        blocks=block_roots(commitments) if len(commitments) > BLOCK else b"",
        context=statement.context,
        governance_body=statement.governance_body,
        escrow=statement.escrow,
        event_keys=indexed.event_keys,
        identifiers=indexed.identifiers,
        judged=indexed.judged,
        beside=indexed.beside,
    )
