"""Guards of amounts: currencies, bank references, and what the boxes hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ledger.trade.escrow.allocation import share
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.deadlines import end_of_retention
from ledger.trade.escrow.guards.guard import Guard, at_most, exactly, guard
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.refusals.amounts import (
    AmountDiffers,
    ClaimOverPrice,
    CurrencyDiffers,
    FeeOverSchedule,
    OverdrawnLine,
    RateMismatch,
    RetentionWaits,
)
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.contents import FundUnknown, ReferenceSettled


def amounts_in(body: EscrowBody) -> Iterator[tuple[str, Money]]:
    """Every amount of a record with its member's name."""
    for name in ("money", "amount", "cover", "platform", "inspection", "tax", "buyer_share", "merchant_share"):
        value = getattr(body, name, None)
        if isinstance(value, Money):
            yield name, value


def _in_currency(hearing: Hearing, wanted: str) -> EscrowRefused | None:
    for name, money in amounts_in(hearing.body):
        if money.currency != wanted:
            return CurrencyDiffers(seen=money.currency, wanted=wanted, pointer=f"/{name}")
    return None


def _price_currency(hearing: Hearing) -> EscrowRefused | None:
    return _in_currency(hearing, hearing.terms.agreed.price.currency)


def _line_currency(hearing: Hearing) -> EscrowRefused | None:
    return _in_currency(hearing, hearing.line.currency)


def _fresh(hearing: Hearing, bank: str) -> EscrowRefused | None:
    reference = hearing.body.reference
    return ReferenceSettled(seen=f"{bank} {reference}") if hearing.books.is_settled(bank, reference) else None


def _reference_fresh(hearing: Hearing) -> EscrowRefused | None:
    return _fresh(hearing, hearing.terms.agreed.custodian)


def _fund_reference_fresh(hearing: Hearing) -> EscrowRefused | None:
    return _fresh(hearing, hearing.fund.bank) if hearing.fund is not None else FundUnknown()


def _something_held(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.held > 0 else OverdrawnLine(seen=0, wanted="money in the box held")


def _something_left(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.held + hearing.line.disputed > 0 else OverdrawnLine(seen=0, wanted="money held or disputed")


def _within_held(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.amount.minor, hearing.line.held, OverdrawnLine)


def _within_surplus(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.money.minor, hearing.line.unallocated, OverdrawnLine)


def _within_paid(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.amount.minor, hearing.line.paid_merchant + hearing.line.rel, ClaimOverPrice)


def _within_price(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.money.minor, hearing.line.received, ClaimOverPrice)


def _paid_to_merchant(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.money.minor, hearing.line.paid_merchant, AmountDiffers)


def _paid_to_buyer(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.money.minor, hearing.line.paid_buyer, AmountDiffers)


def _exactly_rel(hearing: Hearing) -> EscrowRefused | None:
    return exactly(hearing.body.money.minor, hearing.line.rel)


def _exactly_ref(hearing: Hearing) -> EscrowRefused | None:
    return exactly(hearing.body.money.minor, hearing.line.ref)


def _exactly_rec(hearing: Hearing) -> EscrowRefused | None:
    return exactly(hearing.body.money.minor, hearing.line.rec)


def _exactly_advance(hearing: Hearing) -> EscrowRefused | None:
    return exactly(hearing.body.money.minor, hearing.line.advance_unpaid)


def _exactly_chargeback(hearing: Hearing) -> EscrowRefused | None:
    return exactly(hearing.body.money.minor, hearing.line.chargeback_unpaid)


def _retention_kept(hearing: Hearing) -> EscrowRefused | None:
    line, terms = hearing.line, hearing.terms
    if hearing.now >= end_of_retention(line, terms):
        return None
    retained = share(line.received, terms.agreed.retention.basis_points)
    left = line.held - hearing.body.amount.minor
    return None if left >= retained else RetentionWaits(seen=f"{left} minor units left", wanted=f"at least {retained}")


def _fees_scheduled(hearing: Hearing) -> EscrowRefused | None:
    body, fees = hearing.body, hearing.terms.agreed.fees
    stated = ((body.platform, fees.platform), (body.inspection, fees.inspection), (body.tax, fees.tax))
    for money, basis_points in stated:
        most = share(body.amount.minor, basis_points)
        if money.minor > most:
            return FeeOverSchedule(seen=money.minor, wanted=f"at most {most}, {basis_points} basis points")
    return None


def _exchange_currencies(hearing: Hearing) -> EscrowRefused | None:
    body, wanted = hearing.body, hearing.terms.agreed.payout_currency
    seen = (body.sold.currency, body.bought.currency, body.spread.currency)
    right = seen == (hearing.line.currency, wanted, wanted)
    return None if right else CurrencyDiffers(seen=", ".join(seen), wanted=f"{hearing.line.currency} sold for {wanted}")


def _sold_all(hearing: Hearing) -> EscrowRefused | None:
    return exactly(hearing.body.sold.minor, hearing.line.held)


def _rate_holds(hearing: Hearing) -> EscrowRefused | None:
    body = hearing.body
    wanted = body.sold.minor * body.numerator // body.denominator
    seen = body.bought.minor + body.spread.minor
    return None if seen == wanted else RateMismatch(seen=seen, wanted=f"{wanted}: the amount sold times the rate, rounded down")


def _spread_scheduled(hearing: Hearing) -> EscrowRefused | None:
    body, basis_points = hearing.body, hearing.terms.agreed.fees.spread
    most = share(body.bought.minor + body.spread.minor, basis_points)
    return None if body.spread.minor <= most else FeeOverSchedule(seen=body.spread.minor, wanted=f"at most {most}")


AMOUNTS_GUARDS: Final[Mapping[str, Guard]] = {
    "price_currency": guard(_price_currency, "in the currency of the price", CurrencyDiffers),
    "line_currency": guard(_line_currency, "in the currency of the line", CurrencyDiffers),
    "reference_fresh": guard(_reference_fresh, "the custodian's reference was not booked before", ReferenceSettled),
    "fund_reference_fresh": guard(
        _fund_reference_fresh, "the fund bank's reference was not booked before", ReferenceSettled, FundUnknown
    ),
    "something_held": guard(_something_held, "money is held", OverdrawnLine),
    "something_left": guard(_something_left, "money is held or disputed", OverdrawnLine),
    "within_held": guard(_within_held, "at most what is held", OverdrawnLine),
    "within_surplus": guard(_within_surplus, "at most what waits", OverdrawnLine),
    "within_paid": guard(_within_paid, "at most what the merchant got", ClaimOverPrice),
    "within_price": guard(_within_price, "at most what was paid for the line", ClaimOverPrice),
    "paid_to_merchant": guard(_paid_to_merchant, "at most what the merchant was paid", AmountDiffers),
    "paid_to_buyer": guard(_paid_to_buyer, "at most what the buyer was paid", AmountDiffers),
    "exactly_rel": guard(_exactly_rel, "exactly the box rel", AmountDiffers),
    "exactly_ref": guard(_exactly_ref, "exactly the box ref", AmountDiffers),
    "exactly_rec": guard(_exactly_rec, "exactly the box rec", AmountDiffers),
    "exactly_advance": guard(_exactly_advance, "exactly the advance", AmountDiffers),
    "exactly_chargeback": guard(_exactly_chargeback, "exactly the chargeback", AmountDiffers),
    "retention_kept": guard(_retention_kept, "the retained share stays until its time is over", RetentionWaits),
    "fees_scheduled": guard(_fees_scheduled, "no fee is above the agreed schedule", FeeOverSchedule),
    "exchange_currencies": guard(_exchange_currencies, "from the line's currency to the agreed one", CurrencyDiffers),
    "sold_all": guard(_sold_all, "all that is held", AmountDiffers),
    "rate_holds": guard(_rate_holds, "the amounts follow from the rate", RateMismatch),
    "spread_scheduled": guard(_spread_scheduled, "the spread is within the agreed schedule", FeeOverSchedule),
}
