"""What witnesses are asked to cosign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.add_log import introduce
from ledger.evidence.key import SigningKey, VerifierKey
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
        vouchers: opens the keys by which witnesses may know the log; needed only where its keys have changed.
    """

    note: SignedNote
    size: int
    log_keys: tuple[VerifierKey, ...]
    proof_from: Callable[[int], Sequence[Digest]]
    vouchers: Callable[[], Sequence[SigningKey]] = tuple

    def request(self, old_size: int) -> bytes:
        """The body that asks a witness that cosigned `old_size` last, 0 for none so far."""
        proof = tuple(self.proof_from(old_size)) if old_size else ()
        return AddCheckpoint(old_size, proof, self.note.to_bytes()).to_bytes()

    def introduction(self) -> bytes:
        """The body that introduces the log to a witness."""
        return introduce(self.note, self.log_keys, by=self.vouchers()).to_bytes()
