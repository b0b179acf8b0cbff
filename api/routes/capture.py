"""Documents in: `POST /epcis/capture`, and the jobs that came of it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Response, status
from starlette.concurrency import run_in_threadpool

from api.dependencies import Caller, LedgerDep, Service, ServiceDep, SettingsDep, refuse_stale_key
from api.epcis_headers import EPCIS_HEADERS, describe_options
from api.sent import Sent, SentDep
from api.waits import Wait, waited
from api.wire.capture_job import Addresses, job_json, jobs_json
from ledger.actions.capture.capture_job import CaptureJob, OnError, from_row
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.storage.database import reading
from ledger.storage.jobs import jobs_of, read_job

router: Final = APIRouter(prefix="/epcis/capture", tags=["capture"])

JSON: Final = "application/json"


@router.post("", status_code=status.HTTP_202_ACCEPTED, response_class=Response)
async def capture(
    sent: SentDep,
    service: ServiceDep,
    wait: Annotated[Wait, Query()] = Wait.SEQUENCED,
    on_error: Annotated[OnError, Header(alias="GS1-Capture-Error-Behaviour")] = OnError.ROLLBACK,
) -> Response:
    """Take an EPCIS document; every event of it gets a verdict, a position and a receipt.

    The bytes are kept exactly as sent. The job is finished when this answers. Sending the same document again answers
    with the first receipts.
    """
    job, answer = await run_in_threadpool(_take_in, service, sent, on_error)
    answer.headers.update(await waited(service, wait, _last_entry(job)))
    return answer


@router.options("")
def capture_options() -> Response:
    """What capture can do."""
    return describe_options("GET", "POST")


@router.get("", response_class=Response)
def list_jobs(
    caller: Caller, ledger: LedgerDep, settings: SettingsDep, per_page: Annotated[int, Query(alias="perPage", ge=1, le=100)] = 30
) -> Response:
    """The caller's newest jobs."""
    with reading(ledger.engine) as connection:
        jobs = [from_row(row) for row in jobs_of(connection, caller, limit=per_page)]
    content = jobs_json(jobs, addresses_of(ledger.origin, settings.public_url))
    return Response(content, headers=EPCIS_HEADERS, media_type=JSON)


@router.get("/{job_id}", response_class=Response)
def read_capture_job(
    job_id: Annotated[str, Path(max_length=64)], caller: Caller, ledger: LedgerDep, settings: SettingsDep
) -> Response:
    """A job, for the party that posted it."""
    with reading(ledger.engine) as connection:
        job = from_row(read_job(connection, job_id, party=caller))
    return Response(job_json(job, addresses_of(ledger.origin, settings.public_url)), headers=EPCIS_HEADERS, media_type=JSON)


@router.options("/{job_id}")
def capture_job_options(job_id: str) -> Response:  # noqa: ARG001 (the pattern names it)
    """What a job can do."""
    return describe_options("GET")


def addresses_of(origin: str, public_url: str) -> Addresses:
    """How this server prints addresses."""
    return Addresses(origin=origin, public_url=public_url)


def _take_in(service: Service, sent: Sent, on_error: OnError) -> tuple[CaptureJob, Response]:
    refuse_stale_key(service, sent.key)
    job = submit_document(service.ledger, Submission(sent.document, sent.author, on_error), service.writer)
    addresses = addresses_of(service.ledger.origin, service.settings.public_url)
    headers = {"Location": addresses.capture(job.id), **EPCIS_HEADERS, "GS1-Capture-Error-Behaviour": on_error.value}
    return job, Response(job_json(job, addresses), status.HTTP_202_ACCEPTED, headers=headers, media_type=JSON)


def _last_entry(job: CaptureJob) -> int | None:
    """The last entry that holds a record which the job names."""
    positions = [position for position in map(job.position_of, job.events) if position is not None]
    return max((position.entry for position in positions), default=None)
