"""Founding and the records of the threshold: seats, registrars, log keys, pins, clock, continuation, the end."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.evidence.authority import RecordClass
from ledger.evidence.batch import sign_batch, verify_batch
from ledger.evidence.instant import Instant
from ledger.evidence.key import KeyType, VerifierKey
from ledger.trade.escrow.pack import adopted_name, shipped_packs
from ledger.trade.parties.bodies import (
    ClockCorrected,
    GovernanceChanged,
    KeyAdded,
    LedgerClosed,
    LedgerContinued,
    LedgerFounded,
    LogKeyAdded,
    LogKeyRetired,
    PartyExpelled,
    PartySuspended,
    PolicyAdopted,
    RoleGranted,
    RoleWithdrawn,
)
from ledger.trade.parties.body_parts import GovernanceKey, PinnedContext, ProvenGovernanceKey, Registrar, RulePack
from ledger.trade.parties.fold import found, founding_keys
from ledger.trade.parties.refusals import (
    ClockCorrectionWrong,
    ContinuationMisplaced,
    FoundedBefore,
    FoundingWrong,
    GovernancePartyWrong,
    GovernanceRefused,
    KeyCustodyDiffers,
    KeyFormRefused,
    KeyNameDiffers,
    KeyRevokedBefore,
    KeyUsedBefore,
    LastLogKey,
    LedgerIsClosed,
    LogKeyNotActive,
    LogKeysTooMany,
    OverlapInThePast,
    PartyNameReserved,
    PartyWithoutRole,
    PossessionProofMissing,
    PossessionUnproven,
    RulePackNotShipped,
    SignersInsufficient,
    StandingUnchanged,
    ThresholdOutOfReach,
)
from tests.trade.parties.world import (
    FIRST_ENTRY,
    GOV1,
    GOV2,
    GOV3,
    GS1,
    ORIGIN,
    REGISTRAR,
    REGISTRAR2,
    SHOP,
    TEA,
    World,
    batch_of,
    found_world,
    founding,
    key_of,
    peopled,
    proof_of,
)

ZERO = bytes(32)


# Founding


def test_at_entry_1_the_register_has_one_line_per_governance_and_registrar_key() -> None:
    state = found_world()
    assert [line.line.split(" ", 3)[1:2] + line.line.split(" ")[3:] for line in state.register().lines] == [
        [GOV1, "self", "governance", "-"],
        [GOV2, "self", "governance", "-"],
        [GOV3, "self", "governance", "-"],
        [REGISTRAR, "operator", "registrar", "CN"],
        [REGISTRAR2, "self", "registrar", "SG"],
    ]
    assert (state.origin, state.first_entry, state.threshold) == (ORIGIN, FIRST_ENTRY, 2)
    assert state.log_keys_at(1) == (key_of(ORIGIN).verifier,)
    assert state.pinned(GS1) == sha256(b"context").digest()
    assert state.pinned("https://example.org/other") is None
    assert [state.party(name).keys[0].proven for name in (GOV1, GOV2, GOV3, REGISTRAR)] == [0, 0, 0, None]


@pytest.mark.parametrize(
    "signed", [(GOV1,), (GOV1, GOV2), (GOV2, GOV1, GOV3), (GOV1, GOV2, GOV3, REGISTRAR), (REGISTRAR,), (GOV1, GOV2, TEA)]
)
def test_every_governance_key_signs_the_founding_and_nobody_else(signed: tuple[str, ...]) -> None:
    batch = batch_of(*signed, first_entry=ZERO)
    keys = [key_of(party).verifier for party in batch.parties]
    with pytest.raises(FoundingWrong):
        found(batch=batch, body=founding(), entry_hash=FIRST_ENTRY, keys=keys)


def test_the_founding_note_names_its_log_with_zeros_and_its_class() -> None:
    for changes in ({"first_entry": FIRST_ENTRY}, {"origin": "ledger.example/other", "first_entry": ZERO}):
        batch = batch_of(GOV1, GOV2, GOV3, **changes)
        with pytest.raises(FoundingWrong):
            found(batch=batch, body=founding(), entry_hash=FIRST_ENTRY, keys=[key_of(p).verifier for p in batch.parties])
    batch = batch_of(GOV1, GOV2, GOV3, klass=RecordClass.RECALL, first_entry=ZERO)
    with pytest.raises(FoundingWrong):
        found(batch=batch, body=founding(), entry_hash=FIRST_ENTRY, keys=[key_of(p).verifier for p in batch.parties])


def test_the_founding_is_signed_with_the_very_keys_it_names() -> None:
    batch = batch_of(GOV1, GOV2, GOV3, first_entry=ZERO)
    signing = [key_of(GOV1), key_of(GOV2, 1), key_of(GOV3)]
    with pytest.raises(FoundingWrong):
        found(batch=batch, body=founding(), entry_hash=FIRST_ENTRY, keys=[key.verifier for key in signing])
    with pytest.raises(FoundingWrong):
        found(batch=batch, body=founding(), entry_hash=FIRST_ENTRY, keys=[])
    assert verify_batch(sign_batch(batch, [key_of(p) for p in batch.parties]), founding_keys(founding()))
    assert founding_keys(founding())(TEA) == ()


def test_another_record_founds_nothing_and_a_ledger_is_founded_once() -> None:
    with pytest.raises(FoundingWrong):
        founding_keys(LedgerClosed(None, "ended"))
    with pytest.raises(FoundedBefore):
        World().write(founding(), GOV1, GOV2, GOV3)


def seats(*named: tuple[str, VerifierKey]) -> tuple[GovernanceKey, ...]:
    return tuple(GovernanceKey(name, key, "self") for name, key in named)


def one(name: str, **changes: object) -> LedgerFounded:
    """A founding by one key under `name`."""
    return founding(governance_keys=seats((name, key_of(name).verifier)), threshold=1, **changes)


WEAK = VerifierKey(GOV1, KeyType.ED25519, bytes([1, *[0] * 31]))
SHARED = VerifierKey(GOV2, KeyType.ED25519, key_of(GOV1).verifier.public)
GOV_AS_LOG = VerifierKey(ORIGIN, KeyType.ED25519, key_of(GOV1).verifier.public)
GOV_AS_REGISTRAR = VerifierKey(REGISTRAR, KeyType.ED25519, key_of(GOV1).verifier.public)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (founding(threshold=4), ThresholdOutOfReach),
        (one(f"{ORIGIN}/governance/0"), GovernancePartyWrong),
        (one(f"{ORIGIN}/governance/01"), GovernancePartyWrong),
        (one(f"{ORIGIN}/governance/17"), GovernancePartyWrong),
        (one(f"{ORIGIN}/governance/1/1"), GovernancePartyWrong),
        (one("ledger.example/other/governance/1"), GovernancePartyWrong),
        (one(TEA), GovernancePartyWrong),
        (one(GOV1, log_keys=(GOV_AS_LOG,)), KeyUsedBefore),
        (one(GOV1, log_keys=(key_of(TEA).verifier,)), KeyNameDiffers),
        (one(GOV1, log_keys=(key_of(ORIGIN, 0, KeyType.MLDSA44).verifier,)), LastLogKey),
        (one(GOV1, registrars=(Registrar(REGISTRAR, (GOV_AS_REGISTRAR,), "self", "CN"),)), KeyUsedBefore),
        (one(GOV1, registrars=(Registrar(REGISTRAR, (key_of(TEA).verifier,), "self", "CN"),)), KeyNameDiffers),
        (one(GOV1, registrars=(Registrar(ORIGIN, (key_of(ORIGIN, 1).verifier,), "self", "CN"),)), PartyNameReserved),
        (one(GOV1, registrars=(Registrar(GOV2, (key_of(GOV2).verifier,), "self", "CN"),)), PartyNameReserved),
        (founding(governance_keys=seats((GOV1, WEAK)), threshold=1), KeyFormRefused),
        (founding(governance_keys=seats((GOV1, key_of(GOV1).verifier), (GOV2, SHARED)), threshold=1), KeyUsedBefore),
        (founding(governance_keys=seats((GOV1, key_of(GOV2).verifier)), threshold=1), KeyNameDiffers),
    ],
)
def test_foundings_that_are_refused(body: LedgerFounded, error: type[GovernanceRefused]) -> None:
    batch = batch_of(*(seat.party for seat in body.governance_keys), first_entry=ZERO)
    with pytest.raises(error) as refused:
        found(batch=batch, body=body, entry_hash=FIRST_ENTRY, keys=[seat.key for seat in body.governance_keys])
    assert refused.value.pointer


def test_sixteen_governance_keys_found_a_ledger() -> None:
    names = [f"{ORIGIN}/governance/{n}" for n in range(1, 17)]
    state = found_world(founding(governance_keys=seats(*((n, key_of(n).verifier) for n in names)), threshold=16))
    assert len(state.register().lines) == 18


# A new constitution


def kept(name: str) -> ProvenGovernanceKey:
    return ProvenGovernanceKey(name, key_of(name).verifier, "self", None)


def new(name: str, number: int = 1) -> ProvenGovernanceKey:
    key = key_of(name, number)
    return ProvenGovernanceKey(name, key.verifier, "self", proof_of(key))


FIRST = Registrar(REGISTRAR, (key_of(REGISTRAR).verifier,), "operator", "CN")
BASE = GovernanceChanged((kept(GOV1), kept(GOV2)), 2, (FIRST,))


def test_who_is_not_named_loses_the_seat_or_office() -> None:
    world = World()
    world.write(BASE, GOV1, GOV3)
    assert (world.state.seats, world.state.registrars, world.state.threshold) == ((GOV1, GOV2), (REGISTRAR,), 2)
    assert [line.party for line in world.state.register().lines] == [GOV1, GOV2, REGISTRAR]
    assert world.state.party(GOV3).keys[0].revoked == 1
    with pytest.raises(KeyRevokedBefore):
        world.write(PartyExpelled(REGISTRAR, "insolvency"), GOV1, GOV3)


def test_a_registrar_with_another_role_keeps_its_keys_for_it() -> None:
    world = World()
    world.write(RoleGranted(REGISTRAR2, "merchant"), GOV1, GOV2)
    world.write(BASE, GOV1, GOV2)
    assert [line.roles for line in world.state.register().keys_of(REGISTRAR2)] == [("merchant",)]
    with pytest.raises(SignersInsufficient):
        world.write(PartySuspended(REGISTRAR, "own-request"), REGISTRAR2)


def test_a_party_without_role_cannot_write_whatever_keys_it_gets() -> None:
    world = World()
    world.write(BASE, GOV1, GOV2)
    later = key_of(REGISTRAR2, 1)
    world.signs_with[REGISTRAR2] = later
    world.write(KeyAdded(REGISTRAR2, later.verifier, proof_of(later)), GOV1, GOV2)
    assert world.state.keys_of(REGISTRAR2) == ()
    with pytest.raises(PartyWithoutRole):
        world.say(REGISTRAR2)
    world.write(RoleGranted(REGISTRAR2, "merchant"), GOV1, GOV2)
    assert world.say(REGISTRAR2)


def test_a_seat_changes_its_key_with_proof_and_a_new_seat_comes() -> None:
    fourth = f"{ORIGIN}/governance/4"
    world = World()
    world.write(replace(BASE, governance_keys=(kept(GOV1), new(GOV2), new(fourth)), threshold=3), GOV1, GOV2)
    assert [line.key for line in world.state.register().keys_of(GOV2)] == [key_of(GOV2, 1).verifier]
    assert world.state.party(fourth).keys[0].proven == 1
    world.signs_with = {GOV2: key_of(GOV2, 1), fourth: key_of(fourth, 1)}
    assert world.write(PartyExpelled(REGISTRAR, "insolvency"), GOV1, GOV2, fourth)


def test_a_former_seat_comes_back_with_a_new_key_only() -> None:
    world = World()
    world.write(BASE, GOV1, GOV2)
    with pytest.raises(KeyUsedBefore):
        world.write(replace(BASE, governance_keys=(kept(GOV1), replace(kept(GOV3), proof=proof_of(key_of(GOV3))))), GOV1, GOV2)
    world.write(replace(BASE, governance_keys=(kept(GOV1), new(GOV3))), GOV1, GOV2)
    assert world.state.seats == (GOV1, GOV3)


def test_a_merchant_becomes_registrar_and_keeps_its_roles() -> None:
    world = peopled()
    named = Registrar(TEA, (key_of(TEA).verifier, key_of(TEA, 4).verifier), "self", "SG")
    world.write(replace(BASE, registrars=(FIRST, named)), GOV1, GOV2)
    lines = world.state.register().keys_of(TEA)
    assert [(line.roles, line.territory) for line in lines] == [(("merchant", "registrar", "shop"), "SG")] * 2
    assert world.write(PartySuspended(SHOP, "insolvency"), TEA)


def test_registrars_named_with_other_keys_lose_the_old_ones() -> None:
    world = World()
    moved = Registrar(REGISTRAR, (key_of(REGISTRAR, 1).verifier,), "self", "CN")
    world.write(replace(BASE, registrars=(moved,)), GOV1, GOV2)
    assert [(line.key, line.custody) for line in world.state.register().keys_of(REGISTRAR)] == [(moved.keys[0], "self")]


SPOILED_PROOF = replace(new(GOV2), proof=proof_of(key_of(GOV2)))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (replace(BASE, threshold=3), ThresholdOutOfReach),
        (replace(BASE, governance_keys=(kept(GOV1), replace(new(GOV2), proof=None))), PossessionProofMissing),
        (replace(BASE, governance_keys=(kept(GOV1), SPOILED_PROOF)), PossessionUnproven),
        (replace(BASE, governance_keys=(kept(GOV1), replace(kept(GOV2), proof=proof_of(key_of(GOV1))))), PossessionUnproven),
        (replace(BASE, governance_keys=(kept(GOV1), replace(kept(GOV2), custody="operator"))), KeyCustodyDiffers),
        (replace(BASE, governance_keys=(kept(GOV1), replace(kept(GOV2), key=key_of(GOV1).verifier))), KeyNameDiffers),
        (replace(BASE, governance_keys=(kept(GOV1), new(TEA))), GovernancePartyWrong),
        (replace(BASE, registrars=(replace(FIRST, custody="self"),)), KeyCustodyDiffers),
        (replace(BASE, registrars=(replace(FIRST, keys=(key_of(TEA).verifier,)),)), KeyNameDiffers),
        (replace(BASE, registrars=(replace(FIRST, party=GOV3, keys=(key_of(GOV3).verifier,)),)), PartyNameReserved),
    ],
)
def test_constitutions_that_are_refused(body: GovernanceChanged, error: type[GovernanceRefused]) -> None:
    world = World()
    before = world.state
    with pytest.raises(error) as refused:
        world.write(body, GOV1, GOV2)
    assert refused.value.pointer
    assert world.state is before


def test_an_expelled_party_is_no_registrar() -> None:
    world = World()
    world.write(PartyExpelled(REGISTRAR, "false-statements"), GOV1, GOV2)
    with pytest.raises(StandingUnchanged):
        world.write(BASE, GOV1, GOV2)
    world.write(replace(BASE, registrars=()), GOV1, GOV2)
    assert world.state.registrars == ()


def test_a_suspended_registrar_named_again_stays_suspended() -> None:
    world = World()
    world.write(PartySuspended(REGISTRAR, "key-compromised"), REGISTRAR2)
    world.write(BASE, GOV1, GOV2)
    assert world.state.keys_of(REGISTRAR) == ()


def test_the_only_governance_key_can_be_exchanged() -> None:
    world = World(found_world(one(GOV1)))
    world.write(replace(BASE, governance_keys=(new(GOV1),), threshold=1), GOV1)
    world.signs_with = {GOV1: key_of(GOV1, 1)}
    assert world.write(RoleGranted(REGISTRAR, "operator"), GOV1)
    assert world.write(RoleWithdrawn(REGISTRAR, "operator"), GOV1)


# Log keys


def test_log_keys_overlap_as_stated() -> None:
    old, fresh = key_of(ORIGIN), key_of(ORIGIN, 1)
    world = World()
    world.write(LogKeyAdded(fresh.verifier, proof_of(fresh)), GOV1, GOV2)
    world.write(LogKeyRetired(old.verifier, 9), GOV1, GOV2)
    signing = {size: world.state.log_keys_at(size) for size in range(13)}
    assert signing[0] == ()
    assert signing[1] == (old.verifier,)
    assert all(signing[size] == (old.verifier, fresh.verifier) for size in range(2, 11))
    assert signing[11] == signing[12] == (fresh.verifier,)


def test_log_keys_have_no_line_in_the_register() -> None:
    world = World()
    register = world.state.register()
    world.write(LogKeyAdded(key_of(ORIGIN, 1).verifier, None), GOV1, GOV2)
    assert world.state.register() is register
    assert ORIGIN not in world.state.parties


def test_log_keys_that_are_refused() -> None:
    world = World()
    post_quantum = key_of(ORIGIN, 2, KeyType.MLDSA44)
    world.write(LogKeyAdded(post_quantum.verifier, proof_of(post_quantum)), GOV1, GOV2)
    gov_as_log = VerifierKey(ORIGIN, KeyType.ED25519, key_of(GOV1).verifier.public)
    for body, error in (
        (LogKeyAdded(key_of(ORIGIN).verifier, None), KeyUsedBefore),
        (LogKeyAdded(gov_as_log, None), KeyUsedBefore),
        (LogKeyAdded(key_of(TEA).verifier, None), KeyNameDiffers),
        (LogKeyAdded(key_of(ORIGIN, 1).verifier, proof_of(key_of(ORIGIN))), PossessionUnproven),
        (LogKeyRetired(key_of(ORIGIN).verifier, 9), LastLogKey),
        (LogKeyRetired(post_quantum.verifier, 1), OverlapInThePast),
        (LogKeyRetired(key_of(ORIGIN, 1).verifier, 9), LogKeyNotActive),
    ):
        with pytest.raises(error):
            world.write(body, GOV1, GOV2)
    world.write(LogKeyRetired(post_quantum.verifier, 2), GOV1, GOV2)
    with pytest.raises(LogKeyNotActive):
        world.write(LogKeyRetired(post_quantum.verifier, 20), GOV1, GOV2)
    assert world.state.key_owners[post_quantum.verifier.public] == ORIGIN


def test_at_most_eight_log_keys_sign_at_one_time() -> None:
    world = World()
    for number in range(1, 8):
        world.write(LogKeyAdded(key_of(ORIGIN, number).verifier, None), GOV1, GOV2)
    with pytest.raises(LogKeysTooMany):
        world.write(LogKeyAdded(key_of(ORIGIN, 8).verifier, None), GOV1, GOV2)
    world.write(LogKeyRetired(key_of(ORIGIN).verifier, 8), GOV1, GOV2)
    assert len(world.write(LogKeyAdded(key_of(ORIGIN, 8).verifier, None), GOV1, GOV2).log_keys_at(10)) == 8


# Pins, clock, continuation, the end


def test_policies_add_pins_and_change_them() -> None:
    world = World()
    before = world.state
    other, tea = sha256(b"other").digest(), sha256(b"tea").digest()
    world.write(
        PolicyAdopted((PinnedContext(GS1, other), PinnedContext("urn:x", tea)), (RulePack("rules/tea", tea),)), GOV1, GOV2
    )
    assert (world.state.pinned(GS1), world.state.pinned("urn:x")) == (other, tea)
    assert dict(world.state.rule_packs) == {"rules/base": sha256(b"rules").digest(), "rules/tea": tea}
    assert (before.pinned(GS1), before.pinned("urn:x")) == (sha256(b"context").digest(), None)
    with pytest.raises(TypeError):
        world.state.contexts[GS1] = tea  # type: ignore[index]


@pytest.mark.parametrize("to", [1000, 1001])
def test_a_clock_is_corrected_backwards_only(to: int) -> None:
    world = World()
    with pytest.raises(ClockCorrectionWrong) as refused:
        world.write(ClockCorrected(Instant(1000), Instant(to), "clock-fault"), GOV1, GOV2)
    assert refused.value.pointer == "/to"
    before = world.state
    assert world.write(ClockCorrected(Instant(1000), Instant(999), "clock-fault"), GOV1, GOV2) is before


def test_a_ledger_continues_another_by_its_second_entry() -> None:
    body = LedgerContinued("ledger.example/old", sha256(b"old").digest(), 12, sha256(b"root").digest())
    assert World().write(body, GOV1, GOV2).continues == body
    with pytest.raises(ContinuationMisplaced):
        World().write(replace(body, origin=ORIGIN), GOV1, GOV2)
    with pytest.raises(ContinuationMisplaced):
        peopled().write(body, GOV1, GOV2)


def test_after_the_end_nothing_is_written() -> None:
    world = peopled()
    with pytest.raises(ContinuationMisplaced):
        world.write(LedgerClosed(ORIGIN, "moved"), GOV1, GOV2)
    world.write(LedgerClosed("ledger.example/next", "moved"), GOV1, GOV2)
    assert world.state.closed is not None
    assert (world.state.closed.entry, world.state.closed.successor) == (4, "ledger.example/next")
    with pytest.raises(LedgerIsClosed):
        world.say(TEA)
    with pytest.raises(LedgerIsClosed):
        world.write(LedgerClosed(None, "ended"), GOV1, GOV2)


def test_a_rule_pack_is_adopted_by_the_digest_that_ships_under_its_name() -> None:
    """Else two releases would judge one order differently."""
    pack = next(iter(shipped_packs().values()))
    world = World()
    world.write(PolicyAdopted((), (RulePack(adopted_name(pack.name), pack.digest),)), GOV1, GOV2)
    assert world.state.rule_packs[adopted_name(pack.name)] == pack.digest
    for name, digest in ((adopted_name(pack.name), bytes(32)), ("pack/xx-2026.1", pack.digest)):
        with pytest.raises(RulePackNotShipped):
            world.write(PolicyAdopted((), (RulePack(name, digest),)), GOV1, GOV2)
