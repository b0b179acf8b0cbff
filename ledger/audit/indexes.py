"""The rows that intact records must have in the indexes, gathered over the whole log and compared range by range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from ledger.audit.buckets import Buckets, KeyRange
from ledger.audit.examine import ExaminedSlice, RowMaker
from ledger.audit.index_rows import ROW_BYTES, IndexRows, rows_from, split_rows
from ledger.audit.journal import Journal
from ledger.audit.keeping import KeptCheck
from ledger.audit.repeats import RepeatCheck, declared_in, packed
from ledger.audit.said import SaidEvents
from ledger.audit.source import KeptRows
from ledger.trade.dossier.bodies.base import DossierBody

IDENTIFIERS = "identifiers"
EVENT_KEYS = "event_keys"
NOTE_KEYS = "note_keys"


class Compared(NamedTuple):
    """How many rows one range of an index has, and whether they are those that the log gives."""

    within: KeyRange
    rows: int
    equal: bool


class IndexCheck:
    """Takes rows by the slice where all of it was proven, else record by record; compares them at the end of the log."""

    def __init__(self, maker: RowMaker, repeats: RepeatCheck, kept: KeptCheck | None, journal: Journal, *, passed: int) -> None:
        self._maker, self._repeats, self._kept, self._journal = maker, repeats, kept, journal
        self._first = packed(passed, 0)
        self._unequal: dict[str, set[KeyRange]] = {}

    def take(self, examined: ExaminedSlice) -> None:
        self._repeats.events.add(examined.once)
        self._repeats.declared.update(examined.declared)
        if self._kept is not None:
            self._kept.identifiers.add(examined.identifiers)

    def event(self, index: int, place: int, issuer: str, body: bytes, record: Mapping[str, Any]) -> None:
        """An intact event was met.

        Raises:
            EpcisUnreadable: it has no identifiers where an event has some.
        """
        events = SaidEvents([(place, body, record)])
        self._add(self._maker.of_events(index, issuer, events))
        self._repeats.declared.update(declared_in(index, events))

    def dossier(self, index: int, place: int, issuer: str, body: bytes, said: DossierBody) -> None:  # noqa: ARG002 - as events
        """An intact dossier record was met."""
        self._add(self._maker.of_dossier(index, place, said))

    def tell_repeats(self, comparing: Comparing) -> None:
        """Tell what was said twice; on the way, compare the index of it, whose rows are the same."""
        self._repeats.tell_batches()
        if self._kept is not None and self._kept.has_event_secret:
            self._compare(EVENT_KEYS, self._repeats.events, comparing)
        for _, rows in self._repeats.events.ranges():
            self._repeats.note(rows)
        self._repeats.tell_events()

    def tell_rows(self, comparing: Comparing) -> None:
        """Tell the rows that are wrong, when all is known that they may follow from."""
        if self._kept is None:
            return
        self._compare(NOTE_KEYS, self._kept.notes, comparing)
        self._compare(IDENTIFIERS, self._kept.identifiers, comparing)
        tables = ((NOTE_KEYS, self._kept.notes), (IDENTIFIERS, self._kept.identifiers), (EVENT_KEYS, self._repeats.events))
        for table, buckets in tables:
            with self._journal.reading():
                for within, rows in buckets.ranges() if self._unequal.get(table) else ():
                    if within in self._unequal[table]:
                        self._kept.tell_index(table, within, rows, first=self._first_of(table))

    @property
    def buckets(self) -> tuple[Buckets, ...]:
        """The rows of all indexes, in the order in which a state keeps them."""
        kept = (Buckets(), Buckets()) if self._kept is None else (self._kept.notes, self._kept.identifiers)
        return (self._repeats.batches, self._repeats.events, *kept)

    def close(self) -> None:
        for buckets in self.buckets:
            buckets.close()

    def _first_of(self, table: str) -> int:
        """The lowest value of a row that is compared: below it records were passed over, but entries never are."""
        return 0 if table == NOTE_KEYS else self._first

    def _compare(self, table: str, wanted: Buckets, comparing: Comparing) -> None:
        with self._journal.reading():
            outcome = list(comparing.compare(table, wanted.ranges(), self._first_of(table)))
            self._journal.checked.projection_rows += sum(one.rows for one in outcome)
            self._unequal[table] = {one.within for one in outcome if not one.equal}

    def _add(self, rows: IndexRows) -> None:
        self._repeats.events.add(rows.once)
        if self._kept is not None:
            self._kept.identifiers.add(rows.identifiers)


class Comparing(Protocol):
    """Whoever compares: this process, or others beside it."""

    def compare(self, table: str, ranges: Iterable[tuple[KeyRange, bytes]], first: int) -> Iterable[Compared]:
        """Compare ranges of wanted rows with those kept whose value is `first` or more.

        Raises:
            SourceUnreadable: the table cannot be read to its end.
        """


def compare_range(kept_rows: KeptRows, table: str, within: KeyRange, wanted: bytes, first: int) -> Compared:
    """Compare one range; `wanted` are its rows, joined, whose values are all `first` or more. Neither side is in any order.

    Raises:
        SourceUnreadable: the table cannot be read there.
    """
    kept = rows_from(b"".join(kept_rows.index_rows(table, within)), first)
    found = set(split_rows(kept))
    # A kept row that stands twice is one too many; a wanted one may come twice, when a record says a thing twice.
    equal = len(found) * ROW_BYTES == len(kept) and found == set(split_rows(wanted))
    return Compared(within, len(kept) // ROW_BYTES, equal)


class ComparingHere:
    """Compares in this process."""

    def __init__(self, kept: KeptRows | None) -> None:
        self._kept = kept

    def compare(self, table: str, ranges: Iterable[tuple[KeyRange, bytes]], first: int) -> Iterable[Compared]:
        if self._kept is not None:
            for within, rows in ranges:
                yield compare_range(self._kept, table, within, rows, first)
