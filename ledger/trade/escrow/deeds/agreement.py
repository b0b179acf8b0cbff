"""Deeds of the agreement: an order line begins, is paid, cancelled, closed; title passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.trade.escrow.accounts import Box, custody, unalloc
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.deeds.cash_out import refund_held
from ledger.trade.escrow.deeds.deed import Deed
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.regions import Own, Surplus, Title
from ledger.trade.escrow.table.row import Row


def _agree(hearing: Hearing, row: Row) -> Change:
    terms = hearing.terms
    return Draft(hearing).done(own=row.after, agreed_at=int(hearing.now), inspector=terms.agreed.inspector, terms=terms)


def _receive(hearing: Hearing, row: Row) -> Change:
    """P1 for the price, with what waited for it; P2 for too little and for what is over."""
    bank, money, draft = hearing.terms.agreed.custodian, hearing.body.money, Draft(hearing)
    currency = money.currency
    before = draft.line.unallocated
    if row.before is Own.AGREED and row.after is Own.FUNDED:
        price = hearing.terms.agreed.price.minor
        after = before + money.minor - price
        draft.post("P1").into(Box.HELD, price).note(received=price, funded_at=int(hearing.now))
    else:
        after = before + money.minor
    if after > 0:
        draft.post("P2")
    draft.debit(custody(bank), money.minor, currency).credit(unalloc(bank), after - before, currency)
    surplus = Surplus.WAITING if after else Surplus.NONE
    return draft.done(own=row.after, unallocated=after, surplus=surplus, settled=(bank, hearing.body.reference))


def _return_surplus(hearing: Hearing, row: Row) -> Change:
    """P3."""
    bank, money, draft = hearing.terms.agreed.custodian, hearing.body.money, Draft(hearing)
    draft.post("P3").debit(unalloc(bank), money.minor, money.currency).credit(custody(bank), money.minor, money.currency)
    left = draft.line.unallocated - money.minor
    return draft.done(surplus=row.after, unallocated=left, settled=(bank, hearing.body.reference))


def _cancel(hearing: Hearing, row: Row) -> Change:
    if row.after is Own.CANCELLED:
        return Draft(hearing).done(own=row.after, settled_at=int(hearing.now))
    return refund_held(hearing).done()


def _end(hearing: Hearing, row: Row) -> Change:
    return Draft(hearing).done(own=row.after, settled_at=hearing.line.settled_at or int(hearing.now))


def _transfer_title(hearing: Hearing, _: Row) -> Change:
    agreed = hearing.terms.agreed
    owner = (agreed.serial, agreed.buyer) if agreed.serial is not None else None
    return Draft(hearing).done(title=Title.BUYER, owner=owner)


AGREEMENT_DEEDS: Final[Mapping[str, Deed]] = {
    "OrderAgreed": _agree,
    "FundsReceived": _receive,
    "FundsReturned": _return_surplus,
    "OrderCancelled": _cancel,
    "OrderLapsed": _end,
    "LineClosed": _end,
    "TitleTransferred": _transfer_title,
}
