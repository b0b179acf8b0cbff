"""What the records about the alliance do to the state: seats, ownership, funds, and what must be staked."""

from __future__ import annotations

from dataclasses import replace

from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import FUND_BANK, SEAT_ROLES, TRUSTEE
from ledger.trade.alliance.refusals import (
    FundPartyNotAlly,
    FundThresholdWrong,
    OwnershipOfItself,
    SeatHeldAlready,
    SeatNotHeld,
    SeatWithoutRole,
)
from ledger.trade.alliance.snapshot import fund_of, ownership_of
from ledger.trade.parties.change import Change
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import PartyAbsent, StandingUnchanged
from ledger.trade.parties.state import Governance


def admit_ally(change: Change, body: AllyAdmitted) -> Governance:
    """Give the party the seat, or the seat it has for other territories.

    Raises:
        PartyAbsent, GovernancePartyProtected, StandingUnchanged: it is no active party that could sit there.
        SeatWithoutRole, SeatHeldAlready.
    """
    party = change.member(body.party)
    if party.standing is not Standing.ACTIVE:
        raise StandingUnchanged(seen=f"{party.name} is {party.standing}", wanted="an active party", pointer="/party")
    roles = SEAT_ROLES[body.seat]
    if roles.isdisjoint(party.roles):
        raise SeatWithoutRole(seen=", ".join(party.roles), wanted=" or ".join(sorted(roles)), pointer="/seat")
    alliance, seat = change.state.alliance, (body.party, body.seat)
    territories = tuple(sorted(body.territories))
    if alliance.seats.get(seat) == territories:
        raise SeatHeldAlready(seen=f"{body.seat} for {', '.join(territories)}", wanted="a new seat", pointer="/seat")
    return change.state.evolve(alliance=replace(alliance, seats=alliance.seats.with_item(seat, territories)))


def expel_ally(change: Change, body: AllyExpelled) -> Governance:
    """Take the seat from the party, whatever its standing.

    Raises:
        PartyAbsent, SeatNotHeld.
    """
    party, alliance = change.party(body.party), change.state.alliance
    if (body.party, body.seat) not in alliance.seats:
        held = sorted(seat for name, seat in alliance.seats if name == party.name)
        raise SeatNotHeld(seen=body.seat, wanted=", ".join(held) or f"a seat; {party.name} has none", pointer="/seat")
    return change.state.evolve(alliance=replace(alliance, seats=alliance.seats.without_item((body.party, body.seat))))


def declare_ownership(change: Change, body: OwnershipDeclared) -> Governance:
    """Replace what is declared of the party.

    Raises:
        PartyAbsent: the party or an affiliate was never admitted.
        GovernancePartyProtected, StandingUnchanged: nothing is declared of such a party any more.
        OwnershipOfItself.
    """
    party = change.member(body.party)
    for place, owner in enumerate(body.owners):
        if owner in (body.organisation, party.name):
            raise OwnershipOfItself(seen=owner, wanted="an owner other than itself", pointer=f"/owners/{place}")
    for place, affiliate in enumerate(body.affiliates):
        if affiliate == party.name:
            raise OwnershipOfItself(seen=affiliate, wanted="another party", pointer=f"/affiliates/{place}")
        if affiliate not in change.state.parties:
            raise PartyAbsent(seen=affiliate, wanted="the name of an admitted party", pointer=f"/affiliates/{place}")
    return change.state.evolve(alliance=change.state.alliance.with_ownership(party.name, ownership_of(body)))


def constitute_fund(change: Change, body: FundConstituted) -> Governance:
    """Put this constitution of the fund in the place of the one before.

    Raises:
        FundThresholdWrong, FundPartyNotAlly.
    """
    trustees, state = len(body.trustees), change.state
    if not trustees < 2 * body.threshold <= 2 * trustees:
        wanted = f"{trustees // 2 + 1} to {trustees}"
        raise FundThresholdWrong(seen=f"{body.threshold} of {trustees}", wanted=wanted, pointer="/threshold")
    for place, trustee in enumerate(body.trustees):
        if not state.is_ally(trustee, TRUSTEE):
            raise FundPartyNotAlly(seen=trustee, wanted="an active ally with seat trustee", pointer=f"/trustees/{place}")
    if not state.is_ally(body.bank, FUND_BANK):
        raise FundPartyNotAlly(seen=body.bank, wanted="an active ally with seat fund-bank", pointer="/bank")
    alliance = state.alliance
    return state.evolve(alliance=replace(alliance, funds=alliance.funds.with_item(body.fund, fund_of(body))))


def require_stake(change: Change, body: StakeRequired) -> Governance:
    """Ask the party for a deposit or stake, or lift what was asked.

    Raises:
        PartyAbsent, GovernancePartyProtected, StandingUnchanged: no party that could stake anything.
    """
    change.member(body.party)
    alliance, asked = change.state.alliance, (body.party, body.purpose, body.currency)
    before = alliance.requirements
    if body.minor:
        requirements = before.with_item(asked, body.minor)
    else:
        requirements = before.without_item(asked) if asked in before else before
    return change.state.evolve(alliance=replace(alliance, requirements=requirements))
