"""The audit: a whole log replayed from its bytes, every claim checked again from the bodies up to the checkpoints."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ledger.audit.alignment import Alignment
from ledger.audit.cosigning import CosigningCheck
from ledger.audit.entries import EntryCheck, ParsedEntry
from ledger.audit.escrow import EscrowReplay
from ledger.audit.escrow_report import EscrowReport
from ledger.audit.finding import FindingKind, Place, at_entry
from ledger.audit.governing import GovernanceReplay
from ledger.audit.heads import anchor_of, stated_heads
from ledger.audit.journal import Journal
from ledger.audit.keeping import KeptCheck
from ledger.audit.leaves import bundles, vouched_leaves
from ledger.audit.readable import Readable, records_of
from ledger.audit.records import CheckedRecords, RecordCheck
from ledger.audit.repeats import RepeatCheck
from ledger.audit.report import AuditReport
from ledger.audit.signing import check_signatures
from ledger.audit.source import BatchRecords, HeadColumns, LogSource
from ledger.audit.tree import HeadCheck, TileCheck
from ledger.errors import SuyuanError
from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.policy import Policy
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.parties.state import Governance

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
    return _Replay(source, policy, kept).run(progress)


def replay_escrow(
    source: LogSource, policy: Policy, *, signatures: bool = True, progress: Progress | None = None
) -> EscrowReport:
    """Check what `source` shows of the log, but no table beside it, and say where its records left the escrow.

    Args:
        signatures: False leaves the signatures of all classes but governance unchecked.
    """
    replay = _Replay(source, policy, None, tables=False, signatures=signatures)
    report = replay.run(progress)
    return EscrowReport.of(report, replay.escrow, origin=policy.origin, signatures=signatures)


class _Replay:
    """One audit. The order of checks within an entry follows docs/FORMATS.md, "Audit"."""

    def __init__(
        self, source: LogSource, policy: Policy, kept: bytes | None, *, tables: bool = True, signatures: bool = True
    ) -> None:
        self._journal = journal = Journal()
        self._source = source = Readable(source, journal)
        self._policy = policy
        heads = stated_heads(source, kept, policy)
        self._anchor = anchor_of(source, policy, journal)
        self._size = max(self._anchor.size if self._anchor else 0, source.size())
        self._vouched = vouched = vouched_leaves(source, self._anchor)
        self._origin, self._first_entry = policy.origin, policy.first_entry
        self._alignment = Alignment(journal, vouched)
        self._entries = EntryCheck(source, journal, vouched, self._anchor.size if self._anchor else 0)
        self._governance = GovernanceReplay(journal, self._batch_at)
        self._repeats = RepeatCheck(journal, secret=secrets.token_bytes(32))
        self._signatures = signatures
        kept_rows = source.kept if tables else None
        self._kept = KeptCheck(kept_rows, journal) if kept_rows is not None else None
        self.escrow = EscrowReplay(journal, kept_rows.escrow if kept_rows is not None else None)
        self._records = RecordCheck(journal, self)
        self._heads = HeadCheck(heads, journal, CosigningCheck(policy, journal), origin=policy.origin)
        self._tiles = TileCheck(source, journal)
        self._last_leaf: Digest | None = None

    def run(self, progress: Progress | None) -> AuditReport:
        for start, stop in bundles(self._size):
            if not self._bundle(start, stop):
                self.escrow.doubt(start, "the log ends before it was said to")
                break
            if progress is not None:
                progress(stop, self._size)
        self._finish()
        anchor, journal = self._anchor, self._journal
        return AuditReport(
            source=self._source.description,
            size=anchor.size if anchor else 0,
            root=anchor.root if anchor else None,
            findings=journal.findings,
            checked=journal.checked,
            not_checked=journal.not_checked,
            with_tables=self._kept is not None,
            governance=self._governance.trusted_state,
        )

    def _bundle(self, start: int, stop: int) -> bool:
        """Check one bundle; False where the log ends before it was said to."""
        raw = self._source.entries(start, stop)
        if not any(raw) and not (self._vouched is not None and self._anchor is not None and start < self._anchor.size):
            # Anybody can claim a size; only entries, or the hashes of entries, make it worth going on.
            self._alignment.miss(start, stop)
            if at_entry(start) in self._journal.unread:
                self._journal.leave(f"entries from {start} on: neither they nor their hashes can be read")
            return False
        following = self._source.entries(stop, stop + 1)[0] if None in raw and stop < self._size else None
        aligned, leaves = self._alignment.align(start, raw, following)
        self._tiles.bundle(leaves)
        if self._kept is not None:
            self._kept.load(start, stop)
        self.escrow.load(start, stop)
        rows: Iterator[BatchRecords] = iter(self._source.records(start, stop))
        for index, entry, leaf, records in zip(range(start, stop), aligned, leaves, rows, strict=True):
            self._entry(index, entry, leaf, records)
        return True

    def _entry(self, index: int, raw: bytes | None, leaf: Digest | None, records: BatchRecords) -> None:
        self._journal.checked.entries += raw is not None
        if index == 0:
            self._begin(leaf)
        parsed = self._entries.parse(index, raw) if raw is not None else None
        if index in self._journal.spoilt:
            self._governance.doubt(index)
        commitments = self._judge(index, parsed, leaf, records) if parsed is not None else None
        if parsed is None:
            self._skip(index)
        if self._kept is not None:
            self._kept.entry(index, leaf, parsed.signed.batch if parsed is not None else None, commitments)
        self.escrow.compare(index)
        self._entries.step(leaf, parsed.entry if parsed is not None else None)
        self._heads.grow(leaf, self._log_keys_at)
        self._last_leaf = leaf

    def _judge(self, index: int, parsed: ParsedEntry, leaf: Digest | None, records: BatchRecords) -> Sequence[Digest] | None:
        batch = parsed.signed.batch
        self._entries.link(index, parsed.entry)
        if not self._is_ours(index, batch):
            return None
        if records_of(index) in self._journal.unread:
            checked = CheckedRecords(None, None)
        else:
            checked = self._records.check(index, batch, records)
        self._repeats.batch(index, batch)
        self._governance.settle_doubt(parsed.entry.register_size, parsed.entry.register_root)
        self._entries.register(index, parsed.entry, self._governance.trusted_state)
        self._entries.seen(index, parsed.signed)
        self._sign_and_govern(index, parsed, leaf, checked)
        return checked.commitments

    def _sign_and_govern(self, index: int, parsed: ParsedEntry, leaf: Digest | None, checked: CheckedRecords) -> None:
        governance, signed = self._governance, parsed.signed
        governs = signed.batch.klass is RecordClass.GOVERNANCE or index == 0
        body = governance.read(index, checked.governance) if governs else None
        self._entries.times(index, parsed, body)
        if index == 0:
            governance.found(signed, body, leaf or parsed.entry.leaf_hash())
            return
        state = governance.trusted_state
        if not governs and not self._signatures:
            self._journal.leave("signatures but those of governance, as it was asked")
            self._trade(index, parsed, checked, state, signed_well=True)
            return
        keys = check_signatures(index, signed, state, self._journal) if state is not None else None
        self._trade(index, parsed, checked, state, signed_well=keys is not None)
        if keys is None:
            governance.doubt(None)
            return
        if body is not None:
            governance.apply(index, signed.batch, body, keys)
        elif not governs:
            governance.use(index, keys)

    def _trade(
        self, index: int, parsed: ParsedEntry, checked: CheckedRecords, state: Governance | None, *, signed_well: bool
    ) -> None:
        """Judge the records of the escrow. Who may do what there is governance's to say, so doubts about it are doubts here."""
        klass, escrow = parsed.signed.batch.klass, self.escrow
        decides = klass in (RecordClass.ESCROW, RecordClass.GOVERNANCE)
        # Under a good signature an altered entry still says which class it is of, and only the escrow asks for its time.
        if index in self._journal.spoilt and (klass is RecordClass.ESCROW or not signed_well):
            escrow.doubt(index, "its bytes are not those of the tree")
        elif decides and state is not None and not signed_well:
            escrow.doubt(index, "it is not signed as it has to be")
        elif klass is RecordClass.GOVERNANCE and checked.commitments is None:
            escrow.doubt(index, "its governance record is not known to be the one that was signed")
        if klass is RecordClass.ESCROW:
            escrow.take(index, parsed, checked.escrow, state)

    def _is_ours(self, index: int, batch: Batch) -> bool:
        wanted = GENESIS if index == 0 else self._first_entry
        if (batch.origin, batch.first_entry) == (self._origin, wanted):
            return True
        self._journal.entry(FindingKind.BATCH_OF_ANOTHER_LOG, index, f"it says: {batch.log_line}")
        self._journal.spoilt.add(index)
        self._skip(index)
        return False

    def _begin(self, leaf: Digest | None) -> None:
        """Compare entry 0 with the policy, then go on with what is there: one wrong trust must not hide the rest."""
        if leaf is not None and leaf != self._policy.first_entry:
            message = f"it has the leaf hash {leaf.hex()}, the policy pins {self._policy.first_entry.hex()}"
            self._journal.add(FindingKind.FIRST_ENTRY_DIFFERS, at_entry(0), message)
            self._first_entry = leaf
        raw = self._source.entries(0, 1)[0]
        try:
            self._origin = Entry.parse(raw).signed().batch.origin if raw is not None else self._origin
        except SuyuanError:
            return  # told when the entry itself is read
        self._heads.origin = self._origin

    def _skip(self, index: int) -> None:
        """An entry that cannot be read might have been one of governance."""
        if index == 0:
            self._governance.read(0, None)
        self._governance.doubt(index)
        self.escrow.doubt(index, "the entry cannot be read")

    def event(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> None:
        """An intact event was met."""
        self._repeats.event(index, place, issuer, body, record)
        if self._kept is not None:
            self._kept.record(index, place, issuer, body)

    def dossier(self, index: int, place: int, issuer: str, body: bytes, said: DossierBody) -> None:
        """An intact dossier record was met."""
        once = said.once()
        if once is not None:
            self._repeats.once(index, place, once)
        if self._kept is not None:
            self._kept.record(index, place, issuer, body)

    def _is_shown(self, index: int, place: int) -> bool:
        records = next(self._source.records(index, index + 1))
        rows = zip(records.places, records.salts, records.bodies, strict=True)
        return any(at == place and (salt, body) != (None, None) for at, salt, body in rows)

    def _log_keys_at(self, size: int) -> Sequence[VerifierKey]:
        state = self._governance.state
        return state.log_keys_at(size) if state is not None else self._policy.log_keys

    def _batch_at(self, index: int) -> Batch | None:
        if not 0 <= index < self._size:
            return None
        raw = self._source.entries(index, index + 1)[0]
        try:
            return Entry.parse(raw).signed().batch if raw is not None else None
        except SuyuanError:
            return None

    def _finish(self) -> None:
        self._alignment.finish()
        self._tiles.finish()
        self._heads.finish(self._log_keys_at)
        self._repeats.finish()
        self._bodies()
        if self._kept is not None:
            frontier, time = self._heads.frontier, int(self._entries.time)
            end = HeadColumns(self._origin, frontier.size, self._last_leaf, time, frontier.to_bytes())
            self._kept.finish(self._governance, end)
        self.escrow.finish(self._heads.frontier.size)

    def _bodies(self) -> None:
        """Only now is it known what the log erased."""
        journal, erased = self._journal, self._governance.erased
        claimed: set[Place] = set()
        if self._kept is not None:
            with journal.reading():
                claimed = self._kept.claimed_erasures(self._governance)
        if claimed:
            journal.leave("bodies that are said to be erased by an entry that cannot be read")
        for index, place in sorted(self._records.absent - erased.keys() - claimed):
            journal.record(FindingKind.BODY_MISSING, index, place, "neither present nor erased by the log")
        for (index, place), by in sorted(erased.items()):
            if self._is_shown(index, place):
                journal.record(FindingKind.BODY_KEPT, index, place, f"erased by entry {by.entry}, {by.ground}")
        if self._records.withheld:
            journal.leave(
                f"{self._records.withheld} bodies that this reader may not read, and the grounds of erasures among them"
            )
