"""Issue serial numbers: drawn and kept first, then committed to by a record that makes them issued, or by nothing at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ledger.actions.capture.stage_batch import held_key
from ledger.actions.capture.submit_document import Queue
from ledger.actions.codes.serial_tree import root_over
from ledger.actions.dossier.submit_dossier import read_bodies, refuse_speaker, submit_held, submit_signed
from ledger.actions.log.aside import Desk
from ledger.actions.open_ledger import Ledger
from ledger.errors import Absent, Conflict, SuyuanError
from ledger.evidence.batch import SignedBatch
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.storage.database import reading
from ledger.storage.serials import (
    SerialIssue,
    add_serials,
    close_drawing,
    count_serials,
    forget_serials,
    issue_of_request,
    issues_of,
    open_issue,
    unsaid_before,
)
from ledger.trade.dossier.bodies.coded import SerialsIssued
from ledger.trade.serials import draw_serials, random_bytes_for

UNSAID_DAYS: Final = 30
"""So long a drawing waits for its record, which its issuer may sign elsewhere; then it is forgotten."""
_DAY_MS: Final = 86_400_000
_ROWS: Final = 5_000
_REQUEST_BYTES: Final = 16
# Of 37 numbers drawn 32 have a check symbol that can be typed.
_DRAWN_FOR_EACH: Final = 37 / 32

Tell = Callable[[int, int], None]


class DrawingAbsent(Absent):
    title = "no serial numbers wait for this record"
    default_hint = f"what is drawn waits {UNSAID_DAYS} days; `suyuan code list` shows it"


class RequestReused(Conflict):
    title = "serial numbers of another product, lot or count were drawn for this request"


@dataclass(frozen=True, slots=True)
class SerialOrder:
    """`count` serial numbers for `product`, its canonical Digital Link, and a lot of it if named.

    `request` is fresh unless given: with the same one again the same numbers come out.
    """

    issuer: str
    product: str
    count: int
    lot: str | None = None
    request: bytes | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Serial numbers that are kept and not issued yet, and the record that issues them once it is written."""

    issue: SerialIssue
    record: bytes


def issue_serials(
    ledger: Ledger,
    order: SerialOrder,
    *,
    queue: Queue,
    desk: Desk,
    tell: Tell | None = None,
    before: Callable[[SerialIssue], None] | None = None,
) -> SerialIssue:
    """Draw serial numbers and issue them by a record signed with the key that the operator holds for the issuer.

    Until the record is in the log no number is issued; with it all of them are. A crash leaves neither or both.

    Args:
        before: done with the numbers before they are issued, such as setting their PINs.

    Raises:
        BodyMemberWrong: product, lot or count are none.
        NoHeldKey, and the refusals of who may write it: nothing is kept.
    """
    held_key(ledger, ledger.state(), order.issuer)
    drawn = draw_issue(ledger, order, desk=desk, tell=tell)
    if drawn.issue.position is not None:
        return drawn.issue
    try:
        if before is not None:
            before(drawn.issue)
        submit_held(ledger, [drawn.record], issuer=order.issuer, queue=queue)
    except SuyuanError:
        forget(desk, drawn.issue)
        raise
    return _issued(ledger, drawn)


def issue_signed(ledger: Ledger, record: bytes, *, note: bytes, seed: bytes, queue: Queue) -> SerialIssue:
    """Issue what `draw_issue` drew, by its record under a note that its issuer signed itself.

    Raises:
        DrawingAbsent: nothing that was drawn here and is not issued yet fits this record.
        what `submit_signed` and `SignedBatch.parse` raise.
    """
    signed = SignedBatch.parse(note)
    (body,) = read_bodies([record])
    with reading(ledger.engine) as connection:
        waiting = [issue for issue in issues_of(connection, signed.batch.issuer) if isinstance(body, SerialsIssued)]
    drawn = next((Drawn(issue, record) for issue in waiting if issue.root is not None and _says(issue) == body), None)
    if drawn is None:
        raise DrawingAbsent(seen=signed.batch.issuer, wanted="the record that was given out when the numbers were drawn")
    submit_signed(ledger, [record], signed=signed, seed=seed, queue=queue)
    return _issued(ledger, drawn)


def draw_issue(ledger: Ledger, order: SerialOrder, *, desk: Desk, tell: Tell | None = None) -> Drawn:
    """Draw serial numbers, keep them, and return the record that issues them, for its issuer to sign.

    Memory does not grow with the count: the numbers go to the table in pieces and are read back in ascending order.

    Raises:
        BodyMemberWrong, RequestReused, and the refusals of who may say such a record.
    """
    body = SerialsIssued(order.product, order.count, EMPTY_ROOT, order.lot)
    body.to_body()
    refuse_speaker(ledger, ledger.state(), [body], issuer=order.issuer)
    forget_unsaid(ledger, desk)
    issue = _opened(ledger, order, desk)
    if issue.root is None:
        _fill(ledger, issue, desk, tell)
        with reading(ledger.engine) as connection:
            root = root_over(connection, issue)
        desk.write_aside(lambda connection: close_drawing(connection, issue.number, root))
    else:
        root = issue.root
    return Drawn(replace(issue, root=root), SerialsIssued(order.product, order.count, root, order.lot).to_body())


def forget_unsaid(ledger: Ledger, desk: Desk) -> None:
    """Forget drawings whose record nobody has said for `UNSAID_DAYS`."""
    with reading(ledger.engine) as connection:
        waiting = unsaid_before(connection, Instant(max(0, ledger.clock() - UNSAID_DAYS * _DAY_MS)))
    for issue in waiting:
        forget(desk, issue)


def forget(desk: Desk, issue: SerialIssue) -> None:
    """Forget a drawing, unless it was issued meanwhile."""
    while desk.write_aside(lambda connection: forget_serials(connection, issue.number, _ROWS)) == _ROWS:
        pass


def _opened(ledger: Ledger, order: SerialOrder, desk: Desk) -> SerialIssue:
    request = order.request or secrets.token_bytes(_REQUEST_BYTES)
    with reading(ledger.engine) as connection:
        found = issue_of_request(connection, request)
    if found is None:
        return desk.write_aside(
            lambda connection: open_issue(
                connection,
                request=request,
                issuer=order.issuer,
                product=order.product,
                lot=order.lot,
                count=order.count,
                now=ledger.clock(),
            )
        )
    if (found.issuer, found.product, found.lot, found.count) != (order.issuer, order.product, order.lot, order.count):
        raise RequestReused(seen=f"{order.count} of {order.product}", wanted=f"{found.count} of {found.product}")
    return found


def _fill(ledger: Ledger, issue: SerialIssue, desk: Desk, tell: Tell | None) -> None:
    with reading(ledger.engine) as connection:
        kept = count_serials(connection, issue.number)
    while kept < issue.count:
        # What another drawing has already is left out without a word, so in the end they are counted.
        for start in range(kept, issue.count, _ROWS):
            piece = _draw(min(_ROWS, issue.count - start))
            desk.write_aside(partial(add_serials, issue=issue.number, serials=piece))
            if tell is not None:
                tell(start + len(piece), issue.count)
        with reading(ledger.engine) as connection:
            kept = count_serials(connection, issue.number)


def _draw(count: int) -> list[str]:
    drawn: set[str] = set()
    while len(drawn) < count:
        more = int((count - len(drawn)) * _DRAWN_FOR_EACH) + 8
        drawn.update(draw_serials(secrets.token_bytes(random_bytes_for(more)))[: count - len(drawn)])
    return sorted(drawn)


def _says(issue: SerialIssue) -> SerialsIssued:
    return SerialsIssued(issue.product, issue.count, issue.root or EMPTY_ROOT, issue.lot)


def _issued(ledger: Ledger, drawn: Drawn) -> SerialIssue:
    with reading(ledger.engine) as connection:
        issued = issue_of_request(connection, drawn.issue.request)
    if issued is None or issued.position is None:
        raise AssertionError("a record of serial numbers was written and did not issue them")
    return issued
