"""A data directory as a source to audit: one consistent view of its tables, read and never written."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ledger.actions.log.damaged_rows import bytes_in, naming, number_in
from ledger.actions.log.escrow_rows import EscrowDataRows
from ledger.actions.log.kept_keys import KeptKeys
from ledger.audit.buckets import KeyRange
from ledger.audit.escrow_rows import EscrowRows
from ledger.audit.finding import Place
from ledger.audit.index_rows import IndexRows
from ledger.audit.said import SaidEvents
from ledger.audit.source import BatchColumns, BatchRecords, HeadColumns, SourceUnreadable
from ledger.evidence.tile import TileAddress
from ledger.storage import whole_log
from ledger.storage.checkpoints import NotPublishedYet, every_checkpoint
from ledger.storage.disclosures import every_disclosure
from ledger.storage.erasures import every_erasure
from ledger.storage.event_keys import note_key
from ledger.storage.governance import every_line
from ledger.storage.position import pack, unpack
from ledger.trade.dossier.bodies.base import DossierBody

_PLACE_BITS = 14
_NOTHING = BatchRecords(None, (), (), (), ())
_BYTES_OR_NONE = {bytes, type(None)}
_NO_NUMBER = (1 << 63) - 1
"""Stands where a column of numbers holds none, which sorts after all numbers: no honest row is there."""


class UnreadableData:
    """A data directory whose database cannot be opened at all: nothing of it can be shown."""

    kept = None

    def __init__(self, data: Path, reason: SourceUnreadable) -> None:
        self.description, self._reason = str(data), reason

    def newest(self) -> bytes:
        raise self._reason

    def published(self) -> Iterator[tuple[int, bytes]]:
        raise self._reason

    def size(self) -> int:
        raise self._reason

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:  # noqa: ARG002 - nothing can be shown
        raise self._reason

    def tile(self, address: TileAddress) -> bytes | None:  # noqa: ARG002 - nothing can be shown
        raise self._reason

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:  # noqa: ARG002 - nothing can be shown
        raise self._reason


class DataSource:
    """Reads inside one transaction of `connection`, so that a server may go on writing."""

    def __init__(self, data: Path, connection: Connection, event_secret: bytes | SourceUnreadable | None) -> None:
        self.description = str(data)
        self._connection = connection
        self.kept: DataRows | None = DataRows(connection, event_secret)

    def newest(self) -> bytes:
        if not self._checkpoints:
            raise NotPublishedYet(seen=self.description)
        return self._checkpoints[-1][1]

    def published(self) -> Iterator[tuple[int, bytes]]:
        with naming("checkpoints"):
            for size, note in every_checkpoint(self._connection):
                yield size, bytes_in(note) or b""

    def size(self) -> int:
        with naming("entries"):
            return whole_log.written_size(self._connection)

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        with naming("entries"):
            held = {index: bytes_in(body) for index, body, _ in whole_log.entry_rows(self._connection, start, stop)}
        return [held.get(index) for index in range(start, stop)]

    def tile(self, address: TileAddress) -> bytes | None:
        with naming("tiles"):
            return bytes_in(whole_log.tile_row(self._connection, address.level, address.index))

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        contexts: Mapping[int, bytes | None] = {}
        unread = None
        try:
            with naming("batches"):
                contexts = {row[0]: bytes_in(row[6]) for row in whole_log.batch_rows(self._connection, start, stop)}
        except SourceUnreadable as reason:
            unread = reason
        with naming("records"):
            for records in self._records(start, stop, contexts):
                yield records if unread is None else records._replace(context_unread=unread)

    def _records(self, start: int, stop: int, contexts: Mapping[int, bytes | None]) -> Iterator[BatchRecords]:
        groups = _by_entry(whole_log.record_rows(self._connection, start, stop))
        following = next(groups, None)
        for index in range(start, stop):
            if following is None or following[0] != index:
                yield _NOTHING._replace(context=contexts.get(index))
                continue
            positions, commitments, salts, bodies = zip(*following[1], strict=True)
            base = pack(index, 0)
            yield BatchRecords(
                context=contexts.get(index),
                places=[at - base for at in positions],
                commitments=_all_bytes(commitments),
                salts=_all_bytes(salts),
                bodies=_all_bytes(bodies),
            )
            following = next(groups, None)

    @cached_property
    def _checkpoints(self) -> list[tuple[int, bytes]]:
        last = None
        for last in self.published():  # noqa: B007 - only the last one is kept
            pass
        return [] if last is None else [last]


class DataRows:
    """The tables beside the log."""

    def __init__(self, connection: Connection, event_secret: bytes | SourceUnreadable | None) -> None:
        self._connection, self._given = connection, event_secret
        self._keys = KeptKeys(event_secret if isinstance(event_secret, bytes) else None)
        self.escrow: EscrowRows = EscrowDataRows(connection)

    @property
    def has_event_secret(self) -> bool:
        if isinstance(self._given, SourceUnreadable):
            raise self._given
        return self._given is not None

    def leaf_hashes(self, start: int, stop: int) -> Sequence[bytes | None]:
        with naming("entries"):
            held = {index: bytes_in(leaf) for index, _, leaf in whole_log.entry_rows(self._connection, start, stop)}
        return [held.get(index) for index in range(start, stop)]

    def batches(self, start: int, stop: int) -> Sequence[BatchColumns | None]:
        with naming("batches"):
            rows = whole_log.batch_rows(self._connection, start, stop)
        held = {
            entry: BatchColumns(issuer, klass, read, size, bytes_in(root) or b"")
            for entry, issuer, klass, read, size, root, _ in rows
        }
        return [held.get(index) for index in range(start, stop)]

    def blocks(self, start: int, stop: int) -> Mapping[int, bytes]:
        with naming("blocks"):
            return {entry: bytes_in(hashes) or b"" for entry, hashes in whole_log.block_rows(self._connection, start, stop)}

    def head(self) -> HeadColumns | None:
        with naming("head"):
            rows = whole_log.head_rows(self._connection)
        return HeadColumns(*rows[0]) if len(rows) == 1 else None

    def tiles(self) -> Iterator[tuple[int, int]]:
        with naming("tiles"):
            for level, index in whole_log.tile_places(self._connection):
                yield number_in(level), number_in(index)

    def strays(self, size: int) -> Iterator[tuple[str, Place]]:
        with naming("rows beyond the log's end"):
            yield from whole_log.rows_beyond(self._connection, size)

    def register_lines(self) -> Iterator[tuple[str, int, int | None]]:
        with naming("register_lines"):
            for line, since, until in every_line(self._connection):
                yield str(line), number_in(since), None if until is None else number_in(until)

    def governance(self) -> tuple[int, bytes] | None:
        with naming("governance"):
            rows = whole_log.snapshot_rows(self._connection)
        return (rows[0][0], bytes_in(rows[0][1]) or b"") if len(rows) == 1 else None

    def erasures(self) -> Iterator[tuple[Place, int, str]]:
        with naming("erasures"):
            for erasure in every_erasure(self._connection):
                yield unpack(erasure.position), number_in(erasure.by_entry), str(erasure.ground)

    def disclosures(self) -> Iterator[tuple[Place, bytes | None, bytes | None]]:
        with naming("disclosures"):
            for position, digest, disclosure in every_disclosure(self._connection):
                yield unpack(number_in(position)), bytes_in(digest), bytes_in(disclosure)

    def index_rows(self, table: str, within: KeyRange) -> Iterator[bytes]:
        with naming(table):
            for rows in whole_log.index_rows(self._connection, table, within.low, within.high):
                yield _joined(rows)

    def pack(self, entry: int, place: int) -> int:
        return pack(entry, place)

    def unpack(self, packed: int) -> Place:
        return unpack(packed)

    def note_key(self, issuer: str, root: bytes) -> int:
        return note_key(issuer, root)

    def of_events(self, index: int, issuer: str, events: SaidEvents) -> IndexRows:
        return self._keys.of_events(index, issuer, events)

    def of_dossier(self, index: int, place: int, said: DossierBody) -> IndexRows:
        return self._keys.of_dossier(index, place, said)


def _all_bytes(values: Sequence[bytes | None]) -> Sequence[bytes | None]:
    return values if _BYTES_OR_NONE.issuperset(map(type, values)) else [bytes_in(value) for value in values]


def _joined(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Rows of two numbers as an audit compares them: 16 bytes each, big-endian."""
    try:
        numbers = array("q", chain.from_iterable(rows))
    except (TypeError, OverflowError):
        numbers = array("q", [value if isinstance(value, int) else _NO_NUMBER for row in rows for value in row])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tobytes()


def _by_entry(pieces: Iterator[Sequence[tuple[Any, ...]]]) -> Iterator[tuple[int, Sequence[tuple[Any, ...]]]]:
    """The rows of each entry, of rows that ascend. Large entries, which most rows are of, are not looked at row by row."""
    entry, held = -1, list[tuple[Any, ...]]()
    for rows in pieces:
        at = 0
        while at < len(rows):
            following = _entry_of(rows[at])
            if held and following != entry:
                yield entry, held
                held = []
            entry = following
            end = len(rows) if _entry_of(rows[-1]) == entry else bisect_left(rows, entry + 1, lo=at, key=_entry_of)
            held += rows[at:end]
            at = end
    if held:
        yield entry, held


def _entry_of(row: tuple[Any, ...]) -> int:
    return int(row[0]) >> _PLACE_BITS
