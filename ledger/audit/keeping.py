"""What an operator keeps beside the log, computed again from the log and compared row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ledger.audit.buckets import Buckets, KeyRange, differences
from ledger.audit.finding import FindingKind, Place, at_entry, at_place
from ledger.audit.governing import GovernanceReplay
from ledger.audit.index_rows import key_row, rows_from, split_rows
from ledger.audit.journal import Journal
from ledger.audit.kept_batch import ROWS_AN_ENTRY, KeptBatches, blocks_of, columns_of, differing
from ledger.audit.readable import records_of
from ledger.audit.source import BatchColumns, HeadColumns, KeptRows
from ledger.evidence.batch import Batch
from ledger.evidence.merkle import Digest

_STRAY: Final = {
    "entries": FindingKind.ENTRY_UNKNOWN,
    "batches": FindingKind.BATCH_ROW_WRONG,
    "records": FindingKind.RECORD_UNKNOWN,
}
_INDEXES: Final = {
    "note_keys": (FindingKind.NOTE_KEY_WRONG, True),
    "identifiers": (FindingKind.IDENTIFIER_INDEX_WRONG, False),
    "event_keys": (FindingKind.EVENT_KEY_WRONG, False),
}
"""Table to what is found there, and whether its rows are of entries rather than of records."""


class KeptCheck:
    """Collects what must stand in the tables while the log is read; `finish` compares what only the end can tell."""

    def __init__(self, kept: KeptRows, journal: Journal) -> None:
        self._kept, self._journal = kept, journal
        self.notes, self.identifiers = Buckets(), Buckets()
        self.has_event_secret: bool | None = None
        with journal.reading():
            self.has_event_secret = kept.has_event_secret

    def note(self, index: int, batch: Batch) -> None:
        """Remember the row of the note's own index."""
        self.notes.add(key_row(self._kept.note_key(batch.issuer, batch.root), index))

    def entry(self, index: int, leaf: Digest | None, batch: Batch | None, commitments: Sequence[Digest] | None) -> None:
        """Read and compare the rows of one entry. What the log itself does not say, no row is held to."""
        journal, rows = self._journal, self._read(index)
        journal.checked.projection_rows += ROWS_AN_ENTRY
        if leaf is not None and rows.hashes is not None and rows.hashes[0] not in (leaf, None):
            journal.entry(FindingKind.LEAF_HASH_WRONG, index, f"the tree holds {leaf.hex()[:16]}…")
        if batch is None or index in journal.spoilt:
            return
        self.note(index, batch)
        if rows.columns is not None:
            self._compare_columns(index, batch, rows.columns[0])
        if commitments is not None and rows.blocks is not None:
            self._compare_blocks(index, commitments, rows.blocks.get(index))

    def finish(self, governance: GovernanceReplay, end: HeadColumns) -> None:
        """Compare head, governance and erasures with the end of the log."""
        reading = self._journal.reading
        with reading():
            self._head(end)
        with reading():
            self._strays(end.size)
        if governance.gap is None:
            with reading():
                self._lines(governance)
        if governance.gap is None and not governance.doubted:
            with reading():
                self._snapshot(governance)
        with reading():
            self._erasures(governance)
        if self.has_event_secret is False:
            self._journal.leave("the index of eventIDs: its key is sealed, and the unlock file could not be read")

    def tell_index(self, table: str, within: KeyRange, wanted: bytes, *, first: int) -> None:
        """Tell the rows of one range, of values from `first` on, that only the log has, or only the table.

        Raises:
            SourceUnreadable: the table cannot be read there.
        """
        kept = split_rows(rows_from(b"".join(self._kept.index_rows(table, within)), first))
        journal, (kind, by_entry) = self._journal, _INDEXES[table]
        for is_kept, (key, value) in differences(split_rows(wanted), kept):
            entry, place = (value, 0) if by_entry else self._kept.unpack(value)
            if entry in journal.spoilt or journal.is_spoilt(entry, place) or records_of(entry) in journal.unread:
                continue  # follows from what is wrong with the record itself
            position = at_entry(entry) if by_entry else at_place(entry, place)
            what = "a row that the log does not give" if is_kept else "a row is missing"
            journal.add(kind, f"{table} {position}", f"{what}: key {key & (1 << 64) - 1:016x}")

    def _read(self, index: int) -> KeptBatches:
        """The rows of one entry, each table by itself: one that cannot be read must not hide the others."""
        hashes, columns, blocks = None, None, None
        with self._journal.reading():
            hashes = self._kept.leaf_hashes(index, index + 1)
        with self._journal.reading():
            columns = self._kept.batches(index, index + 1)
        with self._journal.reading():
            blocks = self._kept.blocks(index, index + 1)
        return KeptBatches(index, hashes, columns, blocks)

    def _compare_columns(self, index: int, batch: Batch, row: BatchColumns | None) -> None:
        wanted = columns_of(batch)
        if row != wanted:
            message = "the row is missing" if row is None else ", ".join(differing(row, wanted))
            self._journal.entry(FindingKind.BATCH_ROW_WRONG, index, message)

    def _compare_blocks(self, index: int, commitments: Sequence[Digest], row: bytes | None) -> None:
        wanted = blocks_of(commitments)
        if wanted is None and row is None:
            return
        self._journal.checked.projection_rows += 1
        if row != wanted:
            message = "the row is missing" if row is None else "it does not hold the roots of each 256 commitments"
            self._journal.entry(FindingKind.BLOCKS_WRONG, index, message)

    def _head(self, end: HeadColumns) -> None:
        head = self._kept.head()
        self._journal.checked.projection_rows += 1
        if head is None:
            self._journal.add(FindingKind.HEAD_WRONG, "head", "there is not exactly one row")
            return
        # A last entry whose bytes are wrong leaves nothing to compare time and hash with.
        known = end.size - 1 not in self._journal.spoilt
        compared = [name for name in end._fields if known or name in ("origin", "size")]
        wrong = [name for name in compared if getattr(head, name) != getattr(end, name)]
        if wrong:
            self._journal.add(FindingKind.HEAD_WRONG, "head", f"not that of the last entry: {', '.join(wrong)}")

    def _strays(self, size: int) -> None:
        for table, (entry, place) in self._kept.strays(size):
            position = at_place(entry, place) if table == "records" else at_entry(entry)
            self._journal.add(_STRAY[table], position, f"table {table} has a row, the log has no such entry")

    def _lines(self, governance: GovernanceReplay) -> None:
        kept = {(line, since): until for line, since, until in self._kept.register_lines()}
        self._journal.checked.projection_rows += len(kept)
        for line, since in sorted(kept.keys() | governance.lines.keys(), key=lambda row: (row[1], row[0])):
            row = (line, since)
            if row not in kept or row not in governance.lines or kept[row] != governance.lines[row]:
                what = (
                    "missing" if row not in kept else "one too many" if row not in governance.lines else "valid too long or short"
                )
                self._journal.add(FindingKind.REGISTER_LINE_WRONG, f"register_lines from entry {since}", f"{what}: {line}")

    def _snapshot(self, governance: GovernanceReplay) -> None:
        snapshot = self._kept.governance()
        self._journal.checked.projection_rows += 1
        if governance.state is not None and (snapshot is None or snapshot[1] != governance.state.to_json()):
            what = "the row is missing" if snapshot is None else "it is not what the governance records fold to"
            self._journal.add(FindingKind.GOVERNANCE_SNAPSHOT_WRONG, "governance", what)

    def _erasures(self, governance: GovernanceReplay) -> None:
        wanted = {(place, by.entry, by.ground) for place, by in governance.erased.items()}
        kept = set(self._kept.erasures())
        self._journal.checked.projection_rows += len(kept)
        for (entry, place), by_entry, ground in sorted(wanted ^ kept):
            if self._is_unread(by_entry, governance):
                continue
            known = ((entry, place), by_entry, ground) in kept
            what = "the log has no such erasure" if known else "the row is missing"
            message = f"{what}: by entry {by_entry}, {ground}"
            self._journal.add(FindingKind.ERASURE_ROW_WRONG, f"erasures {at_place(entry, place)}", message)

    def claimed_erasures(self, governance: GovernanceReplay) -> set[Place]:
        """Records that are said to be erased by an entry whose own record cannot be read."""
        return {place for place, by_entry, _ in self._kept.erasures() if self._is_unread(by_entry, governance)}

    def _is_unread(self, entry: int, governance: GovernanceReplay) -> bool:
        return entry in self._journal.spoilt or (governance.gap is not None and entry >= governance.gap)
