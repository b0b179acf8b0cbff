"""Say what would be said of a document or a single event, and store nothing."""

from __future__ import annotations

from ledger.actions.capture.check_document import check_document, check_event
from ledger.actions.open_ledger import Ledger
from ledger.evidence.authority import EVENT_TYPES
from ledger.evidence.batch import BATCH_BYTES_MAX
from ledger.evidence.record import read_json
from ledger.trade.epcis.validate import DocumentVerdict


def validate(ledger: Ledger, data: bytes) -> DocumentVerdict:
    """The verdicts on `data`, a document or one event, as far as the bytes themselves tell.

    Whether the ledger holds an event already is not looked up: that would let anybody try out eventIDs.

    Raises:
        Malformed and TooLarge leaves: the bytes cannot be read at all.
    """
    now, pinned = ledger.clock(), ledger.state().contexts
    value = read_json(data, bytes_max=BATCH_BYTES_MAX)
    if isinstance(value, dict) and value.get("type") in EVENT_TYPES:
        return DocumentVerdict(errors=(), events=(check_event(data, now=now, pinned=pinned).verdict,))
    return check_document(data, now=now, pinned=pinned).verdict
