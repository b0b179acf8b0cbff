"""Read events by their eventID: the original, and whatever declares it erroneous."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection

from ledger.actions.open_ledger import Ledger
from ledger.actions.trace.asking import Asking
from ledger.actions.trace.read_record import BodyErased, OpenedRecord, open_record
from ledger.errors import Absent
from ledger.evidence.authority import EVENT_TYPES
from ledger.evidence.record import read_record as parse_record
from ledger.storage.database import reading
from ledger.storage.event_keys import event_key, positions_of
from ledger.storage.position import Position, unpack
from ledger.trade.parties.state import Governance
from ledger.trade.reading import ReadingForbidden

_ADDRESS: Final = re.compile(
    r"https://(?P<origin>[^?#]+)/records/(?P<entry>0|[1-9][0-9]{0,13})/(?P<place>0|[1-9][0-9]{0,4})", re.ASCII
)


class EventUnknown(Absent):
    title = "no event with this eventID is here for this reader"


def read_event(ledger: Ledger, event_id: str, asking: Asking) -> list[OpenedRecord]:
    """The events under `event_id`, oldest first, of every issuer that used it. An address is the ID of an event without.

    What is not for this reader is not there: an eventID must not be found out by trying.

    Raises:
        EventUnknown: there is none for this reader.
    """
    with reading(ledger.engine) as connection:
        state = ledger.governance.load(connection)
        positions, given = _positions(connection, ledger, state, event_id)
        opened = (_opened(connection, state, position, asking) for position in positions)
        found = [record for record in opened if record is not None and _event_id(record) == given]
    if not found:
        raise EventUnknown(seen=event_id)
    return found


def position_of_event(ledger: Ledger, event_id: str, asking: Asking) -> Position:
    """Where the first event under `event_id` is."""
    return read_event(ledger, event_id, asking)[0].position


def _positions(connection: Connection, ledger: Ledger, state: Governance, event_id: str) -> tuple[list[Position], str | None]:
    """Where to look, and the eventID that must stand in the body: none in an event that only has an address."""
    address = _ADDRESS.fullmatch(event_id)
    if address is not None and address["origin"] == ledger.origin:
        return [Position(int(address["entry"]), int(address["place"]))], None
    # IDs are scoped by issuer, so the key is asked for once per party: some hundreds of look-ups in one query.
    keys = {event_key(ledger.event_secret, party, event_id, b"") for party in state.parties}
    packed = {position for found in positions_of(connection, keys).values() for position in found}
    return [unpack(position) for position in sorted(packed)], event_id


def _opened(connection: Connection, state: Governance, position: Position, asking: Asking) -> OpenedRecord | None:
    try:
        return open_record(connection, state, position, asking)
    except (ReadingForbidden, BodyErased, Absent):
        return None


def _event_id(opened: OpenedRecord) -> str | bool | None:
    """The eventID in the body, None in an event without one, False where the record is no event."""
    record = parse_record(opened.body) if opened.body else {}
    return record.get("eventID") if record.get("type") in EVENT_TYPES else False
