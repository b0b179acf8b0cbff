"""The source as an audit sees it: what cannot be read is written down once and then counts as not shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.audit.finding import at_entry, at_tile
from ledger.audit.journal import Journal
from ledger.audit.source import BatchRecords, KeptRows, LogSource, SourceUnreadable
from ledger.evidence.tile import TileAddress

_NOTHING = BatchRecords(None, (), (), (), ())


def records_of(index: int) -> str:
    """The position of the records of one entry that cannot be read."""
    return f"records of entry {index}"


class Readable:
    """Passes on what `source` shows. The kept rows are read by their own check, which ends stage by stage."""

    def __init__(self, source: LogSource, journal: Journal) -> None:
        self._source, self._journal = source, journal
        self._one_by_one = True

    @property
    def description(self) -> str:
        return self._source.description

    @property
    def kept(self) -> KeptRows | None:
        return self._source.kept

    def newest(self) -> bytes:
        """The newest checkpoint.

        Raises:
            SourceUnreadable: written down already; the caller may look for an older one.
            Absent or Unavailable leaves: the source shows none.
        """
        try:
            return self._source.newest()
        except SourceUnreadable as reason:
            self._journal.unreadable(reason)
            raise

    def published(self) -> Iterator[tuple[int, bytes]]:
        with self._journal.reading():
            yield from self._source.published()

    def size(self) -> int:
        with self._journal.reading():
            return self._source.size()
        return 0

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        """One damaged row must not hide its neighbours: what cannot be read together is read one by one."""
        try:
            return self._source.entries(start, stop)
        except SourceUnreadable as reason:
            if not self._one_by_one:
                self._journal.unread.update(map(at_entry, range(start, stop)))
                return [None] * (stop - start)
            return self._entries_singly(start, stop, reason)

    def tile(self, address: TileAddress) -> bytes | None:
        try:
            return self._source.tile(address)
        except SourceUnreadable as reason:
            self._journal.unreadable(reason)
            self._journal.unread.add(at_tile(address.level, address.index))
            return None

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        index = start
        try:
            for records in self._source.records(start, stop):
                yield records
                index += 1
        except SourceUnreadable:
            yield from (self._records_of(at) for at in range(index, stop))

    def _entries_singly(self, start: int, stop: int, reason: SourceUnreadable) -> Sequence[bytes | None]:
        held: list[bytes | None] = []
        failed = []
        for index in range(start, stop):
            try:
                held += self._source.entries(index, index + 1)
            except SourceUnreadable as single:
                held.append(None)
                failed.append(SourceUnreadable(at_entry(index), seen=single.seen))
        if len(failed) == stop - start > 1:
            # The table itself is gone or damaged: one finding, and no second look at every row.
            self._one_by_one = False
            self._journal.unreadable(reason)
            self._journal.unread.update(one.part for one in failed)
        else:
            for one in failed:
                self._journal.unreadable(one)
        return held

    def _records_of(self, index: int) -> BatchRecords:
        try:
            return next(iter(self._source.records(index, index + 1)), _NOTHING)
        except SourceUnreadable as reason:
            self._journal.unreadable(SourceUnreadable(records_of(index), seen=reason.seen))
            return _NOTHING
