"""Where an audit begins: at entry 0, after what an earlier audit folded, or after a checkpoint that is believed as it stands."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from ledger.audit.heads import StatedHead, anchor_of, begins_with, kept_head, stated_heads
from ledger.audit.journal import Journal
from ledger.audit.leaves import VouchedLeaves, vouched_leaves
from ledger.audit.readable import Readable
from ledger.audit.state import AuditStateOfAnother, OpenedState, StateHead
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.frontier import EMPTY_FRONTIER, Frontier
from ledger.evidence.policy import Policy


@dataclass(frozen=True, slots=True)
class Trust:
    """What the auditor brings along.

    Args:
        kept: a checkpoint kept from an earlier day, to be found in the log.
        since: one up to which bodies are not read again.
        state: of an earlier audit.
        tables, secret: whether rows beside the log are compared, and whether the server's secret is known.
    """

    policy: Policy
    kept: bytes | None
    since: bytes | None
    state: OpenedState | None
    tables: bool
    secret: bool

    @property
    def config(self) -> str:
        """Two audits with the same one can go on with each other's state."""
        return sha256(f"{self.policy.text}\0{self.tables}\0{self.secret}".encode()).hexdigest()

    @property
    def kept_digest(self) -> str | None:
        return None if self.kept is None else sha256(self.kept).hexdigest()


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known before the first entry is folded.

    Args:
        state: to go on with; None to begin at entry 0.
        passed: how many entries are passed over without their bodies.
        secret: the key of what may be said once.
    """

    anchor: Checkpoint | None
    vouched: VouchedLeaves | None
    heads: Iterator[StatedHead]
    state: StateHead | None
    passed: int
    secret: bytes

    @property
    def start(self) -> int:
        return 0 if self.state is None else self.state.size

    @property
    def since(self) -> int:
        """The entry at which this audit began, or the one that it goes on with after being stopped."""
        if self.state is None:
            return 0
        return self.state.size if self.state.finished else self.state.since


def begin(source: Readable, trust: Trust, journal: Journal) -> Beginning:
    """Find the checkpoint that decides, and how far what the auditor brings along reaches under it.

    A state or a checkpoint that the log does not prove to go on from spares nothing: then the audit is one from entry 0 on,
    and that very head is one that the log contradicts.

    Raises:
        KeptCheckpointUnusable: a checkpoint is not by the policy's keys.
        AuditStateOfAnother: the state is of an audit that saw, or trusted, something else.
    """
    own = [] if trust.kept is None else [kept_head(trust.kept, trust.policy)]
    since = None if trust.since is None else kept_head(trust.since, trust.policy)
    own += [] if since is None else [since]
    anchor = anchor_of(source, trust.policy, journal)
    if trust.state is not None and trust.state.head.config != trust.config:
        raise AuditStateOfAnother(seen=trust.state.head.config[:16], wanted=trust.config[:16])
    if trust.state is not None and anchor is not None:
        state = trust.state.head
        vouched = vouched_leaves(source, anchor, Frontier.from_bytes(state.fold.tree.frontier))
        if vouched is not None:
            return Beginning(anchor, vouched, stated_heads(source, own), state, 0, state.secret)
        own.append(StatedHead(state.size, b"", kept=True, root=state.root))
    passed = since.size if since is not None and anchor is not None and begins_with(source, anchor, since) else 0
    vouched = vouched_leaves(source, anchor, EMPTY_FRONTIER)
    return Beginning(anchor, vouched, stated_heads(source, own), None, passed, secrets.token_bytes(32))
