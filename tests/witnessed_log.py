"""A log in memory that asks witnesses, and that tests let lie: it can fork, forge, and sign what it likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.add_log import AddLog, introduce
from ledger.evidence.checkpoint import Checkpoint, cosign, sign_checkpoint
from ledger.evidence.key import NOTE_KEY_TYPES, KeyType, SigningKey
from ledger.evidence.merkle import Digest, consistency_proof, leaf_hash, reader_of, root_at
from ledger.evidence.note import SignedNote

ORIGIN = "log.example/a"
LOG_TIME_S = 1_700_000_000


def key_of(seed: str, *, name: str = ORIGIN, kind: KeyType = KeyType.ED25519) -> SigningKey:
    """The same key for the same words, in every process."""
    return SigningKey.from_private(name, kind, sha256(f"{seed}/{kind.name}".encode()).digest())


@dataclass
class MadeLog:
    """Leaves and keys; `history` names which of several possible contents this is."""

    keys: list[SigningKey] = field(default_factory=lambda: [key_of("first")])
    history: str = "honest"
    origin: str = ORIGIN

    def leaves(self, size: int, *, shared: int = 0) -> list[Digest]:
        """The first `size` leaves, of which the first `shared` are the honest history's."""
        return [leaf_hash(f"{'honest' if at < shared else self.history} {at}".encode()) for at in range(size)]

    def checkpoint(self, size: int, *, shared: int = 0) -> Checkpoint:
        return Checkpoint(self.origin, size, root_at(size=size, read=reader_of(self.leaves(size, shared=shared))))

    def note(self, size: int, *, keys: Sequence[SigningKey] | None = None, shared: int = 0) -> SignedNote:
        return signed(self.checkpoint(size, shared=shared), self.keys if keys is None else keys)

    def proof(self, old: int, size: int, *, shared: int = 0) -> list[Digest]:
        if old == 0:
            return []
        return consistency_proof(old_size=old, new_size=size, read=reader_of(self.leaves(size, shared=shared)))

    def request(
        self,
        old: int,
        size: int,
        *,
        shared: int = 0,
        proof: Sequence[Digest] | None = None,
        note: SignedNote | bytes | None = None,
    ) -> bytes:
        """The body that asks to cosign `size` where `old` was cosigned last."""
        said = self.note(size, shared=shared) if note is None else note
        hashes = (self.proof(old, size, shared=shared) if old <= size else []) if proof is None else proof
        return AddCheckpoint(old, tuple(hashes), said if isinstance(said, bytes) else said.to_bytes()).to_bytes()

    def introduction(self, size: int = 0, *, by: Sequence[SigningKey] = ()) -> bytes:
        """The body by which it introduces itself; `by` vouch for its keys."""
        return introduce(self.note(size), [key.verifier for key in self.keys], by=by).to_bytes()

    def said(self, size: int = 0) -> AddLog:
        return AddLog.parse(self.introduction(size))


def signed(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> SignedNote:
    """A checkpoint signed by keys of every type."""
    plain = sign_checkpoint(checkpoint, [key for key in keys if key.verifier.type in NOTE_KEY_TYPES] or keys[:1])
    lines = [cosign(plain, key, LOG_TIME_S) for key in keys if key.verifier.type not in NOTE_KEY_TYPES]
    return SignedNote(plain.text, (*plain.signatures, *lines))
