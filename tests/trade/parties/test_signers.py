"""The table of signers, row by row: too few, the wrong ones, too many, and just the right ones."""

from __future__ import annotations

import pytest

from ledger.evidence.authority import TYPES, RecordClass
from ledger.trade.parties.bodies import (
    CustodyChanged,
    GovernanceChanged,
    KeyAdded,
    KeyRevoked,
    PartyAdmitted,
    PartyExpelled,
    PartyReinstated,
    PartySuspended,
    RecordErased,
)
from ledger.trade.parties.body_parts import ERASURE_GROUNDS
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.refusals import (
    ErasedRecordUnknown,
    KeyRevokedBefore,
    PartyAbsent,
    PartyNotActive,
    RecordErasedBefore,
    RecordNotErasable,
    SignersInsufficient,
    SignersSuperfluous,
)
from ledger.trade.parties.signers import ERASURE, SIGNERS, ErasedRecord, ErasureCase, Seat, refuse_signers
from tests.trade.parties.samples import SAMPLES
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

NEW = key_of(TEA, 1)
KEY_ADDED = KeyAdded(TEA, NEW.verifier, proof_of(NEW))
KEY_REVOKED = KeyRevoked(TEA, key_of(TEA).verifier, None)

BY_THRESHOLD = [
    "GovernanceChanged",
    "LogKeyAdded",
    "LogKeyRetired",
    "WitnessPolicyAdopted",
    "PolicyAdopted",
    "ClockCorrected",
    "LedgerContinued",
    "LedgerClosed",
    "PartyExpelled",
    "RoleGranted",
    "RoleWithdrawn",
    "CustodyChanged",
    "AllyAdmitted",
    "AllyExpelled",
    "FundConstituted",
    "StakeRequired",
]
BY_REGISTRAR = [
    "PartyAdmitted",
    "PartySuspended",
    "PartyReinstated",
    "OwnershipDeclared",
    "PrefixLicensed",
    "PrefixWithdrawn",
]


def sample(name: str) -> GovernanceBody:
    return next(body for body in SAMPLES if type(body).__name__ == name)


def test_every_type_has_its_row() -> None:
    assert set(SIGNERS) | {"LedgerFounded", "RecordErased"} == TYPES[RecordClass.GOVERNANCE]
    assert {name for name, row in SIGNERS.items() if row == ((Seat.THRESHOLD,),)} == set(BY_THRESHOLD)
    assert {name for name, row in SIGNERS.items() if (Seat.REGISTRAR,) in row} == set(BY_REGISTRAR)
    assert set(ERASURE) == {ErasureCase(guarded=g, stand_in=s) for g in (True, False) for s in (True, False)}


@pytest.mark.parametrize("name", BY_THRESHOLD)
@pytest.mark.parametrize(
    "signed", [(GOV1,), (REGISTRAR,), (TEA,), (KEEPER,), (GOV1, REGISTRAR), (REGISTRAR, REGISTRAR2), (GOV3, TEA)], ids=len
)
def test_less_than_the_threshold_is_too_few(name: str, signed: tuple[str, ...]) -> None:
    with pytest.raises(SignersInsufficient) as refused:
        refuse_signers(peopled().state, sample(name), signed)
    seated = sum("/governance/" in party for party in signed)
    assert refused.value.missing == (f"the threshold of governance keys ({seated} of 2)",)
    assert refused.value.seen == ", ".join(signed)
    assert refused.value.wanted == "the threshold of governance keys"


@pytest.mark.parametrize("name", BY_THRESHOLD + BY_REGISTRAR)
def test_the_threshold_is_enough_and_all_of_them_are_not_too_many(name: str) -> None:
    state = peopled().state
    for signed in ((GOV1, GOV2), (GOV3, GOV2), (GOV1, GOV2, GOV3)):
        refuse_signers(state, sample(name), signed)


@pytest.mark.parametrize("name", BY_THRESHOLD + BY_REGISTRAR)
def test_nobody_signs_who_has_no_part(name: str) -> None:
    for idle in (SHOP, KEEPER):
        with pytest.raises(SignersSuperfluous) as refused:
            refuse_signers(peopled().state, sample(name), (GOV1, GOV2, idle))
        assert refused.value.seen == idle


@pytest.mark.parametrize("name", BY_REGISTRAR)
def test_one_registrar_is_enough(name: str) -> None:
    state = peopled().state
    refuse_signers(state, sample(name), (REGISTRAR,))
    refuse_signers(state, sample(name), (REGISTRAR2, REGISTRAR))
    for signed in ((GOV1,), (TEA,), (SHOP, KEEPER)):
        with pytest.raises(SignersInsufficient):
            refuse_signers(state, sample(name), signed)
    with pytest.raises(SignersSuperfluous):
        refuse_signers(state, sample(name), (REGISTRAR, GOV1))


@pytest.mark.parametrize("signed", [(REGISTRAR,), (TEA,), (GOV1, GOV2), (GOV1, GOV2, GOV3), (GOV1, TEA), (REGISTRAR, SHOP)])
def test_a_key_is_not_added_by_less_than_a_registrar_and_the_party(signed: tuple[str, ...]) -> None:
    with pytest.raises(SignersInsufficient):
        peopled().write(KEY_ADDED, *signed)


@pytest.mark.parametrize("signed", [(REGISTRAR, TEA), (TEA, REGISTRAR2), (GOV1, GOV3, TEA)])
def test_a_key_is_added_by_a_registrar_and_the_party(signed: tuple[str, ...]) -> None:
    assert NEW.verifier in peopled().write(KEY_ADDED, *signed).keys_of(TEA)


def test_after_loss_the_threshold_adds_a_key_alone() -> None:
    world = peopled()
    world.write(KEY_REVOKED, GOV1, GOV2)
    assert world.state.keys_of(TEA) == ()
    with pytest.raises(SignersInsufficient):
        world.write(KEY_ADDED, REGISTRAR)
    with pytest.raises(SignersInsufficient):
        world.write(KEY_ADDED, GOV1)
    with pytest.raises(KeyRevokedBefore):
        world.write(KEY_ADDED, REGISTRAR, TEA)
    assert world.write(KEY_ADDED, GOV1, GOV2).keys_of(TEA) == (NEW.verifier,)


def test_a_suspended_party_has_not_lost_its_key() -> None:
    world = peopled()
    world.write(PartySuspended(TEA, "under-investigation"), REGISTRAR)
    with pytest.raises(SignersInsufficient):
        world.write(KEY_ADDED, GOV1, GOV2)
    with pytest.raises(PartyNotActive):
        world.write(KEY_ADDED, REGISTRAR, TEA)


def test_a_registrar_cannot_add_a_key_to_itself() -> None:
    """One stolen registrar key must not be able to make itself permanent."""
    new = key_of(REGISTRAR, 1)
    body = KeyAdded(REGISTRAR, new.verifier, proof_of(new))
    with pytest.raises(SignersInsufficient) as refused:
        World().write(body, REGISTRAR)
    assert refused.value.missing == ("a registrar other than the party (0 of 1)",)
    assert new.verifier in World().write(body, REGISTRAR, REGISTRAR2).keys_of(REGISTRAR)
    assert new.verifier in World().write(body, REGISTRAR, GOV1, GOV2).keys_of(REGISTRAR)


@pytest.mark.parametrize("signed", [(REGISTRAR,), (GOV1,), (SHOP,), (REGISTRAR, SHOP)])
def test_a_key_is_not_revoked_by_others(signed: tuple[str, ...]) -> None:
    with pytest.raises(SignersInsufficient):
        peopled().write(KEY_REVOKED, *signed)


@pytest.mark.parametrize("signed", [(TEA,), (GOV1, GOV2)])
def test_a_key_is_revoked_by_its_party_or_the_threshold(signed: tuple[str, ...]) -> None:
    assert peopled().write(KEY_REVOKED, *signed).keys_of(TEA) == ()


def test_a_key_cannot_be_revoked_with_somebody_idle_beside() -> None:
    with pytest.raises(SignersSuperfluous):
        peopled().write(KEY_REVOKED, TEA, REGISTRAR)


def test_a_record_about_nobody_is_refused_for_that() -> None:
    nobody = "ledger.example/party/nobody"
    new = key_of(nobody)
    for body in (PartySuspended(nobody, "own-request"), PartyExpelled(nobody, "insolvency")):
        with pytest.raises(PartyAbsent) as refused:
            World().write(body, GOV1, GOV2)
        assert refused.value.pointer == "/party"
    with pytest.raises(PartyAbsent):
        World().write(KeyAdded(nobody, new.verifier, proof_of(new)), GOV1, GOV2)


# Erasure


def erase(ground: str = "person-request") -> RecordErased:
    return RecordErased(ORIGIN, 2, 1, ground)


TOGETHER, WITH_THRESHOLD, STAND_IN = (TEA, KEEPER), (TEA, KEEPER, GOV1, GOV2), (KEEPER, GOV1, GOV2)
PLAIN, OPEN = ErasedRecord(TEA, RecordClass.EPCIS), ErasedRecord(TEA, RecordClass.EPCIS, in_open_matter=True)
GUARDED = [ErasedRecord(TEA, klass) for klass in (RecordClass.INSPECTION, RecordClass.RECALL, RecordClass.EVIDENCE)] + [OPEN]


@pytest.mark.parametrize("klass", [RecordClass.EPCIS, RecordClass.DESCRIPTION, RecordClass.SCAN])
@pytest.mark.parametrize("ground", ERASURE_GROUNDS)
def test_issuer_and_data_protection_erase_together(klass: RecordClass, ground: str) -> None:
    before = peopled()
    state = before.state
    after = before.write(erase(ground), *TOGETHER, record=ErasedRecord(TEA, klass))
    assert after.register() == state.register()


@pytest.mark.parametrize(
    "signed", [(TEA,), (KEEPER,), (GOV1, GOV2), (TEA, GOV1, GOV2), (SHOP, KEEPER), STAND_IN, (REGISTRAR, KEEPER)]
)
def test_less_does_not_erase(signed: tuple[str, ...]) -> None:
    with pytest.raises(SignersInsufficient):
        peopled().write(erase(), *signed, record=PLAIN)


def test_more_does_not_erase() -> None:
    for idle in (SHOP, GOV1, REGISTRAR):
        with pytest.raises(SignersSuperfluous):
            peopled().write(erase(), *TOGETHER, idle, record=PLAIN)


@pytest.mark.parametrize("record", GUARDED, ids=lambda record: str(record.klass))
def test_guarded_records_need_the_threshold_too(record: ErasedRecord) -> None:
    for signed in (TOGETHER, (TEA, KEEPER, GOV1), STAND_IN, (TEA, GOV1, GOV2)):
        with pytest.raises(SignersInsufficient):
            peopled().write(erase(), *signed, record=record)
    assert peopled().write(erase(), *WITH_THRESHOLD, record=record)


@pytest.mark.parametrize("record", [PLAIN, *GUARDED], ids=lambda record: str(record.klass))
def test_for_a_legal_order_the_threshold_stands_in_for_the_issuer(record: ErasedRecord) -> None:
    assert peopled().write(erase("legal-order"), *STAND_IN, record=record)
    for signed in ((GOV1, GOV2), (KEEPER,), (KEEPER, GOV1), (KEEPER, REGISTRAR)):
        with pytest.raises(SignersInsufficient):
            peopled().write(erase("legal-order"), *signed, record=record)


def test_for_an_issuer_without_valid_key_the_threshold_stands_in() -> None:
    for loss in (KEY_REVOKED, PartySuspended(TEA, "insolvency"), PartyExpelled(TEA, "ceased-to-exist")):
        world = peopled()
        world.write(loss, GOV1, GOV2)
        assert world.write(erase(), *STAND_IN, record=PLAIN)
    world = peopled()
    world.write(PartySuspended(TEA, "insolvency"), REGISTRAR)
    world.write(PartyReinstated(TEA, "remedied"), REGISTRAR)
    with pytest.raises(SignersInsufficient):
        world.write(erase(), *STAND_IN, record=PLAIN)


def test_the_issuer_cannot_be_its_own_data_protection() -> None:
    record = ErasedRecord(KEEPER, RecordClass.EPCIS)
    with pytest.raises(SignersInsufficient) as refused:
        peopled().write(erase(), KEEPER, record=record)
    assert refused.value.missing == ("a holder of the data-protection role other than the issuer of the record (0 of 1)",)


@pytest.mark.parametrize("klass", [RecordClass.GOVERNANCE, RecordClass.ESCROW])
@pytest.mark.parametrize("ground", ERASURE_GROUNDS)
def test_governance_and_escrow_are_never_erased(klass: RecordClass, ground: str) -> None:
    with pytest.raises(RecordNotErasable):
        peopled().write(erase(ground), *WITH_THRESHOLD, record=ErasedRecord(TEA, klass))


def test_nothing_is_erased_twice_or_where_nothing_is() -> None:
    with pytest.raises(RecordErasedBefore):
        peopled().write(erase(), *TOGETHER, record=ErasedRecord(TEA, RecordClass.EPCIS, erased_at=3))
    with pytest.raises(ErasedRecordUnknown):
        peopled().write(erase(), *TOGETHER)
    for elsewhere in (RecordErased("ledger.example/other", 2, 1, "legal-order"), RecordErased(ORIGIN, 4, 0, "legal-order")):
        with pytest.raises(ErasedRecordUnknown):
            peopled().write(elsewhere, *TOGETHER, record=PLAIN)


# Tricks with co-signers


def test_the_same_holder_under_two_names_is_not_two() -> None:
    """A registrar that admitted a puppet gains no second vote with it."""
    world = peopled()
    with pytest.raises(SignersInsufficient):
        world.write(PartyExpelled(SHOP, "insolvency"), GOV1, TEA)
    with pytest.raises(SignersInsufficient):
        world.write(PartyExpelled(SHOP, "insolvency"), GOV1, REGISTRAR, TEA)


def test_the_issuer_counts_like_any_signer() -> None:
    for signed in ((REGISTRAR, TEA), (TEA, REGISTRAR)):
        assert peopled().write(KEY_ADDED, *signed)
    for body in (admission("ledger.example/party/new"), PartySuspended(TEA, "own-request")):
        assert isinstance(body, PartyAdmitted | PartySuspended)
        assert peopled().write(body, GOV3, GOV1)


def test_custody_is_not_the_partys_to_change() -> None:
    body = CustodyChanged(TEA, "operator", NEW.verifier, proof_of(NEW))
    for signed in ((TEA,), (TEA, REGISTRAR), (REGISTRAR,)):
        with pytest.raises(SignersInsufficient):
            peopled().write(body, *signed)


def test_an_old_constitution_signs_the_new_one() -> None:
    """The seats that a change brings have no say in it."""
    change = sample("GovernanceChanged")
    assert isinstance(change, GovernanceChanged)
    world = World(signs_with={GOV2: key_of(GOV2, 1)})
    with pytest.raises(SignersInsufficient):
        world.write(change, GOV1)
    world.signs_with.clear()
    world.write(change, GOV1, GOV3)
    with pytest.raises(KeyRevokedBefore):
        world.write(PartyExpelled(REGISTRAR, "insolvency"), GOV1, GOV3)
    world.signs_with[GOV2] = key_of(GOV2, 1)
    assert world.write(PartyExpelled(REGISTRAR, "insolvency"), GOV1, GOV2)
