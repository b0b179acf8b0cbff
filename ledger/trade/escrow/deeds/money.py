"""Deeds of money: release, exchange, settlement and its return, chargeback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.trade.escrow.accounts import Box, card_payable, custody, fund_cash, payable, recourse
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.deeds.cash_out import end_if_empty, to_merchant
from ledger.trade.escrow.deeds.deed import Deed
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.regions import Own, Payout, Refund
from ledger.trade.escrow.table.row import Row


def _release(hearing: Hearing, row: Row) -> Change:
    """P4: the merchant's part is what the fees leave, so the parts sum to the whole without rounding."""
    body, bank, draft = hearing.body, hearing.terms.agreed.custodian, Draft(hearing)
    fees = 0
    draft.post("P4").out_of(Box.HELD, body.amount.minor)
    for kind in ("platform", "inspection", "tax"):
        minor = getattr(body, kind).minor
        draft.credit(payable(kind, bank), minor)
        fees += minor
    to_merchant(draft, body.amount.minor - fees).note(fees=draft.line.fees + fees)
    if row.after is Own.RELEASING:
        draft.note(settled_at=int(hearing.now))
    return draft.done(own=row.after)


def _exchange(hearing: Hearing, row: Row) -> Change:
    """P17: payment against payment, each currency zero by itself; the line goes on in the bought currency."""
    body, bank, draft = hearing.body, hearing.terms.agreed.custodian, Draft(hearing)
    draft.post("P17").out_of(Box.HELD, body.sold.minor).credit(custody(bank), body.sold.minor)
    draft.note(currency=body.bought.currency, received=body.bought.minor, exchanged=True)
    draft.debit(custody(bank), body.bought.minor + body.spread.minor).credit(payable("spread", bank), body.spread.minor)
    return draft.into(Box.HELD, body.bought.minor).done(own=row.after, settled=(bank, body.reference))


def _settle_payout(hearing: Hearing, _: Row) -> Change:
    """P5."""
    bank, minor, draft = hearing.terms.agreed.custodian, hearing.body.money.minor, Draft(hearing)
    draft.post("P5").out_of(Box.REL, minor).credit(custody(bank), minor)
    draft.note(paid_merchant=draft.line.paid_merchant + minor, payout=Payout.IDLE)
    return end_if_empty(draft).done(settled=(bank, hearing.body.reference))


def _return_payout(hearing: Hearing, _: Row) -> Change:
    """P6."""
    bank, minor, draft = hearing.terms.agreed.custodian, hearing.body.money.minor, Draft(hearing)
    draft.post("P6").debit(custody(bank), minor).into(Box.REL, minor)
    draft.note(paid_merchant=draft.line.paid_merchant - minor, payout=Payout.RETURNED)
    return _reopen(draft).done(settled=(bank, hearing.body.reference))


def _settle_refund(hearing: Hearing, _: Row) -> Change:
    """P8."""
    bank, minor, draft = hearing.terms.agreed.custodian, hearing.body.money.minor, Draft(hearing)
    draft.post("P8").out_of(Box.REF, minor).credit(custody(bank), minor)
    draft.note(paid_buyer=draft.line.paid_buyer + minor, refund=Refund.IDLE)
    return end_if_empty(draft).done(settled=(bank, hearing.body.reference))


def _return_refund(hearing: Hearing, _: Row) -> Change:
    """P24: as P6, for a refund."""
    bank, minor, draft = hearing.terms.agreed.custodian, hearing.body.money.minor, Draft(hearing)
    draft.post("P24").debit(custody(bank), minor).into(Box.REF, minor)
    draft.note(paid_buyer=draft.line.paid_buyer - minor, refund=Refund.RETURNED)
    return _reopen(draft).done(settled=(bank, hearing.body.reference))


def _reopen(draft: Draft) -> Draft:
    own = draft.line.own
    if own in (Own.RELEASED, Own.REFUNDED):
        draft.note(own=Own.RELEASING if own is Own.RELEASED else Own.REFUNDING)
    return draft


def _notice_chargeback(hearing: Hearing, row: Row) -> Change:
    """P15, first half: the fund owes the payment service and may recover from the merchant."""
    agreed, minor, draft = hearing.terms.agreed, hearing.body.money.minor, Draft(hearing)
    fund = agreed.fund or ""
    draft.post("P15").debit(recourse(fund, hearing.terms.merchant), minor)
    draft.credit(card_payable(fund, agreed.psp or agreed.custodian), minor)
    return draft.done(
        chargeback=row.after,
        charged_back=minor,
        chargeback_unpaid=minor,
        owed_merchant=draft.line.owed_merchant + minor,
        settled=(agreed.custodian, hearing.body.reference),
    )


def _pay_chargeback(hearing: Hearing, row: Row) -> Change:
    """P15, second half."""
    agreed, minor, draft = hearing.terms.agreed, hearing.body.money.minor, Draft(hearing)
    fund = agreed.fund or ""
    draft.post("P15").debit(card_payable(fund, agreed.psp or agreed.custodian), minor).credit(fund_cash(fund), minor)
    bank = hearing.fund.bank if hearing.fund is not None else ""
    return draft.done(chargeback=row.after, chargeback_unpaid=0, settled=(bank, hearing.body.reference))


MONEY_DEEDS: Final[Mapping[str, Deed]] = {
    "ReleaseInstructed": _release,
    "CurrencyExchanged": _exchange,
    "PayoutSettled": _settle_payout,
    "PayoutReturned": _return_payout,
    "RefundSettled": _settle_refund,
    "RefundReturned": _return_refund,
    "ChargebackNoticed": _notice_chargeback,
    "ChargebackPaid": _pay_chargeback,
}
