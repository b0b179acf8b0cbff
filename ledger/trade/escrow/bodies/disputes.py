"""Records of disputes: opened about a part of the price, settled by the parties or ruled by arbiters; and legal holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.evidence.merkle import Digest
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.bodies.kinds import CITED_LIST, EVIDENCE, EVIDENCE_OR_NONE, MONEY, MONEY_OR_ZERO
from ledger.trade.escrow.money import Money
from ledger.trade.shapes.kinds import DIGEST, one_of

DISPUTE_REASONS = (
    "not_received",
    "late",
    "incomplete",
    "damaged",
    "not_as_described",
    "counterfeit",
    "unsafe",
    "buyer_default",
)
RULING_BASES = ("amounts", "buyer_offer", "merchant_offer")
HOLD_REASONS = ("court_order", "sanctions", "money_laundering", "insolvency", "authority_order")


@dataclass(frozen=True, slots=True)
class DisputeOpened(LineBody):
    """Buyer or merchant disputes `amount` of what is held; only that part is frozen."""

    amount: Annotated[Money, MONEY]
    reason: Annotated[str, one_of(DISPUTE_REASONS)]
    evidence: Annotated[tuple[Digest, ...], EVIDENCE]


@dataclass(frozen=True, slots=True)
class ClaimOpened(LineBody):
    """The buyer claims after the release, within the law's window; nothing is frozen, the release was no waiver."""

    amount: Annotated[Money, MONEY]
    reason: Annotated[str, one_of(DISPUTE_REASONS)]
    evidence: Annotated[tuple[Digest, ...], EVIDENCE]


@dataclass(frozen=True, slots=True)
class DisputeWithdrawn(LineBody):
    """By whoever opened it."""


@dataclass(frozen=True, slots=True)
class OfferMade(LineBody):
    """What one side would settle for: `buyer_share` of the disputed amount. The last offer of each side stands."""

    buyer_share: Annotated[Money, MONEY_OR_ZERO]


@dataclass(frozen=True, slots=True)
class OfferAccepted(LineBody):
    """The other side's last offer, repeated so that nobody accepts what was not meant."""

    buyer_share: Annotated[Money, MONEY_OR_ZERO]


@dataclass(frozen=True, slots=True)
class EvidenceFiled(LineBody):
    """One side adds evidence, by digest, while it is open."""

    evidence: Annotated[tuple[Digest, ...], EVIDENCE]


@dataclass(frozen=True, slots=True)
class DisputeEscalated(LineBody):
    """To the arbiters: by a party that got no answer, or by the clock."""


@dataclass(frozen=True, slots=True)
class ArbiterReplaced(LineBody):
    """The arbiters did not rule in time; the next of the panel take over."""


@dataclass(frozen=True, slots=True)
class Ruling(LineBody):
    """How the disputed amount is split; `basis` says whether by amounts or by one side's last offer."""

    buyer_share: Annotated[Money, MONEY_OR_ZERO]
    merchant_share: Annotated[Money, MONEY_OR_ZERO]
    basis: Annotated[str, one_of(RULING_BASES)]
    pack: Annotated[Digest, DIGEST]
    cited: Annotated[tuple[str, ...], CITED_LIST]
    evidence: Annotated[tuple[Digest, ...], EVIDENCE_OR_NONE]


@dataclass(frozen=True, slots=True)
class RulingMade(Ruling):
    """By one arbiter, or three where the price is high."""


@dataclass(frozen=True, slots=True)
class AppealOpened(LineBody):
    """Once, by a side that did not get all it asked for."""


@dataclass(frozen=True, slots=True)
class AppealRuled(Ruling):
    """By twice as many arbiters and one more, none of whom ruled before."""


@dataclass(frozen=True, slots=True)
class AppealLapsed(LineBody):
    """No appeal panel ruled in time; the ruling stands."""


@dataclass(frozen=True, slots=True)
class RulingExecuted(LineBody):
    """The ruling is carried out; what moves follows from the ruling alone."""


@dataclass(frozen=True, slots=True)
class LegalHoldPlaced(LineBody):
    """Only the class of the reason is written here."""

    reason: Annotated[str, one_of(HOLD_REASONS)]


@dataclass(frozen=True, slots=True)
class LegalHoldLifted(LineBody):
    """By whoever placed it."""
