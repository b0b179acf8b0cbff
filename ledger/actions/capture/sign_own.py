"""Sign records as their parties do, on their own machines: the batch note, and the seed of its salts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.actions.capture.draft_batch import draft_batch
from ledger.actions.capture.stage_batch import pad_bodies
from ledger.errors import Unprocessable
from ledger.evidence.authority import EVENT_TYPES, ReadRule, RecordClass
from ledger.evidence.batch import BATCH_BYTES_MAX, sign_batch
from ledger.evidence.commitment import SEED_BYTES
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.evidence.note_signer import NoteSigner
from ledger.evidence.record import read_json
from ledger.trade.epcis.document import split_document, split_event


class NothingToSign(Unprocessable):
    title = "there is no event in it, or no @context that explains its terms"


@dataclass(frozen=True, slots=True)
class OwnNote:
    """What travels beside the document: the signed batch note, and 32 random bytes that only the ledger may see."""

    note: bytes
    seed: bytes = field(repr=False)


def sign_own(
    data: bytes,
    key: NoteSigner,
    *,
    origin: str,
    first_entry: Digest,
    read: ReadRule,
    now: Instant,
    seed: bytes | None = None,
    pad_to: int = 0,
) -> OwnNote:
    """Sign `data`, a document or a single event exactly as it will be sent, as the party that `key` is named after.

    Args:
        seed: fresh random bytes unless given. A seed must never serve two notes.
        pad_to: how many records the batch has in the end, empty ones counted; 0 for as many as say something.

    Raises:
        NothingToSign: there is nothing in it, or nothing explains it.
        PaddingTooFew: there are more records than it is to be padded to.
        what `read_json` and `split_document` raise: it cannot be read at all.
    """
    bodies, context = _records(data)
    return sign_note(
        pad_bodies(bodies, RecordClass.EPCIS, pad_to),
        [key],
        origin=origin,
        first_entry=first_entry,
        klass=RecordClass.EPCIS,
        read=read,
        now=now,
        context=context,
        seed=seed,
    )


def sign_note(
    bodies: Sequence[bytes],
    keys: Sequence[NoteSigner],
    *,
    origin: str,
    first_entry: Digest,
    klass: RecordClass,
    read: ReadRule,
    now: Instant,
    context: bytes | None = None,
    seen: tuple[int, Digest] | None = None,
    seed: bytes | None = None,
) -> OwnNote:
    """Sign the records `bodies` as one batch with `keys`: the issuer's first, the other parties' in any order.

    Args:
        context: the raw bytes of `@context`, in class epcis.
        seen: a checkpoint of this log, (size, root), that the parties cite.
        seed: fresh random bytes unless given. A seed must never serve two notes.
    """
    seed = os.urandom(SEED_BYTES) if seed is None else seed
    issuer, *signers = keys
    signers.sort(key=lambda key: key.verifier.name)
    batch = draft_batch(
        bodies,
        klass=klass,
        issuer=issuer.verifier.name,
        signers=[key.verifier.name for key in signers],
        origin=origin,
        first_entry=first_entry,
        now=now,
        seed=seed,
        read=read,
        context=context,
        seen=seen,
    )
    return OwnNote(sign_batch(batch, [issuer, *signers]).note, seed)


def is_event(data: bytes) -> bool:
    """Whether `data` is a single event rather than a document.

    Raises:
        what `read_json` raises.
    """
    value = read_json(data, bytes_max=BATCH_BYTES_MAX)
    return isinstance(value, dict) and value.get("type") in EVENT_TYPES


def _records(data: bytes) -> tuple[Sequence[bytes], bytes]:
    if is_event(data):
        body, context = split_event(data)
        return [body], context
    document = split_document(data)
    if document.context is None or not document.events:
        raise NothingToSign(seen=f"{len(document.events)} events", wanted="an EPCIS document with events and @context")
    return [document.record, *document.events], document.context
