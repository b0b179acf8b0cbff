"""Admission of batches, entry by entry, and the ways to pretend to be somebody else."""

from __future__ import annotations

import pytest

from ledger.evidence.authority import RecordClass, RoleMayNotSign, TypeNotInClass
from ledger.evidence.batch import BatchSignatureWrong, PartyUnknown, SignedBatch, SigningKeyUnknown, sign_batch, verify_batch
from ledger.evidence.key import KeyType, SigningKey
from ledger.trade.parties.bodies import KeyAdded, KeyRevoked, PartyExpelled, PartySuspended, RoleGranted
from ledger.trade.parties.fold import admit, apply, note_use
from ledger.trade.parties.refusals import (
    GovernanceRefused,
    KeyRevokedBefore,
    NoteOfAnotherLog,
    PartyNotActive,
    SignersInsufficient,
    SigningKeyMissing,
)
from tests.trade.parties.world import (
    GOV1,
    GOV2,
    KEEPER,
    ORIGIN,
    REGISTRAR,
    SHOP,
    TEA,
    World,
    admission,
    batch_of,
    key_of,
    peopled,
    proof_of,
)

EPCIS = RecordClass.EPCIS


def test_known_parties_with_valid_keys_and_fitting_roles_may_write() -> None:
    world = peopled()
    world.say(TEA)
    world.say(TEA, SHOP)
    world.say(SHOP, klass=RecordClass.SCAN)
    assert world.index == 7


@pytest.mark.parametrize(
    "changes", [{"origin": "ledger.example/other"}, {"first_entry": bytes(32)}, {"first_entry": b"\x01" * 32}]
)
def test_a_note_of_another_log_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(NoteOfAnotherLog):
        peopled().say(TEA, **changes)


def test_parties_that_were_never_admitted() -> None:
    with pytest.raises(PartyUnknown):
        peopled().say("ledger.example/party/nobody")
    with pytest.raises(PartyUnknown):
        peopled().say(TEA, "ledger.example/party/nobody")
    batch, stranger = batch_of("a/b", klass=EPCIS), key_of("a/b").verifier
    with pytest.raises(PartyUnknown):
        admit(peopled().state, batch, [stranger], index=4)


def test_a_key_that_the_party_never_had() -> None:
    world = peopled()
    world.signs_with[TEA] = key_of(TEA, 9)
    with pytest.raises(SigningKeyUnknown):
        world.say(TEA)
    with pytest.raises(SigningKeyUnknown):
        admit(world.state, batch_of(TEA, klass=EPCIS), [key_of(TEA, 9).verifier], index=world.index)


def test_a_key_is_not_valid_at_the_entry_that_brings_it() -> None:
    world = World()
    world.admit(TEA)
    with pytest.raises(SigningKeyUnknown):
        admit(world.state, batch_of(TEA, klass=EPCIS), [key_of(TEA).verifier], index=1)
    admit(world.state, batch_of(TEA, klass=EPCIS), [key_of(TEA).verifier], index=2)


@pytest.mark.parametrize("with_", [(TEA,), (TEA, SHOP), (SHOP, TEA)])
def test_a_batch_by_a_key_revoked_in_the_same_group_commit_is_refused(with_: tuple[str, ...]) -> None:
    """Both were staged, and verified, before either was sequenced."""
    world = peopled()
    staged = world.signed(*with_, klass=EPCIS)
    keys = verify_batch(staged, world.state.keys_of)
    admit(world.state, staged.batch, keys, index=world.index)
    world.write(KeyRevoked(TEA, key_of(TEA).verifier, None), TEA)
    with pytest.raises(KeyRevokedBefore) as refused:
        admit(world.state, staged.batch, keys, index=world.index)
    assert "revoked at entry 4" in str(refused.value)


def test_the_other_keys_of_the_party_stay_valid() -> None:
    world = peopled()
    other = key_of(TEA, 1)
    world.write(KeyAdded(TEA, other.verifier, proof_of(other)), REGISTRAR, TEA)
    world.write(KeyRevoked(TEA, key_of(TEA).verifier, None), TEA)
    world.signs_with[TEA] = other
    assert world.say(TEA)


@pytest.mark.parametrize("body", [PartySuspended(TEA, "own-request"), PartyExpelled(TEA, "insolvency")])
def test_a_party_out_of_standing_is_refused_by_that_name(body: PartySuspended | PartyExpelled) -> None:
    world = peopled()
    world.write(body, GOV1, GOV2)
    for parties in ((TEA,), (SHOP, TEA)):
        with pytest.raises(PartyNotActive) as refused:
            world.say(*parties)
        assert TEA in str(refused.value)


@pytest.mark.parametrize(
    ("parties", "klass"),
    [
        ((KEEPER,), EPCIS),
        ((REGISTRAR,), EPCIS),
        ((GOV1,), EPCIS),
        ((TEA, KEEPER), EPCIS),
        ((TEA,), RecordClass.INSPECTION),
        ((GOV1, GOV2), RecordClass.ESCROW),
    ],
)
def test_every_signer_needs_a_role_for_the_class(parties: tuple[str, ...], klass: RecordClass) -> None:
    with pytest.raises(RoleMayNotSign):
        peopled().say(*parties, klass=klass)


def test_a_role_counts_from_the_next_entry_on() -> None:
    world = peopled()
    before = world.state
    world.write(RoleGranted(SHOP, "laboratory"), GOV1, GOV2)
    batch, keys = batch_of(SHOP, klass=RecordClass.INSPECTION), [key_of(SHOP).verifier]
    admit(world.state, batch, keys, index=5)
    with pytest.raises(RoleMayNotSign):
        admit(before, batch, keys, index=4)


def test_keys_are_one_per_party_in_order() -> None:
    state, batch = peopled().state, batch_of(TEA, SHOP, klass=EPCIS)
    tea, shop = key_of(TEA).verifier, key_of(SHOP).verifier
    admit(state, batch, [tea, shop], index=4)
    for keys in ([], [tea], [shop], [shop, tea], [tea, tea], [tea, shop, tea]):
        with pytest.raises(SigningKeyMissing):
            admit(state, batch, keys, index=4)


# Impersonation


def test_a_signature_of_one_party_under_the_name_of_another() -> None:
    batch = batch_of(TEA, klass=EPCIS)
    thief = SigningKey.from_private(TEA, KeyType.ED25519, key_of(SHOP).to_private())
    signed = sign_batch(batch, [thief])
    with pytest.raises(SigningKeyUnknown):
        verify_batch(signed, peopled().state.keys_ever_of)


def test_a_signature_line_moved_to_other_text() -> None:
    honest = sign_batch(batch_of(TEA, klass=EPCIS), [key_of(TEA)])
    forged = batch_of(TEA, klass=EPCIS, root=b"\x07" * 32)
    note = honest.note.replace(honest.batch.text.encode(), forged.text.encode())
    with pytest.raises(BatchSignatureWrong):
        verify_batch(SignedBatch.parse(note), peopled().state.keys_ever_of)


def test_a_registrar_cannot_speak_for_whom_it_admits() -> None:
    world = peopled()
    with pytest.raises(SignersInsufficient):
        world.write(KeyRevoked(TEA, key_of(TEA).verifier, None), REGISTRAR)
    with pytest.raises(SigningKeyUnknown):
        batch = batch_of(TEA, klass=EPCIS)
        verify_batch(
            sign_batch(batch, [SigningKey.from_private(TEA, KeyType.ED25519, key_of(REGISTRAR).to_private())]),
            world.state.keys_of,
        )


def test_a_party_cannot_write_governance_though_every_role_may_sign_the_class() -> None:
    for body in (admission("a/b"), RoleGranted(TEA, "bank"), PartyExpelled(SHOP, "insolvency")):
        with pytest.raises(SignersInsufficient):
            peopled().write(body, TEA)


def test_a_governance_record_under_another_class_is_refused() -> None:
    world = peopled()
    keys = [key_of(TEA).verifier]
    with pytest.raises(TypeNotInClass):
        apply(world.state, index=4, batch=batch_of(TEA, klass=EPCIS), body=KeyRevoked(TEA, keys[0], None), keys=keys)


def test_apply_refuses_whatever_admit_refuses() -> None:
    world = peopled()
    other = batch_of(GOV1, GOV2, first_entry=bytes(32))
    keys = [key_of(GOV1).verifier, key_of(GOV2).verifier]
    with pytest.raises(NoteOfAnotherLog):
        apply(world.state, index=4, batch=other, body=RoleGranted(TEA, "bank"), keys=keys)
    with pytest.raises(SigningKeyMissing):
        apply(world.state, index=4, batch=batch_of(GOV1, GOV2), body=RoleGranted(TEA, "bank"), keys=keys[:1])


def test_a_refused_record_leaves_the_state_as_it_was() -> None:
    world = peopled()
    before, snapshot = world.state, world.state.to_json()
    with pytest.raises(GovernanceRefused):
        world.write(admission(TEA), REGISTRAR)
    assert world.state is before
    assert before.to_json() == snapshot


def test_use_proves_exactly_the_key_that_signed() -> None:
    world = peopled()
    state = note_use(world.state, [key_of(TEA).verifier], index=7)
    assert state.party(TEA).keys[0].proven == 7
    assert state.party(SHOP).keys[0].proven is None
    assert note_use(state, [key_of(TEA).verifier], index=8) is state
    assert world.state.party(TEA).keys[0].proven is None
    assert note_use(state, [key_of(TEA, 5).verifier], index=8) is state
    assert state.origin == ORIGIN
