"""Refusals of the state a line is in: one for every pair of state and record that is no transition."""

from __future__ import annotations

from ledger.errors import Conflict
from ledger.trade.escrow.refusals.base import EscrowRefused


class LineIsClosed(Conflict, EscrowRefused):
    title = "the line is closed"
    default_hint = "money that comes back to a closed line is recorded as FundsReceived and waits to be returned"


class LineCancelled(Conflict, EscrowRefused):
    title = "the order was cancelled"


class NotFunded(Conflict, EscrowRefused):
    title = "the bank has not confirmed the money yet"


class AlreadyFunded(Conflict, EscrowRefused):
    title = "the bank holds the money already"


class NotShipped(Conflict, EscrowRefused):
    title = "the goods have not been dispatched"


class AlreadyShipped(Conflict, EscrowRefused):
    title = "the goods have been dispatched"


class SamplingNotAgreed(Conflict, EscrowRefused):
    title = "the terms ask for no inspection"


class NotSampling(Conflict, EscrowRefused):
    title = "the lot is not under inspection"


class NotHeldAtEntry(Conflict, EscrowRefused):
    title = "the lot is not held at entry"


class InspectionMissing(Conflict, EscrowRefused):
    title = "the terms or the goods ask for an inspection that has not been passed"


class InspectionFailed(Conflict, EscrowRefused):
    title = "the inspection was failed"


class InspectionFinal(Conflict, EscrowRefused):
    title = "the second inspection is final"


class NotDelivered(Conflict, EscrowRefused):
    title = "the goods have not been delivered"


class AlreadyDelivered(Conflict, EscrowRefused):
    title = "the goods have been delivered"


class NotAccepted(Conflict, EscrowRefused):
    title = "the delivery has not been accepted"


class AlreadyAccepted(Conflict, EscrowRefused):
    title = "the delivery was accepted already"


class NotReturning(Conflict, EscrowRefused):
    title = "no return is under way"


class AlreadyReturning(Conflict, EscrowRefused):
    title = "a return is under way"


class AlreadyCarried(Conflict, EscrowRefused):
    title = "the returned goods have been delivered to the merchant"


class ReturnNotCarried(Conflict, EscrowRefused):
    title = "no carrier has delivered the returned goods"


class NotReleased(Conflict, EscrowRefused):
    title = "no money was released to the merchant"


class AlreadyReleased(Conflict, EscrowRefused):
    title = "the money was released to the merchant"


class AlreadyRefunded(Conflict, EscrowRefused):
    title = "the money was given back to the buyer"


class NotSettled(Conflict, EscrowRefused):
    title = "the line is not settled: its money or one of its matters is still open"


class PayoutNotInstructed(Conflict, EscrowRefused):
    title = "no payout to the merchant is instructed"


class PayoutNotSettled(Conflict, EscrowRefused):
    title = "no payout was made that could come back"


class RefundNotInstructed(Conflict, EscrowRefused):
    title = "no refund to the buyer is instructed"


class RefundNotSettled(Conflict, EscrowRefused):
    title = "no refund was made that could come back"


class NothingUnallocated(Conflict, EscrowRefused):
    title = "no money waits here without a purpose"


class GuaranteeNotLocked(Conflict, EscrowRefused):
    title = "no guarantee is locked for this line"


class AlreadyGuaranteed(Conflict, EscrowRefused):
    title = "the line has or had a guarantee"


class DisputeMissing(Conflict, EscrowRefused):
    title = "there is no dispute about this line"


class DisputeOpen(Conflict, EscrowRefused):
    title = "a dispute or claim is open"


class DisputesExhausted(Conflict, EscrowRefused):
    title = "this side has opened as many disputes about the line as it may"
    default_hint = "a buyer may still claim after the release"


class NotInArbitration(Conflict, EscrowRefused):
    title = "the dispute is not before the arbiters"


class AlreadyInArbitration(Conflict, EscrowRefused):
    title = "the dispute is before the arbiters"


class NotRuled(Conflict, EscrowRefused):
    title = "there is no ruling"


class AlreadyRuled(Conflict, EscrowRefused):
    title = "the arbiters have ruled"


class NotAppealed(Conflict, EscrowRefused):
    title = "there is no appeal"


class AlreadyAppealed(Conflict, EscrowRefused):
    title = "the ruling was appealed; there is one appeal"


class AdvanceMissing(Conflict, EscrowRefused):
    title = "the fund has advanced nothing"


class AlreadyAdvanced(Conflict, EscrowRefused):
    title = "the fund has advanced already; there is one advance per line"


class AdvanceUnpaid(Conflict, EscrowRefused):
    title = "the fund's advance is decided and not paid yet"


class AlreadyRecovered(Conflict, EscrowRefused):
    title = "the fund has recovered already"


class ChargebackMissing(Conflict, EscrowRefused):
    title = "there is no chargeback"


class AlreadyChargedBack(Conflict, EscrowRefused):
    title = "there was a chargeback already"


class HoldMissing(Conflict, EscrowRefused):
    title = "there is no legal hold"


class AlreadyRecalled(Conflict, EscrowRefused):
    title = "the line is recalled already"


class RecallMissing(Conflict, EscrowRefused):
    title = "the line is not recalled"


class TitleTransferredBefore(Conflict, EscrowRefused):
    title = "the title has passed already"
