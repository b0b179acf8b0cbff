"""Records of the guarantee fund and of guarantors: cover, advance, recovery, and money paid in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.evidence.instant import Instant
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.bodies.cash import Settlement
from ledger.trade.escrow.bodies.kinds import CITED_LIST, MONEY, REFERENCE
from ledger.trade.escrow.money import Money
from ledger.trade.shapes.kinds import MOMENT, NAME, nullable, one_of

FUND_PURPOSES = ("capital", "deposit", "stake")


@dataclass(frozen=True, slots=True)
class GuaranteeLocked(LineBody):
    """The guarantor is liable jointly for the merchant, up to `cover`, until `until`."""

    guarantor: Annotated[str, NAME]
    cover: Annotated[Money, MONEY]
    until: Annotated[Instant, MOMENT]


@dataclass(frozen=True, slots=True)
class GuaranteeReleased(LineBody):
    """The claim window is over; the stake is free again, and a clean line earns points."""


@dataclass(frozen=True, slots=True)
class FundAdvanced(LineBody):
    """The fund pays the buyer first. Without trustees only where the pack says so, for the findings named."""

    amount: Annotated[Money, MONEY]
    findings: Annotated[tuple[str, ...], CITED_LIST]


@dataclass(frozen=True, slots=True)
class AdvancePaid(Settlement):
    """The fund's bank has paid the buyer."""


@dataclass(frozen=True, slots=True)
class RecourseSettled(Settlement):
    """The custodian moved the money frozen for the fund to the fund's bank; both banks sign."""


@dataclass(frozen=True, slots=True)
class RecourseTaken(LineBody):
    """The rest is taken from the merchant's deposit, then the guarantor's stake, then the fund's capital."""


@dataclass(frozen=True, slots=True)
class RecourseRepaid(Settlement):
    """Merchant or buyer has repaid the fund."""

    party: Annotated[str, NAME]


@dataclass(frozen=True, slots=True)
class RecourseWrittenOff(LineBody):
    """What the buyer owes the fund after losing is given up."""


@dataclass(frozen=True, slots=True)
class ChargebackRecovered(LineBody):
    """As RecourseTaken, for a chargeback."""


# Of no line


@dataclass(frozen=True, slots=True)
class FundMovement(EscrowBody):
    fund: Annotated[str, NAME]
    purpose: Annotated[str, one_of(FUND_PURPOSES)]
    party: Annotated[str | None, nullable(NAME)]
    money: Annotated[Money, MONEY]
    reference: Annotated[str, REFERENCE]


@dataclass(frozen=True, slots=True)
class FundPaidIn(FundMovement):
    """Capital, a merchant's deposit or a guarantor's stake has come to the fund's bank."""


@dataclass(frozen=True, slots=True)
class FundPaidOut(FundMovement):
    """The same, paid back; the trustees sign too."""
