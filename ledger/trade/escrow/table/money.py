"""Rows of the money: release, exchange, what banks settle and send back, surplus, chargeback, title."""

from __future__ import annotations

from typing import Final

from ledger.trade.escrow.regions import Chargeback, Guarantee, Own, Payout, Refund, State, Surplus, Title
from ledger.trade.escrow.table.goods import FROM_AGREED
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import A, B, F, K, M, O, Q, Seat

_PAYOUT_STARTS: Final[tuple[tuple[State, State], ...]] = (
    (Payout.IDLE, Payout.INSTRUCTED),
    (Payout.RETURNED, Payout.INSTRUCTED),
)
_RELEASE_GUARDS: Final = (
    "no_hold",
    "clock_undisputed",
    "not_recalled",
    "no_break",
    "line_currency",
    "exchanged_if_agreed",
    "title_passed",
    "inspected",
    "within_held",
    "retention_kept",
    "fees_scheduled",
)
_SIZES: Final = (
    ("small", ((B,), (O,))),
    ("middle", ((B,), (O,))),
    ("large", ((B, Q), (B, A), (A, Q))),
)
CASH_OUT: Final[tuple[tuple[State, State], ...]] = ((Own.RELEASING, Own.RELEASED), (Own.REFUNDING, Own.REFUNDED))
_CASH_BACK: Final[tuple[tuple[State, State], ...]] = ((Own.RELEASED, Own.RELEASING), (Own.REFUNDED, Own.REFUNDING))
_OPEN: Final = tuple(own for own in FROM_AGREED if own not in (Own.AGREED, Own.CANCELLED, Own.CLOSED))
_AFTER_RELEASE: Final = (Own.RELEASING, Own.RELEASED)

RELEASE: Final = (
    *(
        Row(
            "ReleaseInstructed",
            Own.ACCEPTED,
            after,
            signers,
            when=f"{size}_{part}",
            guards=_RELEASE_GUARDS,
            postings=("P4",),
            also=_PAYOUT_STARTS,
        )
        for size, signers in _SIZES
        for part, after in (("part", Own.ACCEPTED), ("rest", Own.RELEASING))
    ),
    Row(
        "CurrencyExchanged",
        Own.ACCEPTED,
        Own.ACCEPTED,
        ((K,),),
        guards=(
            "no_hold",
            "not_exchanged",
            "boxes_quiet",
            "reference_fresh",
            "exchange_currencies",
            "sold_all",
            "rate_holds",
            "spread_scheduled",
        ),
        timeout="exchange",
        postings=("P17",),
    ),
)

SETTLEMENT: Final = (
    *(
        Row(
            "PayoutSettled",
            before,
            Payout.IDLE,
            ((K,),),
            guards=("line_currency", "reference_fresh", "exactly_rel"),
            postings=("P5",),
            also=CASH_OUT,
            while_own=_OPEN,
        )
        for before in (Payout.INSTRUCTED, Payout.RETURNED)
    ),
    *(
        Row(
            "PayoutReturned",
            before,
            Payout.RETURNED,
            ((K,),),
            guards=("line_currency", "reference_fresh", "paid_to_merchant"),
            postings=("P6",),
            also=_CASH_BACK,
            while_own=_OPEN,
        )
        for before in Payout
    ),
    *(
        Row(
            "RefundSettled",
            before,
            Refund.IDLE,
            ((K,),),
            guards=("line_currency", "reference_fresh", "exactly_ref"),
            postings=("P8",),
            also=CASH_OUT,
            while_own=_OPEN,
        )
        for before in (Refund.INSTRUCTED, Refund.RETURNED)
    ),
    *(
        Row(
            "RefundReturned",
            before,
            Refund.RETURNED,
            ((K,),),
            guards=("line_currency", "reference_fresh", "paid_to_buyer"),
            postings=("P24",),
            also=_CASH_BACK,
            while_own=_OPEN,
        )
        for before in Refund
    ),
    *(
        Row(
            "FundsReturned",
            Surplus.WAITING,
            after,
            ((K,),),
            when=when,
            guards=("reference_fresh", "price_currency", "within_surplus"),
            postings=("P3",),
            while_own=FROM_AGREED,
        )
        for when, after in (("surplus_part", Surplus.WAITING), ("surplus_rest", Surplus.NONE))
    ),
)

CHARGEBACK: Final = (
    Row(
        "ChargebackNoticed",
        Chargeback.NONE,
        Chargeback.NOTICED,
        ((Seat.PSP,), (K,)),
        guards=("fund_named", "line_currency", "reference_fresh", "not_paid_twice", "within_chargeback", "within_price"),
        postings=("P15",),
        while_own=_AFTER_RELEASE,
    ),
    Row(
        "ChargebackPaid",
        Chargeback.NOTICED,
        Chargeback.PAID,
        ((Seat.FUND_BANK,),),
        guards=("line_currency", "fund_reference_fresh", "exactly_chargeback"),
        postings=("P15",),
        while_own=FROM_AGREED,
    ),
    Row(
        "ChargebackRecovered",
        Chargeback.PAID,
        Chargeback.RECOVERED,
        ((F,),),
        postings=("P14", "P16", "P19"),
        also=((Guarantee.LOCKED, Guarantee.SLASHED),),
        while_own=FROM_AGREED,
    ),
)

TITLE: Final = (
    Row(
        "TitleTransferred",
        Title.SELLER,
        Title.BUYER,
        ((B, M),),
        guards=("second_hand", "not_recalled", "seller_owns"),
        while_own=(Own.ACCEPTED, Own.RELEASING, Own.RELEASED),
    ),
)

ROWS: Final = (*RELEASE, *SETTLEMENT, *CHARGEBACK, *TITLE)
