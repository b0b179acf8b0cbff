"""Rows of the line's own state: agreement, the goods' way, and the way back."""

from __future__ import annotations

from typing import Final

from ledger.trade.escrow.regions import Dispute, Own, Refund, State, Surplus
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import B, C, K, L, M, O, Q

UNDECIDED: Final = (
    Own.FUNDED,
    Own.SHIPPED,
    Own.SAMPLING,
    Own.HELD_AT_ENTRY,
    Own.CLEARED,
    Own.DELIVERED,
    Own.ACCEPTED,
    Own.RETURNING,
)
"""The bank holds the money and nothing was decided about all of it."""

FROM_AGREED: Final = tuple(own for own in Own if own is not Own.NONE)

# A refund is decided by a record, and paid by the custodian later; a bounced refund may still be waiting.
REFUND_STARTS: Final[tuple[tuple[State, State], ...]] = (
    (Refund.IDLE, Refund.INSTRUCTED),
    (Refund.RETURNED, Refund.INSTRUCTED),
)
_SURPLUS_COMES: Final[tuple[tuple[State, State], ...]] = ((Surplus.NONE, Surplus.WAITING),)
_SURPLUS_USED: Final[tuple[tuple[State, State], ...]] = ((Surplus.WAITING, Surplus.NONE),)
_DECIDES: Final = ("no_hold",)


def _refund(record: str, before: Own, signers: tuple[tuple[object, ...], ...], **more: object) -> Row:
    guards = (*_DECIDES, *more.pop("guards", ()))  # type: ignore[misc]
    return Row(record, before, Own.REFUNDING, signers, guards=guards, postings=("P7",), also=REFUND_STARTS, **more)  # type: ignore[arg-type]


AGREEMENT: Final = (
    Row(
        "OrderAgreed",
        Own.NONE,
        Own.AGREED,
        ((B, M),),
        guards=(
            "offer_open",
            "terms_consistent",
            "allies_seated",
            "parties_apart",
            "judges_apart",
            "fund_exists",
            "pack_currency",
            "panel_large_enough",
            "fees_within_caps",
            "deposit_paid",
        ),
    ),
    Row(
        "FundsReceived",
        Own.AGREED,
        Own.AGREED,
        ((K,),),
        when="short",
        guards=("reference_fresh", "price_currency"),
        postings=("P2",),
        also=_SURPLUS_COMES,
    ),
    Row(
        "FundsReceived",
        Own.AGREED,
        Own.FUNDED,
        ((K,),),
        when="enough",
        guards=("reference_fresh", "price_currency"),
        postings=("P1", "P2"),
        also=(*_SURPLUS_COMES, *_SURPLUS_USED),
    ),
    *(
        Row(
            "FundsReceived",
            own,
            own,
            ((K,),),
            guards=("reference_fresh", "price_currency"),
            postings=("P2",),
            also=_SURPLUS_COMES,
        )
        for own in FROM_AGREED
        if own is not Own.AGREED
    ),
    Row("OrderCancelled", Own.AGREED, Own.CANCELLED, ((B,), (B, M))),
    *(_refund("OrderCancelled", own, ((B, M),), guards=("no_dispute", "something_held")) for own in UNDECIDED),
    _refund("OrderCancelled", Own.FUNDED, ((B,),), guards=("no_dispute",), timeout="dispatch"),
    Row("OrderLapsed", Own.AGREED, Own.CANCELLED, ((O,),), timeout="payment"),
)

WAY_THERE: Final = (
    Row("GoodsDispatched", Own.FUNDED, Own.SHIPPED, ((M, L),), guards=("not_recalled", "serials_agreed")),
    Row(
        "LotCommitted",
        Own.SHIPPED,
        Own.SAMPLING,
        ((M,), (L,)),
        guards=("sampling_agreed", "serials_agreed", "seed_unknown_yet"),
    ),
    Row(
        "InspectionReported",
        Own.SAMPLING,
        Own.CLEARED,
        ((Q,), (Q, C)),
        when="within_accept",
        guards=("sample_as_planned",),
        timeout="seed",
    ),
    Row(
        "InspectionReported",
        Own.SAMPLING,
        Own.HELD_AT_ENTRY,
        ((Q,), (Q, C)),
        when="over_accept",
        guards=("sample_as_planned",),
        timeout="seed",
    ),
    Row(
        "InspectionEscalated",
        Own.SAMPLING,
        Own.SAMPLING,
        ((O,),),
        guards=("first_inspection", "reinspector_named"),
        timeout="inspection",
    ),
    Row(
        "ReinspectionRequested",
        Own.HELD_AT_ENTRY,
        Own.SAMPLING,
        ((B,), (M,)),
        guards=("first_inspection", "reinspector_named", "within_reinspection"),
    ),
    _refund("EntryRejected", Own.HELD_AT_ENTRY, ((O,),), guards=("something_held",), timeout="entry"),
    Row(
        "GoodsDelivered",
        Own.SHIPPED,
        Own.DELIVERED,
        ((L,), (L, B)),
        guards=("sampling_not_agreed", "serials_agreed"),
    ),
    Row("GoodsDelivered", Own.CLEARED, Own.DELIVERED, ((L,), (L, B)), guards=("serials_agreed",)),
    *(
        _refund("DeliveryLapsed", own, ((B,), (O,)), guards=("something_held",), timeout="delivery")
        for own in (Own.SHIPPED, Own.SAMPLING, Own.CLEARED)
    ),
    Row("DeliveryAccepted", Own.DELIVERED, Own.ACCEPTED, ((B,),), guards=("no_dispute",)),
    Row("AcceptanceLapsed", Own.DELIVERED, Own.ACCEPTED, ((O,),), guards=("no_dispute",), timeout="acceptance"),
)

WAY_BACK: Final = (
    _refund("WithdrawalNoticed", Own.FUNDED, ((B,),), guards=("may_withdraw", "no_dispute")),
    *(
        Row(
            "WithdrawalNoticed",
            own,
            Own.RETURNING,
            ((B,),),
            guards=("may_withdraw", "within_withdrawal", "dispute_of_other_side", "something_left"),
        )
        for own in (Own.DELIVERED, Own.ACCEPTED)
    ),
    Row("ReturnCarried", Own.RETURNING, Own.RETURNING, ((L,),), guards=("not_carried",)),
    _refund("ReturnReceived", Own.RETURNING, ((M,),), guards=("no_dispute",)),
    _refund("ReturnLapsed", Own.RETURNING, ((O,),), guards=("carried", "no_dispute"), timeout="return_reply"),
    Row(
        "ReturnRefused",
        Own.RETURNING,
        Own.DELIVERED,
        ((M,),),
        guards=("disputes_left", "within_return_reply", "no_dispute"),
        postings=("P9",),
        also=((Dispute.NONE, Dispute.OPEN),),
    ),
    Row("WithdrawalLapsed", Own.RETURNING, Own.DELIVERED, ((O,),), guards=("not_carried",), timeout="return"),
)

CLOSING: Final = tuple(
    Row("LineClosed", own, Own.CLOSED, ((O,),), guards=("settled",), timeout=None if own is Own.CANCELLED else "closing")
    for own in (Own.RELEASED, Own.REFUNDED, Own.CANCELLED)
)

ROWS: Final = (*AGREEMENT, *WAY_THERE, *WAY_BACK, *CLOSING)
