"""The whole table, and the refusal that every other pair of state and record meets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from ledger.trade.escrow.refusals import states as no
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.obstacles import EvidenceAfterClose
from ledger.trade.escrow.refusals.standing import LineExists, LineUnknown
from ledger.trade.escrow.regions import (
    REGIONS,
    Advance,
    Chargeback,
    Dispute,
    Guarantee,
    Hold,
    Own,
    Payout,
    Recall,
    Refund,
    State,
    Surplus,
    Title,
    region_of,
)
from ledger.trade.escrow.table import disputes, fund, goods, money
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import F, K, Seat, Signers

ROWS: Final[tuple[Row, ...]] = (*goods.ROWS, *money.ROWS, *disputes.ROWS, *fund.ROWS)

OFF_LINE: Final[Mapping[str, tuple[Signers, tuple[str, ...]]]] = {
    "FeePaid": (((K,),), ("P18",)),
    "StatementReported": (((K,),), ()),
    "FundPaidIn": (((Seat.FUND_BANK,),), ("P22",)),
    "FundPaidOut": (((Seat.FUND_BANK, F),), ("P23",)),
}
"""Records of no line: who signs, and what they post."""

REGION_OF_RECORD: Final[Mapping[str, str]] = {row.record: region_of(row.before) for row in ROWS}

Refusal = type[EscrowRefused]

_ORDER: Final = (Own.AGREED, Own.FUNDED, Own.SHIPPED, Own.SAMPLING, Own.CLEARED, Own.DELIVERED, Own.ACCEPTED)

_TOO_EARLY: Final[Mapping[str, Mapping[Own, Refusal]]] = {
    "GoodsDispatched": {Own.AGREED: no.NotFunded},
    "LotCommitted": {Own.AGREED: no.NotFunded, Own.FUNDED: no.NotShipped},
    "GoodsDelivered": {
        Own.AGREED: no.NotFunded,
        Own.FUNDED: no.NotShipped,
        Own.SAMPLING: no.InspectionMissing,
        Own.HELD_AT_ENTRY: no.InspectionFailed,
    },
    "DeliveryLapsed": {Own.AGREED: no.NotFunded, Own.FUNDED: no.NotShipped, Own.HELD_AT_ENTRY: no.InspectionFailed},
    "WithdrawalNoticed": {
        Own.AGREED: no.NotFunded,
        **dict.fromkeys((Own.SHIPPED, Own.SAMPLING, Own.HELD_AT_ENTRY, Own.CLEARED), no.NotDelivered),
        Own.RETURNING: no.AlreadyReturning,
    },
    "ReleaseInstructed": {Own.AGREED: no.NotFunded, Own.DELIVERED: no.NotAccepted, Own.RETURNING: no.AlreadyReturning},
    "CurrencyExchanged": {Own.AGREED: no.NotFunded, Own.DELIVERED: no.NotAccepted, Own.RETURNING: no.AlreadyReturning},
    "DeliveryAccepted": {Own.AGREED: no.NotFunded, Own.RETURNING: no.AlreadyReturning},
    "AcceptanceLapsed": {Own.AGREED: no.NotFunded, Own.RETURNING: no.AlreadyReturning},
    "DisputeOpened": {Own.AGREED: no.NotFunded},
    "GuaranteeLocked": {Own.AGREED: no.NotFunded, Own.HELD_AT_ENTRY: no.InspectionFailed, Own.RETURNING: no.AlreadyReturning},
}
"""Where an earlier or side state has a better name than the record's usual one."""

_USUAL: Final[Mapping[str, tuple[Refusal, Refusal]]] = {
    "OrderLapsed": (LineUnknown, no.AlreadyFunded),
    "GoodsDispatched": (no.NotFunded, no.AlreadyShipped),
    "LotCommitted": (no.NotShipped, no.AlreadyShipped),
    "InspectionReported": (no.NotSampling, no.NotSampling),
    "InspectionEscalated": (no.NotSampling, no.NotSampling),
    "ReinspectionRequested": (no.NotHeldAtEntry, no.NotHeldAtEntry),
    "EntryRejected": (no.NotHeldAtEntry, no.NotHeldAtEntry),
    "GoodsDelivered": (no.NotShipped, no.AlreadyDelivered),
    "DeliveryLapsed": (no.NotShipped, no.AlreadyDelivered),
    "DeliveryAccepted": (no.NotDelivered, no.AlreadyAccepted),
    "AcceptanceLapsed": (no.NotDelivered, no.AlreadyAccepted),
    "WithdrawalNoticed": (no.NotDelivered, no.AlreadyReturning),
    "ReturnCarried": (no.NotReturning, no.NotReturning),
    "ReturnReceived": (no.NotReturning, no.NotReturning),
    "ReturnLapsed": (no.NotReturning, no.NotReturning),
    "ReturnRefused": (no.NotReturning, no.NotReturning),
    "WithdrawalLapsed": (no.NotReturning, no.NotReturning),
    "ReleaseInstructed": (no.NotDelivered, no.AlreadyReleased),
    "CurrencyExchanged": (no.NotDelivered, no.AlreadyReleased),
    "TitleTransferred": (no.NotAccepted, no.NotAccepted),
    "LineClosed": (no.NotSettled, no.NotSettled),
    "ClaimOpened": (no.NotReleased, no.NotReleased),
    "GuaranteeLocked": (no.NotFunded, no.AlreadyAccepted),
    "GuaranteeReleased": (no.NotSettled, no.NotSettled),
    "ChargebackNoticed": (no.NotReleased, no.NotReleased),
    "PayoutSettled": (no.PayoutNotInstructed, no.PayoutNotInstructed),
    "PayoutReturned": (no.PayoutNotSettled, no.PayoutNotSettled),
    "RefundSettled": (no.RefundNotInstructed, no.RefundNotInstructed),
    "RefundReturned": (no.RefundNotSettled, no.RefundNotSettled),
}
"""Record to its refusal while the line is not there yet, and when it is past it."""

_ENDS: Final[Mapping[Own, Refusal]] = {
    Own.NONE: LineUnknown,
    Own.CLOSED: no.LineIsClosed,
    Own.CANCELLED: no.LineCancelled,
    Own.RELEASING: no.AlreadyReleased,
    Own.RELEASED: no.AlreadyReleased,
    Own.REFUNDING: no.AlreadyRefunded,
    Own.REFUNDED: no.AlreadyRefunded,
}

_DISPUTE_GONE: Final[Mapping[State, Refusal]] = {
    Dispute.NONE: no.DisputeMissing,
    Dispute.RULED: no.AlreadyRuled,
    Dispute.APPEALED: no.AlreadyAppealed,
    Dispute.FINAL: no.AlreadyRuled,
}
_DISPUTE_THERE: Final[Mapping[State, Refusal]] = dict.fromkeys(
    (Dispute.OPEN, Dispute.ARBITRATION, Dispute.RULED, Dispute.APPEALED, Dispute.FINAL), no.DisputeOpen
)
_ADVANCE: Final[Mapping[State, Refusal]] = {
    Advance.NONE: no.AdvanceMissing,
    Advance.DECIDED: no.AdvanceUnpaid,
    Advance.PAID: no.AlreadyAdvanced,
    Advance.RECOVERED: no.AlreadyRecovered,
}
_CHARGEBACK: Final[Mapping[State, Refusal]] = {
    Chargeback.NONE: no.ChargebackMissing,
    Chargeback.NOTICED: no.NotSettled,
    Chargeback.PAID: no.AlreadyChargedBack,
    Chargeback.RECOVERED: no.AlreadyRecovered,
}

_BESIDE: Final[Mapping[str, Mapping[State, Refusal]]] = {
    "PayoutSettled": {Payout.IDLE: no.PayoutNotInstructed},
    "RefundSettled": {Refund.IDLE: no.RefundNotInstructed},
    "FundsReturned": {Surplus.NONE: no.NothingUnallocated},
    "TitleTransferred": {Title.BUYER: no.TitleTransferredBefore},
    "DisputeOpened": _DISPUTE_THERE,
    "ClaimOpened": _DISPUTE_THERE,
    "DisputeWithdrawn": _DISPUTE_GONE,
    "OfferMade": _DISPUTE_GONE,
    "OfferAccepted": _DISPUTE_GONE,
    "EvidenceFiled": {**_DISPUTE_GONE, **dict.fromkeys((Dispute.RULED, Dispute.APPEALED, Dispute.FINAL), EvidenceAfterClose)},
    "DisputeEscalated": {**_DISPUTE_GONE, Dispute.ARBITRATION: no.AlreadyInArbitration},
    "ArbiterReplaced": {**_DISPUTE_GONE, Dispute.OPEN: no.NotInArbitration},
    "RulingMade": {**_DISPUTE_GONE, Dispute.OPEN: no.NotInArbitration},
    "AppealOpened": {
        Dispute.NONE: no.DisputeMissing,
        Dispute.OPEN: no.NotRuled,
        Dispute.ARBITRATION: no.NotRuled,
        Dispute.APPEALED: no.AlreadyAppealed,
        Dispute.FINAL: no.AlreadyAppealed,
    },
    "AppealRuled": {**dict.fromkeys(Dispute, no.NotAppealed), Dispute.NONE: no.DisputeMissing, Dispute.FINAL: no.AlreadyRuled},
    "AppealLapsed": {**dict.fromkeys(Dispute, no.NotAppealed), Dispute.NONE: no.DisputeMissing, Dispute.FINAL: no.AlreadyRuled},
    "RulingExecuted": {
        Dispute.NONE: no.DisputeMissing,
        Dispute.OPEN: no.NotRuled,
        Dispute.ARBITRATION: no.NotRuled,
        Dispute.APPEALED: no.AlreadyAppealed,
    },
    "LegalHoldLifted": {Hold.FREE: no.HoldMissing},
    "LineRecalled": {Recall.RECALLED: no.AlreadyRecalled},
    "RecallLifted": {Recall.NONE: no.RecallMissing},
    "GuaranteeLocked": dict.fromkeys((Guarantee.LOCKED, Guarantee.RELEASED, Guarantee.SLASHED), no.AlreadyGuaranteed),
    "GuaranteeReleased": dict.fromkeys((Guarantee.NONE, Guarantee.RELEASED, Guarantee.SLASHED), no.GuaranteeNotLocked),
    "FundAdvanced": {
        Advance.DECIDED: no.AlreadyAdvanced,
        Advance.PAID: no.AlreadyAdvanced,
        Advance.RECOVERED: no.AlreadyAdvanced,
    },
    "AdvancePaid": _ADVANCE,
    "RecourseSettled": _ADVANCE,
    "RecourseTaken": _ADVANCE,
    "RecourseRepaid": _ADVANCE,
    "RecourseWrittenOff": _ADVANCE,
    "ChargebackNoticed": dict.fromkeys((Chargeback.NOTICED, Chargeback.PAID, Chargeback.RECOVERED), no.AlreadyChargedBack),
    "ChargebackPaid": _CHARGEBACK,
    "ChargebackRecovered": _CHARGEBACK,
}


def rows_for(record: str, state: State) -> tuple[Row, ...]:
    """The rows of `record` where its region is in `state`; none means that `refusal_for` names the refusal."""
    return _BY_PAIR.get((record, state), ())


@cache
def rows_while(record: str, state: State, own: Own) -> tuple[Row, ...]:
    """Those of `rows_for` that the line's own state allows."""
    return tuple(row for row in rows_for(record, state) if not row.while_own or own in row.while_own)


@cache
def refusal_for(record: str, state: State, own: Own) -> Refusal | None:
    """Why `record` is refused where its region is in `state` and the line's own state is `own`; None where a row exists.

    For a record about another region the line's own state is judged first.
    """
    rows = rows_for(record, state)
    beside = REGION_OF_RECORD[record] != "line"
    if beside and not any(own in row.while_own for row in _BY_RECORD[record]):
        return _own_refusal(record, own)
    if rows:
        return None
    return _BESIDE[record][state] if beside else _own_refusal(record, own)


def _own_refusal(record: str, own: Own) -> Refusal:
    if record == "OrderAgreed":
        return LineExists
    special = _TOO_EARLY.get(record, {}).get(own)
    if special is not None:
        return special
    early, late = _USUAL.get(record, (LineUnknown, LineUnknown))
    if own in _ENDS and not (record in _AFTER_RELEASE and own in _ENDED_OTHERWISE):
        return _ENDS[own]
    reach = [place for place, step in enumerate(_ORDER) if step in _HOME[record]]
    here = _RANK[own]
    return early if not reach or here < min(reach) else late


_BY_PAIR: Final[dict[tuple[str, State], tuple[Row, ...]]] = {}
_BY_RECORD: Final[dict[str, tuple[Row, ...]]] = {}
for _row in ROWS:
    _BY_PAIR[_row.record, _row.before] = (*_BY_PAIR.get((_row.record, _row.before), ()), _row)
    _BY_RECORD[_row.record] = (*_BY_RECORD.get(_row.record, ()), _row)

_AFTER_RELEASE: Final = frozenset({"ClaimOpened", "ChargebackNoticed", "GuaranteeReleased", "LineClosed", "TitleTransferred"})
_ENDED_OTHERWISE: Final = frozenset({Own.RELEASING, Own.REFUNDING})
_HOME: Final[Mapping[str, frozenset[Own]]] = {
    record: frozenset(own for row in rows for own in ((row.before,) if isinstance(row.before, Own) else row.while_own))
    for record, rows in _BY_RECORD.items()
}
_RANK: Final[Mapping[Own, int]] = {
    **{own: place for place, own in enumerate(_ORDER)},
    Own.HELD_AT_ENTRY: 3,
    Own.RETURNING: 6,
    **dict.fromkeys(_ENDS, 7),
    Own.NONE: -1,
}

STATES: Final[tuple[State, ...]] = tuple(state for states in REGIONS.values() for state in states)  # type: ignore[misc]
