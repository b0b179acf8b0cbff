"""The tree heads to hold the log to: the newest one by the policy, all published ones, and one that was kept."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.audit.finding import FindingKind, at_checkpoint
from ledger.audit.journal import Journal
from ledger.audit.source import LogSource, SourceUnreadable
from ledger.errors import Absent, Malformed, SuyuanError, Unavailable, Untrusted
from ledger.evidence.checkpoint import Checkpoint, CheckpointOfAnotherLog, open_checkpoint
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import DIGEST_BYTES, Digest, consistency_proof, verify_consistency
from ledger.evidence.note import NoteUnsigned, SignedNote
from ledger.evidence.policy import Policy, QuorumUnmet
from ledger.evidence.tile import reader_over_tiles

_NEWEST = "newest checkpoint"
_BY_KEYS_UNKNOWN = "checkpoints by log keys that are not known, for governance before them cannot be read"


class KeptCheckpointUnusable(Untrusted):
    title = "the kept checkpoint is not one that the policy accepts"
    default_hint = "keep the answer of <log>/checkpoint byte for byte, and use the policy file that belongs to it"


@dataclass(frozen=True, slots=True)
class StatedHead:
    """A checkpoint to compare the log with when it has as many entries; `root` stands for the note where only that was kept."""

    size: int
    note: bytes
    kept: bool = False
    root: Digest | None = None

    @property
    def stated_root(self) -> Digest:
        """The root that a head states whose note was read before."""
        return self.root if self.root is not None else Checkpoint.parse(SignedNote.parse(self.note).text).root


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The log's keys of one size. `complete`: all of them sign; else governance could not be read, and others may have signed."""

    named: Sequence[VerifierKey]
    complete: bool = True


def anchor_of(source: LogSource, policy: Policy, journal: Journal) -> Checkpoint | None:
    """The checkpoint that decides what the log is: the newest, or the last published one that the policy's keys signed."""
    try:
        note = source.newest()
    except (Absent, Unavailable) as reason:
        hint = f"; {reason.hint}" if reason.hint else ""
        journal.leave(f"the tree: the source shows no checkpoint ({reason.code}{hint})")
        return None
    except SourceUnreadable as reason:
        journal.unreadable(reason)
        return _last_signed(source, policy)
    anchor = _open_newest(note, policy, journal)
    return anchor if anchor is not None else _last_signed(source, policy)


def _open_newest(note: bytes, policy: Policy, journal: Journal) -> Checkpoint | None:
    """The newest checkpoint, also where it is not by the policy's keys: it still says which tree is shown."""
    try:
        stated = Checkpoint.parse(SignedNote.parse(note).text)
    except SuyuanError as reason:
        journal.add(FindingKind.CHECKPOINT_MALFORMED, _NEWEST, str(reason))
        return None
    try:
        open_checkpoint(note, origin=policy.origin, log_keys=policy.log_keys)
    except (NoteUnsigned, CheckpointOfAnotherLog) as reason:
        journal.add(FindingKind.CHECKPOINT_NOT_BY_LOG_KEY, at_checkpoint(stated.size), str(reason))
        return stated
    except SuyuanError:
        return None  # told with the published ones: a key that should have signed it did not
    try:
        policy.open(note)
    except QuorumUnmet as reason:
        journal.add(FindingKind.QUORUM_UNMET, at_checkpoint(stated.size), str(reason))
    except SuyuanError as reason:
        journal.add(FindingKind.COSIGNATURE_WRONG, at_checkpoint(stated.size), str(reason))
    return stated


def _last_signed(source: LogSource, policy: Policy) -> Checkpoint | None:
    last = None
    for _, note in source.published():
        try:
            last, _ = open_checkpoint(note, origin=policy.origin, log_keys=policy.log_keys)
        except SuyuanError:
            continue
    return last


def stated_heads(source: LogSource, own: Sequence[StatedHead]) -> Iterator[StatedHead]:
    """Every head to compare with, those of the auditor's own among them, ascending by size."""
    published = (StatedHead(size, note) for size, note in source.published())
    return heapq.merge(published, sorted(own, key=_size_of), key=_size_of)


def kept_head(kept: bytes, policy: Policy) -> StatedHead:
    """A checkpoint that the auditor kept.

    Raises:
        KeptCheckpointUnusable: `kept` is not by the policy's log.
    """
    return StatedHead(open_kept(kept, policy).size, kept, kept=True)


def begins_with(source: LogSource, anchor: Checkpoint, head: StatedHead) -> bool:
    """Whether the tiles prove that the tree of `anchor` begins with that of `head`. False says only that they do not."""
    if not 0 < head.size <= anchor.size:
        return False
    read = reader_over_tiles(anchor.size, lambda address: (source.tile(address) or b"")[: address.width * DIGEST_BYTES])
    try:
        proof = consistency_proof(old_size=head.size, new_size=anchor.size, read=read)
        verify_consistency(old_size=head.size, new_size=anchor.size, old_root=head.stated_root, new_root=anchor.root, proof=proof)
    except SuyuanError:
        return False
    return True


def _size_of(head: StatedHead) -> int:
    return head.size


def open_kept(kept: bytes, policy: Policy) -> Checkpoint:
    try:
        checkpoint, _ = open_checkpoint(kept, origin=policy.origin, log_keys=policy.log_keys)
    except (Malformed, Untrusted) as reason:
        raise KeptCheckpointUnusable(seen=reason.code, wanted=f"a checkpoint of {policy.origin}") from reason
    return checkpoint


def open_published(head: StatedHead, *, origin: str, log_keys: LogKeys, journal: Journal) -> Checkpoint | None:
    """A published checkpoint, if all of the log's keys of its time signed it, or one of those that are known."""
    position = at_checkpoint(head.size)
    together = [[key] for key in log_keys.named] if log_keys.complete else [log_keys.named]
    try:
        checkpoint = Checkpoint.parse(SignedNote.parse(head.note).text)
        if checkpoint.size != head.size:
            journal.add(FindingKind.CHECKPOINT_MALFORMED, position, f"it states size {checkpoint.size}")
            return None
        for keys in together:
            open_checkpoint(head.note, origin=origin, log_keys=keys)
    except Untrusted as reason:
        if isinstance(reason, NoteUnsigned) and not log_keys.complete:
            journal.leave(_BY_KEYS_UNKNOWN)
        elif not journal.has(FindingKind.CHECKPOINT_NOT_BY_LOG_KEY, position):
            journal.add(FindingKind.CHECKPOINT_SIGNATURE_WRONG, position, str(reason))
        return None
    except SuyuanError as reason:
        journal.add(FindingKind.CHECKPOINT_MALFORMED, position, str(reason))
        return None
    journal.checked.signatures += len(together)
    if journal.key_changes and journal.has(FindingKind.CHECKPOINT_NOT_BY_LOG_KEY, position):
        rotation = f"by the keys that governance names it is signed: {', '.join(journal.key_changes)}"
        journal.explain(FindingKind.CHECKPOINT_NOT_BY_LOG_KEY, position, rotation)
    return checkpoint
