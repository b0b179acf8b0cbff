"""What sequencing a `RecordErased` does to the tables, and what the fold must know of the record beforehand."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.actions.capture.index_rows import index_keys, names_in
from ledger.evidence.authority import RecordClass
from ledger.storage.entries import EntryAbsent, RecordAbsent, StoredRecord, read_batch
from ledger.storage.entries import read_record as read_stored
from ledger.storage.erasures import Erasure, erasure_of, forget
from ledger.storage.event_keys import erased_name_key
from ledger.storage.position import Position, pack
from ledger.trade.parties.bodies import RecordErased
from ledger.trade.parties.signers import ErasedRecord
from ledger.trade.reading import is_code


def record_to_erase(connection: Connection, body: RecordErased, *, origin: str) -> ErasedRecord | None:
    """Issuer, class and standing of the record that `body` names; None if this ledger has no such record."""
    if body.origin != origin:
        return None
    position = Position(body.entry, body.place)
    try:
        batch = read_batch(connection, body.entry)
        read_stored(connection, position)
    except (EntryAbsent, RecordAbsent):
        return None
    before = erasure_of(connection, pack(*position))
    return ErasedRecord(batch.issuer, RecordClass(batch.record_class), erased_at=None if before is None else before.by_entry)


def erase(connection: Connection, body: RecordErased, *, by_entry: int, event_secret: bytes) -> None:
    """Drop the record that `body` names and everything that was made from it. The caller commits."""
    position = Position(body.entry, body.place)
    record = read_stored(connection, position)
    issuer = read_batch(connection, body.entry).issuer
    event_keys, identifiers = _index_keys(record, issuer, event_secret)
    codes = {name for name in names_in(record.body) if is_code(name)} if record.body else frozenset[str]()
    forget(
        connection,
        Erasure(pack(*position), by_entry, body.ground),
        entry=body.entry,
        event_keys=event_keys,
        identifier_keys=identifiers,
        name_keys=[erased_name_key(event_secret, code) for code in codes],
    )


def _index_keys(record: StoredRecord, issuer: str, event_secret: bytes) -> tuple[list[int], list[int]]:
    if not record.body:
        return [], []
    event_key, identifiers = index_keys(event_secret, issuer, record.body)
    return [] if event_key is None else [event_key], identifiers
