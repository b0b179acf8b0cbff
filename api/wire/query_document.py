"""An EPCISQueryDocument around events whose bytes are put in as they are; what the ledger adds stands beside them.

{"@context":[<the events' own context>,{"suyuan":…}],"type":"EPCISQueryDocument",…,
 "epcisBody":{"queryResults":{"queryName":…,"resultsBody":{"eventList":[E1,E2]}}},
 "suyuan:records":[{"eventID":…,"address":…,"recordTime":…,…}]}
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from api.wire.capture_job import Addresses
from ledger.actions.trace.read_record import OpenedRecord
from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.record import read_record

NAMESPACE: Final = "urn:suyuan:terms:"
_OWN_CONTEXT: Final = json.dumps({"suyuan": NAMESPACE}, separators=(",", ":")).encode()
_QUERY_NAME: Final = "SimpleEventQuery"


def query_document(events: Sequence[OpenedRecord], *, addresses: Addresses, now: Instant) -> bytes:
    """The document. `suyuan:records` runs parallel to the event list.

    Events said under different contexts are explained by all of these together; each record then names its own, because
    two contexts may give one prefix two meanings.
    """
    contexts = list(dict.fromkeys(event.batch.context for event in events if event.batch.context is not None))
    records = [_record(event, addresses) for event in events]
    if len(contexts) > 1:
        for record, event in zip(records, events, strict=True):
            record["suyuan:context"] = json.loads(event.batch.context or b"null")
    head = {"type": "EPCISQueryDocument", "schemaVersion": "2.0", "creationDate": format_instant(now)}
    return b"".join(
        (
            b'{"@context":[',
            b",".join(filter(None, (*map(_spliced, contexts), _OWN_CONTEXT))),
            b"],",
            json.dumps(head, separators=(",", ":")).encode()[1:-1],
            b',"epcisBody":{"queryResults":{"queryName":"',
            _QUERY_NAME.encode(),
            b'","resultsBody":{"eventList":[',
            b",".join(event.body for event in events),
            b']}}},"suyuan:records":',
            json.dumps(records, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"),
            b"}",
        )
    )


def _spliced(context: bytes) -> bytes:
    # A list inside the list of contexts is not allowed, so a list gives its items.
    return context[1:-1].strip(b" \t\r\n") if context.startswith(b"[") else context


def _record(event: OpenedRecord, addresses: Addresses) -> dict[str, Any]:
    address = addresses.record(event.position)
    return {
        "suyuan:eventID": read_record(event.body).get("eventID", address),
        "suyuan:address": address,
        "suyuan:recordTime": format_instant(event.recorded),
        "suyuan:issuer": event.batch.issuer,
        "suyuan:receipt": addresses.receipt(event.position),
    }
