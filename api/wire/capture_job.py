"""A capture job as JSON: the EPCIS members, then one verdict per event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from api.problems import type_of_problem
from ledger.actions.capture.capture_job import CaptureJob, EventOutcome
from ledger.evidence.instant import format_instant
from ledger.storage.position import Position
from ledger.trade.epcis.finding import CODES, Finding

_ENCODER: Final = msgspec.json.Encoder()


class FindingBody(msgspec.Struct, frozen=True):
    """One finding, at a pointer from the root of what was sent."""

    code: str
    severity: str
    pointer: str
    seen: str
    wanted: str
    hint: str


class ErrorBody(msgspec.Struct, frozen=True):
    """A finding about the document itself, as the problem that EPCIS wants in `errors`."""

    type: str
    title: str
    code: str
    severity: str
    pointer: str
    seen: str
    wanted: str
    hint: str


class EventBody(msgspec.Struct, frozen=True, rename={"event_id": "eventID"}):
    """The verdict on one event."""

    index: int
    event_id: str | None
    verdict: str
    position: tuple[int, int] | None
    receipt: str | None
    findings: list[FindingBody]


class CaptureJobBody(
    msgspec.Struct,
    frozen=True,
    rename={
        "capture_id": "captureID",
        "created_at": "createdAt",
        "finished_at": "finishedAt",
        "capture_error_behaviour": "captureErrorBehaviour",
    },
):
    """EPCIS 2.0 CaptureJob, and `events`. A job is finished when it is answered."""

    capture_id: str
    created_at: str
    finished_at: str
    running: bool
    success: bool
    capture_error_behaviour: str
    errors: list[ErrorBody]
    events: list[EventBody]


class Addresses:
    """Prints the public addresses of records and receipts."""

    def __init__(self, *, origin: str, public_url: str) -> None:
        self._origin, self._public_url = origin, public_url

    def record(self, position: Position) -> str:
        """The record's name for ever, which moves with no server."""
        return f"https://{self._origin}/records/{position.entry}/{position.place}"

    def receipt(self, position: Position) -> str:
        return f"{self._public_url}/receipts/{position.entry}/{position.place}"

    def capture(self, job_id: str) -> str:
        return f"{self._public_url}/epcis/capture/{job_id}"


def job_json(job: CaptureJob, addresses: Addresses) -> bytes:
    """The JSON of one job."""
    return _ENCODER.encode(_job(job, addresses))


def jobs_json(jobs: Sequence[CaptureJob], addresses: Addresses) -> bytes:
    """The JSON of a list of jobs."""
    return _ENCODER.encode([_job(job, addresses) for job in jobs])


def event_json(outcome: EventOutcome, position: Position | None, addresses: Addresses) -> bytes:
    """The JSON of one event's verdict."""
    return _ENCODER.encode(_event(outcome, position, addresses))


def finding_body(finding: Finding) -> FindingBody:
    return FindingBody(finding.code, finding.severity, finding.pointer, finding.seen, finding.wanted, finding.hint)


def error_body(finding: Finding) -> ErrorBody:
    title = CODES[finding.code].title if finding.code in CODES else finding.code
    return ErrorBody(
        type_of_problem(400, finding.code),
        title,
        finding.code,
        finding.severity,
        finding.pointer,
        finding.seen,
        finding.wanted,
        finding.hint,
    )


def _job(job: CaptureJob, addresses: Addresses) -> CaptureJobBody:
    return CaptureJobBody(
        capture_id=job.id,
        created_at=format_instant(job.created),
        finished_at=format_instant(job.finished),
        running=False,
        success=job.success,
        capture_error_behaviour=job.on_error.value,
        errors=[error_body(finding) for finding in job.errors],
        events=[_event(outcome, job.position_of(outcome), addresses) for outcome in job.events],
    )


def _event(outcome: EventOutcome, position: Position | None, addresses: Addresses) -> EventBody:
    address = None if position is None else addresses.record(position)
    return EventBody(
        index=outcome.index,
        event_id=outcome.event_id or address,
        verdict=outcome.verdict.value,
        position=None if position is None else (position.entry, position.place),
        receipt=None if position is None else addresses.receipt(position),
        findings=[finding_body(finding) for finding in outcome.findings],
    )
