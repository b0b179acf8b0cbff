"""A log in memory as a source to audit, honest unless a test bends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.audit.source import BatchRecords
from ledger.evidence.merkle import root_of
from ledger.evidence.tile import TILE_WIDTH, TileAddress
from tests.scenario import TinyLedger


@dataclass
class MemorySource:
    """Shows a `TinyLedger`; `entries_held`, `records_held` and `tiles_held` replace what it shows."""

    ledger: TinyLedger
    sizes: Sequence[int] = ()
    entries_held: dict[int, bytes | None] = field(default_factory=dict)
    records_held: dict[int, BatchRecords] = field(default_factory=dict)
    tiles_held: dict[tuple[int, int], bytes | None] = field(default_factory=dict)
    checkpoints_held: dict[int, bytes] = field(default_factory=dict)
    description = "memory"
    kept = None

    def newest(self) -> bytes:
        return list(self.published())[-1][1]

    def published(self) -> Iterator[tuple[int, bytes]]:
        for size in (*self.sizes, len(self.ledger.written)):
            yield size, self.checkpoints_held.get(size, self.ledger.checkpoint(size=size))

    def size(self) -> int:
        return 0

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        written = self.ledger.written
        true = [written[index].entry.to_bytes() if index < len(written) else None for index in range(start, stop)]
        return [self.entries_held.get(index, entry) for index, entry in zip(range(start, stop), true, strict=True)]

    def tile(self, address: TileAddress) -> bytes | None:
        if (address.level, address.index) in self.tiles_held:
            return self.tiles_held[address.level, address.index]
        hashes = self.ledger.leaves
        for _ in range(address.level):
            hashes = [root_of(hashes[at : at + TILE_WIDTH]) for at in range(0, len(hashes) - TILE_WIDTH + 1, TILE_WIDTH)]
        first = address.index * TILE_WIDTH
        return b"".join(hashes[first : first + address.width])

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        for index in range(start, stop):
            yield self.records_held.get(index) or self.true_records(index)

    def true_records(self, index: int) -> BatchRecords:
        written = self.ledger.written[index]
        return BatchRecords(
            written.context, range(len(written.bodies)), list(written.commitments), list(written.salts), list(written.bodies)
        )
