"""The batch that parties are to sign over their records with salts of their own, before any of them has signed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.actions.capture.stage_batch import context_digest
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import commit_all, derive_salts
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest, root_of


def draft_batch(
    records: Sequence[bytes],
    *,
    klass: RecordClass,
    issuer: str,
    signers: Sequence[str],
    origin: str,
    first_entry: Digest,
    now: Instant,
    seed: bytes,
    read: ReadRule,
    context: bytes | None = None,
    seen: tuple[int, Digest] | None = None,
) -> Batch:
    """The batch of `records` that `issuer` and `signers` (in any order) sign, with salts derived from `seed`.

    Args:
        context: the raw bytes of `@context`, in class epcis.
        seen: a checkpoint of this log, (size, root), that the parties cite.

    Raises:
        NameMalformed, SignersMisordered, BatchSizeWrong, SeedMalformed.
    """
    batch = Batch(
        origin=origin,
        first_entry=first_entry,
        issuer=issuer,
        signers=tuple(sorted(signers)),
        klass=klass,
        read=read,
        time=now,
        context=None if context is None else context_digest(context),
        seen=seen,
        size=len(records),
        root=bytes(32),
    )
    salts = derive_salts(
        seed=seed, log_line=batch.log_line, issuer_line=batch.issuer_line, time_line=batch.time_line, count=len(records)
    )
    commitments = commit_all(origin=origin, issuer=issuer, salts=salts, bodies=records)
    return replace(batch, root=root_of(commitments))
