"""The part of an audit that hangs on nothing before it: entries read, records proven, index rows made, a few entries at a time.

What comes out is only ever "all of this holds". Whatever is left out here is checked again, and told, where the log is
replayed in order; so the outcome of an audit does not hang on who examined what, or whether anybody did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from ledger.audit.entries import ParsedEntry, read_entry
from ledger.audit.index_rows import IndexRows
from ledger.audit.kept_batch import KeptBatches
from ledger.audit.proving import ProvenRecords, prove
from ledger.audit.repeats import OwnKeys, declared_in
from ledger.audit.said import SaidEvents, SaidRecord
from ledger.audit.signing import ProposedKeys
from ledger.audit.source import BatchColumns, BatchRecords, KeptRows, LogSource, SourceUnreadable
from ledger.errors import SuyuanError
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest, leaf_hash
from ledger.evidence.tile import TILE_WIDTH
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.epcis.alike import EventShapes

_RECORDS_AT_ONCE: Final = 4_000
_ENTRIES_AT_ONCE: Final = 64


class ExaminedEntry(NamedTuple):
    """One entry whose records, and whose rows beside the log, all hold.

    Args:
        leaf: of the bytes that were examined.
        signers: the keys that verified over its batch note, in order; None where not every line was verified.
        bodies, absent, withheld, governance, escrow: as in `ProvenRecords`.
        rows: how many rows beside the log were compared.
    """

    leaf: Digest
    parsed: ParsedEntry
    signers: tuple[VerifierKey, ...] | None
    bodies: int
    absent: Sequence[int]
    withheld: int
    governance: Mapping[str, Any] | None
    escrow: Sequence[SaidRecord] | None
    rows: int


class ExaminedSlice(NamedTuple):
    """Neighbouring entries; None for one that has to be looked at again. The rows, joined, are those of the others."""

    start: int
    entries: Sequence[ExaminedEntry | None]
    once: bytes
    identifiers: bytes
    declared: Sequence[int]

    @property
    def stop(self) -> int:
        return self.start + len(self.entries)


class Examining(Protocol):
    """Whoever examines: this process, or others beside it."""

    def slices(self, start: int, size: int, cut: int) -> Iterator[ExaminedSlice]:
        """Examine the entries from `start` to below `size`, in order; no slice reaches over a bundle or over `cut`."""

    def propose(self, keys: Iterable[VerifierKey]) -> None:
        """Name keys that may have signed what comes."""


class RowMaker:
    """Makes the index rows of intact records: with the server's secret where it is known, else with the auditor's own."""

    def __init__(self, own: OwnKeys, kept: KeptRows | None, *, secret: bool) -> None:
        self._own, self._kept, self._secret = own, kept, secret

    def of_events(self, index: int, issuer: str, events: SaidEvents) -> IndexRows:
        """The rows of events of one entry.

        Raises:
            EpcisUnreadable: rows are kept of identifiers, and an event has none where it should.
        """
        rows = self._kept.of_events(index, issuer, events) if self._kept is not None else IndexRows()
        return rows if self._secret else rows._replace(once=self._own.of_events(index, issuer, events))

    def of_dossier(self, index: int, place: int, said: DossierBody) -> IndexRows:
        rows = self._kept.of_dossier(index, place, said) if self._kept is not None else IndexRows()
        return rows if self._secret else rows._replace(once=self._own.of_dossier(index, place, said))


class Examiner:
    """Examines slices of what one source shows."""

    def __init__(self, source: LogSource, maker: RowMaker, *, tables: bool, keys: ProposedKeys | None = None) -> None:
        self._source, self._maker, self._keys = source, maker, keys
        self._shapes = EventShapes()
        self.kept = source.kept if tables else None

    def examine(self, start: int, stop: int) -> ExaminedSlice:
        """Examine the entries from `start` to below `stop`, as far as they can be read."""
        gathered = _Gathered()
        entries: list[ExaminedEntry | None] = []
        try:
            gathered.kept = KeptBatches.read(self.kept, start, stop) if self.kept is not None else None
            held = self._source.entries(start, stop)
            for index, raw, records in zip(range(start, stop), held, self._source.records(start, stop), strict=True):
                entries.append(None if raw is None else self._entry(index, raw, records, gathered))
        except SourceUnreadable:
            pass  # met again, and told, by whoever looks at the entries left out
        entries += [None] * (stop - start - len(entries))
        once, identifiers = b"".join(gathered.once), b"".join(gathered.identifiers)
        return ExaminedSlice(start, entries, once, identifiers, gathered.declared)

    def _entry(self, index: int, raw: bytes, records: BatchRecords, gathered: _Gathered) -> ExaminedEntry | None:
        leaf = leaf_hash(raw)
        try:
            parsed = read_entry(raw)
            proven = prove(parsed.signed.batch, records, self._shapes) if parsed is not None else None
            if parsed is None or proven is None:
                return None
            batch, kept = parsed.signed.batch, gathered.kept
            compared = 0 if kept is None else kept.rows_if_right(index, leaf, batch, proven.commitments)
            if compared is None:
                return None
            made = self._rows_of(index, batch.issuer, proven)
        except SuyuanError:
            return None
        gathered.add(index, made, proven)
        signers = None
        if self._keys is not None:
            self._keys.learn(proven.governance)
            signers = self._keys.signers_of(parsed.signed)
        said = (proven.bodies, proven.absent, proven.withheld, proven.governance, proven.escrow)
        return ExaminedEntry(leaf, parsed, signers, *said, compared)

    def _rows_of(self, index: int, issuer: str, proven: ProvenRecords) -> list[IndexRows]:
        """The rows of one entry: all of them, before any is counted in."""
        made = [self._maker.of_dossier(index, place, said) for place, said in proven.dossiers]
        if proven.events.places():
            made.append(self._maker.of_events(index, issuer, proven.events))
        return made


@dataclass(slots=True)
class _Gathered:
    """What the entries of a slice gave so far, and the rows beside the log to hold them to."""

    kept: KeptBatches | None = None
    once: list[bytes] = field(default_factory=list)
    identifiers: list[bytes] = field(default_factory=list)
    declared: list[int] = field(default_factory=list)

    def add(self, index: int, made: Iterable[IndexRows], proven: ProvenRecords) -> None:
        for rows in made:
            self.once.append(rows.once)
            self.identifiers.append(rows.identifiers)
        self.declared += declared_in(index, proven.events)


class Slicing:
    """How many entries to examine together: about as many records each time, whatever the size of batches.

    Args:
        size: of the log.
        cut: no slice reaches over it.
        kept: rows beside the log that say how large batches are; a wrong word there only makes a slice too long or short.
    """

    def __init__(self, size: int, cut: int, kept: KeptRows | None) -> None:
        self._size, self._cut, self._kept = size, cut, kept
        self._length = 1

    def stop_after(self, start: int) -> int:
        """Where the slice from `start` ends."""
        ends = (start + _ENTRIES_AT_ONCE, (start // TILE_WIDTH + 1) * TILE_WIDTH, self._size, self._cut)
        end = min(end for end in ends if end > start)
        if self._kept is None:
            return min(end, start + self._length)
        records = 0
        for stop, row in enumerate(self._batches(start, end), start + 1):
            records += row.size if row is not None and isinstance(row.size, int) else 1
            if records >= _RECORDS_AT_ONCE:
                return stop
        return end

    def learn(self, examined: ExaminedSlice) -> None:
        """Let a slice say how large batches are here, where nothing else does."""
        records = sum(entry.parsed.signed.batch.size for entry in examined.entries if entry is not None)
        fitting = _RECORDS_AT_ONCE * len(examined.entries) // max(1, records)
        self._length = max(1, min(fitting, 2 * len(examined.entries), _ENTRIES_AT_ONCE))

    def _batches(self, start: int, stop: int) -> Sequence[BatchColumns | None]:
        try:
            return self._kept.batches(start, stop) if self._kept is not None else ()
        except SourceUnreadable:
            return ()  # told by whoever compares them


class ExaminingHere:
    """Examines in this process, each slice when it is asked for."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner

    def slices(self, start: int, size: int, cut: int) -> Iterator[ExaminedSlice]:
        slicing = Slicing(size, cut, self._examiner.kept)
        while start < size:
            examined = self._examiner.examine(start, slicing.stop_after(start))
            slicing.learn(examined)
            start = examined.stop
            yield examined

    def propose(self, keys: Iterable[VerifierKey]) -> None:
        """Nothing: signatures are checked where the keys are known, and that is here."""
