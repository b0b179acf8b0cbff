"""A log that exists only as its checkpoints, to be cosigned."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from ledger.actions.log.witnesses.asked import Asked
from ledger.actions.log.witnesses.witnesses import Witnesses
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.evidence.instant import Instant
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import Digest, consistency_proof, leaf_hash, reader_of, root_of
from ledger.evidence.policy import FirstEntryLine, GroupLine, LogLine, Policy, QuorumLine, WitnessLine

ORIGIN = "ledger.example/main"


def system_clock() -> Instant:
    return Instant(int(time.time() * 1_000))


@dataclass
class Log:
    """A log of leaves; `fork` makes another history of the same name and keys."""

    key: SigningKey = field(default_factory=lambda: SigningKey.generate(ORIGIN))
    fork: bytes = b""

    def leaves(self, size: int) -> list[Digest]:
        return [leaf_hash(sha256(self.fork + b"%d" % index).digest()) for index in range(size)]

    def asked(self, size: int) -> Asked:
        leaves = self.leaves(size)

        def proof_from(old_size: int) -> list[Digest]:
            return consistency_proof(old_size=old_size, new_size=size, read=reader_of(leaves))

        note = sign_checkpoint(Checkpoint(ORIGIN, size, root_of(leaves)), [self.key])
        return Asked(note, size, (self.key.verifier,), proof_from)

    def policy(self, *witnesses: WitnessLine, quorum: str | int = 1) -> Policy:
        names = tuple(line.name for line in witnesses)
        first = FirstEntryLine(ORIGIN, self.leaves(1)[0])
        group = GroupLine("witnesses", str(quorum), names)
        return Policy((LogLine(self.key.verifier), first, *witnesses, group, QuorumLine("witnesses")))


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def witnesses() -> Iterator[Witnesses]:
    with Witnesses(timeout_s=10.0, clock=system_clock) as asking:
        yield asking


@pytest.fixture
def hasty() -> Iterator[Witnesses]:
    with Witnesses(timeout_s=1.0, clock=system_clock) as asking:
        yield asking
