"""What an honest party would say at each record: members and signers that fit the line as it stands."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.evidence.instant import Instant
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.money import MINOR_MAX, Money
from ledger.trade.escrow.seating import appeal_size, arbiters_in_turn
from tests.trade.escrow.rules_stand_in import (
    AUTHORITY,
    CARRIERS,
    FUND,
    FUND_BANK,
    GUARANTORS,
    MERCHANT,
    OPERATOR,
    TRUSTEES,
    arbiter_in,
    bank_in,
    buyer_in,
)

if TYPE_CHECKING:
    from tests.trade.escrow.world import World

EVIDENCE = (sha256(b"a photograph").digest(),)
MANIFEST = sha256(b"manifest").digest()
PROOF = sha256(b"a proof").digest()


def honest_fields(world: World, record: str) -> dict[str, Any]:
    """The members besides `line` and `prev`."""
    found = _FIELDS.get(record)
    return {} if found is None else found(world)


def honest_signers(world: World, record: str) -> tuple[str, ...]:
    return _SIGNERS[record](world)


def _cash(minor: Callable[[World], int]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"money": world.money(max(minor(world), 1)), "reference": world.reference()}


def _price(world: World) -> Money:
    return world.terms.agreed.price


def _release(world: World) -> dict[str, Any]:
    nothing = world.money(0)
    return {"amount": world.money(max(world.line.held, 1)), "platform": nothing, "inspection": nothing, "tax": nothing}


def _exchange(world: World) -> dict[str, Any]:
    held, to = max(world.line.held, 1), world.terms.agreed.payout_currency or "CNY"
    bought = max(held * 5, 1)
    return {
        "sold": world.money(held),
        "bought": Money(to, bought),
        "spread": Money(to, 0),
        "numerator": 5,
        "denominator": 1,
        "source": PROOF,
        "reference": world.reference(),
    }


def _ruling(world: World) -> dict[str, Any]:
    amount = world.line.case.amount if world.line.case else 1
    return {
        "buyer_share": world.money((amount + 1) // 2),
        "merchant_share": world.money(amount // 2),
        "basis": "amounts",
        "pack": world.terms.pack.digest,
        "cited": ("withdrawal",),
        "evidence": (),
    }


def _offer(world: World) -> dict[str, Any]:
    case = world.line.case
    return {"buyer_share": world.money(case.amount // 2 if case else 0)}


def _taken_offer(world: World) -> dict[str, Any]:
    case = world.line.case
    offers = [offer for offer in (case.merchant_offer, case.buyer_offer) if offer is not None] if case else []
    return {"buyer_share": world.money(offers[0] if offers else 0)}


def _advance(world: World) -> dict[str, Any]:
    """All that is claimed; once it is ruled, what the ruling gives the buyer."""
    case = world.line.case
    claimed = case.amount if case else 1
    ruled = case.buyer_share if case and case.buyer_share is not None else claimed
    return {"amount": world.money(max(min(claimed, ruled), 1)), "findings": ()}


def _off_line(world: World) -> dict[str, Any]:
    return {
        "fund": FUND,
        "purpose": "capital",
        "party": None,
        "money": Money(world.currency, 1_000),
        "reference": world.reference(),
    }


def _sample(world: World) -> dict[str, Any]:
    plan = world.terms.agreed.sampling
    return {"sample_size": plan.sample_size if plan else 1, "defects": 0, "report": PROOF}


def _claim(amount: Callable[[World], int]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"amount": world.money(max(amount(world), 1)), "reason": "damaged", "evidence": EVIDENCE}


_FIELDS: dict[str, Callable[[World], dict[str, Any]]] = {
    "FundsReceived": lambda world: {"money": _price(world), "reference": world.reference()},
    "FundsReturned": lambda world: {
        "money": Money(_price(world).currency, min(max(world.line.unallocated, 1), MINOR_MAX)),
        "reference": world.reference(),
    },
    "GoodsDispatched": lambda _: {"serials": MANIFEST, "event": PROOF},
    "LotCommitted": lambda world: {"serials": MANIFEST, "seed_after": Instant(world.now + DAY_MS)},
    "InspectionReported": _sample,
    "GoodsDelivered": lambda _: {"serials": MANIFEST, "proof": PROOF},
    "ReturnCarried": lambda _: {"proof": PROOF},
    "ReturnRefused": lambda _: {"reasons": ("goods_used",), "evidence": EVIDENCE},
    "CurrencyExchanged": _exchange,
    "ReleaseInstructed": _release,
    "PayoutSettled": _cash(lambda world: world.line.rel),
    "PayoutReturned": _cash(lambda world: world.line.paid_merchant),
    "RefundSettled": _cash(lambda world: world.line.ref),
    "RefundReturned": _cash(lambda world: world.line.paid_buyer),
    "DisputeOpened": _claim(lambda world: world.line.held // 2),
    "ClaimOpened": _claim(lambda world: (world.line.paid_merchant + world.line.rel) // 2),
    "OfferMade": _offer,
    "OfferAccepted": _taken_offer,
    "EvidenceFiled": lambda _: {"evidence": EVIDENCE},
    "RulingMade": _ruling,
    "AppealRuled": _ruling,
    "GuaranteeLocked": lambda world: {
        "guarantor": GUARANTORS[0],
        "cover": Money(_price(world).currency, 1_000),
        "until": Instant(world.now + 365 * DAY_MS),
    },
    "FundAdvanced": _advance,
    "AdvancePaid": _cash(lambda world: world.line.advance_unpaid),
    "RecourseSettled": _cash(lambda world: world.line.rec),
    "RecourseRepaid": lambda world: {
        **_cash(lambda world: world.line.owed_merchant - world.line.rec)(world),
        "party": MERCHANT,
    },
    "ChargebackNoticed": _cash(lambda world: world.line.received),
    "ChargebackPaid": _cash(lambda world: world.line.chargeback_unpaid),
    "LegalHoldPlaced": lambda _: {"reason": "court_order"},
    "LineRecalled": lambda _: {"reason": "unsafe", "notice": PROOF},
    "RecallLifted": lambda _: {"notice": PROOF},
    "FeePaid": lambda world: {
        "custodian": bank_in(world.territory),
        "payable": "platform",
        "money": Money(world.currency, 1),
        "reference": world.reference(),
    },
    "StatementReported": lambda world: {
        "custodian": bank_in(world.territory),
        "closing": Money(world.currency, min(world.balance(f"custody:{bank_in(world.territory)}"), MINOR_MAX)),
        "closed_at": world.now,
        "reference": world.reference(),
    },
    "FundPaidIn": _off_line,
    "FundPaidOut": _off_line,
}


def arbiters(world: World) -> tuple[str, ...]:
    """The panel in turn; before there is a case the first of it."""
    terms = world.terms
    return arbiters_in_turn(terms, world.line.case)


def appeal_arbiters(world: World) -> tuple[str, ...]:
    """The last of the territory's arbiters, none of whom ruled before."""
    return tuple(arbiter_in(world.territory, 12 - place) for place in range(appeal_size(world.terms)))


def _clock(_: World) -> tuple[str, ...]:
    return (OPERATOR,)


def _buyer(world: World) -> tuple[str, ...]:
    return (buyer_in(world.territory),)


def _merchant(world: World) -> tuple[str, ...]:
    return (world.name.split("/", maxsplit=1)[0] if world.name else MERCHANT,)


def _both(world: World) -> tuple[str, ...]:
    return (*_buyer(world), *_merchant(world))


def _custodian(world: World) -> tuple[str, ...]:
    return (bank_in(world.territory),)


def _fund_bank(_: World) -> tuple[str, ...]:
    return (FUND_BANK,)


def _trustees(_: World) -> tuple[str, ...]:
    return TRUSTEES[:2]


def _release_signers(world: World) -> tuple[str, ...]:
    large = world.terms.agreed.price.minor > world.terms.pack.large_minor
    return (*_buyer(world), *arbiters(world)) if large else _buyer(world)


def _inspector(world: World) -> tuple[str, ...]:
    return (world.line.inspector or "inspector-1",)


_SIGNERS: dict[str, Callable[[World], tuple[str, ...]]] = {
    **dict.fromkeys(("OrderAgreed", "TitleTransferred"), lambda world: (buyer_in(world.territory), MERCHANT)),
    "OrderCancelled": lambda world: _both(world) if world.line.own.value != "agreed" else _buyer(world),
    **dict.fromkeys(
        ("FundsReceived", "FundsReturned", "CurrencyExchanged", "PayoutSettled", "PayoutReturned", "RefundSettled"), _custodian
    ),
    **dict.fromkeys(("RefundReturned", "ChargebackNoticed", "LegalHoldPlaced", "LegalHoldLifted"), _custodian),
    **dict.fromkeys(("FeePaid", "StatementReported"), _custodian),
    **dict.fromkeys(("OrderLapsed", "InspectionEscalated", "EntryRejected", "DeliveryLapsed", "AcceptanceLapsed"), _clock),
    **dict.fromkeys(("ReturnLapsed", "WithdrawalLapsed", "LineClosed", "ArbiterReplaced", "AppealLapsed"), _clock),
    **dict.fromkeys(("RulingExecuted", "GuaranteeReleased"), _clock),
    "GoodsDispatched": lambda world: (*_merchant(world), CARRIERS[0]),
    **dict.fromkeys(("LotCommitted", "ReturnReceived", "ReturnRefused"), _merchant),
    "InspectionReported": _inspector,
    **dict.fromkeys(("ReinspectionRequested", "DeliveryAccepted", "WithdrawalNoticed", "DisputeOpened"), _buyer),
    **dict.fromkeys(("ClaimOpened", "DisputeWithdrawn", "OfferAccepted", "EvidenceFiled", "DisputeEscalated"), _buyer),
    "AppealOpened": _buyer,
    "OfferMade": _merchant,
    **dict.fromkeys(("GoodsDelivered", "ReturnCarried"), lambda _: CARRIERS[:1]),
    "ReleaseInstructed": _release_signers,
    "RulingMade": arbiters,
    "AppealRuled": appeal_arbiters,
    "GuaranteeLocked": lambda _: GUARANTORS[:1],
    **dict.fromkeys(("FundAdvanced", "RecourseTaken", "RecourseWrittenOff", "ChargebackRecovered"), _trustees),
    **dict.fromkeys(("AdvancePaid", "RecourseRepaid", "ChargebackPaid", "FundPaidIn"), _fund_bank),
    "RecourseSettled": lambda world: (bank_in(world.territory), FUND_BANK),
    **dict.fromkeys(("LineRecalled", "RecallLifted"), lambda _: (AUTHORITY,)),
    "FundPaidOut": lambda _: (FUND_BANK, *TRUSTEES[:2]),
}
"""Every record to who signs it where all are honest."""
