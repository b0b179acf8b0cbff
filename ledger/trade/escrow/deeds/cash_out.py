"""Steps that several deeds share: refund, release and case decisions that start payments, and the end of all cash."""

from __future__ import annotations

from ledger.trade.escrow.accounts import Box
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.regions import Own, Payout, Refund
from ledger.trade.escrow.table.goods import UNDECIDED


def refund_held(hearing: Hearing) -> Draft:
    """P7: everything that is held goes back to the buyer; a statutory withdrawal and its like cost no fee."""
    draft = Draft(hearing)
    held = draft.line.held
    draft.post("P7").out_of(Box.HELD, held)
    return to_buyer(draft, held).note(own=Own.REFUNDING, settled_at=int(hearing.now))


def to_buyer(draft: Draft, minor: int) -> Draft:
    """Put `minor` into the box of instructed refunds."""
    if minor:
        draft.into(Box.REF, minor).note(refund=Refund.INSTRUCTED)
    return draft


def to_merchant(draft: Draft, minor: int) -> Draft:
    """Put `minor` into the box of instructed payouts."""
    if minor:
        draft.into(Box.REL, minor).note(payout=Payout.INSTRUCTED)
    return draft


def decide_if_nothing_is_left(draft: Draft, now: int) -> Draft:
    """Where the end of a case took the last undecided money, it decides the line too."""
    line = draft.line
    if line.own in UNDECIDED and line.held == 0 and line.disputed == 0:
        merchant_has_part = line.rel > 0 or line.paid_merchant > 0
        draft.note(own=Own.RELEASING if merchant_has_part else Own.REFUNDING, settled_at=now)
    return draft


def end_if_empty(draft: Draft) -> Draft:
    """Once all boxes are empty, releasing becomes released and refunding refunded."""
    line = draft.line
    if line.boxed() == 0 and line.own in (Own.RELEASING, Own.REFUNDING):
        draft.note(own=Own.RELEASED if line.own is Own.RELEASING else Own.REFUNDED)
    return draft
