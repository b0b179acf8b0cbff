"""Rows of guarantees and of the guarantee fund's advances."""

from __future__ import annotations

from typing import Final

from ledger.trade.escrow.regions import Advance, Guarantee, Own, State
from ledger.trade.escrow.table.goods import FROM_AGREED
from ledger.trade.escrow.table.money import CASH_OUT
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import F, K, O, Seat

_SLASH: Final[tuple[tuple[State, State], ...]] = ((Guarantee.LOCKED, Guarantee.SLASHED),)

GUARANTEES: Final = (
    Row(
        "GuaranteeLocked",
        Guarantee.NONE,
        Guarantee.LOCKED,
        ((Seat.GUARANTOR,),),
        guards=(
            "fund_named",
            "one_currency",
            "price_currency",
            "guarantor_apart",
            "no_circle",
            "cover_within_caps",
            "stake_free",
        ),
        postings=("P16",),
        while_own=(Own.FUNDED, Own.SHIPPED, Own.SAMPLING, Own.CLEARED, Own.DELIVERED),
    ),
    Row(
        "GuaranteeReleased",
        Guarantee.LOCKED,
        Guarantee.RELEASED,
        ((O,),),
        guards=("no_dispute", "fund_quiet"),
        timeout="claims",
        postings=("P16", "P19"),
        while_own=(Own.RELEASED, Own.REFUNDED),
    ),
)

ADVANCES: Final = (
    Row(
        "FundAdvanced",
        Advance.NONE,
        Advance.DECIDED,
        ((F,), (O,)),
        guards=(
            "fund_named",
            "in_dispute",
            "line_currency",
            "prima_facie_without_trustees",
            "within_frozen_or_cap",
            "no_chargeback",
            "above_floor",
        ),
        postings=("P11", "P21"),
        while_own=FROM_AGREED,
    ),
    Row(
        "AdvancePaid",
        Advance.DECIDED,
        Advance.PAID,
        ((Seat.FUND_BANK,),),
        guards=("line_currency", "fund_reference_fresh", "exactly_advance"),
        postings=("P12", "P21"),
        while_own=FROM_AGREED,
    ),
    # What is frozen for the fund is all that the merchant owes it: repayments touch only what is not frozen.
    Row(
        "RecourseSettled",
        Advance.PAID,
        Advance.RECOVERED,
        ((K, Seat.FUND_BANK),),
        guards=("line_currency", "no_dispute", "reference_fresh", "exactly_rec"),
        postings=("P13",),
        also=CASH_OUT,
        while_own=FROM_AGREED,
    ),
    Row(
        "RecourseTaken",
        Advance.PAID,
        Advance.RECOVERED,
        ((F,),),
        guards=("no_dispute", "line_drained"),
        postings=("P14", "P16", "P19"),
        also=_SLASH,
        while_own=FROM_AGREED,
    ),
    *(
        Row(
            "RecourseRepaid",
            before,
            after,
            ((Seat.FUND_BANK,),),
            when=when,
            guards=("line_currency", "fund_reference_fresh", "no_dispute", "owed_by_party"),
            postings=("P25",),
            while_own=FROM_AGREED,
        )
        for before, after, when in (
            (Advance.PAID, Advance.PAID, "merchant_still_owes"),
            (Advance.PAID, Advance.RECOVERED, "merchant_owes_no_more"),
            (Advance.RECOVERED, Advance.RECOVERED, "always"),
        )
    ),
    *(
        Row(
            "RecourseWrittenOff",
            before,
            before,
            ((F,),),
            guards=("no_dispute", "buyer_owes"),
            postings=("P14",),
            while_own=FROM_AGREED,
        )
        for before in (Advance.PAID, Advance.RECOVERED)
    ),
)

ROWS: Final = (*GUARANTEES, *ADVANCES)
