"""Single events: in, looked at without storing, and out again with their bytes unaltered."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response, status

from api.asking import AskingDep, EventIdDep
from api.dependencies import LedgerDep, ServiceDep, SettingsDep
from api.epcis_headers import EPCIS_HEADERS, describe_options
from api.negotiation import preferred_type
from api.plain_response import PlainResponse, raw_headers
from api.problems import NotAcceptable
from api.routes.capture import JSON, addresses_of
from api.routes.records import PRIVATE
from api.sent import JSON_TYPES, JsonBody, SentDep
from api.waits import Wait, waited
from api.wire.capture_job import event_json
from api.wire.query_document import query_document
from api.wire.validation import verdicts_json
from ledger.actions.capture.capture_job import EventOutcome, Verdict
from ledger.actions.capture.validate import validate
from ledger.actions.trace.read_event import read_event

router: Final = APIRouter(prefix="/epcis/events", tags=["events"])

_TAKEN_HEADERS: Final = raw_headers({**EPCIS_HEADERS, "Content-Type": JSON})


@router.post("", status_code=status.HTTP_201_CREATED, response_class=Response)
async def post_event(sent: SentDep, service: ServiceDep, wait: Annotated[Wait, Query()] = Wait.SEQUENCED) -> Response:
    """Take one event: 201 if it is new, 200 with the first receipt if it was here, 409 if its eventID says something else."""
    taken = await service.events.take(sent.document, sent.author, key=sent.key)
    said = await waited(service, wait, taken.position.entry)
    addresses = addresses_of(service.ledger.origin, service.settings.public_url)
    outcome = EventOutcome(0, taken.event_id, taken.verdict, findings=taken.findings)
    event_id = taken.event_id or addresses.record(taken.position)
    return PlainResponse(
        event_json(outcome, taken.position, addresses),
        status.HTTP_201_CREATED if taken.verdict is Verdict.ACCEPTED else status.HTTP_200_OK,
        _TAKEN_HEADERS,
        (("location", f"{service.settings.public_url}/epcis/events/{quote(event_id, safe=':')}"), *said.items()),
    )


@router.options("")
def events_options() -> Response:
    """What can be done with events."""
    return describe_options("POST")


@router.post("/validate", response_class=Response)
def validate_events(body: JsonBody, ledger: LedgerDep) -> Response:
    """The verdicts on a document or a single event; nothing is stored."""
    return Response(verdicts_json(validate(ledger, body)), headers=EPCIS_HEADERS, media_type=JSON)


@router.get("/{event_id:path}", response_class=Response)
def show_event(
    event_id: EventIdDep,
    request: Request,
    ledger: LedgerDep,
    settings: SettingsDep,
    asking: AskingDep,
) -> Response:
    """The events under an eventID inside a query document: their bytes unaltered, address and record time beside them."""
    accept = request.headers.get("accept", "")
    media_type = preferred_type(accept, JSON_TYPES)
    if media_type is None:
        raise NotAcceptable(seen=accept, wanted=" or ".join(JSON_TYPES))
    events = read_event(ledger, event_id, asking)
    content = query_document(events, addresses=addresses_of(ledger.origin, settings.public_url), now=ledger.clock())
    return Response(content, headers={**EPCIS_HEADERS, **PRIVATE}, media_type=media_type)


@router.options("/{event_id:path}")
def event_options(event_id: str) -> Response:  # noqa: ARG001 (the pattern names it)
    """What can be done with one event."""
    return describe_options("GET")
