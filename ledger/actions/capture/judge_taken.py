"""What it means that the ledger holds something under an event's key: the same again, another thing, or a mere collision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.storage.entries import read_batch, read_records
from ledger.storage.position import Position, unpack
from ledger.trade.epcis.event import read_event
from ledger.trade.epcis.exact import same_value
from ledger.trade.epcis.finding import Finding, find
from ledger.trade.epcis.validate import EventVerdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """At most one of the two is set; neither means that the event may be written after all."""

    first: Position | None = None
    refusal: Finding | None = None


def judge_taken(
    connection: Connection, verdict: EventVerdict, body: bytes, *, issuer: str, taken: Sequence[int], pointer: str
) -> Judgement:
    """Compare `body` with the records at the packed positions `taken`.

    The same JSON value again is a duplicate of the first such record. Another value under the same eventID is
    refused, unless it carries an error declaration, which repeats the ID of what it declares wrong.
    """
    others = _records_of(connection, issuer, taken)
    for position, other in others.items():
        if same_value(body, other):
            return Judgement(first=position)
    if verdict.event_id is None or verdict.has_error_declaration:
        return Judgement()
    for position, other in others.items():
        if read_event(other).event_id == verdict.event_id:
            wanted = f"the same event as record {position.entry}/{position.place}, or an errorDeclaration"
            return Judgement(refusal=find("EventIdTaken", f"{pointer}/eventID", seen=verdict.event_id, wanted=wanted))
    return Judgement()


def _records_of(connection: Connection, issuer: str, taken: Sequence[int]) -> Mapping[Position, bytes]:
    """The bodies still there, of this issuer only: the key is but 64 bits of a hash."""
    own = [packed for packed in taken if read_batch(connection, unpack(packed).entry).issuer == issuer]
    return {record.position: record.body for record in read_records(connection, own) if record.body is not None}
