"""What an operator keeps of one entry and its batch, and what must stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ledger.audit.source import BatchColumns, KeptRows
from ledger.evidence.batch import Batch
from ledger.evidence.merkle import Digest, root_of

_BLOCK: Final = 256
ROWS_AN_ENTRY: Final = 2
"""Rows that every entry has: its own and that of its batch."""


class KeptBatches(NamedTuple):
    """The rows of the entries from `start` on; a part that cannot be read is None."""

    start: int
    hashes: Sequence[bytes | None] | None
    columns: Sequence[BatchColumns | None] | None
    blocks: Mapping[int, bytes] | None

    @classmethod
    def read(cls, kept: KeptRows, start: int, stop: int) -> KeptBatches:
        """Read all three.

        Raises:
            SourceUnreadable: one of them cannot be read.
        """
        return cls(start, kept.leaf_hashes(start, stop), kept.batches(start, stop), kept.blocks(start, stop))

    def rows_if_right(self, index: int, leaf: Digest, batch: Batch, commitments: Sequence[Digest]) -> int | None:
        """How many rows of this entry there are, if all are as they must be; else None."""
        if self.hashes is None or self.columns is None or self.blocks is None:
            return None
        wanted, block = blocks_of(commitments), self.blocks.get(index)
        at = index - self.start
        right = self.hashes[at] in (leaf, None) and self.columns[at] == columns_of(batch) and block == wanted
        return ROWS_AN_ENTRY + (wanted is not None) if right else None


def columns_of(batch: Batch) -> BatchColumns:
    return BatchColumns(batch.issuer, batch.klass.value, batch.read.value, batch.size, batch.root)


def blocks_of(commitments: Sequence[Digest]) -> bytes | None:
    """The joined roots of each 256 commitments, which only a batch of more than those has."""
    if len(commitments) <= _BLOCK:
        return None
    whole = len(commitments) // _BLOCK
    return b"".join(root_of(commitments[at * _BLOCK : (at + 1) * _BLOCK]) for at in range(whole))


def differing(row: BatchColumns, wanted: BatchColumns) -> Iterator[str]:
    """What each wrong column says, and what the note says."""
    for name, seen, true in zip(row._fields, row, wanted, strict=True):
        if seen != true:
            shown, right = (value.hex()[:16] if isinstance(value, bytes) else value for value in (seen, true))
            yield f"{name} is {shown}, the note says {right}"
