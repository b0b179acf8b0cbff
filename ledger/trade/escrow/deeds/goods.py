"""Deeds of the goods: what is noted on their way there and back, and the refunds that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.trade.escrow.accounts import Box
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.calendar import add_days
from ledger.trade.escrow.deeds.cash_out import refund_held
from ledger.trade.escrow.deeds.deed import Deed
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.line import Case
from ledger.trade.escrow.regions import Dispute, Own
from ledger.trade.escrow.table.row import Row


def _dispatch(hearing: Hearing, row: Row) -> Change:
    return Draft(hearing).done(own=row.after, shipped_at=int(hearing.now))


def _commit_lot(hearing: Hearing, row: Row) -> Change:
    plan = hearing.terms.agreed.sampling
    by = plan.inspect_by if plan is not None else hearing.now
    seed = hearing.body.seed_after
    return Draft(hearing).done(own=row.after, seed_after=int(seed), inspect_by=int(max(by, seed)))


def _report_inspection(hearing: Hearing, row: Row) -> Change:
    return Draft(hearing).done(own=row.after, inspected_at=int(hearing.now), passed=row.after is Own.CLEARED)


def _second_inspection(hearing: Hearing, row: Row) -> Change:
    """The second body gets the pack's days, counted from now."""
    by = add_days(hearing.now, hearing.terms.pack.inspection_days)
    reinspector = hearing.terms.agreed.reinspector
    return Draft(hearing).done(own=row.after, inspector=reinspector, reinspecting=True, inspect_by=int(by))


def _refund(hearing: Hearing, _: Row) -> Change:
    return refund_held(hearing).done()


def _deliver(hearing: Hearing, row: Row) -> Change:
    return Draft(hearing).done(own=row.after, delivered_at=int(hearing.now))


def _accept(hearing: Hearing, row: Row) -> Change:
    by_clock = row.record == "AcceptanceLapsed"
    return Draft(hearing).done(own=row.after, accepted_at=int(hearing.now), by_clock=by_clock)


def _withdraw(hearing: Hearing, row: Row) -> Change:
    if row.after is Own.REFUNDING:
        return refund_held(hearing).note(noticed_at=int(hearing.now)).done()
    return Draft(hearing).done(own=row.after, noticed_at=int(hearing.now), carried_at=None)


def _carry_back(hearing: Hearing, _: Row) -> Change:
    return Draft(hearing).done(carried_at=int(hearing.now))


def _refuse_return(hearing: Hearing, row: Row) -> Change:
    """P9: the merchant's refusal is a dispute about all that is held."""
    draft = Draft(hearing)
    held = draft.line.held
    draft.post("P9").out_of(Box.HELD, held).into(Box.DISPUTED, held)
    case = Case(hearing.terms.merchant, held, int(hearing.now), of_return=True, evidence=hearing.body.evidence)
    return draft.done(
        own=row.after,
        dispute=Dispute.OPEN,
        case=case,
        disputes=draft.line.disputes + 1,
        disputes_merchant=draft.line.disputes_merchant + 1,
    )


def _go_back(hearing: Hearing, row: Row) -> Change:
    return Draft(hearing).done(own=row.after)


GOODS_DEEDS: Final[Mapping[str, Deed]] = {
    "GoodsDispatched": _dispatch,
    "LotCommitted": _commit_lot,
    "InspectionReported": _report_inspection,
    "InspectionEscalated": _second_inspection,
    "ReinspectionRequested": _second_inspection,
    "EntryRejected": _refund,
    "GoodsDelivered": _deliver,
    "DeliveryLapsed": _refund,
    "DeliveryAccepted": _accept,
    "AcceptanceLapsed": _accept,
    "WithdrawalNoticed": _withdraw,
    "ReturnCarried": _carry_back,
    "ReturnReceived": _refund,
    "ReturnLapsed": _refund,
    "ReturnRefused": _refuse_return,
    "WithdrawalLapsed": _go_back,
}
