"""The batch that several parties are to sign over the same escrow records, before any of them has signed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.commitment import commit_all, derive_salts
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest, root_of


def draft_batch(
    records: Sequence[bytes],
    *,
    issuer: str,
    signers: Sequence[str],
    origin: str,
    first_entry: Digest,
    now: Instant,
    seed: bytes,
    seen: tuple[int, Digest] | None = None,
    read: ReadRule = ReadRule.PARTIES,
) -> Batch:
    """The batch of `records` that `issuer` and `signers` (in any order) sign, with salts derived from `seed`.

    Raises:
        NameMalformed, SignersMisordered, BatchSizeWrong, SeedMalformed.
    """
    batch = Batch(
        origin=origin,
        first_entry=first_entry,
        issuer=issuer,
        signers=tuple(sorted(signers)),
        klass=RecordClass.ESCROW,
        read=read,
        time=now,
        context=None,
        seen=seen,
        size=len(records),
        root=bytes(32),
    )
    salts = derive_salts(
        seed=seed, log_line=batch.log_line, issuer_line=batch.issuer_line, time_line=batch.time_line, count=len(records)
    )
    commitments = commit_all(origin=origin, issuer=issuer, salts=salts, bodies=records)
    return replace(batch, root=root_of(commitments))
