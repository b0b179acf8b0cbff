"""The small alliance: everybody sits where the stories need them, with keys of their own, by the quorum of governance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.actions.escrow.alliance_world.build import AllianceWorld, build_alliance, name_of, pack_named
from ledger.actions.escrow.alliance_world.members import (
    ARBITERS,
    FUND,
    FUND_BANK,
    GUARANTOR,
    HELD_BUYER,
    INSPECTOR,
    MEMBERS,
    MERCHANT,
    OPERATOR,
    PACKS,
    REINSPECTOR,
    TAIWAN_ARBITERS,
    TRUSTEES,
)
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.record_governance import record_governance
from ledger.evidence.key import KeyType
from ledger.storage.database import reading
from ledger.storage.journal_reading import balances
from ledger.trade.alliance.bodies import AllyExpelled
from ledger.trade.escrow.accounts import deposit, fund_cash, stake
from ledger.trade.escrow.pack import adopted_name
from ledger.trade.parties.refusals import GovernanceRefused
from tests.actions.auditing import audited
from tests.actions.conftest import START


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> AllianceWorld:
    return build_alliance(tmp_path_factory.mktemp("alliance") / "data", clock=lambda: START)


@pytest.fixture
def ledger(world: AllianceWorld) -> Iterator[Ledger]:
    opened = open_ledger(world.data, clock=lambda: START)
    yield opened
    opened.close()


def test_everybody_sits_where_they_should(ledger: Ledger) -> None:
    state = ledger.state()
    for short, member in MEMBERS.items():
        for seat, territories in member.seats.items():
            assert all(state.is_ally(name_of(short), seat, territory) for territory in territories), (short, seat)
    assert len(ARBITERS) == len(TAIWAN_ARBITERS) == 4
    assert not state.is_ally(name_of(ARBITERS[0]), "arbiter", "TW")


def test_parties_hold_their_own_keys_but_for_one_buyer_and_the_clock(world: AllianceWorld, ledger: Ledger) -> None:
    state = ledger.state()
    custody = {short: state.party(name_of(short)).custody for short in MEMBERS}
    assert {short for short, held in custody.items() if held == "operator"} == {HELD_BUYER, OPERATOR}
    assert {short for short, held in custody.items() if held == "self"} == set(world.own_keys)
    assert {key.verifier.type for key in world.own_keys.values()} == {KeyType.ED25519, KeyType.ECDSA_P256}
    assert all(held.proven is not None for short in MEMBERS for held in state.party(name_of(short)).keys)


def test_two_of_three_decide(ledger: Ledger) -> None:
    state = ledger.state()
    assert (len(state.seats), state.threshold) == (3, 2)
    body = AllyExpelled(name_of(MERCHANT), "custodian", "own-request")
    with pytest.raises(GovernanceRefused, match="2"):
        record_governance(ledger, body, issuer=state.seats[0])


def test_the_judges_are_apart_from_the_parties_and_from_each_other(ledger: Ledger) -> None:
    alliance = ledger.state().alliance
    judges = [*ARBITERS, *TAIWAN_ARBITERS, INSPECTOR, REINSPECTOR, GUARANTOR]
    assert all(alliance.related(name_of(judge), name_of(MERCHANT)) is None for judge in judges)
    assert alliance.related(name_of(INSPECTOR), name_of(REINSPECTOR)) is None


def test_the_fund_is_constituted_and_its_bank_has_the_money(ledger: Ledger) -> None:
    fund = ledger.state().alliance.fund(FUND)
    assert fund is not None
    assert (set(fund.trustees), fund.threshold, fund.bank) == (set(map(name_of, TRUSTEES)), 2, name_of(FUND_BANK))
    with reading(ledger.engine) as connection:
        booked = {(account, currency): minor for account, currency, minor in balances(connection)}
    assert booked[fund_cash(FUND), "SGD"] == 6_050_000
    assert booked[deposit(FUND, name_of(MERCHANT)), "TWD"] == -5_000_000
    assert booked[stake(FUND, name_of(GUARANTOR), "free"), "SGD"] == -800_000
    required = ledger.state().alliance.required
    assert -booked[deposit(FUND, name_of(MERCHANT)), "SGD"] >= required(name_of(MERCHANT), "deposit", "SGD") > 0


def test_the_rule_packs_are_adopted(ledger: Ledger) -> None:
    adopted = ledger.state().rule_packs
    assert {name: adopted[adopted_name(name)] for name in PACKS} == {name: pack_named(name).digest for name in PACKS}


def test_no_natural_person_is_named_for_ever() -> None:
    assert all(member.label is None for member in MEMBERS.values() if member.role in ("buyer", "arbiter", "trustee"))


def test_its_audit_is_clean(world: AllianceWorld) -> None:
    assert audited(world.data).findings == ()
