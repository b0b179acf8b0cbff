"""Small valid events and documents to bend."""

from __future__ import annotations

import json
from typing import Any

from ledger.evidence.instant import Instant, parse_instant
from ledger.trade.epcis.document import split_document
from ledger.trade.epcis.finding import Finding
from ledger.trade.epcis.validate import DocumentVerdict, validate_document
from ledger.trade.epcis.vocabulary import PINNED_CONTEXTS

GS1 = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
NOW: Instant = parse_instant("2026-11-20T08:00:00.000Z")
SERIAL = "https://id.gs1.org/01/09521141012345/21/{}"
BOX = "urn:epc:id:sscc:0614141.1234567890"

_COMMON: dict[str, Any] = {"eventTime": "2026-11-20T15:30:00.000+08:00", "eventTimeZoneOffset": "+08:00"}
EVENTS: dict[str, dict[str, Any]] = {
    "ObjectEvent": {**_COMMON, "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "epcList": [SERIAL.format(1)]},
    "AggregationEvent": {
        **_COMMON,
        "type": "AggregationEvent",
        "action": "ADD",
        "parentID": BOX,
        "childEPCs": [SERIAL.format(1)],
    },
    "TransactionEvent": {
        **_COMMON,
        "type": "TransactionEvent",
        "action": "ADD",
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:0614141.00001.1618034"}],
        "epcList": [SERIAL.format(1)],
    },
    "TransformationEvent": {
        **_COMMON,
        "type": "TransformationEvent",
        "inputEPCList": [SERIAL.format(1)],
        "outputEPCList": [SERIAL.format(2)],
    },
    "AssociationEvent": {
        **_COMMON,
        "type": "AssociationEvent",
        "action": "ADD",
        "parentID": BOX,
        "childEPCs": [SERIAL.format(1)],
    },
}
SENSED: dict[str, Any] = {
    "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2026-11-20T07:00:00Z", "deviceID": "urn:epc:id:giai:4000001.111"},
            "sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL"}],
        }
    ],
}


def event_of(kind: str = "ObjectEvent", **changes: Any) -> dict[str, Any]:
    """A valid event with members changed; a change to `...` takes the member away."""
    return {name: value for name, value in {**EVENTS[kind], **changes}.items() if value is not ...}


def document_of(*events: Any, **changes: Any) -> dict[str, Any]:
    return {
        "@context": [GS1, {"ex": "https://example.com/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T07:40:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }


def verdict_on(document: dict[str, Any]) -> DocumentVerdict:
    return validate_document(split_document(json.dumps(document).encode()), now=NOW, pinned=PINNED_CONTEXTS)


def said_of(*events: Any, **changes: Any) -> set[tuple[str, str]]:
    """Code and pointer, from the event's own root, of everything said about the events of a document."""
    at = "/epcisBody/eventList/0"
    return {(f.code, f.pointer.removeprefix(at)) for f in all_findings(verdict_on(document_of(*events, **changes)))}


def all_findings(verdict: DocumentVerdict) -> list[Finding]:
    return [*verdict.errors, *(finding for event in verdict.events for finding in event.findings)]
