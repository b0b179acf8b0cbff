"""The alliance inside the snapshot of governance: the records that would lead to it, sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from ledger.evidence.spelling import SIZE_LIMIT
from ledger.trade.alliance.bodies import AllyAdmitted, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.relation import Ownership
from ledger.trade.alliance.state import Alliance, Fund
from ledger.trade.parties.persistent import PersistentMap
from ledger.trade.shapes.kinds import list_of
from ledger.trade.shapes.members import object_of

_ANY_NUMBER: Final[dict[str, Any]] = {"at_least": 0, "at_most": SIZE_LIMIT}
_SEATS: Final = list_of(object_of(AllyAdmitted), unique=lambda kept: (kept.party, kept.seat), **_ANY_NUMBER)
_OWNERSHIP: Final = list_of(object_of(OwnershipDeclared), unique=lambda kept: kept.party, **_ANY_NUMBER)
_FUNDS: Final = list_of(object_of(FundConstituted), unique=lambda kept: kept.fund, **_ANY_NUMBER)
_REQUIREMENTS: Final = list_of(
    object_of(StakeRequired), unique=lambda kept: (kept.party, kept.purpose, kept.currency), **_ANY_NUMBER
)


@dataclass(frozen=True, slots=True)
class AllianceKept:
    """What an alliance cannot be computed without."""

    seats: Annotated[tuple[AllyAdmitted, ...], _SEATS]
    ownership: Annotated[tuple[OwnershipDeclared, ...], _OWNERSHIP]
    funds: Annotated[tuple[FundConstituted, ...], _FUNDS]
    requirements: Annotated[tuple[StakeRequired, ...], _REQUIREMENTS]


def keep_alliance(alliance: Alliance) -> AllianceKept:
    """Return the alliance as it is kept; the same alliance gives the same value."""
    return AllianceKept(
        seats=tuple(AllyAdmitted(*key, alliance.seats[key]) for key in sorted(alliance.seats)),
        ownership=tuple(declaration_of(party, alliance.ownership[party]) for party in sorted(alliance.ownership)),
        funds=tuple(constitution_of(alliance.funds[name]) for name in sorted(alliance.funds)),
        requirements=tuple(StakeRequired(*key, alliance.requirements[key]) for key in sorted(alliance.requirements)),
    )


def read_alliance(kept: AllianceKept) -> Alliance:
    """Return the alliance that `keep_alliance` wrote."""
    alliance = Alliance(
        seats=PersistentMap(((said.party, said.seat), said.territories) for said in kept.seats),
        funds=PersistentMap((said.fund, fund_of(said)) for said in kept.funds),
        requirements=PersistentMap(((said.party, said.purpose, said.currency), said.minor) for said in kept.requirements),
    )
    for said in kept.ownership:
        alliance = alliance.with_ownership(said.party, ownership_of(said))
    return alliance


def fund_of(said: FundConstituted) -> Fund:
    return Fund(said.fund, said.trustees, said.threshold, said.bank, said.territories, said.reserves)


def constitution_of(fund: Fund) -> FundConstituted:
    return FundConstituted(fund.fund, fund.trustees, fund.threshold, fund.bank, fund.territories, fund.reserves)


def ownership_of(said: OwnershipDeclared) -> Ownership:
    return Ownership(said.organisation, said.owners, said.affiliates)


def declaration_of(party: str, declared: Ownership) -> OwnershipDeclared:
    return OwnershipDeclared(party, declared.organisation, declared.owners, declared.affiliates)
