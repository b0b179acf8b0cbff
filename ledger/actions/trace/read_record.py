"""Read one record: its bytes exactly as they were signed, for whom the table of reading rights lets in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking, EntryRights, name, reader_of
from ledger.actions.trace.trace_item import ItemUnknown, trace_within
from ledger.errors import Absent, Conflict
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.database import reading
from ledger.storage.entries import StoredBatch, StoredRecord, read_entry
from ledger.storage.entries import read_record as read_stored
from ledger.storage.erasures import erasure_of
from ledger.storage.position import Position, pack
from ledger.trade.parties.state import Governance
from ledger.trade.reading import ReadingForbidden


class BodyErased(Absent):
    title = "the record's content was erased; its commitment remains"


class BodyLost(Conflict):
    title = "the record's content is gone although no entry erased it"
    default_hint = "the tables were changed behind the ledger's back: run `suyuan audit`"


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A record that may be read. `recorded` is the time of its entry; `body` is empty for padding."""

    position: Position
    body: bytes
    commitment: Digest
    batch: StoredBatch
    recorded: Instant


def read_record(ledger: Ledger, position: Position, asking: Asking) -> OpenedRecord:
    """The record at `position`.

    Raises:
        EntryAbsent, RecordAbsent: there is none.
        BodyErased, BodyLost: there is only its commitment.
        ReadingForbidden: it is not for this reader.
    """
    with reading(ledger.engine) as connection:
        return open_record(connection, ledger.governance.load(connection), position, asking)


def refuse_reading(connection: Connection, state: Governance, position: Position, asking: Asking) -> None:
    """Return if whoever asks may have the receipt of `position`: may read it, or there is nothing left to read.

    Raises:
        EntryAbsent, RecordAbsent, BodyLost, ReadingForbidden.
    """
    try:
        _readable(connection, state, position, asking)
    except BodyErased:
        return  # what remains of an erased record is its commitment, which is public


def open_record(connection: Connection, state: Governance, position: Position, asking: Asking) -> OpenedRecord:
    """The same inside a transaction of the caller's."""
    record, body, batch = _readable(connection, state, position, asking)
    recorded = Entry.parse(read_entry(connection, position.entry)).time
    return OpenedRecord(position, body, record.commitment, batch, recorded)


def _readable(
    connection: Connection, state: Governance, position: Position, asking: Asking
) -> tuple[StoredRecord, bytes, StoredBatch]:
    """The record, its body and its batch, if whoever asks may read it; raises as `read_record`."""
    rights = EntryRights(connection, reader_of(connection, state, asking), position.entry)
    record = read_stored(connection, position)
    if record.body is None:
        raise _gone(connection, position)
    try:
        rights.refuse(position.place, record.body)
    except ReadingForbidden:
        # The holder of a code may also read what led to the item; that takes a walk, so it is asked last.
        if not _reached(connection, state, position, asking):
            raise
    return record, record.body, rights.batch


def _reached(connection: Connection, state: Governance, position: Position, asking: Asking) -> bool:
    if asking.code is None:
        return False
    try:
        return position in trace_within(connection, state, asking.code, direction="back", party=asking.party).events
    except ItemUnknown:
        return False


def _gone(connection: Connection, position: Position) -> BodyErased | BodyLost:
    erasure = erasure_of(connection, pack(*position))
    if erasure is None:
        return BodyLost(seen=name(position))
    return BodyErased(seen=name(position), wanted=f"a record not erased by entry {erasure.by_entry} ({erasure.ground})")
