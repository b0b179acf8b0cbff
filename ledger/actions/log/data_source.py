"""A data directory as a source to audit: one consistent view of its tables, read and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ledger.actions.capture.event_rows import identifier_keys, key_of
from ledger.audit.source import BatchColumns, BatchRecords, HeadColumns, KeyRow, Place
from ledger.evidence.tile import TileAddress
from ledger.storage import whole_log
from ledger.storage.checkpoints import NotPublishedYet, every_checkpoint
from ledger.storage.erasures import every_erasure
from ledger.storage.event_keys import note_key
from ledger.storage.governance import every_line
from ledger.storage.position import pack, unpack
from ledger.trade.epcis.event import read_event

_PLACE_BITS = 14
_NOTHING = BatchRecords(None, (), (), (), ())
_BYTES_OR_NONE = {bytes, type(None)}
_NO_NUMBER = 1 << 63
"""Larger than any number of a column, as databases sort what is no number after all numbers."""


class DataSource:
    """Reads inside one transaction of `connection`, so that a server may go on writing."""

    def __init__(self, data: Path, connection: Connection, event_secret: bytes | None) -> None:
        self.description = str(data)
        self._connection = connection
        self.kept: DataRows | None = DataRows(connection, event_secret)

    def newest(self) -> bytes:
        if not self._checkpoints:
            raise NotPublishedYet(seen=self.description)
        return self._checkpoints[-1][1]

    def published(self) -> Iterator[tuple[int, bytes]]:
        for size, note in every_checkpoint(self._connection):
            yield size, _bytes(note) or b""

    def size(self) -> int:
        return whole_log.written_size(self._connection)

    def entries(self, start: int, stop: int) -> Sequence[bytes | None]:
        held = {index: _bytes(body) for index, body, _ in whole_log.entry_rows(self._connection, start, stop)}
        return [held.get(index) for index in range(start, stop)]

    def tile(self, address: TileAddress) -> bytes | None:
        return _bytes(whole_log.tile_row(self._connection, address.level, address.index))

    def records(self, start: int, stop: int) -> Iterator[BatchRecords]:
        contexts = {row[0]: _bytes(row[6]) for row in whole_log.batch_rows(self._connection, start, stop)}
        groups = groupby(whole_log.record_rows(self._connection, start, stop), key=_entry_of)
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

    def __init__(self, connection: Connection, event_secret: bytes | None) -> None:
        self._connection, self._secret = connection, event_secret
        self.has_event_secret = event_secret is not None

    def leaf_hashes(self, start: int, stop: int) -> Sequence[bytes | None]:
        held = {index: _bytes(leaf) for index, _, leaf in whole_log.entry_rows(self._connection, start, stop)}
        return [held.get(index) for index in range(start, stop)]

    def batches(self, start: int, stop: int) -> Sequence[BatchColumns | None]:
        rows = whole_log.batch_rows(self._connection, start, stop)
        held = {
            entry: BatchColumns(issuer, klass, read, size, _bytes(root) or b"")
            for entry, issuer, klass, read, size, root, _ in rows
        }
        return [held.get(index) for index in range(start, stop)]

    def blocks(self, start: int, stop: int) -> Mapping[int, bytes]:
        return {entry: _bytes(hashes) or b"" for entry, hashes in whole_log.block_rows(self._connection, start, stop)}

    def head(self) -> HeadColumns | None:
        rows = whole_log.head_rows(self._connection)
        return HeadColumns(*rows[0]) if len(rows) == 1 else None

    def tiles(self) -> Iterator[tuple[int, int]]:
        for level, index in whole_log.tile_places(self._connection):
            yield _number(level), _number(index)

    def strays(self, size: int) -> Iterator[tuple[str, Place]]:
        return whole_log.rows_beyond(self._connection, size)

    def register_lines(self) -> Iterator[tuple[str, int, int | None]]:
        for line, since, until in every_line(self._connection):
            yield str(line), _number(since), None if until is None else _number(until)

    def governance(self) -> tuple[int, bytes] | None:
        rows = whole_log.snapshot_rows(self._connection)
        return (rows[0][0], _bytes(rows[0][1]) or b"") if len(rows) == 1 else None

    def erasures(self) -> Iterator[tuple[Place, int, str]]:
        for erasure in every_erasure(self._connection):
            yield unpack(erasure.position), _number(erasure.by_entry), str(erasure.ground)

    def identifiers(self) -> Iterator[KeyRow]:
        return _numbers(whole_log.identifier_rows(self._connection))

    def event_keys(self) -> Iterator[KeyRow]:
        return _numbers(whole_log.event_key_rows(self._connection))

    def note_keys(self) -> Iterator[KeyRow]:
        return _numbers(whole_log.note_key_rows(self._connection))

    def pack(self, entry: int, place: int) -> int:
        return pack(entry, place)

    def unpack(self, packed: int) -> Place:
        return unpack(packed)

    def note_key(self, issuer: str, root: bytes) -> int:
        return note_key(issuer, root)

    def index_keys(self, issuer: str, body: bytes) -> tuple[int, Sequence[int]]:
        event = read_event(body)
        key = key_of(self._secret, issuer, body, event) if self._secret is not None else 0
        return key, identifier_keys(event)


# A database takes any value in any column from whoever may write the file. What is not of its column's kind becomes a
# value that no honest row has, so that it is compared and told like any other.


def _bytes(value: object) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else f"not bytes: {value!r}".encode()


def _all_bytes(values: Sequence[bytes | None]) -> Sequence[bytes | None]:
    return values if _BYTES_OR_NONE.issuperset(map(type, values)) else [_bytes(value) for value in values]


def _number(value: object) -> int:
    return value if isinstance(value, int) else _NO_NUMBER


def _numbers(rows: Iterator[KeyRow]) -> Iterator[KeyRow]:
    for key, value in rows:
        yield _number(key), _number(value)


def _entry_of(row: tuple[Any, ...]) -> int:
    return int(row[0]) >> _PLACE_BITS
