"""Find what is said of things, places and parties beside events, as far as whoever asks may read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from ledger.actions.trace.asking import EntryRights
from ledger.errors import SuyuanError
from ledger.evidence.authority import DOSSIER_CLASSES, RecordClass
from ledger.evidence.record import read_record
from ledger.storage.bulk import chunks
from ledger.storage.entries import StoredBatch, read_batches_at, read_records
from ledger.storage.identifier_index import positions_said_of_any
from ledger.storage.position import Position, unpack
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.every import BODIES, read_dossier_body
from ledger.trade.reading import Reader, is_code

_ROWS: Final = 500
_CLASSES: Final = frozenset(klass.value for klass in DOSSIER_CLASSES)
_WEIGHTY: Final = (RecordClass.RECALL.value, RecordClass.INSPECTION.value)
_RANKED: Final = (*_WEIGHTY, *sorted(_CLASSES.difference(_WEIGHTY)))
STATEMENTS_MAX: Final = 5_000
STATEMENT_BYTES_MAX: Final = 1 << 21
"""Of all together: a single report may hold a hundred results."""

_REMEMBERED: Final = 4_096
_REMEMBERED_BYTES_MAX: Final = 4_096


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """A dossier record that may be read: its bytes, its typed form, and the batch it was said in."""

    position: Position
    data: bytes
    body: DossierBody
    batch: StoredBatch
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """In log order. withheld: how many are not for this reader. truncated: there are more than were read."""

    found: tuple[FoundStatement, ...]
    withheld: int
    truncated: bool


def find_statements(connection: Connection, reader: Reader, subjects: Iterable[str]) -> Statements:
    """What is said of any of `subjects`: canonical identifiers, party names, record addresses, `sha256:<hex>`.

    Whoever holds the code of what a trace started from may read what is said of everything it reached: give those
    identifiers as codes of `reader`.
    """
    wanted = frozenset(subjects)
    if reader.codes:
        reader = replace(reader, codes=reader.codes | wanted)
    positions, truncated = _positions(connection, wanted)
    rights: dict[int, EntryRights] = {}
    found: list[FoundStatement] = []
    withheld, room = 0, STATEMENT_BYTES_MAX
    for chunk in chunks(positions, _ROWS):
        if room <= 0:
            truncated = True
            break
        batches = read_batches_at(connection, sorted({unpack(packed).entry for packed in chunk} - rights.keys()))
        rights.update((entry, EntryRights(connection, reader, entry, batch)) for entry, batch in batches.items())
        for record in read_records(connection, chunk):
            held = rights[record.position.entry]
            if held.batch.record_class not in _CLASSES or not record.body:
                continue
            room -= len(record.body)
            body = _read(record.body)
            if body is None or not body.subjects() & wanted:
                continue
            if held.allows_naming(_codes_in(body)):
                found.append(FoundStatement(record.position, record.body, body, held.batch, record.salt))
            else:
                withheld += 1
    return Statements(tuple(sorted(found, key=lambda one: one.position)), withheld, truncated=truncated)


def _positions(connection: Connection, wanted: frozenset[str]) -> tuple[list[int], bool]:
    """Where statements may stand that name any of `wanted`, what matters most first; and whether there were too many.

    Whoever floods a thing with descriptions must not bury a recall of it, or a report: recalls are read first, then what
    examiners say, the newest first.
    """
    said = positions_said_of_any(connection, wanted, classes=_RANKED)
    weighty = [said.pop(record_class) for record_class in _WEIGHTY]
    ranked = [*chain.from_iterable(reversed(positions) for positions in weighty), *sorted(chain.from_iterable(said.values()))]
    return ranked[:STATEMENTS_MAX], len(ranked) > STATEMENTS_MAX


def _codes_in(body: DossierBody) -> frozenset[str]:
    """What one must hold the code of to read the record: the items it is about; of a place, a party or a file, that itself.

    Whoever holds one item must not read what is said of another because both share a picture.
    """
    subjects = body.subjects()
    return frozenset(filter(is_code, subjects)) or subjects


def _read(data: bytes) -> DossierBody | None:
    """None for what is no record any more: the audit names it. Small ones asked for last are remembered by their bytes."""
    return _remembered(data) if len(data) <= _REMEMBERED_BYTES_MAX else _decode(data)


def _decode(data: bytes) -> DossierBody | None:
    try:
        record = read_record(data)
        return read_dossier_body(record) if record.get("type") in BODIES else None
    except SuyuanError:
        return None


_remembered: Final = lru_cache(maxsize=_REMEMBERED)(_decode)


def forget_statements() -> None:
    """Remember no statement any more: bytes that were erased shall not lie on in memory."""
    _remembered.cache_clear()
