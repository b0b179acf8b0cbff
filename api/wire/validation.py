"""The verdicts on a document that is not stored, in the words of a capture job."""

from __future__ import annotations

from typing import Final

import msgspec

from api.wire.capture_job import ErrorBody, EventBody, error_body, finding_body
from ledger.actions.capture.capture_job import Verdict
from ledger.trade.epcis.validate import DocumentVerdict

_ENCODER: Final = msgspec.json.Encoder()


class VerdictsBody(msgspec.Struct, frozen=True):
    """`success` is whether a capture in rollback mode would take everything, as far as the document itself tells."""

    success: bool
    errors: list[ErrorBody]
    events: list[EventBody]


def verdicts_json(verdict: DocumentVerdict) -> bytes:
    """The JSON of the verdicts."""
    events = [
        EventBody(
            index=event.index,
            event_id=event.event_id,
            verdict=(Verdict.REFUSED if event.refused else Verdict.ACCEPTED).value,
            position=None,
            receipt=None,
            findings=[finding_body(finding) for finding in event.findings],
        )
        for event in verdict.events
    ]
    success = not verdict.refused and not any(event.refused for event in verdict.events)
    return _ENCODER.encode(VerdictsBody(success, [error_body(finding) for finding in verdict.errors], events))
