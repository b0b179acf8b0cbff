"""Escrow records of a made-up trade: orders of 100 lines that are agreed, paid, delivered, disputed in part, and settled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ledger.evidence.instant import Instant, format_instant
from ledger.evidence.spelling import format_base64
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.pack import Pack, shipped_packs

TERRITORY: Final = "SG"
LINES: Final = 100
"""Lines of an order, and so records of a batch: every record of a batch is about another line."""

_PRICE: Final = 10_000
_DISPUTED: Final = 1_000
_SHARE: Final = 400
_DIGEST: Final = format_base64(bytes(range(32)))


class Seats(NamedTuple):
    """Names of the parties of one order. Who says a record is named by the field."""

    buyer: str
    merchant: str
    custodian: str
    carrier: str
    arbiters: Sequence[str]


class Step(NamedTuple):
    """A record that is said about every line of an order: its type, who signs (the issuer first), its other members."""

    record: str
    signers: tuple[str, ...]
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `steps` are the records that each of its lines goes through, and every one is accepted."""

    name: str
    origin: str
    seats: Seats
    agreed_at: Instant
    steps: Sequence[Step]

    def signers(self, step: Step) -> tuple[str, ...]:
        """Party names, the issuer's first and the others ascending."""
        issuer, *others = (getattr(self.seats, seat) for seat in step.signers)
        return (issuer, *sorted(others))

    def records(self, number: int, entry_before: int | None) -> list[bytes]:
        """The bodies of step `number`, one per line; `entry_before` is where the step before stands, at the same places."""
        step = self.steps[number]
        bodies = []
        for place in range(LINES):
            members: dict[str, Any] = {"type": step.record, "line": f"{self.seats.merchant}/{self.name}/{place + 1}"}
            if entry_before is not None:
                members["prev"] = f"https://{self.origin}/records/{entry_before}/{place}"
            members |= step.members
            if "reference" in members:
                members["reference"] = f"{self.name}-{place}-{number}"
            bodies.append(json.dumps(members, separators=(",", ":")).encode())
        return bodies


def made_order(number: int, *, origin: str, seats: Seats, now: Instant) -> Order:
    """Order `number` of a run: of ten orders seven go the plain way, two are disputed in part, one is cancelled."""
    kind = number % 10
    way = _CANCELLED if kind == 9 else _DISPUTED_IN_PART if kind in (3, 6) else _PLAIN
    agreed = Step("OrderAgreed", ("buyer", "merchant"), _terms(seats, now))
    return Order(f"o{number}", origin, seats, now, (agreed, *way))


def pack() -> Pack:
    """The rule pack that the orders pin."""
    return next(pack for pack in shipped_packs().values() if pack.territory == TERRITORY)


def _terms(seats: Seats, now: Instant) -> dict[str, Any]:
    pinned = pack()
    day = {days: format_instant(Instant(now + days * DAY_MS)) for days in (5, 10, 40)}
    return {
        "buyer": seats.buyer,
        "custodian": seats.custodian,
        "price": _money(_PRICE),
        "payoutCurrency": None,
        "territory": TERRITORY,
        "pack": {"name": pinned.name, "sha256": format_base64(pinned.digest)},
        "fees": {"platform": 100, "inspection": 50, "tax": 0, "spread": 0},
        "offerUntil": day[5],
        "shipBy": day[10],
        "deliverBy": day[40],
        "goodsClass": "general",
        "manifest": _DIGEST,
        "carriers": [seats.carrier],
        "inspector": None,
        "reinspector": None,
        "sampling": None,
        "retention": {"basisPoints": 0, "days": 0},
        "arbiters": list(seats.arbiters),
        "fund": None,
        "psp": None,
        "secondHand": False,
        "serial": None,
        "disclosure": None,
    }


def _money(minor: int) -> dict[str, Any]:
    return {"currency": "SGD", "minor": str(minor), "exponent": 2}


def _paid(record: str, minor: int) -> Step:
    return Step(record, ("custodian",), {"money": _money(minor), "reference": ""})


def _release(minor: int) -> Step:
    fees = {"platform": _money(minor // 100), "inspection": _money(minor // 200), "tax": _money(0)}
    return Step("ReleaseInstructed", ("buyer",), {"amount": _money(minor), **fees})


def _payout(minor: int) -> Step:
    return _paid("PayoutSettled", minor)


_SHIPPED: Final = (
    _paid("FundsReceived", _PRICE),
    Step("GoodsDispatched", ("merchant", "carrier"), {"serials": _DIGEST, "event": _DIGEST}),
    Step("GoodsDelivered", ("carrier",), {"serials": _DIGEST, "proof": _DIGEST}),
)
_ACCEPTED: Final = Step("DeliveryAccepted", ("buyer",), {})
_REST: Final = _PRICE - _DISPUTED
_PLAIN: Final = (*_SHIPPED, _ACCEPTED, _release(_PRICE), _payout(_PRICE - _PRICE // 100 - _PRICE // 200))
_DISPUTED_IN_PART: Final = (
    *_SHIPPED,
    Step("DisputeOpened", ("buyer",), {"amount": _money(_DISPUTED), "reason": "damaged", "evidence": [_DIGEST]}),
    Step("OfferMade", ("merchant",), {"buyerShare": _money(_SHARE)}),
    Step("OfferAccepted", ("buyer",), {"buyerShare": _money(_SHARE)}),
    _paid("RefundSettled", _SHARE),
    _ACCEPTED,
    _release(_REST),
    _payout(_DISPUTED - _SHARE + _REST - _REST // 100 - _REST // 200),
)
_CANCELLED: Final = (
    _paid("FundsReceived", _PRICE),
    Step("OrderCancelled", ("buyer", "merchant"), {}),
    _paid("RefundSettled", _PRICE),
)
