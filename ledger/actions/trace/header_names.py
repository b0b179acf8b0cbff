"""Names of things and places in the headers of the documents that carried an item's events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from ledger.actions.trace.asking import EntryRights
from ledger.actions.trace.decoded_events import decode_event
from ledger.actions.trace.gather_item import Gathered
from ledger.actions.trace.item_names import names_in_header
from ledger.evidence.authority import EVENT_TYPES
from ledger.evidence.record import read_record, type_of
from ledger.storage.bulk import chunks
from ledger.storage.entries import StoredBatch, read_records
from ledger.storage.position import pack

Named: TypeAlias = tuple[str, str]
"""A canonical identifier, and what it is called."""

_HEADERS_READ_MAX: Final = 50
_HEADERS_AT_ONCE: Final = 8
_BYTES_MAX: Final = 1 << 18
_REMEMBERED: Final = 512
_REMEMBERED_BYTES_MAX: Final = 1 << 13


def names_in_headers(gathered: Gathered, language: str) -> Iterator[Named]:
    """What the master data of the documents says, as far as this reader may read it; no more than the first headers."""
    batches, items = _documents(gathered)
    wanted = [pack(entry, 0) for entry in sorted(batches)][:_HEADERS_READ_MAX]
    room = _BYTES_MAX
    for chunk in chunks(wanted, _HEADERS_AT_ONCE):
        for record in read_records(gathered.connection, chunk):
            if not record.body or b'"epcisMasterData"' not in record.body or (room := room - len(record.body)) < 0:
                continue
            entry = record.position.entry
            # A document names what its events name: whoever may read one of them for what it names may read its header.
            if EntryRights(gathered.connection, gathered.reader, entry, batches[entry]).allows_naming(items[entry]):
                yield from _names(record.body, language.partition("-")[0])


def _documents(gathered: Gathered) -> tuple[dict[int, StoredBatch], dict[int, frozenset[str]]]:
    """The batches of documents by entry, and what those of their events name that were found."""
    batches: dict[int, StoredBatch] = {}
    items: dict[int, set[str]] = {}
    for position, event in gathered.trace.events.items():
        if event.batch.size > 1:
            batches[position.entry] = event.batch
            decoded = decode_event(event.body)
            items.setdefault(position.entry, set()).update(() if decoded is None else decoded.items)
    return batches, {entry: frozenset(named) for entry, named in items.items()}


def _names(header: bytes, language: str) -> tuple[Named, ...]:
    return _remembered(header, language) if len(header) <= _REMEMBERED_BYTES_MAX else _read(header, language)


def _read(header: bytes, language: str) -> tuple[Named, ...]:
    record = read_record(header)
    return () if type_of(record) in EVENT_TYPES else tuple(names_in_header(record, language=language))


_remembered: Final = lru_cache(maxsize=_REMEMBERED)(_read)


def forget_headers() -> None:
    """Remember no header any more: bytes that were erased shall not lie on in memory."""
    _remembered.cache_clear()
