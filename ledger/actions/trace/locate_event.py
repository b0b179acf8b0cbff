"""Find records for whoever has the data directory in hand, and so may read all of it anyway."""

from __future__ import annotations

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.read_event import EventUnknown
from ledger.actions.trace.read_record import BodyErased, OpenedRecord
from ledger.evidence.entry import Entry
from ledger.storage.database import reading
from ledger.storage.entries import read_batch, read_entry, read_record
from ledger.storage.event_keys import event_key, positions_of
from ledger.storage.position import Position, unpack
from ledger.trade.epcis.event import read_event


def locate_event(ledger: Ledger, event_id: str) -> Position:
    """Where the first event under `event_id` is, whoever issued it.

    Raises:
        EventUnknown: there is none.
    """
    with reading(ledger.engine) as connection:
        parties = ledger.governance.load(connection).parties
        keys = {event_key(ledger.event_secret, party, event_id, b"") for party in parties}
        found = sorted(packed for under_key in positions_of(connection, keys).values() for packed in under_key)
        for position in map(unpack, found):
            body = read_record(connection, position).body
            # The index holds 64 bits of a hash: only the body says what it is.
            if body and read_event(body).event_id == event_id:
                return position
    raise EventUnknown(seen=event_id)


def body_at(ledger: Ledger, position: Position) -> bytes:
    """The bytes of the record.

    Raises:
        EntryAbsent, RecordAbsent: there is none. BodyErased: only its commitment is left.
    """
    return record_at(ledger, position).body


def record_at(ledger: Ledger, position: Position) -> OpenedRecord:
    """The record, with the batch it was said in.

    Raises:
        EntryAbsent, RecordAbsent: there is none. BodyErased: only its commitment is left.
    """
    with reading(ledger.engine) as connection:
        record = read_record(connection, position)
        if record.body is None:
            raise BodyErased(seen=f"record {position.entry}/{position.place}")
        batch, recorded = read_batch(connection, position.entry), Entry.parse(read_entry(connection, position.entry)).time
    return OpenedRecord(position, record.body, record.commitment, batch, recorded)
