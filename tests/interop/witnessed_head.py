"""Heads of a small log in memory, to be put before witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, reader_of, root_of
from ledger.evidence.note import SignedNote

ORIGIN = "ledger.example/witnessed"
LOG_KEY = SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes(range(32)))
ML_DSA_LOG_KEY = SigningKey.from_private(ORIGIN, KeyType.MLDSA44, bytes(range(32)))
STRANGER = SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes(32))


@dataclass(frozen=True)
class Heads:
    """Every head of a log whose entry `i` is the number `i`; another `history` is another log of that name."""

    history: str = "first"
    keys: Sequence[SigningKey] = (LOG_KEY,)

    def note(self, size: int) -> SignedNote:
        leaves = [leaf_hash(f"{self.history} {number}".encode()) for number in range(size)]
        root = root_of(leaves) if size else EMPTY_ROOT
        return sign_checkpoint(Checkpoint(ORIGIN, size, root), list(self.keys), time_s=1_800_000_000)

    def request(self, old_size: int, size: int, *, says: int | None = None) -> AddCheckpoint:
        """To cosign the head of `size` from `old_size` on; `says` is the old size that is written into it."""
        leaves = [leaf_hash(f"{self.history} {number}".encode()) for number in range(size)]
        proof = consistency_proof(old_size=old_size, new_size=size, read=reader_of(leaves)) if 0 < old_size < size else []
        return AddCheckpoint(old_size if says is None else says, tuple(proof), self.note(size).to_bytes())
