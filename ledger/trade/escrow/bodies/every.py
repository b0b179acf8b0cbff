"""Every type of escrow record, and how one is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ledger.evidence.record import type_of
from ledger.trade.escrow.bodies import agreement, cash, disputes, fund, goods
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.shapes.members import read_members
from ledger.trade.shapes.refusals import BodyTypeUnknown

BODIES: Final[Mapping[str, type[EscrowBody]]] = {
    shape.__name__: shape
    for shape in (
        agreement.OrderAgreed,
        cash.FundsReceived,
        cash.FundsReturned,
        agreement.OrderCancelled,
        agreement.OrderLapsed,
        goods.GoodsDispatched,
        goods.LotCommitted,
        goods.InspectionReported,
        goods.InspectionEscalated,
        goods.ReinspectionRequested,
        goods.EntryRejected,
        goods.GoodsDelivered,
        goods.DeliveryLapsed,
        goods.DeliveryAccepted,
        goods.AcceptanceLapsed,
        goods.WithdrawalNoticed,
        goods.ReturnCarried,
        goods.ReturnReceived,
        goods.ReturnRefused,
        goods.ReturnLapsed,
        goods.WithdrawalLapsed,
        cash.CurrencyExchanged,
        cash.ReleaseInstructed,
        cash.PayoutSettled,
        cash.PayoutReturned,
        cash.RefundSettled,
        cash.RefundReturned,
        agreement.TitleTransferred,
        disputes.DisputeOpened,
        disputes.ClaimOpened,
        disputes.DisputeWithdrawn,
        disputes.OfferMade,
        disputes.OfferAccepted,
        disputes.EvidenceFiled,
        disputes.DisputeEscalated,
        disputes.ArbiterReplaced,
        disputes.RulingMade,
        disputes.AppealOpened,
        disputes.AppealRuled,
        disputes.AppealLapsed,
        disputes.RulingExecuted,
        fund.GuaranteeLocked,
        fund.GuaranteeReleased,
        fund.FundAdvanced,
        fund.AdvancePaid,
        fund.RecourseSettled,
        fund.RecourseTaken,
        fund.RecourseRepaid,
        fund.RecourseWrittenOff,
        cash.ChargebackNoticed,
        cash.ChargebackPaid,
        fund.ChargebackRecovered,
        disputes.LegalHoldPlaced,
        disputes.LegalHoldLifted,
        goods.LineRecalled,
        goods.RecallLifted,
        agreement.LineClosed,
        cash.FeePaid,
        cash.StatementReported,
        fund.FundPaidIn,
        fund.FundPaidOut,
    )
}


def read_escrow_body(record: Mapping[str, Any]) -> EscrowBody:
    """Read an escrow record that the strict pass has taken (`ledger.evidence.record.read_record`).

    Raises:
        BodyTypeUnknown: its `type` is none of `BODIES`.
        BodyMalformed: its members are not those of its type, or of the wrong kind.
        MoneyMalformed and the other errors of amounts.
    """
    name = type_of(record)
    shape = BODIES.get(name)
    if shape is None:
        raise BodyTypeUnknown(seen=name, wanted=", ".join(BODIES), pointer="/type")
    members = dict(record)
    del members["type"]
    return read_members(shape, members, "")
