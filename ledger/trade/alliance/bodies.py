"""The closed shapes of the governance records about the alliance: its seats, ownership, funds, and what must be staked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.trade.alliance.body_parts import (
    ALLY_EXPULSION_REASONS,
    AMOUNT,
    CURRENCY,
    NAMES,
    PURPOSE,
    RESERVES,
    SEAT,
    TERRITORIES,
    TRUSTEE_COUNT,
    TRUSTEES,
    Reserve,
)
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.kinds import NAME, one_of


@dataclass(frozen=True, slots=True)
class AllyAdmitted(GovernanceBody):
    """The party sits there for these territories; said again with others, they replace those before."""

    party: Annotated[str, NAME]
    seat: Annotated[str, SEAT]
    territories: Annotated[tuple[str, ...], TERRITORIES]


@dataclass(frozen=True, slots=True)
class AllyExpelled(GovernanceBody):
    """The party loses this seat and keeps the others; it may be admitted to it again."""

    party: Annotated[str, NAME]
    seat: Annotated[str, SEAT]
    reason: Annotated[str, one_of(ALLY_EXPULSION_REASONS)]


@dataclass(frozen=True, slots=True)
class OwnershipDeclared(GovernanceBody):
    """To which organisation a party belongs, who owns that, and its affiliates; replaces what was declared before.

    Organisations and owners are names from any register, such as `lei/5493001kjtiigc8y1r12`; affiliates are parties.
    """

    party: Annotated[str, NAME]
    organisation: Annotated[str, NAME]
    owners: Annotated[tuple[str, ...], NAMES]
    affiliates: Annotated[tuple[str, ...], NAMES]


@dataclass(frozen=True, slots=True)
class FundConstituted(GovernanceBody):
    """A guarantee fund, whole: replaces an earlier constitution of the same fund."""

    fund: Annotated[str, NAME]
    trustees: Annotated[tuple[str, ...], TRUSTEES]
    threshold: Annotated[int, TRUSTEE_COUNT]
    bank: Annotated[str, NAME]
    territories: Annotated[tuple[str, ...], TERRITORIES]
    reserves: Annotated[tuple[Reserve, ...], RESERVES]


@dataclass(frozen=True, slots=True)
class StakeRequired(GovernanceBody):
    """What the party must keep as deposit or stake in this currency; "0" lifts it."""

    party: Annotated[str, NAME]
    purpose: Annotated[str, PURPOSE]
    currency: Annotated[str, CURRENCY]
    minor: Annotated[int, AMOUNT]
