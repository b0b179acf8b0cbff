"""Rows of disputes and late claims, legal holds and recalls."""

from __future__ import annotations

from typing import Final

from ledger.trade.escrow.regions import Advance, Dispute, Hold, Own, Payout, Recall, State
from ledger.trade.escrow.table.goods import FROM_AGREED, REFUND_STARTS, UNDECIDED
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import A, B, K, M, O, Q, Seat

_ARGUED: Final = (Dispute.OPEN, Dispute.ARBITRATION)
_RULING_GUARDS: Final = ("shares_sum", "basis_holds", "pack_pinned", "evidence_filed")
_PAYMENTS_START: Final[tuple[tuple[State, State], ...]] = (
    *REFUND_STARTS,
    (Payout.IDLE, Payout.INSTRUCTED),
    (Payout.RETURNED, Payout.INSTRUCTED),
)
# When the disputed part was all that was left, its end decides the line too.
_LINE_DECIDED: Final[tuple[tuple[State, State], ...]] = tuple(
    (own, after) for own in UNDECIDED for after in (Own.RELEASING, Own.REFUNDING)
)
_FUND_DONE: Final[tuple[tuple[State, State], ...]] = ((Advance.PAID, Advance.RECOVERED),)
_CASE_ENDS: Final = (*_PAYMENTS_START, *_FUND_DONE, *_LINE_DECIDED)

OPENING: Final = (
    Row(
        "DisputeOpened",
        Dispute.NONE,
        Dispute.OPEN,
        ((B,), (M,)),
        guards=("disputes_left", "line_currency", "within_held"),
        postings=("P9",),
        while_own=UNDECIDED,
    ),
    Row(
        "ClaimOpened",
        Dispute.NONE,
        Dispute.OPEN,
        ((B,),),
        guards=("line_currency", "within_conformity", "within_paid"),
        while_own=(Own.RELEASING, Own.RELEASED),
    ),
    *(
        Row(
            "DisputeWithdrawn",
            before,
            Dispute.NONE,
            ((Seat.OPENER,),),
            guards=("no_hold", "no_advance", "case_not_of_recall"),
            postings=("P9", "P7"),
            also=(*REFUND_STARTS, (Own.DELIVERED, Own.RETURNING)),
            while_own=FROM_AGREED,
        )
        for before in _ARGUED
    ),
)

ARGUING: Final = (
    *(
        Row(
            "OfferMade",
            before,
            before,
            ((B,), (M,)),
            guards=("line_currency", "offers_open", "share_within_case"),
            while_own=FROM_AGREED,
        )
        for before in _ARGUED
    ),
    *(
        Row(
            "OfferAccepted",
            before,
            Dispute.NONE,
            ((Seat.OTHER_SIDE,),),
            guards=("no_hold", "line_currency", "offer_stands", "advance_settled"),
            postings=("P10", "P20"),
            also=_CASE_ENDS,
            while_own=FROM_AGREED,
        )
        for before in _ARGUED
    ),
    *(
        Row("EvidenceFiled", before, before, ((B,), (M,)), guards=("evidence_open", "evidence_fits"), while_own=FROM_AGREED)
        for before in _ARGUED
    ),
    Row("DisputeEscalated", Dispute.OPEN, Dispute.ARBITRATION, ((B,), (M,)), timeout="answer", while_own=FROM_AGREED),
    Row("DisputeEscalated", Dispute.OPEN, Dispute.ARBITRATION, ((O,),), timeout="negotiation", while_own=FROM_AGREED),
)

RULING: Final = (
    Row(
        "ArbiterReplaced",
        Dispute.ARBITRATION,
        Dispute.ARBITRATION,
        ((O,),),
        timeout="ruling",
        while_own=FROM_AGREED,
    ),
    Row(
        "RulingMade",
        Dispute.ARBITRATION,
        Dispute.RULED,
        ((A,),),
        guards=_RULING_GUARDS,
        timeout="evidence",
        while_own=FROM_AGREED,
    ),
    Row(
        "AppealOpened",
        Dispute.RULED,
        Dispute.APPEALED,
        ((B,), (M,)),
        guards=("appellant_lost", "within_appeal"),
        while_own=FROM_AGREED,
    ),
    Row(
        "AppealRuled",
        Dispute.APPEALED,
        Dispute.FINAL,
        ((Seat.APPEAL,),),
        guards=_RULING_GUARDS,
        while_own=FROM_AGREED,
    ),
    Row("AppealLapsed", Dispute.APPEALED, Dispute.FINAL, ((O,),), timeout="appeal_ruling", while_own=FROM_AGREED),
    *(
        Row(
            "RulingExecuted",
            before,
            Dispute.NONE,
            ((O,),),
            guards=("no_hold", "advance_settled"),
            timeout=timeout,
            postings=("P10", "P20"),
            also=_CASE_ENDS,
            while_own=FROM_AGREED,
        )
        for before, timeout in ((Dispute.RULED, "appeal"), (Dispute.FINAL, "at_once"))
    ),
)

HOLDS: Final = (
    Row("LegalHoldPlaced", Hold.FREE, Hold.HELD, ((K,), (Seat.AUTHORITY,)), while_own=FROM_AGREED),
    Row("LegalHoldPlaced", Hold.HELD, Hold.HELD, ((Seat.PLACER,),), while_own=FROM_AGREED),
    Row("LegalHoldLifted", Hold.HELD, Hold.FREE, ((Seat.PLACER,),), while_own=FROM_AGREED),
)

_RECALLERS: Final = ((Q,), (M,), (Seat.AUTHORITY,))

RECALLS: Final = (
    Row(
        "LineRecalled",
        Recall.NONE,
        Recall.RECALLED,
        _RECALLERS,
        guards=("recalled_once",),
        postings=("P9",),
        also=((Dispute.NONE, Dispute.OPEN),),
        while_own=FROM_AGREED,
    ),
    Row("RecallLifted", Recall.RECALLED, Recall.NONE, _RECALLERS, guards=("recalled_by_signer",), while_own=FROM_AGREED),
)

ROWS: Final = (*OPENING, *ARGUING, *RULING, *HOLDS, *RECALLS)
