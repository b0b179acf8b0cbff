"""What waits for its turn in the log, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sqlalchemy import Connection

from ledger.errors import SuyuanError
from ledger.evidence.batch import SignedBatch
from ledger.evidence.instant import Instant
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.storage.jobs import Job
from ledger.storage.journal import Judged
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.parties.governance_body import GovernanceBody

Beside: TypeAlias = Callable[[Connection, int], None]
"""Done in the transaction that writes a batch, once its entry is known; it must not refuse."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a batch is found under, and what is written beside it; see `StagedBatch`."""

    event_keys: Sequence[tuple[int, int]] = ()
    identifiers: Sequence[tuple[int, int]] = ()
    judged: frozenset[tuple[int, int]] = frozenset()
    beside: Beside | None = None


NOT_INDEXED: Final = Indexed()


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A signed batch whose records, commitments and signatures are checked; only its turn is missing.

    Lists run by place. `event_keys` and `identifiers` hold (64-bit key, place).
    """

    signed: SignedBatch
    keys: tuple[VerifierKey, ...]
    bodies: Sequence[bytes]
    salts: Sequence[bytes]
    commitments: Sequence[Digest]
    blocks: bytes = b""
    context: bytes | None = None
    governance_body: GovernanceBody | None = None
    escrow: Sequence[EscrowBody] = ()
    event_keys: Sequence[tuple[int, int]] = ()
    identifiers: Sequence[tuple[int, int]] = ()
    # (key, packed position) pairs that were looked at already and found to be no obstacle.
    judged: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    job: Job | None = None
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Sequenced:
    """The batch is in the log for good. `repeated`: it was there before, and nothing was written now.

    `verdicts`, in class escrow, are those on its records, in order of place.
    """

    entry: int
    leaf_hash: Digest
    time: Instant
    repeated: bool = False
    verdicts: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class KeysTaken:
    """Nothing was written: the ledger holds events under some of the batch's keys.

    `positions` maps place to the packed positions found under its key.
    """

    positions: Mapping[int, tuple[int, ...]]


Outcome = Sequenced | KeysTaken | SuyuanError
