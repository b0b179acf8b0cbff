"""Records about one party: what they change, from which entry on, and every reason to refuse them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.trade.parties.bodies import (
    CustodyChanged,
    KeyAdded,
    KeyRevoked,
    PartyExpelled,
    PartyReinstated,
    PartySuspended,
    RoleGranted,
    RoleWithdrawn,
)
from ledger.trade.parties.body_parts import FirstKey
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import (
    CompromiseOutsideValidity,
    CustodyUnchanged,
    GovernancePartyProtected,
    GovernanceRefused,
    KeyFormRefused,
    KeyNameDiffers,
    KeyNotValid,
    KeysTooMany,
    KeyUsedBefore,
    LastRole,
    PartyAbsent,
    PartyKnown,
    PartyNameReserved,
    PossessionUnproven,
    RoleNotGrantable,
    RoleUnchanged,
    StandingUnchanged,
    ThresholdOutOfReach,
)
from ledger.trade.shapes.refusals import BodyMemberRepeated
from tests.trade.parties.world import (
    GOV1,
    GOV2,
    GOV3,
    KEEPER,
    ORIGIN,
    REGISTRAR,
    REGISTRAR2,
    SHOP,
    TEA,
    World,
    admission,
    key_of,
    peopled,
    proof_of,
)

IDENTITY_POINT = bytes([1, *[0] * 31])
NEW = key_of(TEA, 1)


def carried(key: SigningKey, name: str) -> VerifierKey:
    """The same public key under another name."""
    return VerifierKey(name, key.verifier.type, key.verifier.public)


def test_an_admission_is_in_force_from_the_next_entry_on() -> None:
    world = World()
    before = world.state
    after = world.write(admission(TEA, "shop", "merchant", label="Duyun Tea"), REGISTRAR)
    party = after.party(TEA)
    assert (party.roles, party.territory, party.custody, party.admitted, party.label) == (
        ("merchant", "shop"),
        "CN-GZ",
        "self",
        1,
        "Duyun Tea",
    )
    assert after.keys_of(TEA) == (key_of(TEA).verifier,)
    assert TEA not in before.parties
    assert [line.line for line in after.register().keys_of(TEA)] == [f"key {TEA} {key_of(TEA).verifier} self merchant,shop CN-GZ"]
    assert after.register().size == before.register().size + 1


def test_a_first_key_is_unproven_until_it_signs_unless_its_proof_is_given() -> None:
    world = World()
    world.admit(TEA)
    shop = admission(SHOP, "shop", keys=(FirstKey(key_of(SHOP).verifier, proof_of(key_of(SHOP))),))
    world.write(shop, REGISTRAR)
    assert world.state.party(TEA).keys[0].proven is None
    assert world.state.party(SHOP).keys[0].proven == 2
    register = world.state.register()
    world.say(TEA)
    assert world.state.party(TEA).keys[0].proven == 3
    assert world.state.register() is register
    unchanged = world.state
    assert world.say(TEA) is unchanged


def test_several_first_keys_of_two_types() -> None:
    p256 = key_of(TEA, 5, KeyType.ECDSA_P256)
    body = admission(TEA, keys=(FirstKey(key_of(TEA).verifier, None), FirstKey(p256.verifier, proof_of(p256))))
    world = World(signs_with={TEA: p256})
    world.write(body, REGISTRAR)
    assert len(world.state.register().keys_of(TEA)) == 2
    world.say(TEA)


@pytest.mark.parametrize(
    "name", [ORIGIN, f"{ORIGIN}/governance", f"{ORIGIN}/governance/1", f"{ORIGIN}/governance/4", f"{ORIGIN}/governance/99/x"]
)
def test_names_of_the_ledger_itself_are_not_given_away(name: str) -> None:
    with pytest.raises(PartyNameReserved) as refused:
        World().write(admission(name, keys=(FirstKey(key_of(name, 9).verifier, None),)), GOV1, GOV2)
    assert refused.value.pointer == "/party"


@pytest.mark.parametrize("name", [TEA, REGISTRAR])
def test_a_name_is_admitted_once(name: str) -> None:
    world = peopled()
    with pytest.raises(PartyKnown):
        world.write(admission(name, keys=(FirstKey(key_of(name, 3).verifier, None),)), REGISTRAR)


def test_an_expelled_name_does_not_come_back() -> None:
    world = peopled()
    world.write(PartyExpelled(TEA, "insolvency"), GOV1, GOV2)
    with pytest.raises(PartyKnown):
        world.write(admission(TEA, keys=(FirstKey(NEW.verifier, None),)), REGISTRAR)


@pytest.mark.parametrize("role", ["governance", "registrar"])
def test_offices_are_not_admitted_granted_or_withdrawn(role: str) -> None:
    world = peopled()
    with pytest.raises(RoleNotGrantable) as refused:
        world.write(admission("ledger.example/party/new", "merchant", role), REGISTRAR)
    assert refused.value.pointer == "/roles/1"
    with pytest.raises(RoleNotGrantable):
        world.write(RoleGranted(TEA, role), GOV1, GOV2)
    with pytest.raises(RoleNotGrantable):
        world.write(RoleWithdrawn(REGISTRAR, role), GOV1, GOV2)


# Keys that are refused wherever a new key enters


def entrances(name: str, key: VerifierKey, proof: bytes) -> list[GovernanceBody]:
    if name == TEA:
        return [KeyAdded(TEA, key, proof), CustodyChanged(TEA, "operator", key, proof)]
    return [admission(name, keys=(FirstKey(key, None),))]


def refused_at_every_entrance(error: type[GovernanceRefused], name: str, key: VerifierKey, proof: bytes = b"\x00" * 64) -> None:
    world = peopled()
    for body in entrances(name, key, proof):
        signed = (REGISTRAR, TEA) if isinstance(body, KeyAdded) else (GOV1, GOV2)
        with pytest.raises(error) as refused:
            world.write(body, *signed)
        assert refused.value.pointer is not None
        assert refused.value.pointer.endswith("/proof" if error is PossessionUnproven else "/key")


@pytest.mark.parametrize("name", [TEA, "ledger.example/party/new"])
def test_weak_keys(name: str) -> None:
    refused_at_every_entrance(KeyFormRefused, name, VerifierKey(name, KeyType.ED25519, IDENTITY_POINT))
    refused_at_every_entrance(KeyFormRefused, name, VerifierKey(name, KeyType.ED25519, b"\xff" * 32))
    off_curve = key_of(name, 0, KeyType.ECDSA_P256).verifier.public[:-1] + b"\x00"
    refused_at_every_entrance(KeyFormRefused, name, VerifierKey(name, KeyType.ECDSA_P256, off_curve))


@pytest.mark.parametrize("name", [TEA, "ledger.example/party/new"])
def test_a_key_of_another_name(name: str) -> None:
    refused_at_every_entrance(KeyNameDiffers, name, key_of(SHOP, 7).verifier)


@pytest.mark.parametrize("name", [TEA, "ledger.example/party/new"])
@pytest.mark.parametrize("owner", [SHOP, GOV1, REGISTRAR, KEEPER, ORIGIN])
def test_the_public_key_of_somebody_else(name: str, owner: str) -> None:
    """Whoever copies a public key could otherwise claim what its holder signs."""
    refused_at_every_entrance(KeyUsedBefore, name, carried(key_of(owner), name))


def test_a_key_that_the_party_has_or_had() -> None:
    refused_at_every_entrance(KeyUsedBefore, TEA, key_of(TEA).verifier)
    world = peopled()
    world.write(KeyAdded(TEA, NEW.verifier, proof_of(NEW)), REGISTRAR, TEA)
    world.write(KeyRevoked(TEA, NEW.verifier, None), TEA)
    with pytest.raises(KeyUsedBefore):
        world.write(KeyAdded(TEA, NEW.verifier, proof_of(NEW)), REGISTRAR, TEA)
    with pytest.raises(KeyUsedBefore):
        world.write(admission("a/b", keys=(FirstKey(carried(NEW, "a/b"), None),)), REGISTRAR)


def test_a_key_twice_in_one_record() -> None:
    twice = admission("a/b", keys=(FirstKey(key_of("a/b").verifier, None), FirstKey(key_of("a/b").verifier, None)))
    with pytest.raises(BodyMemberRepeated):
        World().write(twice, REGISTRAR)


def test_another_key_with_a_key_id_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bytes can be ground to collide; a signature line could then mean either key."""
    world = peopled()
    other = key_of(TEA, 8)
    monkeypatch.setattr(VerifierKey, "key_id", b"same")
    with pytest.raises(KeyUsedBefore):
        world.write(KeyAdded(TEA, other.verifier, proof_of(other)), REGISTRAR, TEA)


def test_proofs_that_prove_nothing() -> None:
    wrong = [proof_of(key_of(TEA)), NEW.sign(b"hello"), b"\x00" * 64, b"\x01"]
    for proof in wrong:
        refused_at_every_entrance(PossessionUnproven, TEA, NEW.verifier, proof)
        with pytest.raises(PossessionUnproven) as refused:
            World().write(admission(TEA, keys=(FirstKey(NEW.verifier, proof),)), REGISTRAR)
        assert refused.value.pointer == "/keys/0/proof"


def test_at_most_16_valid_keys() -> None:
    world = peopled()
    keys = [key_of(TEA, number) for number in range(1, 17)]
    for key in keys[:15]:
        world.write(KeyAdded(TEA, key.verifier, proof_of(key)), REGISTRAR, TEA)
    with pytest.raises(KeysTooMany):
        world.write(KeyAdded(TEA, keys[15].verifier, proof_of(keys[15])), REGISTRAR, TEA)
    world.write(KeyRevoked(TEA, keys[0].verifier, None), TEA)
    world.write(KeyAdded(TEA, keys[15].verifier, proof_of(keys[15])), REGISTRAR, TEA)
    assert len(world.state.keys_of(TEA)) == 16


# Standing


def test_suspension_takes_the_lines_and_reinstatement_gives_them_back() -> None:
    world = peopled()
    register = world.state.register()
    world.write(PartySuspended(TEA, "under-investigation"), REGISTRAR)
    assert world.state.keys_of(TEA) == ()
    assert world.state.register().keys_of(TEA) == ()
    assert (world.state.party(TEA).standing, world.state.party(TEA).standing_since) == (Standing.SUSPENDED, 4)
    world.write(PartyReinstated(TEA, "cleared"), REGISTRAR2)
    assert world.state.register() == register
    assert world.state.party(TEA).standing_since == 5


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ([], PartyReinstated(TEA, "cleared")),
        ([PartySuspended(TEA, "own-request")], PartySuspended(TEA, "own-request")),
        ([PartyExpelled(TEA, "insolvency")], PartySuspended(TEA, "own-request")),
        ([PartyExpelled(TEA, "insolvency")], PartyReinstated(TEA, "cleared")),
        ([PartyExpelled(TEA, "insolvency")], PartyExpelled(TEA, "insolvency")),
        ([PartyExpelled(TEA, "insolvency")], RoleGranted(TEA, "factory")),
        ([PartyExpelled(TEA, "insolvency")], RoleWithdrawn(TEA, "shop")),
        ([PartyExpelled(TEA, "insolvency")], CustodyChanged(TEA, "operator", NEW.verifier, proof_of(NEW))),
        (
            [KeyRevoked(TEA, key_of(TEA).verifier, None), PartyExpelled(TEA, "insolvency")],
            KeyAdded(TEA, NEW.verifier, proof_of(NEW)),
        ),
    ],
)
def test_standings_that_do_not_follow(steps: list[GovernanceBody], last: GovernanceBody) -> None:
    world = peopled()
    for step in steps:
        world.write(step, GOV1, GOV2)
    with pytest.raises(StandingUnchanged):
        world.write(last, GOV1, GOV2)


@pytest.mark.parametrize("body", [PartySuspended, PartyReinstated, PartyExpelled])
def test_governance_parties_have_no_standing_to_lose(body: type[GovernanceBody]) -> None:
    reason = "cleared" if body is PartyReinstated else "legal-order"
    with pytest.raises(GovernancePartyProtected):
        World().write(body(GOV3, reason), GOV1, GOV2)  # type: ignore[call-arg]


def test_governance_parties_take_no_roles_and_no_second_key() -> None:
    new = key_of(GOV3, 1)
    for body, signed in (
        (RoleGranted(GOV3, "merchant"), (GOV1, GOV2)),
        (RoleWithdrawn(GOV3, "merchant"), (GOV1, GOV2)),
        (KeyAdded(GOV3, new.verifier, proof_of(new)), (REGISTRAR, GOV3)),
    ):
        with pytest.raises(GovernancePartyProtected):
            World().write(body, *signed)


# Roles


def test_roles_come_and_go_with_the_lines() -> None:
    world = peopled()
    world.write(RoleGranted(TEA, "factory"), GOV1, GOV2)
    assert world.state.register().keys_of(TEA)[0].roles == ("factory", "merchant", "shop")
    world.write(RoleWithdrawn(TEA, "merchant"), GOV1, GOV2)
    assert world.state.register().keys_of(TEA)[0].roles == ("factory", "shop")


def test_roles_that_do_not_change() -> None:
    world = peopled()
    for body in (RoleGranted(TEA, "shop"), RoleWithdrawn(TEA, "factory")):
        with pytest.raises(RoleUnchanged):
            world.write(body, GOV1, GOV2)
    with pytest.raises(LastRole):
        world.write(RoleWithdrawn(SHOP, "shop"), GOV1, GOV2)
    with pytest.raises(PartyAbsent):
        world.write(RoleGranted("a/b", "shop"), GOV1, GOV2)


# Custody and revocation


def test_a_change_of_custody_revokes_every_key() -> None:
    world = peopled()
    added = key_of(TEA, 2)
    world.write(KeyAdded(TEA, added.verifier, proof_of(added)), REGISTRAR, TEA)
    world.write(CustodyChanged(TEA, "operator", NEW.verifier, proof_of(NEW)), GOV1, GOV2)
    party = world.state.party(TEA)
    seen = [(held.custody, held.revoked, held.proven) for held in party.keys]
    assert seen == [("self", 5, 4), ("self", 5, 4), ("operator", None, 5)]
    assert [line.custody for line in world.state.register().keys_of(TEA)] == ["operator"]
    with pytest.raises(CustodyUnchanged):
        other = key_of(TEA, 3)
        world.write(CustodyChanged(TEA, "operator", other.verifier, proof_of(other)), GOV1, GOV2)


def test_a_seat_of_the_governance_may_come_into_its_holders_hands() -> None:
    new = key_of(GOV3, 1)
    world = World(signs_with={GOV3: new})
    world.write(CustodyChanged(GOV3, "operator", new.verifier, proof_of(new)), GOV1, GOV2)
    assert world.state.party(GOV3).custody == "operator"
    assert world.write(PartyExpelled(REGISTRAR, "insolvency"), GOV1, GOV3)


def test_a_revoked_key_has_no_line_from_the_next_entry_on() -> None:
    world = peopled()
    before = world.state
    world.write(KeyRevoked(TEA, key_of(TEA).verifier, 2), TEA)
    assert before.keys_of(TEA) != ()
    assert world.state.keys_of(TEA) == ()
    held = world.state.party(TEA).held(key_of(TEA).verifier)
    assert held is not None
    assert (held.revoked, held.compromised_since, held.proven) == (4, 2, 4)


def test_an_earlier_compromise_can_be_stated_later() -> None:
    world = peopled()
    key = key_of(TEA).verifier
    world.write(KeyRevoked(TEA, key, None), TEA)
    for since in (3, 2):
        world.write(KeyRevoked(TEA, key, since), GOV1, GOV2)
        held = world.state.party(TEA).held(key)
        assert held is not None
        assert (held.revoked, held.compromised_since) == (4, since)
    for since_ in (None, 2, 3):
        with pytest.raises(KeyNotValid):
            world.write(KeyRevoked(TEA, key, since_), GOV1, GOV2)


@pytest.mark.parametrize("since", [0, 5, 1 << 40])
def test_a_compromise_lies_between_admission_and_revocation(since: int) -> None:
    with pytest.raises(CompromiseOutsideValidity) as refused:
        peopled().write(KeyRevoked(TEA, key_of(TEA).verifier, since), TEA)
    assert refused.value.wanted == "an entry from 1 to 4"


def test_only_a_key_of_that_party_is_revoked() -> None:
    for key in (key_of(SHOP).verifier, NEW.verifier, carried(key_of(TEA), SHOP)):
        with pytest.raises(KeyNotValid):
            peopled().write(KeyRevoked(TEA, key, None), TEA)


def test_governance_keys_are_revoked_down_to_the_threshold() -> None:
    world = World()
    world.write(KeyRevoked(GOV3, key_of(GOV3).verifier, 0), GOV3)
    assert world.state.keys_of(GOV3) == ()
    assert world.state.seats == (GOV1, GOV2, GOV3)
    for signed in ((GOV2,), (GOV1, GOV2)):
        with pytest.raises(ThresholdOutOfReach):
            world.write(KeyRevoked(GOV2, key_of(GOV2).verifier, None), *signed)


def test_a_key_of_an_expelled_party_can_still_be_marked() -> None:
    world = peopled()
    world.write(PartyExpelled(TEA, "false-statements"), GOV1, GOV2)
    world.write(KeyRevoked(TEA, key_of(TEA).verifier, 2), GOV1, GOV2)
    assert world.state.party(TEA).keys == (replace(world.state.party(TEA).keys[0], revoked=5, compromised_since=2),)
