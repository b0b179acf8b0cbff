"""EPCIS documents to post: small, valid, and made to order."""

from __future__ import annotations

import json
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A valid ObjectEvent with eventID `urn:example:event:<number>`; a value of None takes a member away."""
    members = {
        "type": "ObjectEvent",
        "eventID": f"urn:example:event:{number}",
        "eventTime": "2026-11-20T07:00:00.000Z",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [f"https://id.gs1.org/01/09506000134352/21/S{number}"],
        "action": "OBSERVE",
        "bizStep": "shipping",
        **changed,
    }
    return {name: value for name, value in members.items() if value is not None}


def document(*events: dict[str, Any] | str, **changed: Any) -> bytes:
    """An EPCISDocument of these events; a string stands as it is."""
    listed = ",\n    ".join(item if isinstance(item, str) else json.dumps(item) for item in events)
    members = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T07:30:00.000Z",
        "epcisBody": {"eventList": ["EVENTS"]},
        **changed,
    }
    kept = {name: value for name, value in members.items() if value is not None}
    return json.dumps(kept).replace('"EVENTS"', listed).encode()


def bare(number: int = 1, **changed: Any) -> bytes:
    """A valid single event with its own context."""
    return json.dumps({"@context": [CONTEXT], **event(number, **changed)}).encode()
