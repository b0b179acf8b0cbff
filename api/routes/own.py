"""Own an item: claim it by its hidden PIN, pass it on by its secret, scan it as its owner; a page with forms, or JSON.

Nothing but what is typed says who acts: there is no cookie, so no other site can make a browser act.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from api.asked import Asked, AskedDep
from api.dependencies import Service, ServiceDep, SettingsDep
from api.own_limits import own_limits_of
from api.pages.own_rendering import OWN_PATH, files_of, show_own
from api.pages.rendering import NEVER_KEPT
from api.routes.resolver import link_in
from api.scan_visits import visit_of
from api.waits import receipt_when_published
from ledger.actions.log.waiters import PublicationSlow
from ledger.actions.scans.claim_item import Desks, Owned, PinRefused, claim_item
from ledger.actions.scans.code_standing import item_of
from ledger.actions.scans.owner_secret import OwnerUnknown
from ledger.actions.scans.transfer_item import PassedOnAlready, scan_as_owner, transfer_item
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.errors import Malformed, SuyuanError, Unprocessable
from ledger.storage.database import reading
from ledger.storage.entries import read_record
from ledger.trade.digital_link import DigitalLink

router: Final = APIRouter(prefix=OWN_PATH, tags=["pages"])

ACTS: Final = ("claim", "pass", "scan")
_WRONG: Final = (PinRefused, OwnerUnknown, PassedOnAlready)


class ItemNotSingle(Unprocessable):
    title = "only a single item has an owner, and this address names none"
    default_hint = "the address of one item ends in /21/ and its serial number"


class OwnerActUnknown(Malformed):
    title = "an owner does one of a few things"


@router.get("/01/{rest:path}", response_class=Response)
def show_owner_page(rest: str, request: Request, settings: SettingsDep) -> Response:  # noqa: ARG001
    """A field for the PIN, and one for the owner's secret. It says nothing of the item, so it looks nothing up."""
    link = link_in(request, settings, drop_start=OWN_PATH)
    _item_in(link)
    return show_own(request, link)


@router.post("/01/{rest:path}", response_class=Response)
async def act_as_owner(rest: str, request: Request, service: ServiceDep, asked: AskedDep) -> Response:  # noqa: ARG001
    """`act` is `claim` with `pin`, or `pass` or `scan` with `secret`. A new secret is shown this once.

    The answer is the same, after the same work, for an unknown item, an item without a PIN and a wrong PIN.
    """
    done = await run_in_threadpool(_act, request, service, asked)
    if isinstance(done, Response):
        return done
    said, owned = done
    if owned is not None:
        said |= await _certificate(service, owned)
    return JSONResponse(said, headers=NEVER_KEPT)


def _act(request: Request, service: Service, asked: Asked) -> Response | tuple[dict[str, object], Owned | None]:
    """The page that says what came of it; for a program what to tell it, and whose certificate is still to be made."""
    link = link_in(request, service.settings, drop_start=OWN_PATH)
    act = asked.get("act")
    try:
        if act not in ACTS:
            raise OwnerActUnknown(wanted=", ".join(ACTS), pointer="act")
        with own_limits_of(request).trying(request, link, *_WRONG):
            owned = _do(act, _item_in(link), request, service, asked)
    except SuyuanError as error:
        if asked.program or isinstance(error, ItemNotSingle | OwnerActUnknown):
            raise
        return show_own(request, link, error=error)
    if asked.program:
        return _said(service, link, act, owned), owned
    return show_own(request, link, owned=owned, act=act)


def _do(act: str, item: str, request: Request, service: Service, asked: Asked) -> Owned | None:
    ledger, desks = service.ledger, Desks(service.writer, service.writer)
    if act == "claim":
        return claim_item(ledger, item, "".join(asked.get("pin").split()), desks=desks, once=asked.get("once"))
    if act == "pass":
        return transfer_item(ledger, item, asked.get("secret"), desks=desks, once=asked.get("once"))
    scan_as_owner(ledger, item, asked.get("secret"), visit_of(request, service.settings), desks=desks)
    return None


def _item_in(link: DigitalLink) -> str:
    item = item_of(link)
    if item is None:
        raise ItemNotSingle(seen=link.uri(with_attributes=False))
    return item


def _said(service: Service, link: DigitalLink, act: str, owned: Owned | None) -> dict[str, object]:
    if owned is None:
        return {"act": act, "item": link.identifier}
    files = files_of(owned.position, link, root=service.settings.public_url)
    return {
        "act": act,
        "item": owned.item,
        "secret": owned.secret,
        "position": list(owned.position),
        "receipt": files.receipt,
        "record": files.record,
    }


async def _certificate(service: Service, owned: Owned) -> dict[str, object]:
    """Empty where no checkpoint comes in time: the secret must reach its owner, since it is shown this once."""
    ledger, position = service.ledger, owned.position

    def read() -> bytes:
        with reading(ledger.engine) as connection:
            return read_record(connection, position).body or b""

    try:
        receipt = await receipt_when_published(service, position.entry, lambda: issue_receipt(ledger, position))
    except PublicationSlow:
        return {}
    return {"certificate": {"receipt": receipt.decode(), "body": (await run_in_threadpool(read)).decode()}}
