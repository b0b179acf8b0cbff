"""The page of a buyer's claim link: one HTML page without scripts, and the forms on it.

Nothing else than the secret in the address says who acts: there is no cookie, so no other site can make a browser act.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import LedgerDep, ServiceDep
from api.forms import FormDep
from api.guesses import counted
from api.pages.amount_entry import read_amount
from api.pages.claim_rendering import Notice, say_record
from api.pages.language import kept_language, language_of
from api.pages.rendering import CLAIM_PATH, NEVER_KEPT, pages_of
from api.pages.trouble_words import say_refused
from api.pages.words import words_of
from api.problems import status_of
from api.routes.log import EntryIndex
from api.routes.records import Place
from api.waits import receipt_when_published
from ledger.actions.escrow.act_for_buyer import Asked, act_for_buyer, sign_for_buyer
from ledger.actions.escrow.buyer_acts import ACTS, WITH_AMOUNT, Wish
from ledger.actions.escrow.buyer_view import read_step, receipt_of_step, view_claim
from ledger.actions.escrow.claims import claim_of, take_over_claim
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unavailable
from ledger.storage.claims import ClaimUnknown
from ledger.storage.database import reading
from ledger.storage.journal_reading import read_line
from ledger.storage.position import Position

router: Final = APIRouter(prefix=CLAIM_PATH, tags=["pages"])

_SIGN, _WAITS, _OWN = "sign", "waits", "own"
_CODE: Final = re.compile(r"[0-9a-f]{16}[a-z2-7]{32}", re.ASCII)
_BROWSER: Final = "suyuan-browser"
_BROWSER_CHARACTERS: Final = 32
_JUST_NOW_MS: Final = 3_600_000

Secret = Annotated[str, Path(max_length=100)]


@router.get("", response_class=Response)
def show_claim_entry(request: Request) -> Response:
    """A field for the link or code that the shop gave."""
    return pages_of(request).claim_entry(request)


@router.post("", response_class=Response)
def enter_claim(request: Request, form: FormDep) -> Response:
    """From what was pasted to the page. Posted, so that no address but the page's own holds the secret."""
    found = _CODE.search(form.get("code", "").strip())
    if found is None:
        with counted(request, ClaimUnknown):
            raise ClaimUnknown(wanted="a link that this server has given out")
    return _go(request, found[0])


@router.get("/{secret}", response_class=Response)
def show_claim(secret: Secret, request: Request, ledger: LedgerDep, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Everything about the buyer's orders: where each stands, who holds the money, what may be done."""
    with counted(request, ClaimUnknown):
        view = view_claim(ledger, secret)
    # Nothing was ever done with a link that the seller knows too, whatever an address says that somebody made up.
    # An address is kept as it stood when it was made one's own: later on it says nothing of a button any more.
    stale = done == _OWN and view.now - view.claim.created > _JUST_NOW_MS
    notice = None if view.claim.shared or stale else _done(done, language_of(request))
    page = pages_of(request).claim(request, view, origin=ledger.origin, secret=secret, notice=notice)
    if view.claim.shared and _BROWSER not in request.cookies:
        # So that a second tap on the one button of this page comes to the address that the first one made.
        value = secrets.token_hex(_BROWSER_CHARACTERS // 2)
        secure = request.url.scheme == "https"
        page.set_cookie(_BROWSER, value, path=CLAIM_PATH, httponly=True, samesite="strict", secure=secure)
    return page


@router.post("/{secret}/{act}", response_class=Response)
def do_act(
    secret: Secret, act: Annotated[str, Path(max_length=20)], request: Request, service: ServiceDep, form: FormDep
) -> Response:
    """Do what a button says. What is refused is said on the page as it now is, by name."""
    ledger = service.ledger
    if act == _OWN:
        with counted(request, ClaimUnknown):
            browser = request.cookies.get(_BROWSER, "")
            return _go(request, take_over_claim(ledger, secret, browser=browser[:_BROWSER_CHARACTERS]).secret, done=_OWN)
    with counted(request, ClaimUnknown):
        claim_of(ledger, secret)
    try:
        if act == _SIGN:
            whole = sign_for_buyer(ledger, secret, form.get("offer", ""), digest=form.get("prev", ""), queue=service.writer)
            return _go(request, secret, done=_SIGN if whole else _WAITS)
        act_for_buyer(ledger, secret, _asked(ledger, act, form), service.writer)
    except Unavailable:
        raise
    except SuyuanError as refusal:
        return _refused(request, ledger, secret, refusal)
    return _go(request, secret, done=act)


@router.get("/{secret}/records/{index}/{place}", response_class=Response)
def show_step(secret: Secret, index: EntryIndex, place: Place, request: Request, ledger: LedgerDep) -> Response:
    """A record about one of the buyer's orders, byte for byte as it was signed."""
    with counted(request, ClaimUnknown):
        body = read_step(ledger, secret, Position(index, place))
    return Response(body, media_type="application/json", headers=NEVER_KEPT)


@router.get("/{secret}/receipts/{index}/{place}", response_class=Response)
async def show_step_receipt(secret: Secret, index: EntryIndex, place: Place, request: Request, service: ServiceDep) -> Response:
    """Its receipt, to be checked without this server."""
    position = Position(index, place)

    def issue() -> bytes:
        return receipt_of_step(service.ledger, secret, position)

    with counted(request, ClaimUnknown):
        receipt = await receipt_when_published(service, index, issue)
    headers = {**NEVER_KEPT, "Content-Disposition": f'attachment; filename="{index}-{place}.tlog-proof"'}
    return Response(receipt, media_type="text/plain; charset=utf-8", headers=headers)


def _asked(ledger: Ledger, act: str, form: Mapping[str, str]) -> Asked:
    line, amount = form.get("line", ""), form.get("amount", "")
    wish = Wish(reason=form.get("reason", ""))
    if act in WITH_AMOUNT and amount:
        with reading(ledger.engine) as connection:
            currency = read_line(connection, line).line.currency
        wish = Wish(read_amount(amount, currency), wish.reason)
    return Asked(act, line, form.get("prev", ""), wish, form.get("words", ""))


def _refused(request: Request, ledger: Ledger, secret: str, refusal: SuyuanError) -> Response:
    language = language_of(request)
    said = say_refused(refusal, language)
    notice = {
        "big": said.title,
        "soft": f"{words_of('claim', language)['not_done']} {said.advice}",
        "style": "fails",
        "code": refusal.code,
    }
    view, status = view_claim(ledger, secret), status_of(type(refusal))
    return pages_of(request).claim(request, view, origin=ledger.origin, secret=secret, notice=notice, status=status)


def _done(done: str, language: str) -> Notice | None:
    """What a redirect after a button says; an address that somebody made up can say nothing else."""
    text = words_of("claim", language)
    said = {_SIGN: text["done.signed"], _WAITS: text["done.waits"], _OWN: text["owned"]}
    said |= {act: text.say("done", record=say_record(text, found.record)) for act, found in ACTS.items()}
    soft = text["owned.says"] if done == _OWN else ""
    return {"big": said[done], "soft": soft, "style": "holds", "code": ""} if done in said else None


def _go(request: Request, secret: str, **query: str) -> Response:
    """To the page of a claim, by GET: reloading it does nothing again."""
    address = f"{CLAIM_PATH}/{secret}{kept_language(request)}"
    if query:
        address += f"{'&' if '?' in address else '?'}{urlencode(query)}"
    return RedirectResponse(address, status_code=303, headers=NEVER_KEPT)
