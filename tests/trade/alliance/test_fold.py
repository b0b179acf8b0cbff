"""The records about the alliance, through the whole path of governance: what they do, and each of their refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import SEAT_ROLES, Reserve
from ledger.trade.alliance.refusals import (
    FundPartyNotAlly,
    FundThresholdWrong,
    OwnershipOfItself,
    SeatHeldAlready,
    SeatNotHeld,
    SeatWithoutRole,
)
from ledger.trade.alliance.relation import Ownership
from ledger.trade.alliance.state import Alliance, Fund
from ledger.trade.parties.bodies import PartyExpelled, PartyReinstated, PartySuspended, RoleGranted, RoleWithdrawn
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.refusals import (
    GovernancePartyProtected,
    GovernanceRefused,
    PartyAbsent,
    SignersInsufficient,
    StandingUnchanged,
)
from ledger.trade.parties.state import Governance
from tests.trade.parties.world import GOV1, GOV2, REGISTRAR, SHOP, TEA, World, peopled

BANK = "ledger.example/party/bank"
TRUSTEES = tuple(f"ledger.example/party/trustee-{number}" for number in (1, 2, 3))
NOBODY = "ledger.example/party/nobody"
RESERVE = Reserve("SGD", 100, 200, 300)
FUND = FundConstituted("ledger.example/fund", TRUSTEES, 2, BANK, ("SG",), (RESERVE,))


def allied() -> World:
    """A merchant, a bank that is custodian and fund bank, three trustees."""
    world = peopled()
    world.admit(BANK, "bank")
    for seat in ("custodian", "fund-bank"):
        world.write(AllyAdmitted(BANK, seat, ("SG", "CN-GZ")), GOV1, GOV2)
    for trustee in TRUSTEES:
        world.admit(trustee, "trustee")
        world.write(AllyAdmitted(trustee, "trustee", ("-",)), GOV1, GOV2)
    return world


def decide(body: GovernanceBody, world: World | None = None) -> Governance:
    return (world or allied()).write(body, GOV1, GOV2)


def refused(error: type[GovernanceRefused], pointer: str, body: GovernanceBody, world: World | None = None) -> None:
    world = world or allied()
    before = world.state
    with pytest.raises(error) as reason:
        decide(body, world)
    assert reason.value.pointer == pointer
    assert world.state is before


# Seats


def test_an_ally_is_admitted_moved_expelled_and_admitted_again() -> None:
    world = allied()
    assert world.state.is_ally(BANK, "custodian", "CN-GZ")
    assert not world.state.is_ally(BANK, "custodian", "CN")
    decide(AllyAdmitted(BANK, "custodian", ("CN",)), world)
    assert world.state.is_ally(BANK, "custodian", "CN-GZ")
    assert not world.state.is_ally(BANK, "custodian", "SG")
    decide(AllyExpelled(BANK, "custodian", "licence-lost"), world)
    assert not world.state.is_ally(BANK, "custodian")
    assert world.state.is_ally(BANK, "fund-bank")
    assert decide(AllyAdmitted(BANK, "custodian", ("CN",)), world).is_ally(BANK, "custodian", "CN")


@pytest.mark.parametrize("seat", SEAT_ROLES)
def test_a_seat_asks_for_a_role(seat: str) -> None:
    world = peopled()
    refused(SeatWithoutRole, "/seat", AllyAdmitted(TEA, seat, ("-",)), world)
    for role in SEAT_ROLES[seat]:
        other = peopled()
        decide(RoleGranted(TEA, role), other)
        assert decide(AllyAdmitted(TEA, seat, ("-",)), other).is_ally(TEA, seat)


def test_who_can_have_no_seat() -> None:
    refused(PartyAbsent, "/party", AllyAdmitted(NOBODY, "custodian", ("-",)))
    refused(GovernancePartyProtected, "/party", AllyAdmitted(GOV1, "custodian", ("-",)))
    for ended in (PartySuspended(BANK, "insolvency"), PartyExpelled(BANK, "insolvency")):
        world = allied()
        decide(ended, world)
        refused(StandingUnchanged, "/party", AllyAdmitted(BANK, "custodian", ("-",)), world)


def test_the_same_seat_twice_in_whatever_order() -> None:
    refused(SeatHeldAlready, "/seat", AllyAdmitted(BANK, "custodian", ("CN-GZ", "SG")))
    refused(SeatHeldAlready, "/seat", AllyAdmitted(BANK, "custodian", ("SG", "CN-GZ")))


def test_only_a_seat_that_is_held_is_lost() -> None:
    refused(SeatNotHeld, "/seat", AllyExpelled(BANK, "carrier", "own-request"))
    refused(SeatNotHeld, "/seat", AllyExpelled(TEA, "carrier", "own-request"))
    refused(PartyAbsent, "/party", AllyExpelled(NOBODY, "carrier", "own-request"))


def test_a_seat_sleeps_while_its_party_is_suspended() -> None:
    world = allied()
    decide(PartySuspended(BANK, "under-investigation"), world)
    assert not world.state.is_ally(BANK, "custodian")
    assert world.state.alliance.has_seat(BANK, "custodian")
    assert decide(PartyReinstated(BANK, "cleared"), world).is_ally(BANK, "custodian")
    decide(PartyExpelled(BANK, "insolvency"), world)
    assert not world.state.is_ally(BANK, "custodian")
    assert not decide(AllyExpelled(BANK, "custodian", "insolvency"), world).alliance.has_seat(BANK, "custodian")


def test_a_seat_sleeps_while_its_role_is_withdrawn() -> None:
    world = allied()
    decide(RoleGranted(BANK, "guarantor"), world)
    assert not decide(RoleWithdrawn(BANK, "bank"), world).is_ally(BANK, "custodian")
    assert decide(RoleGranted(BANK, "bank"), world).is_ally(BANK, "custodian")


def test_a_stranger_is_no_ally() -> None:
    assert not allied().state.is_ally(NOBODY, "custodian")
    assert not allied().state.is_ally(TEA, "no-such-seat")


# Ownership


def test_a_declaration_replaces_the_one_before() -> None:
    world = allied()
    world.write(OwnershipDeclared(BANK, "lei/1", ("lei/9",), (TEA,)), REGISTRAR)
    assert world.state.alliance.ownership[BANK] == Ownership("lei/1", ("lei/9",), (TEA,))
    assert world.state.alliance.related(BANK, TEA) == "affiliated with each other"
    world.write(OwnershipDeclared(BANK, "lei/2", (), ()), REGISTRAR)
    assert world.state.alliance.related(BANK, TEA) is None
    decide(OwnershipDeclared(TEA, "lei/2", (), ()), world)
    assert world.state.alliance.related(TEA, BANK) == "both of the organisation lei/2"


def test_declarations_that_are_refused() -> None:
    refused(PartyAbsent, "/party", OwnershipDeclared(NOBODY, "lei/1", (), ()))
    refused(PartyAbsent, "/affiliates/1", OwnershipDeclared(TEA, "lei/1", (), (BANK, NOBODY)))
    refused(OwnershipOfItself, "/affiliates/0", OwnershipDeclared(TEA, "lei/1", (), (TEA,)))
    refused(OwnershipOfItself, "/owners/1", OwnershipDeclared(TEA, "lei/1", ("lei/2", "lei/1"), ()))
    refused(OwnershipOfItself, "/owners/0", OwnershipDeclared(TEA, "lei/1", (TEA,), ()))
    refused(GovernancePartyProtected, "/party", OwnershipDeclared(GOV1, "lei/1", (), ()))
    world = allied()
    decide(PartyExpelled(TEA, "insolvency"), world)
    refused(StandingUnchanged, "/party", OwnershipDeclared(TEA, "lei/1", (), ()), world)


# Funds


def test_a_fund_is_constituted_and_constituted_anew() -> None:
    world = allied()
    assert decide(FUND, world).alliance.fund(FUND.fund) == Fund(FUND.fund, TRUSTEES, 2, BANK, ("SG",), (RESERVE,))
    smaller = replace(FUND, trustees=TRUSTEES[:1], threshold=1, reserves=())
    assert decide(smaller, world).alliance.fund(FUND.fund) == Fund(FUND.fund, TRUSTEES[:1], 1, BANK, ("SG",), ())


@pytest.mark.parametrize(("trustees", "threshold"), [(1, 2), (2, 1), (2, 3), (3, 1), (3, 4)])
def test_less_than_a_majority_or_more_than_all(trustees: int, threshold: int) -> None:
    refused(FundThresholdWrong, "/threshold", replace(FUND, trustees=TRUSTEES[:trustees], threshold=threshold))


def test_trustees_and_bank_are_allies() -> None:
    refused(FundPartyNotAlly, "/trustees/1", replace(FUND, trustees=(TRUSTEES[0], BANK), threshold=2))
    refused(FundPartyNotAlly, "/trustees/0", replace(FUND, trustees=(NOBODY,), threshold=1))
    refused(FundPartyNotAlly, "/bank", replace(FUND, bank=TRUSTEES[0]))
    world = allied()
    decide(AllyExpelled(BANK, "fund-bank", "seat-ended"), world)
    refused(FundPartyNotAlly, "/bank", FUND, world)
    world = allied()
    decide(PartySuspended(TRUSTEES[2], "own-request"), world)
    refused(FundPartyNotAlly, "/trustees/2", FUND, world)


# Requirements


def test_a_stake_is_asked_for_changed_and_lifted() -> None:
    world = allied()
    for minor in (500, 700, 700):
        assert decide(StakeRequired(TEA, "deposit", "CNY", minor), world).alliance.required(TEA, "deposit", "CNY") == minor
    assert world.state.alliance.required(TEA, "stake", "CNY") == 0
    for _ in "twice":
        assert decide(StakeRequired(TEA, "deposit", "CNY", 0), world).alliance.requirements == {}


def test_nothing_is_asked_of_strangers() -> None:
    refused(PartyAbsent, "/party", StakeRequired(NOBODY, "stake", "CNY", 1))
    refused(GovernancePartyProtected, "/party", StakeRequired(GOV1, "stake", "CNY", 1))
    world = allied()
    decide(PartyExpelled(SHOP, "insolvency"), world)
    refused(StandingUnchanged, "/party", StakeRequired(SHOP, "stake", "CNY", 1), world)


# All of them


@pytest.mark.parametrize("signed", [(GOV1,), (REGISTRAR,), (BANK,)])
def test_one_hand_alone_changes_no_alliance(signed: tuple[str, ...]) -> None:
    bodies = (AllyAdmitted(BANK, "custodian", ("-",)), AllyExpelled(BANK, "custodian", "own-request"), FUND)
    for body in (*bodies, StakeRequired(TEA, "stake", "CNY", 1)):
        with pytest.raises(SignersInsufficient):
            allied().write(body, *signed)


def test_the_snapshot_of_governance_holds_the_alliance() -> None:
    world = allied()
    decide(FUND, world)
    decide(StakeRequired(TEA, "stake", "CNY", 10**15 - 1), world)
    decide(OwnershipDeclared(BANK, "lei/1", ("lei/9",), (TEA,)), world)
    again = Governance.from_json(world.state.to_json())
    assert again == world.state
    assert again.alliance == world.state.alliance != Alliance()
    assert again.to_json() == world.state.to_json()
