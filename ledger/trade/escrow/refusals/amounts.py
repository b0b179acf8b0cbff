"""Refusals of amounts: the last that are named."""

from __future__ import annotations

from ledger.errors import Conflict, Unprocessable
from ledger.trade.escrow.refusals.base import EscrowRefused


class CurrencyDiffers(Unprocessable, EscrowRefused):
    title = "the amount is in another currency than the line"
    refusal = "currency_mismatch"


class AmountDiffers(Unprocessable, EscrowRefused):
    title = "the amount is not the one that was decided"


class Unbalanced(Unprocessable, EscrowRefused):
    title = "the parts do not sum to the whole"


class FeeOverSchedule(Unprocessable, EscrowRefused):
    title = "a fee is higher than the schedule allows"


class RateMismatch(Unprocessable, EscrowRefused):
    title = "the amounts do not follow from the rate"


class OverdrawnLine(Conflict, EscrowRefused):
    title = "the line does not hold that much"


class RetentionWaits(Conflict, EscrowRefused):
    title = "a part is retained until the withdrawal window ends"


class ClaimOverPrice(Unprocessable, EscrowRefused):
    title = "the claim is higher than what was paid for the line"


class AdvanceOverCap(Unprocessable, EscrowRefused):
    title = "the advance is higher than what is frozen or the fund's cap"


class DoubleRecovery(Conflict, EscrowRefused):
    title = "the buyer would be paid twice for the same thing"


class DepositInsufficient(Conflict, EscrowRefused):
    title = "the deposit is lower than the alliance asks for"


class StakeInsufficient(Conflict, EscrowRefused):
    title = "the free stake is lower than the cover, or than the alliance asks for"


class CoverOverCap(Unprocessable, EscrowRefused):
    title = "the cover is higher than the cap"


class GuaranteeCycle(Conflict, EscrowRefused):
    title = "the guarantee would close a circle of guarantors"


class FundFloor(Conflict, EscrowRefused):
    title = "the fund would fall below its floor"


class NegativeAsset(Conflict, EscrowRefused):
    title = "an account would be overdrawn"


class BalanceOverflow(Unprocessable, EscrowRefused):
    title = "a balance would leave the range of 64 bits"
