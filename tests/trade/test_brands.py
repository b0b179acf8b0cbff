"""Brands by licensed company prefixes: whose a number is, whose it can become, and what the snapshot keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.brands import brand_of
from ledger.trade.parties.bodies import PartyExpelled, PartySuspended, RoleGranted
from ledger.trade.parties.brand_bodies import PREFIX, PrefixLicensed, PrefixWithdrawn
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.prefixes import licence_over
from ledger.trade.parties.refusals import (
    GovernancePartyProtected,
    GovernanceRefused,
    PartyAbsent,
    PrefixHeldAlready,
    PrefixNotHeld,
    PrefixTaken,
    SignersInsufficient,
    StandingUnchanged,
)
from ledger.trade.parties.state import Governance
from ledger.trade.shapes.refusals import BodyMemberWrong
from tests.trade.parties.world import GOV1, GOV2, REGISTRAR, SHOP, TEA, World, peopled

NOBODY = "ledger.example/party/nobody"
ROOT = "https://id.gs1.org"
GTIN = "06901234567892"


def licensed(*brands: tuple[str, str]) -> World:
    world = peopled()
    for party, prefix in brands:
        world.write(PrefixLicensed(party, prefix), REGISTRAR)
    return world


def refused(error: type[GovernanceRefused], pointer: str, body: GovernanceBody, world: World) -> None:
    before = world.state
    with pytest.raises(error) as reason:
        world.write(body, REGISTRAR)
    assert reason.value.pointer == pointer
    assert world.state is before


@pytest.mark.parametrize(
    "identifier",
    [
        f"{ROOT}/01/{GTIN}",
        f"{ROOT}/01/{GTIN}/10/LOT-1",
        f"{ROOT}/01/{GTIN}/21/1",
        f"{ROOT}/01/16901234567899/21/1",
        "https://tea.example/shop/01/6901234567892",
        "urn:epc:id:sgtin:69012345.06789.1",
        f"{ROOT}/8006/{GTIN}0102/21/1",
    ],
)
def test_every_way_to_name_a_thing_of_the_brand(identifier: str) -> None:
    assert brand_of(licensed((TEA, "69012345")).state, identifier) == TEA
    assert brand_of(licensed((TEA, "69012346")).state, identifier) is None


@pytest.mark.parametrize(
    "identifier",
    [f"{ROOT}/00/069012345678901231", f"{ROOT}/414/6901234567892", "urn:uuid:0", "", "6901234567892", TEA],
)
def test_what_has_no_trade_item_number_has_no_brand(identifier: str) -> None:
    assert brand_of(licensed((TEA, "6901")).state, identifier) is None


def test_the_indicator_belongs_to_no_prefix() -> None:
    state = licensed((TEA, "0690")).state
    assert brand_of(state, f"{ROOT}/01/{GTIN}") is None
    assert brand_of(state, f"{ROOT}/01/00690123456781") == TEA


def test_the_shortest_and_the_longest_prefix() -> None:
    assert brand_of(licensed((TEA, "6901")).state, f"{ROOT}/01/{GTIN}") == TEA
    assert brand_of(licensed((TEA, "690123456789")).state, f"{ROOT}/01/{GTIN}") == TEA
    for wrong in ("690", "6901234567892", "69o1", "６９０１", " 6901", "6901\n", ""):
        with pytest.raises(BodyMemberWrong):
            PREFIX.read(wrong, "/prefix")


def test_a_prefix_inside_anothers_is_refused_both_ways() -> None:
    world = licensed((TEA, "690123"))
    for prefix in ("690123", "6901", "690123456789"):
        refused(PrefixTaken, "/prefix", PrefixLicensed(SHOP, prefix), world)
    refused(PrefixHeldAlready, "/prefix", PrefixLicensed(TEA, "690123"), world)
    for beside in ("690122", "690124", "690120"):
        world.write(PrefixLicensed(SHOP, beside), REGISTRAR)
    refused(PrefixTaken, "/prefix", PrefixLicensed(TEA, "6901"), world)


def test_one_partys_prefixes_may_lie_inside_each_other() -> None:
    world = licensed((TEA, "6901234"), (TEA, "6901"), (TEA, "690123456789"))
    world.write(PrefixWithdrawn(TEA, "6901"), REGISTRAR)
    assert brand_of(world.state, f"{ROOT}/01/{GTIN}") == TEA
    assert brand_of(world.state, f"{ROOT}/01/06901299999999") is None
    world.write(PrefixWithdrawn(TEA, "6901234"), REGISTRAR)
    world.write(PrefixWithdrawn(TEA, "690123456789"), REGISTRAR)
    assert world.state.brands == ()


def test_a_withdrawn_prefix_may_go_to_another() -> None:
    world = licensed((TEA, "690123"))
    refused(PrefixNotHeld, "/prefix", PrefixWithdrawn(SHOP, "690123"), world)
    refused(PrefixNotHeld, "/prefix", PrefixWithdrawn(TEA, "69012"), world)
    world.write(PrefixWithdrawn(TEA, "690123"), REGISTRAR)
    refused(PrefixNotHeld, "/prefix", PrefixWithdrawn(TEA, "690123"), world)
    world.write(PrefixLicensed(SHOP, "69012"), GOV1, GOV2)
    assert brand_of(world.state, f"{ROOT}/01/{GTIN}") == SHOP


def test_who_can_be_no_brand() -> None:
    refused(PartyAbsent, "/party", PrefixLicensed(NOBODY, "6901"), peopled())
    refused(PartyAbsent, "/party", PrefixWithdrawn(NOBODY, "6901"), peopled())
    refused(GovernancePartyProtected, "/party", PrefixLicensed(GOV1, "6901"), peopled())
    for ended in (PartySuspended(TEA, "insolvency"), PartyExpelled(TEA, "insolvency")):
        world = peopled()
        world.write(ended, GOV1, GOV2)
        refused(StandingUnchanged, "/party", PrefixLicensed(TEA, "6901"), world)


def test_the_prefix_of_an_expelled_party_can_still_be_withdrawn() -> None:
    world = licensed((TEA, "6901"))
    world.write(PartyExpelled(TEA, "insolvency"), GOV1, GOV2)
    world.write(PrefixWithdrawn(TEA, "6901"), REGISTRAR)
    assert world.state.brands == ()


@pytest.mark.parametrize("signed", [(TEA,), (GOV1,), (SHOP,)])
def test_nobody_licenses_a_prefix_alone_but_a_registrar(signed: tuple[str, ...]) -> None:
    for body in (PrefixLicensed(TEA, "6901"), PrefixWithdrawn(TEA, "6901")):
        with pytest.raises(SignersInsufficient):
            peopled().write(body, *signed)


def test_the_snapshot_of_governance_holds_the_brands() -> None:
    world = licensed((TEA, "6901"), (SHOP, "0614141"), (TEA, "690123"))
    world.write(RoleGranted(TEA, "factory"), GOV1, GOV2)
    again = Governance.from_json(world.state.to_json())
    assert again == world.state
    assert [licence.prefix for licence in again.brands] == ["0614141", "6901", "690123"]
    assert again.to_json() == world.state.to_json()


PREFIXES = st.text("01", min_size=4, max_size=12)


@given(st.lists(st.tuples(st.sampled_from([TEA, SHOP]), PREFIXES), max_size=12), st.text("01", min_size=13, max_size=13))
def test_whatever_was_licensed_the_longest_prefix_counts_and_no_two_brands_overlap(
    asked: list[tuple[str, str]], digits: str
) -> None:
    world, kept = _PEOPLED, dict[str, str]()
    state = world.state
    for party, prefix in asked:
        clash = any(other != party and (held.startswith(prefix) or prefix.startswith(held)) for held, other in kept.items())
        body = PrefixLicensed(party, prefix)
        if clash or prefix in kept:
            with pytest.raises(PrefixTaken if clash else PrefixHeldAlready):
                World(state, world.index).write(body, REGISTRAR)
            continue
        kept[prefix] = party
        state = World(state, world.index).write(body, REGISTRAR)
    holders = [prefix for prefix in kept if digits.startswith(prefix)]
    found = licence_over(state.brands, digits)
    assert (found.prefix if found else None) == (max(holders, key=len) if holders else None)
    assert {licence.prefix: licence.party for licence in state.brands} == kept


_PEOPLED = peopled()
