"""What witnesses are asked to cosign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.add_log import AddLog
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.note import SignedNote


@dataclass(frozen=True, slots=True)
class Asked:
    """A checkpoint that nobody but witnesses has seen.

    Attributes:
        note: signed by the log.
        size: of the checkpoint.
        log_keys: the keys that signed it.
        proof_from: size of an earlier checkpoint, 1 or more, to the proof that this one goes on from it.
    """

    note: SignedNote
    size: int
    log_keys: tuple[VerifierKey, ...]
    proof_from: Callable[[int], Sequence[Digest]]

    def request(self, old_size: int) -> bytes:
        """The body that asks a witness that cosigned `old_size` last, 0 for none so far."""
        proof = tuple(self.proof_from(old_size)) if old_size else ()
        return AddCheckpoint(old_size, proof, self.note.to_bytes()).to_bytes()

    def introduction(self) -> bytes:
        """The body that introduces the log to a witness."""
        return AddLog(self.log_keys, self.note.to_bytes()).to_bytes()
