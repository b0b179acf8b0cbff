"""Who may read a line and an account: those whom the terms name, those behind the fund, and those who oversee."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.reading import is_own_account, may_read_line, named_in, readers_of
from ledger.trade.escrow.regions import Own
from tests.trade.escrow.rules_stand_in import (
    CARRIERS,
    FUND,
    FUND_BANK,
    GUARANTORS,
    INSPECTORS,
    MERCHANT,
    PSP,
    TRUSTEES,
    arbiter_in,
    bank_in,
    buyer_in,
)
from tests.trade.escrow.world import World


def may(world: World, party: str, *roles: str) -> bool:
    return may_read_line(party, roles, line=world.line, terms=world.terms, fund=world.rules.alliance.fund(FUND))


def test_everyone_whom_the_terms_name_reads(world: World) -> None:
    world.agree(inspected=True, psp=PSP)
    named = {MERCHANT, buyer_in("SG"), bank_in("SG"), *CARRIERS, *INSPECTORS, PSP, *(arbiter_in("SG", n) for n in range(1, 6))}
    assert named_in(world.terms) == named
    assert all(may(world, party) for party in named)
    assert all(may(world, party) for party in (FUND_BANK, *TRUSTEES))


def test_without_a_fund_nobody_reads_for_a_fund(world: World) -> None:
    world.agree()
    assert not may_read_line(TRUSTEES[0], (), line=world.line, terms=world.terms, fund=None)


@pytest.mark.parametrize("role", ["operator", "governance", "authority"])
def test_who_oversees_reads(world: World, role: str) -> None:
    world.agree()
    assert may(world, "somebody", "buyer", role)


@pytest.mark.parametrize(
    "role", ["merchant", "bank", "arbiter", "customs", "registrar", "data-protection", "trustee", "guarantor"]
)
def test_other_roles_open_nothing(world: World, role: str) -> None:
    world.agree()
    assert not may(world, "somebody", role)


def test_a_guarantor_reads_from_when_it_is_liable(world: World) -> None:
    world.fund(stake=10**7).reach(Own.FUNDED)
    assert not may(world, GUARANTORS[0])
    world.do("GuaranteeLocked")
    assert may(world, GUARANTORS[0])
    assert not may(world, GUARANTORS[1])


def test_arbiters_of_an_appeal_read_once_they_have_ruled(world: World) -> None:
    world.reach(Own.DELIVERED)
    world.do("DisputeOpened")
    world.later(5).do("DisputeEscalated")
    world.later(15).do("RulingMade")
    assert world.line.case is not None
    assert set(world.line.case.arbiters) <= readers_of(world.line, world.terms, None)


ACCOUNTS = [
    ("custody:bank", True),
    ("custody:bank2", False),
    ("payable:tax:bank", True),
    ("unalloc:bank", True),
    ("ord:tea/a/1:held", True),
    ("ord:tea/a/11:held", False),
    ("fund_cash:harbour", True),
    ("dep:harbour:tea", True),
    ("dep:harbour2:tea", False),
    ("pts:bank", False),
]


@pytest.mark.parametrize(("account", "own"), ACCOUNTS)
def test_a_bank_owns_its_accounts_its_lines_boxes_and_its_funds(account: str, own: bool) -> None:
    assert is_own_account(account, bank="bank", lines=frozenset({"tea/a/1"}), funds=frozenset({"harbour"})) is own
