"""Records of the agreement: the terms both sides sign, and how an order ends before its goods move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.bodies.kinds import (
    CARRIERS,
    COUNT,
    CURRENCY,
    DAYS,
    LINE,
    MONEY,
    PACK,
    PARTIES,
    POINTS_OF_HUNDRED,
)
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.pack import GOODS_CLASSES
from ledger.trade.shapes.kinds import BOOLEAN, DIGEST, MOMENT, NAME, TERRITORY, nullable, one_of
from ledger.trade.shapes.members import object_of


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """Basis points of every amount released, and of an exchange for `spread`; nobody may take more."""

    platform: Annotated[int, POINTS_OF_HUNDRED]
    inspection: Annotated[int, POINTS_OF_HUNDRED]
    tax: Annotated[int, POINTS_OF_HUNDRED]
    spread: Annotated[int, POINTS_OF_HUNDRED]


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """`sample_size` items are drawn and at most `accept` of them may fail; the inspector reports by `inspect_by`."""

    sample_size: Annotated[int, COUNT]
    accept: Annotated[int, COUNT]
    inspect_by: Annotated[Instant, MOMENT]


@dataclass(frozen=True, slots=True)
class Retention:
    """This share of the price waits until `days` after delivery have passed, and never less than the right to withdraw."""

    basis_points: Annotated[int, POINTS_OF_HUNDRED]
    days: Annotated[int, DAYS]


@dataclass(frozen=True, slots=True)
class RulePackPin:
    """The territory's rules as they were when the order was agreed."""

    name: Annotated[str, PACK]
    sha256: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class OrderAgreed(EscrowBody):
    """One line of an order, as buyer and merchant both signed it; its bytes' SHA-256 is the digest of the terms.

    `serial` is the SHA-256 of the canonical identifier of the one item that the line is about
    (such as https://id.gs1.org/01/09521234000013/21/T1), or null; whoever scans the item is told that its money is held.
    """

    line: Annotated[str, LINE]
    buyer: Annotated[str, NAME]
    custodian: Annotated[str, NAME]
    price: Annotated[Money, MONEY]
    payout_currency: Annotated[str | None, nullable(CURRENCY)]
    territory: Annotated[str, TERRITORY]
    pack: Annotated[RulePackPin, object_of(RulePackPin)]
    fees: Annotated[FeeSchedule, object_of(FeeSchedule)]
    offer_until: Annotated[Instant, MOMENT]
    ship_by: Annotated[Instant, MOMENT]
    deliver_by: Annotated[Instant, MOMENT]
    goods_class: Annotated[str, one_of(GOODS_CLASSES)]
    manifest: Annotated[Digest, DIGEST]
    carriers: Annotated[tuple[str, ...], CARRIERS]
    inspector: Annotated[str | None, nullable(NAME)]
    reinspector: Annotated[str | None, nullable(NAME)]
    sampling: Annotated[SamplingPlan | None, nullable(object_of(SamplingPlan))]
    retention: Annotated[Retention, object_of(Retention)]
    arbiters: Annotated[tuple[str, ...], PARTIES]
    fund: Annotated[str | None, nullable(NAME)]
    psp: Annotated[str | None, nullable(NAME)]
    second_hand: Annotated[bool, BOOLEAN]
    serial: Annotated[Digest | None, nullable(DIGEST)]
    disclosure: Annotated[Digest | None, nullable(DIGEST)]


@dataclass(frozen=True, slots=True)
class OrderCancelled(LineBody):
    """By both at any time before the money is released; by the buyer alone before paying, and when dispatch is late."""


@dataclass(frozen=True, slots=True)
class OrderLapsed(LineBody):
    """Nobody paid in time."""


@dataclass(frozen=True, slots=True)
class LineClosed(LineBody):
    """Every window is over and nothing is open."""


@dataclass(frozen=True, slots=True)
class TitleTransferred(LineBody):
    """The old owner hands the second-hand item's title to the buyer; both sign."""
