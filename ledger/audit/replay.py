"""The audit: a whole log replayed from its bytes, every claim checked again from the bodies up to the checkpoints."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from ledger.audit.disclosing import tell_disclosures
from ledger.audit.escrow_report import EscrowReport
from ledger.audit.examine import Examiner, Examining, ExaminingHere, RowMaker
from ledger.audit.folding import Fold
from ledger.audit.heads import anchor_of, stated_heads
from ledger.audit.indexes import Comparing, ComparingHere, IndexCheck
from ledger.audit.journal import Journal
from ledger.audit.keeping import KeptCheck
from ledger.audit.leaves import bundles_from, vouched_leaves
from ledger.audit.lost_bodies import tell_lost_bodies
from ledger.audit.readable import Readable
from ledger.audit.repeats import OwnKeys, RepeatCheck
from ledger.audit.report import AuditReport, in_log_order
from ledger.audit.source import HeadColumns, LogSource
from ledger.evidence.policy import Policy

Progress: TypeAlias = Callable[[int, int], None]
"""(entries done, entries in all)."""


def audit(source: LogSource, policy: Policy, *, kept: bytes | None = None, progress: Progress | None = None) -> AuditReport:
    """Check everything that `source` shows; never stops at the first finding.

    Args:
        source: the log; nothing it says is trusted before it is checked.
        policy: the auditor's own: log keys, first entry, witnesses, quorum.
        kept: a checkpoint of this log that the auditor kept from an earlier day.
        progress: told after each bundle.

    Raises:
        KeptCheckpointUnusable: `kept` is not a checkpoint by the policy's keys.
        What the source raises where it cannot be reached; what it cannot read is a finding.
    """
    with _seldom_collecting():
        return _Replay(source, policy, kept).run(progress)


def replay_escrow(
    source: LogSource, policy: Policy, *, signatures: bool = True, progress: Progress | None = None
) -> EscrowReport:
    """Check what `source` shows of the log, but no table beside it, and say where its records left the escrow.

    Args:
        signatures: False leaves the signatures of all classes but governance unchecked.
    """
    replay = _Replay(source, policy, None, tables=False, signatures=signatures)
    with _seldom_collecting():
        report = replay.run(progress)
    return EscrowReport.of(report, replay.escrow, origin=policy.origin, signatures=signatures)


_VALUES_PER_COLLECTION: Final = 200_000


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Parsed records hold no cycles: looking for some after every 700 values takes as long as parsing them."""
    before = gc.get_threshold()
    gc.set_threshold(_VALUES_PER_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Replay:
    """One audit from its first reading to its report."""

    def __init__(
        self, source: LogSource, policy: Policy, kept: bytes | None, *, tables: bool = True, signatures: bool = True
    ) -> None:
        self._journal = journal = Journal()
        self._source = readable = Readable(source, journal)
        heads = stated_heads(readable, kept, policy)
        self._anchor = anchor_of(readable, policy, journal)
        rows = source.kept if tables else None
        self._kept = KeptCheck(rows, journal) if rows is not None else None
        own = OwnKeys(secrets.token_bytes(32))
        maker = RowMaker(own, rows, secret=self._kept is not None and self._kept.has_event_secret is True)
        self._repeats = RepeatCheck(journal, own)
        self._indexes = IndexCheck(maker, self._repeats, self._kept, journal)
        self._examining: Examining = ExaminingHere(Examiner(source, maker, tables=tables))
        self._comparing: Comparing = ComparingHere(rows)
        self._fold = Fold(
            readable,
            policy,
            journal,
            anchor=self._anchor,
            vouched=vouched_leaves(readable, self._anchor),
            heads=heads,
            kept=self._kept,
            repeats=self._repeats,
            indexes=self._indexes,
            examining=self._examining,
            signatures=signatures,
        )
        self.escrow = self._fold.escrow

    def run(self, progress: Progress | None) -> AuditReport:
        fold = self._fold
        slices = self._examining.slices(0, fold.size, fold.anchor_size)
        for start, stop in bundles_from(0, fold.size, fold.anchor_size):
            if not fold.bundle(start, stop, slices):
                fold.escrow.doubt(start, "the log ends before it was said to")
                break
            if progress is not None:
                progress(stop, fold.size)
        self._finish()
        anchor, journal = self._anchor, self._journal
        return AuditReport(
            source=self._source.description,
            size=anchor.size if anchor else 0,
            root=anchor.root if anchor else None,
            findings=in_log_order(journal.findings),
            checked=journal.checked,
            not_checked=journal.not_checked,
            with_tables=self._kept is not None,
            governance=self._fold.governance.trusted_state,
        )

    def _finish(self) -> None:
        fold, kept = self._fold, self._kept
        fold.alignment.finish()
        fold.tiles.finish()
        fold.heads.finish(fold.log_keys_at)
        self._indexes.tell_repeats(self._comparing)
        tell_lost_bodies(self._source, self._journal, fold.records, fold.governance, kept)
        if kept is not None and self._source.kept is not None:
            tell_disclosures(self._source, self._journal, self._source.kept, fold.governance.erased)
        if kept is not None:
            frontier, time = fold.heads.frontier, int(fold.entries.time)
            kept.finish(fold.governance, HeadColumns(fold.origin, frontier.size, fold.last_leaf, time, frontier.to_bytes()))
        self._indexes.tell_rows(self._comparing)
        self._indexes.close()
        fold.escrow.finish(fold.heads.frontier.size)
