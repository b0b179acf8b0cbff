"""The log folded entry by entry, in order: what holds goes into the state that the next entry is judged by, the rest is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.audit.alignment import Alignment
from ledger.audit.beginning import Beginning
from ledger.audit.cosigning import CosigningCheck
from ledger.audit.entries import EntryCheck, ParsedEntry
from ledger.audit.escrow import EscrowReplay
from ledger.audit.examine import ExaminedEntry, ExaminedSlice, Examining
from ledger.audit.finding import FindingKind, Place, at_entry
from ledger.audit.governing import GovernanceReplay
from ledger.audit.heads import LogKeys
from ledger.audit.indexes import IndexCheck
from ledger.audit.journal import Journal
from ledger.audit.keeping import KeptCheck
from ledger.audit.readable import Readable, records_of
from ledger.audit.records import CheckedRecords, RecordCheck
from ledger.audit.repeats import RepeatCheck
from ledger.audit.signing import check_signatures, keys_named_in, keys_said_of
from ledger.audit.source import BatchRecords
from ledger.audit.tree import HeadCheck, TileCheck
from ledger.errors import SuyuanError
from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import Batch
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.policy import Policy


class Fold:
    """Every check with what it remembers. The order of checks within an entry follows docs/FORMATS.md, "Audit".

    Args:
        beginning: the checkpoint that decides what the log is, and how many entries are passed over.
        examining: who proposes keys for what comes; told of those that governance names.
    """

    def __init__(
        self,
        source: Readable,
        policy: Policy,
        journal: Journal,
        *,
        beginning: Beginning,
        kept: KeptCheck | None,
        repeats: RepeatCheck,
        indexes: IndexCheck,
        examining: Examining,
        signatures: bool,
    ) -> None:
        self.journal, self._source, self._policy = journal, source, policy
        anchor, vouched = beginning.anchor, beginning.vouched
        self.anchor_size = anchor.size if anchor is not None else 0
        self.passed = beginning.passed
        self.size = max(self.anchor_size, source.size())
        self._has_leaves = vouched is not None
        self.origin, self.first_entry = policy.origin, policy.first_entry
        self.alignment = Alignment(journal, vouched)
        self.entries = EntryCheck(source, journal, vouched, anchor)
        self.governance = GovernanceReplay(journal, self._batch_at, self._is_evidence)
        self.kept, self.repeats, self.indexes = kept, repeats, indexes
        rows = source.kept.escrow if kept is not None and source.kept is not None else None
        self.escrow = EscrowReplay(journal, rows)
        self.records = RecordCheck(journal, indexes)
        self.heads = HeadCheck(beginning.heads, journal, CosigningCheck(policy, journal), origin=policy.origin)
        self.tiles = TileCheck(source, journal)
        self.last_leaf: Digest | None = None
        self._examining, self._signatures = examining, signatures

    def bundle(self, start: int, stop: int, slices: Iterator[ExaminedSlice]) -> bool:
        """Fold the entries of one bundle, or a part of one; False where the log ends before it was said to."""
        raw = self._source.entries(start, stop)
        if not any(raw) and not (self._has_leaves and start < self.anchor_size):
            # Anybody can claim a size; only entries, or the hashes of entries, make it worth going on.
            self.alignment.miss(start, stop)
            if at_entry(start) in self.journal.unread:
                self.journal.leave(f"entries from {start} on: neither they nor their hashes can be read")
            return False
        following = self._source.entries(stop, stop + 1)[0] if None in raw and stop < self.size else None
        aligned, leaves = self.alignment.align(start, raw, following)
        self.tiles.bundle(leaves)
        self.escrow.load(start, stop)
        if start == 0:
            self._begin(leaves[0], raw[0])
        at = start
        while at < min(stop, self.passed):
            self._pass_over(at, aligned[at - start], leaves[at - start])
            at += 1
        while at < stop:
            examined = next(slices)
            self._slice(examined, aligned[at - start : examined.stop - start], leaves[at - start : examined.stop - start])
            at = examined.stop
        return True

    def _slice(self, examined: ExaminedSlice, raws: Sequence[bytes | None], leaves: Sequence[Digest | None]) -> None:
        entries = examined.entries
        if all(self._fits(index, one, leaf) for index, one, leaf in zip(_count(examined), entries, leaves, strict=True)):
            self.indexes.take(examined)
        else:
            entries = [None] * len(entries)
        for index, one, raw, leaf in zip(_count(examined), entries, raws, leaves, strict=True):
            self._entry(index, raw, leaf, one)

    def _fits(self, index: int, examined: ExaminedEntry | None, leaf: Digest | None) -> bool:
        """Whether what was examined is the entry that belongs here, and so may be counted in as it is."""
        if examined is None:
            return True
        batch = examined.parsed.signed.batch
        ours = (batch.origin, batch.first_entry) == (self.origin, GENESIS if index == 0 else self.first_entry)
        return ours and leaf == examined.leaf and index not in self.journal.spoilt and self._sees_alike(index, examined)

    def _sees_alike(self, index: int, examined: ExaminedEntry) -> bool:
        """A body that another reader found absent may have been erased a moment ago, after this audit began to read."""
        if not examined.absent or self.kept is None:
            return True
        records = next(iter(self._source.records(index, index + 1)))
        places = [place for place, body in zip(records.places, records.bodies, strict=True) if body is None]
        return places == list(examined.absent)

    def _entry(self, index: int, raw: bytes | None, leaf: Digest | None, examined: ExaminedEntry | None) -> None:
        self.journal.checked.entries += raw is not None
        if examined is not None:
            parsed: ParsedEntry | None = examined.parsed
        else:
            parsed = self.entries.parse(index, raw) if raw is not None else None
        if index in self.journal.spoilt:
            self.governance.doubt(index)
        checked = self._judge(index, parsed, leaf, examined) if parsed is not None else None
        if parsed is None:
            self._skip(index)
        self._rows(index, leaf, parsed, checked, examined)
        self.escrow.compare(index)
        self.entries.step(leaf, parsed.entry if parsed is not None else None)
        self.heads.grow(leaf, self.log_keys_at)
        self.last_leaf = leaf

    def _rows(
        self,
        index: int,
        leaf: Digest | None,
        parsed: ParsedEntry | None,
        checked: CheckedRecords | None,
        examined: ExaminedEntry | None,
    ) -> None:
        if self.kept is None:
            return
        if examined is not None:
            self.journal.checked.projection_rows += examined.rows
            self.kept.note(index, examined.parsed.signed.batch)
        else:
            batch = parsed.signed.batch if parsed is not None else None
            self.kept.entry(index, leaf, batch, checked.commitments if checked is not None else None)

    def _judge(
        self, index: int, parsed: ParsedEntry, leaf: Digest | None, examined: ExaminedEntry | None
    ) -> CheckedRecords | None:
        batch = parsed.signed.batch
        self.entries.link(index, parsed.entry)
        if not self._is_ours(index, batch):
            return None
        checked = self._check_records(index, batch) if examined is None else self.records.take(index, batch, examined)
        self.repeats.batch(index, batch)
        self.governance.settle_doubt(parsed.entry.register_size, parsed.entry.register_root)
        self.entries.register(index, parsed.entry, self.governance.trusted_state)
        self.entries.seen(index, parsed.signed)
        self._sign_and_govern(index, parsed, leaf, checked, examined.signers if examined is not None else None)
        return checked

    def _pass_over(self, index: int, raw: bytes | None, leaf: Digest | None) -> None:
        """Take from an entry what governance, chain and tree need, and leave its bodies alone."""
        self.journal.checked.entries += raw is not None
        parsed = self.entries.parse(index, raw) if raw is not None else None
        if index in self.journal.spoilt:
            self.governance.doubt(index)
        if parsed is None:
            self._skip(index)
        else:
            self._take_unread(index, parsed, leaf)
        self.entries.step(leaf, parsed.entry if parsed is not None else None)
        self.heads.grow(leaf, self.log_keys_at)
        self.last_leaf = leaf

    def _take_unread(self, index: int, parsed: ParsedEntry, leaf: Digest | None) -> None:
        batch = parsed.signed.batch
        self.entries.link(index, parsed.entry)
        if not self._is_ours(index, batch):
            return
        self.repeats.batch(index, batch)
        if self.kept is not None and index not in self.journal.spoilt:
            self.kept.note(index, batch)
        self.governance.settle_doubt(parsed.entry.register_size, parsed.entry.register_root)
        self.entries.register(index, parsed.entry, self.governance.trusted_state)
        if batch.klass is RecordClass.GOVERNANCE or index == 0:
            self._sign_and_govern(index, parsed, leaf, self._check_records(index, batch), None)
            return
        self.entries.times(index, parsed, None)
        if self.governance.state is not None:
            self.governance.use(index, keys_said_of(parsed.signed, self.governance.state))
        if batch.klass is RecordClass.ESCROW:
            self.escrow.entries += 1
            self.escrow.doubt(index, "its bodies were not read")

    def _check_records(self, index: int, batch: Batch) -> CheckedRecords:
        records: BatchRecords = next(iter(self._source.records(index, index + 1)))
        if records_of(index) in self.journal.unread:
            return CheckedRecords(None, None)
        return self.records.check(index, batch, records)

    def _sign_and_govern(
        self,
        index: int,
        parsed: ParsedEntry,
        leaf: Digest | None,
        checked: CheckedRecords,
        proposed: Sequence[VerifierKey] | None,
    ) -> None:
        governance, signed = self.governance, parsed.signed
        governs = signed.batch.klass is RecordClass.GOVERNANCE or index == 0
        body = governance.read(index, checked.governance) if governs else None
        if governs:
            self._examining.propose(keys_named_in(checked.governance))
        self.entries.times(index, parsed, body)
        if index == 0:
            governance.found(signed, body, leaf or parsed.entry.leaf_hash())
            return
        state = governance.trusted_state
        if not governs and not self._signatures:
            self.journal.leave("signatures but those of governance, as it was asked")
            self.escrow.judge(index, parsed, checked, state, signed_well=True)
            return
        keys = check_signatures(index, signed, state, self.journal, proposed) if state is not None else None
        self.escrow.judge(index, parsed, checked, state, signed_well=keys is not None)
        if keys is None:
            governance.doubt(None)
            return
        if body is not None:
            governance.apply(index, signed.batch, body, keys)
        elif not governs:
            governance.use(index, keys)

    def _is_ours(self, index: int, batch: Batch) -> bool:
        wanted = GENESIS if index == 0 else self.first_entry
        if (batch.origin, batch.first_entry) == (self.origin, wanted):
            return True
        self.journal.entry(FindingKind.BATCH_OF_ANOTHER_LOG, index, f"it says: {batch.log_line}")
        self.journal.spoilt.add(index)
        self._skip(index)
        return False

    def _begin(self, leaf: Digest | None, raw: bytes | None) -> None:
        """Compare entry 0 with the policy, then go on: one wrong trust must not hide the rest."""
        if leaf is not None and leaf != self._policy.first_entry:
            message = f"it has the leaf hash {leaf.hex()}, the policy pins {self._policy.first_entry.hex()}"
            self.journal.add(FindingKind.FIRST_ENTRY_DIFFERS, at_entry(0), message)
            self.first_entry = leaf
        try:
            self.origin = Entry.parse(raw).signed().batch.origin if raw is not None else self.origin
        except SuyuanError:
            return  # told when the entry itself is read
        self.heads.origin = self.origin

    def _skip(self, index: int) -> None:
        """An entry that cannot be read might have been one of governance."""
        if index == 0:
            self.governance.read(0, None)
        self.governance.doubt(index)
        self.escrow.doubt(index, "the entry cannot be read")

    def log_keys_at(self, size: int) -> LogKeys:
        """The keys that sign checkpoints of this size, as far as governance is known; what is not may have changed them."""
        governance, state = self.governance, self.governance.state
        named = state.log_keys_at(size) if state is not None else ()
        if state is not None and governance.gap is None and not governance.doubted:
            return LogKeys(named)
        return LogKeys(list(dict.fromkeys((*named, *self._policy.log_keys))), complete=False)

    def _is_evidence(self, at: Place) -> bool:
        """What the commitment alone tells: which things an erased record named, nobody can judge any more."""
        records = next(iter(self._source.records(at[0], at[0] + 1)))
        commitments = dict(zip(records.places, records.commitments, strict=True))
        return self.escrow.rests_on(commitments.get(at[1]))

    def _batch_at(self, index: int) -> Batch | None:
        if not 0 <= index < self.size:
            return None
        raw = self._source.entries(index, index + 1)[0]
        try:
            return Entry.parse(raw).signed().batch if raw is not None else None
        except SuyuanError:
            return None


def _count(examined: ExaminedSlice) -> range:
    return range(examined.start, examined.stop)
