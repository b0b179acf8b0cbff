"""The audit: a whole log replayed from its bytes, every claim checked again from the bodies up to the checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol, TypeAlias

from ledger.audit.beginning import Trust, begin
from ledger.audit.disclosing import tell_disclosures
from ledger.audit.escrow_report import EscrowReport
from ledger.audit.examine import Examiner, Examining, ExaminingHere, RowMaker
from ledger.audit.folding import Fold
from ledger.audit.heads import StatedHead, begins_with
from ledger.audit.indexes import Comparing, ComparingHere, IndexCheck
from ledger.audit.journal import Journal
from ledger.audit.keeping import KeptCheck
from ledger.audit.leaves import bundles_from
from ledger.audit.lost_bodies import tell_lost_bodies
from ledger.audit.memory import seldom_collecting
from ledger.audit.readable import Readable
from ledger.audit.repeats import OwnKeys, RepeatCheck
from ledger.audit.report import AuditReport, AuditVerdict, in_log_order
from ledger.audit.resuming import keep_fold, resume_fold
from ledger.audit.source import HeadColumns, KeptRows, LogSource
from ledger.audit.state import StateHead, StateKeeper, read_state, write_state
from ledger.evidence.policy import Policy

Progress: TypeAlias = Callable[[int, int], None]
"""(entries done, entries in all)."""


class Helpers(Examining, Comparing, Protocol):
    """Other processes that do what hangs on nothing before it. The report is the same as without them, byte for byte."""

    def begin(self, secret: bytes, kept: KeptRows | None, *, knows_server_secret: bool) -> None:
        """Say with which key what may be said once is hashed, and whether rows beside the log are compared."""


def audit(
    source: LogSource,
    policy: Policy,
    *,
    kept: bytes | None = None,
    since: bytes | None = None,
    keeper: StateKeeper | None = None,
    progress: Progress | None = None,
    helpers: Helpers | None = None,
) -> AuditReport:
    """Check everything that `source` shows; never stops at the first finding.

    Args:
        source: the log; nothing it says is trusted before it is checked.
        policy: the auditor's own: log keys, first entry, witnesses, quorum.
        kept: a checkpoint of this log that the auditor kept from an earlier day.
        since: one that this auditor verified before: bodies and signatures under it are not read again, which the report
            says. Not together with `keeper`.
        keeper: where the state of an earlier audit lies, to go on from, and where that of this one goes.
        progress: told after each bundle.
        helpers: who examines and compares; by default this process itself.

    Raises:
        KeptCheckpointUnusable: `kept` or `since` is not a checkpoint by the policy's keys.
        AuditStateDamaged, AuditStateOfAnother: there is a state, and nothing can go on from it.
        What the source raises where it cannot be reached; what it cannot read is a finding.
    """
    with seldom_collecting():
        return _Replay(source, policy, kept=kept, since=since, keeper=keeper, helpers=helpers).run(progress)


def replay_escrow(
    source: LogSource, policy: Policy, *, signatures: bool = True, progress: Progress | None = None
) -> EscrowReport:
    """Check what `source` shows of the log, but no table beside it, and say where its records left the escrow.

    Args:
        signatures: False leaves the signatures of all classes but governance unchecked.
    """
    replay = _Replay(source, policy, tables=False, signatures=signatures)
    with seldom_collecting():
        report = replay.run(progress)
    return EscrowReport.of(report, replay.escrow, origin=policy.origin, signatures=signatures)


class _Replay:
    """One audit from its first reading to its report."""

    def __init__(
        self,
        source: LogSource,
        policy: Policy,
        *,
        kept: bytes | None = None,
        since: bytes | None = None,
        keeper: StateKeeper | None = None,
        tables: bool = True,
        signatures: bool = True,
        helpers: Helpers | None = None,
    ) -> None:
        self._journal = journal = Journal()
        self._source = readable = Readable(source, journal)
        self._keeper = keeper
        rows = source.kept if tables else None
        self._kept = KeptCheck(rows, journal) if rows is not None else None
        secret = self._kept is not None and self._kept.has_event_secret is True
        file = keeper.open() if keeper is not None else None
        state = read_state(file) if file is not None else None
        self._trust = Trust(policy, kept, since, state, tables=rows is not None, secret=secret)
        self._beginning = beginning = begin(readable, self._trust, journal)
        own = OwnKeys(beginning.secret)
        maker = RowMaker(own, rows, secret=secret)
        repeats = RepeatCheck(journal, own)
        self._indexes = IndexCheck(maker, repeats, self._kept, journal, passed=beginning.passed)
        self._examining: Examining = ExaminingHere(Examiner(source, maker, tables=tables))
        self._comparing: Comparing = ComparingHere(rows)
        if helpers is not None:
            helpers.begin(own.secret, rows, knows_server_secret=secret)
            self._examining = self._comparing = helpers
        self._fold = Fold(
            readable,
            policy,
            journal,
            beginning=beginning,
            kept=self._kept,
            repeats=repeats,
            indexes=self._indexes,
            examining=self._examining,
            signatures=signatures,
        )
        self.escrow = self._fold.escrow
        journal.begin()
        if state is not None and beginning.state is not None:
            state.fill(self._indexes.buckets)
            self._resume(beginning.state)

    def run(self, progress: Progress | None) -> AuditReport:
        fold, beginning = self._fold, self._beginning
        slices = self._examining.slices(max(beginning.start, fold.passed), fold.size, fold.anchor_size)
        if beginning.start == fold.anchor_size > 0:
            self._keep_for_next()
        for start, stop in bundles_from(beginning.start, fold.size, fold.anchor_size, fold.passed):
            if not fold.bundle(start, stop, slices):
                fold.escrow.doubt(start, "the log ends before it was said to")
                break
            if stop == fold.anchor_size:
                self._keep_for_next()
            elif stop < fold.anchor_size:
                self._keep_on_the_way()
            if progress is not None:
                progress(stop, fold.size)
        self._finish()
        report = self._report()
        if self._keeper is not None:
            self._keeper.settle(good=report.verdict in (AuditVerdict.CLEAN, AuditVerdict.INCOMPLETE))
        return report

    def _report(self) -> AuditReport:
        anchor, journal, passed = self._beginning.anchor, self._journal, self._fold.passed
        if passed:
            journal.leave(
                f"bodies and signatures, but those of governance, and rows beside the log, of the entries before {passed}: "
                f"only the checkpoint of size {passed} stands for them"
            )
        return AuditReport(
            source=self._source.description,
            size=anchor.size if anchor else 0,
            root=anchor.root if anchor else None,
            findings=in_log_order(journal.findings),
            checked=journal.checked,
            not_checked=journal.not_checked,
            with_tables=self._kept is not None,
            governance=self._fold.governance.trusted_state,
            since=self._beginning.since,
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

    def _resume(self, state: StateHead) -> None:
        heads = resume_fold(self._fold, state.fold)
        if state.finished or state.checkpoint != self._trust.kept_digest:
            for head in heads:
                self._prove(head)

    def _prove(self, head: StatedHead) -> None:
        """Hold the log to a head that it grew beyond before this audit began."""
        anchor = self._beginning.anchor
        if anchor is None or not begins_with(self._source, anchor, head):
            self._fold.heads.contradict(head, "the log does not prove that it goes on from it")

    def _keep_on_the_way(self) -> None:
        # What could not be read may be readable next time: nobody goes on from there.
        if self._keeper is not None and not self._journal.unread and self._keeper.is_due():
            self._keeper.save(lambda file: self._write_state(file, finished=False))

    def _keep_for_next(self) -> None:
        if self._keeper is not None:
            self._keeper.prepare(lambda file: self._write_state(file, finished=True))

    def _write_state(self, file: BinaryIO, *, finished: bool) -> None:
        frontier, buckets = self._fold.heads.frontier, self._indexes.buckets
        batches, events, notes, identifiers = (one.bytes for one in buckets)
        head = StateHead(
            config=self._trust.config,
            checkpoint=self._trust.kept_digest,
            finished=finished,
            since=self._beginning.since,
            size=frontier.size,
            root=frontier.root(),
            secret=self._beginning.secret,
            fold=keep_fold(self._fold),
            rows=(batches, events, notes, identifiers),
        )
        write_state(file, head, buckets)
