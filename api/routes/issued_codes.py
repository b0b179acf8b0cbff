"""Serial numbers for those who label goods: drawn and issued on demand, and given to their issuer alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Request, Response, status
from starlette.responses import StreamingResponse

from api.dependencies import Caller, LedgerDep, Service, ServiceDep, SettingsDep
from api.idempotency_key import PRIVATE, MaybeKeyDep, path_of, respond
from ledger.actions.codes.issue_serials import SerialOrder, issue_serials
from ledger.actions.codes.label import LabelStyle
from ledger.actions.codes.print_issue import issue_of_entry, labels_of_issue, product_name
from ledger.actions.codes.sheet_csv import csv_lines
from ledger.actions.requests.answer_once import GivenAnswer, KeyedRequest, answer_once, fingerprint
from ledger.evidence.spelling import format_base64
from ledger.storage.serials import SerialIssue

COUNT_MAX: Final = 100_000
_REQUEST_BYTES: Final = 16
_ENTRY_MAX: Final = 1 << 49

router: Final = APIRouter(prefix="/codes", tags=["codes"])


@router.post("", status_code=status.HTTP_201_CREATED, response_class=Response)
def post_codes(
    request: Request,
    caller: Caller,
    service: ServiceDep,
    key: MaybeKeyDep,
    *,
    product: Annotated[str, Body(max_length=200, description="https://id.gs1.org/01/{GTIN-14}")],
    count: Annotated[int, Body(ge=1, le=COUNT_MAX)],
    lot: Annotated[str | None, Body(max_length=20)] = None,
) -> Response:
    """Draw `count` random serial numbers and issue them by a record signed with the caller's held key.

    With an `Idempotency-Key` the same request never draws twice. More than a hundred thousand at once are drawn by the
    operator with `suyuan code issue`.
    """
    service.writer.refuse_if_full()
    drawing = _Drawing(service, SerialOrder(caller, product, count, lot))
    if key is None:
        return respond(drawing.carry_out(drawing.prepare()))
    said = json.dumps([product, count, lot]).encode()
    keyed = KeyedRequest(caller, key, path_of(request), (said,))
    # What this request drew is found again under its own fingerprint, whoever carries it out after a crash.
    order = SerialOrder(caller, product, count, lot, fingerprint(service.ledger, keyed)[:_REQUEST_BYTES])
    return respond(answer_once(service.ledger, keyed, _Drawing(service, order), server=service.start, desk=service.writer))


@router.get("/issued/{entry}.csv", response_class=Response)
def show_issued(
    entry: Annotated[int, Path(ge=0, lt=_ENTRY_MAX)], caller: Caller, ledger: LedgerDep, settings: SettingsDep
) -> StreamingResponse:
    """The numbers that an entry issued, with address, short code and product, as a table for a printer; for its issuer."""
    issue = issue_of_entry(ledger, entry, party=caller)
    style = LabelStyle(settings.public_url)
    lines = csv_lines(labels_of_issue(ledger, issue, style, name=product_name(ledger, issue, language=style.language)))
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="codes-{entry}.csv"'}
    return StreamingResponse(_pieces(lines), media_type="text/csv; charset=utf-8", headers=headers)


def _pieces(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines joined to pieces worth sending."""
    held = bytearray()
    for line in lines:
        held += line
        if len(held) > 1 << 16:
            yield bytes(held)
            held.clear()
    yield bytes(held)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Nothing is prepared: what was drawn for the same request before is found, and drawn no second time."""

    service: Service
    order: SerialOrder

    def prepare(self) -> bytes:
        return b""

    def carry_out(self, prepared: bytes) -> GivenAnswer:  # noqa: ARG002 - the shape of Work
        service = self.service
        issued = issue_serials(service.ledger, self.order, queue=service.writer, desk=service.writer)
        return GivenAnswer(status.HTTP_201_CREATED, json.dumps(_said(issued, service.settings.public_url)).encode())


def _said(issue: SerialIssue, public_url: str) -> dict[str, object]:
    entry = None if issue.position is None else issue.position.entry
    return {
        "entry": entry,
        "product": issue.product,
        "lot": issue.lot,
        "count": issue.count,
        "root": None if issue.root is None else format_base64(issue.root),
        "table": f"{public_url}/codes/issued/{entry}.csv",
    }
