"""Records of money: what banks confirm, and what is decided about money that is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.bodies.kinds import MONEY, MONEY_OR_ZERO, RATE_PART, REFERENCE
from ledger.trade.escrow.money import Money
from ledger.trade.shapes.kinds import DIGEST, MOMENT, NAME, one_of

PAYABLES = ("platform", "inspection", "tax", "spread")


@dataclass(frozen=True, slots=True)
class Settlement(LineBody):
    """Money that a bank has moved; `reference` names its statement line and counts once per bank."""

    money: Annotated[Money, MONEY]
    reference: Annotated[str, REFERENCE]


@dataclass(frozen=True, slots=True)
class FundsReceived(Settlement):
    """The custodian has the buyer's money. Too little waits for the rest, too much waits to be returned."""


@dataclass(frozen=True, slots=True)
class FundsReturned(Settlement):
    """The custodian has sent back money that waited without a purpose."""


@dataclass(frozen=True, slots=True)
class ReleaseInstructed(LineBody):
    """`amount` of the held money goes to the merchant, less the fees, each at most what the schedule allows."""

    amount: Annotated[Money, MONEY]
    platform: Annotated[Money, MONEY_OR_ZERO]
    inspection: Annotated[Money, MONEY_OR_ZERO]
    tax: Annotated[Money, MONEY_OR_ZERO]


@dataclass(frozen=True, slots=True)
class PayoutSettled(Settlement):
    """The merchant has been paid all that was instructed."""


@dataclass(frozen=True, slots=True)
class PayoutReturned(Settlement):
    """A payout came back from the merchant's bank."""


@dataclass(frozen=True, slots=True)
class RefundSettled(Settlement):
    """The buyer has been paid all that was instructed."""


@dataclass(frozen=True, slots=True)
class RefundReturned(Settlement):
    """A refund came back from the buyer's bank."""


@dataclass(frozen=True, slots=True)
class CurrencyExchanged(LineBody):
    """The custodian exchanged all that is held, payment against payment, at `numerator` / `denominator`.

    `bought` is what the line then holds, `spread` what the custodian keeps; together they are `sold` times the rate,
    in minor units, rounded down. `source` is the digest of the published rate.
    """

    sold: Annotated[Money, MONEY]
    bought: Annotated[Money, MONEY]
    spread: Annotated[Money, MONEY_OR_ZERO]
    numerator: Annotated[int, RATE_PART]
    denominator: Annotated[int, RATE_PART]
    source: Annotated[Digest, DIGEST]
    reference: Annotated[str, REFERENCE]


@dataclass(frozen=True, slots=True)
class ChargebackNoticed(Settlement):
    """The card scheme takes the buyer's payment back from the payment service; the fund owes it, custody never does."""


@dataclass(frozen=True, slots=True)
class ChargebackPaid(Settlement):
    """The fund's bank has paid the chargeback."""


# Of no line


@dataclass(frozen=True, slots=True)
class FeePaid(EscrowBody):
    """The custodian has paid out fees that releases had put aside."""

    custodian: Annotated[str, NAME]
    payable: Annotated[str, one_of(PAYABLES)]
    money: Annotated[Money, MONEY]
    reference: Annotated[str, REFERENCE]


@dataclass(frozen=True, slots=True)
class StatementReported(EscrowBody):
    """The custodian's closing balance of its client account; where the books differ, releases wait."""

    custodian: Annotated[str, NAME]
    closing: Annotated[Money, MONEY_OR_ZERO]
    closed_at: Annotated[Instant, MOMENT]
    reference: Annotated[str, REFERENCE]
