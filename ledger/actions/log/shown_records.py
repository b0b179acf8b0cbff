"""The records of one entry as a server or a bundle shows them: commitments as served, bodies in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.audit.source import BatchRecords
from ledger.evidence.bodies import BodyState, PlacedBody
from ledger.evidence.merkle import DIGEST_BYTES, Digest


def split_commitments(joined: bytes) -> list[Digest]:
    return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]


def shown_records(commitments: Sequence[Digest], context: bytes | None, placed: Sequence[PlacedBody] | None) -> BatchRecords:
    """Put together what an audit reads; `placed` is None where the reader is shown nothing at all of the bodies."""
    if placed is None:
        unseen: Sequence[None] = [None] * len(commitments)
        return BatchRecords(None, range(len(commitments)), commitments, unseen, unseen, frozenset(range(len(commitments))))
    present = [record.state is BodyState.PRESENT for record in placed]
    return BatchRecords(
        context=context,
        places=[record.place for record in placed],
        commitments=[commitments[record.place] if record.place < len(commitments) else None for record in placed],
        salts=[record.salt if here else None for record, here in zip(placed, present, strict=True)],
        bodies=[record.body if here else None for record, here in zip(placed, present, strict=True)],
        withheld=frozenset(record.place for record in placed if record.state is BodyState.WITHHELD),
    )
