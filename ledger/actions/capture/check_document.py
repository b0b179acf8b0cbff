"""The strict pass, the cut into exact slices, and the verdicts: everything about a document that needs no ledger."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, TooLarge
from ledger.evidence.batch import BATCH_BYTES_MAX, RECORDS_MAX
from ledger.evidence.instant import Instant
from ledger.evidence.record import RECORD_BYTES_MAX, read_json, read_record
from ledger.trade.epcis.document import Document, split_document, split_event
from ledger.trade.epcis.validate import DocumentVerdict, EventVerdict, validate_document, validate_event

EVENTS_MAX: Final = RECORDS_MAX - 1


class TooManyEvents(TooLarge):
    title = "the document holds more events than one batch may"
    default_hint = "split it into several documents"


class RecordTooLarge(TooLarge):
    title = "one record is larger than allowed"


class DocumentNotObject(Malformed):
    title = "a document is one JSON object"


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document cut into records, and what is said of each."""

    document: Document
    verdict: DocumentVerdict


def check_document(data: bytes, *, now: Instant, pinned: Container[str]) -> CheckedDocument:
    """Look at a whole document; nothing is stored.

    Args:
        data: the document exactly as sent, at most 64 MiB.
        pinned: context URLs that governance has pinned.

    Raises:
        what `read_json` raises: the bytes are not strict JSON.
        DocumentNotObject, TooManyEvents, RecordTooLarge.
    """
    value = read_json(data, bytes_max=BATCH_BYTES_MAX)
    if not isinstance(value, dict):
        raise DocumentNotObject(seen=type(value).__name__, wanted="an EPCISDocument or EPCISQueryDocument", pointer="")
    document = split_document(data)
    if len(document.events) > EVENTS_MAX:
        raise TooManyEvents(seen=len(document.events), wanted=f"at most {EVENTS_MAX}", pointer=document.events_at)
    _refuse_large(document.record, "")
    for index, event in enumerate(document.events):
        _refuse_large(event, f"{document.events_at}/{index}")
    return CheckedDocument(document, validate_document(document, now=now, pinned=pinned))


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """A single event from `{` to `}`, the bytes of its own `@context`, and what is said of it."""

    body: bytes
    context: bytes
    verdict: EventVerdict


def check_event(data: bytes, *, now: Instant, pinned: Container[str]) -> CheckedEvent:
    """Look at a single event sent by itself; white space around it belongs to no record.

    Raises:
        what `read_record` raises, and ContextMissing.
    """
    read_record(data.strip(b" \t\n\r"))
    body, context = split_event(data)
    return CheckedEvent(body, context, validate_event(body, now=now, pinned=pinned, context=context))


def _refuse_large(record: bytes, pointer: str) -> None:
    if len(record) > RECORD_BYTES_MAX:
        raise RecordTooLarge(seen=f"{len(record)} bytes", wanted=f"at most {RECORD_BYTES_MAX} bytes", pointer=pointer)
