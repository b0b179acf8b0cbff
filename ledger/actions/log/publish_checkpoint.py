"""Publish a checkpoint: guarded, signed, cosigned by witnesses as the policy asks, and kept before anyone else sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import Connection

from ledger.actions.log.begin_guard import root_at
from ledger.actions.log.guard import SignedLater
from ledger.actions.log.witnesses.answer import Cosignature
from ledger.actions.log.witnesses.asked import Asked
from ledger.actions.log.witnesses.vouchers import vouchers_of
from ledger.actions.log.witnesses.witnessing import Unwitnessed
from ledger.actions.open_ledger import Ledger, LedgerUnfounded
from ledger.errors import Unavailable
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.evidence.merkle import Digest, consistency_proof
from ledger.evidence.note import SIGNATURES_MAX, SignedNote
from ledger.evidence.policy import Policy, QuorumUnmet
from ledger.storage.checkpoints import KeptCheckpoint, keep_checkpoint, newest_kept
from ledger.storage.database import reading, writing
from ledger.storage.head import Head, read_head
from ledger.storage.held_keys import open_key
from ledger.storage.tiles import tree_reader
from ledger.trade.parties.witnessing import policy_of, witness_mark

_HEADS_MAX: Final = 3


class CheckpointUnwitnessed(Unavailable):
    title = "too few witnesses cosigned the checkpoint, so it is not published"
    default_hint = "what is sequenced is durable; the next try covers it; /readyz says which witness failed"


class Cosigners(Protocol):
    """Who is asked for cosignatures; `Witnesses` is."""

    def ask(self, asked: Asked, policy: Policy, *, everyone: bool = False) -> tuple[Cosignature, ...]:
        """Verified cosignatures, until the quorum is met or cannot be."""

    def quorum_in_s(self, policy: Policy) -> float:
        """In how many seconds enough of them may be asked for the quorum."""


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that is durable and may be shown. `witnessed`: whether its quorum cosigned; None where none is asked for."""

    size: int
    note: bytes
    witnessed: bool | None


@dataclass(frozen=True, slots=True)
class Publication:
    """How checkpoints of one ledger are published.

    Attributes:
        cosigners: who is asked; None where nobody may be: what is published then lacks the quorum that a policy asks for.
        unwitnessed: what becomes of a checkpoint whose quorum was not met.
        everyone: wait for every witness, not only for a quorum.
        keep_by: carries out the one short write; a server's writer does it between two rounds.
    """

    ledger: Ledger
    cosigners: Cosigners | None = None
    unwitnessed: Unwitnessed = Unwitnessed.PUBLISH
    everyone: bool = False
    keep_by: Callable[[Callable[[], Published]], Published] = lambda keep: keep()

    def publish(self) -> Published:
        """Sign the head unless a checkpoint of its size is published as the policy asks; return the newest published one.

        Only what is committed is signed, and a signature is shown to readers only after it is durable here. No lock of the
        database is held while witnesses are asked. A checkpoint of this size that lacks its quorum gives way to one that has it.

        Raises:
            CheckpointUnwitnessed: the quorum was not met, and so nothing is published.
            GuardAbsent, SignedLater, HistoryForked, LedgerBusy: this copy may not sign, or cannot write.
        """
        draft = self._draft()
        if isinstance(draft, Published):
            return draft
        if self.cosigners is None or draft.policy is None:
            return self.keep_by(lambda: self._keep(draft, ()))
        cosigned = self.cosigners.ask(draft.asked, draft.policy, everyone=self.everyone)
        unmet = draft.unmet_by(cosigned)
        if unmet is not None and draft.kept is not None:
            return draft.kept  # published without its quorum before, and still no better
        if unmet is not None and self.unwitnessed is Unwitnessed.WAIT:
            raise CheckpointUnwitnessed(seen=f"size {draft.asked.size}, {unmet.seen}", wanted=unmet.wanted)
        return self.keep_by(lambda: self._keep(draft, cosigned))

    def _draft(self) -> _Draft | Published:
        for tries_left in reversed(range(_HEADS_MAX)):
            try:
                with reading(self.ledger.engine) as connection:
                    return self._sign(connection)
            except SignedLater:
                # Another server signed a later head since this one was read; an older copy finds no later one.
                if not tries_left:
                    raise
        raise AssertionError("the last try returns or raises")

    def _sign(self, connection: Connection) -> _Draft | Published:
        head, state = _head(connection, self.ledger), self.ledger.governance.load(connection)
        mark, newest = witness_mark(state), newest_kept(connection)
        policy = None if mark is None else policy_of(state)
        kept = None if newest is None or newest.size != head.size else _published(newest, mark)
        if kept is not None and (kept.witnessed is not False or self.cosigners is None):
            return kept
        if policy is not None and self.cosigners is not None and self.cosigners.quorum_in_s(policy) > 0:
            if kept is not None:
                return kept
            if self.unwitnessed is Unwitnessed.WAIT:
                raise CheckpointUnwitnessed(seen="too few witnesses that may be asked now", wanted=f"quorum {policy.quorum}")
        keys = state.log_keys_at(head.size)
        signing = [open_key(connection, self.ledger.seal, key) for key in keys]
        checkpoint = Checkpoint(head.origin, head.size, head.frontier.root())
        # Before anything is signed: a signature that was made may be shown, whatever breaks afterwards.
        self.ledger.guard.advance(checkpoint, root_at(connection))
        note = sign_checkpoint(checkpoint, signing, time_s=self.ledger.clock() // 1_000)
        asked = Asked(note, head.size, keys, self._proof_to(head.size), vouchers_of(self.ledger))
        return _Draft(asked, policy, mark, kept)

    def _proof_to(self, size: int) -> Callable[[int], list[Digest]]:
        def proof_from(old_size: int) -> list[Digest]:
            with reading(self.ledger.engine) as connection:
                return consistency_proof(old_size=old_size, new_size=size, read=tree_reader(connection, size))

        return proof_from

    def _keep(self, draft: _Draft, cosigned: tuple[Cosignature, ...]) -> Published:
        met = draft.mark if draft.policy is not None and draft.unmet_by(cosigned) is None else None
        note = draft.with_lines(cosigned).to_bytes()
        with writing(self.ledger.engine) as connection:
            keep_checkpoint(connection, size=draft.asked.size, note=note, met=met)
            newest = newest_kept(connection)
        if newest is None:
            raise AssertionError("it was kept")
        return _published(newest, draft.mark)


def publish_checkpoint(ledger: Ledger) -> Published:
    """Publish the head without asking any witness: for a ledger that has none, and for copies that only rehearse.

    Raises:
        GuardAbsent, SignedLater, HistoryForked, LedgerBusy: this copy may not sign, or cannot write.
    """
    return Publication(ledger).publish()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A signed checkpoint, the policy that asks for witnesses and its mark, and what is published of this size already."""

    asked: Asked
    policy: Policy | None
    mark: bytes | None
    kept: Published | None

    def with_lines(self, cosigned: tuple[Cosignature, ...]) -> SignedNote:
        lines = (*self.asked.note.signatures, *(one.line for one in cosigned))
        return SignedNote(self.asked.note.text, lines[:SIGNATURES_MAX])

    def unmet_by(self, cosigned: tuple[Cosignature, ...]) -> QuorumUnmet | None:
        if self.policy is None:
            return None
        room = SIGNATURES_MAX - len(self.asked.note.signatures)
        try:
            self.policy.refuse_short_quorum([one.name for one in cosigned[:room]])
        except QuorumUnmet as unmet:
            return unmet
        return None


def _published(kept: KeptCheckpoint, mark: bytes | None) -> Published:
    return Published(kept.size, kept.note, None if mark is None else kept.met == mark)


def _head(connection: Connection, ledger: Ledger) -> Head:
    head = read_head(connection)
    if head is None:
        raise LedgerUnfounded(seen=str(ledger.data))
    return head
