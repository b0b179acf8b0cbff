"""What logs send to a witness: checkpoints to cosign, and introductions."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.problems import status_of
from api.witness.welcome import is_loopback
from ledger.actions.witness.add_checkpoint import cosign_asked
from ledger.actions.witness.decide import Asked
from ledger.actions.witness.introduce_log import Introductions, introduce_log
from ledger.actions.witness.open_witness import NAME_BYTES_MAX, Witness
from ledger.errors import SuyuanError, Untrusted

router: Final = APIRouter(tags=["submission"])

_TEXT: Final = "text/plain; charset=utf-8"
_NEVER_KEPT: Final = {"Cache-Control": "no-store"}
_FOR_ANOTHER: Final = frozenset(
    {
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-server",
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "forwarded",
        "via",
        "origin",
        "sec-fetch-site",
    }
)
"""Headers by which a proxy says that it asks for somebody else, or a browser that a page does."""

_log: Final = logging.getLogger(__name__)


class IntroductionsClosed(Untrusted):
    title = "this witness lets nobody introduce logs from there"
    default_hint = "ask its operator to run `suyuan witness log add`, or to start it with --introductions"


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a running witness has at hand."""

    witness: Witness
    introductions: Introductions


async def _at_hand(request: Request) -> AtHand:
    at_hand = request.app.state.at_hand
    if not isinstance(at_hand, AtHand):
        raise TypeError("the application has no witness")
    return at_hand


AtHandDep = Annotated[AtHand, Depends(_at_hand)]


async def _body(request: Request) -> bytes:
    return await request.body()


async def _welcome(request: Request, at_hand: AtHandDep) -> None:
    """Refuse whoever may not introduce logs, before the body is read."""
    host = request.client.host if request.client else ""
    match at_hand.introductions:
        case Introductions.ANYONE:
            return
        case Introductions.LOOPBACK:
            if is_loopback(host) and not _FOR_ANOTHER.intersection(request.headers):
                return
    raise IntroductionsClosed(seen=host, wanted=f"introductions from {at_hand.introductions}")


BodyDep = Annotated[bytes, Depends(_body)]


@router.post("/add-checkpoint", response_class=Response)
def cosign_checkpoint(at_hand: AtHandDep, body: BodyDep) -> Response:
    """C2SP tlog-witness `add-checkpoint`: this witness's cosignatures, one line each."""
    said = "origin=- old=- new=-"
    try:
        asked = Asked.parse(body)
        said = _said(asked)
        lines = cosign_asked(at_hand.witness, asked)
    except SuyuanError as refusal:
        _log.info("add-checkpoint %s status=%d code=%s", said, status_of(type(refusal)), refusal.code)
        raise
    _log.info("add-checkpoint %s status=200", said)
    return Response("".join(f"{line}\n" for line in lines), media_type=_TEXT, headers=_NEVER_KEPT)


@router.post("/add-log", response_class=Response, dependencies=[Depends(_welcome)])
def add_log(at_hand: AtHandDep, body: BodyDep) -> Response:
    """Know a log by the keys that introduce it: docs/FORMATS.md, "Witness"."""
    introduce_log(at_hand.witness, body)
    return Response(b"", media_type=_TEXT, headers=_NEVER_KEPT)


def _said(asked: Asked) -> str:
    """For the log: which log, and from where to where. A stranger's origin is bounded, and in ASCII."""
    origin = asked.origin[:NAME_BYTES_MAX].encode("unicode_escape").decode("ascii")
    return f"origin={origin} old={asked.old_size} new={asked.size}"
