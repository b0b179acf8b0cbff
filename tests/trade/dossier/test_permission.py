"""Who may say what: each rule from both sides, and the borders between seller, examiner and authority."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.evidence.authority import TYPES, RecordClass
from ledger.trade.alliance.bodies import OwnershipDeclared
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import PartyDescribed, ProductDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.every import BODIES
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked
from ledger.trade.dossier.bodies.inspected import TestReported as Reported
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.dossier.permission import (
    OTHER_WAYS,
    WITHDRAWABLE,
    Facts,
    NamedRecord,
    Saying,
    address_named,
    refuse_other_way,
    refuse_unpermitted,
    things_examined,
)
from ledger.trade.dossier.refusals import (
    DescribedByAnother,
    DossierRefused,
    ExaminerNotIndependent,
    LicenceOfOneself,
    NamedRecordAbsent,
    NamedRecordWrong,
    RecallByStranger,
    RecallEndedByAnother,
    TypeHasItsOwnWay,
    WithdrawnByAnother,
)
from ledger.trade.parties.bodies import RoleGranted
from ledger.trade.parties.brand_bodies import PrefixLicensed
from ledger.trade.parties.state import Governance
from tests.trade.dossier.samples import CASE, ITEM, LOT, PLACE, PRODUCT, REPORT, SAMPLES, sample, words
from tests.trade.parties.world import GOV1, GOV2, REGISTRAR, SHOP, TEA, World, peopled

LAB, INSPECTOR, CUSTOMS, STATE, RIVAL = (
    f"ledger.example/party/{name}" for name in ("lab", "inspector", "customs", "state", "rival")
)
_D, _I, _R = RecordClass.DESCRIPTION, RecordClass.INSPECTION, RecordClass.RECALL


def world_with(*more: tuple[str, str]) -> World:
    """A merchant, a shop, a rival, and one party of each examining role; `more`: prefixes licensed."""
    world = peopled()
    for party, role in ((LAB, "laboratory"), (INSPECTOR, "inspector"), (CUSTOMS, "customs"), (STATE, "authority")):
        world.admit(party, role)
    world.admit(RIVAL, "merchant")
    for party, prefix in more:
        world.write(PrefixLicensed(party, prefix), REGISTRAR)
    return world


STATE_NOW = world_with().state
BRANDED = world_with((TEA, "690123")).state


def say(body: DossierBody, issuer: str, klass: RecordClass, *, state: Governance = STATE_NOW, facts: Facts | None = None) -> None:
    refuse_unpermitted(body, Saying(issuer, klass, state, facts or Facts()))


def refused(
    error: type[DossierRefused],
    pointer: str,
    body: DossierBody,
    issuer: str,
    klass: RecordClass,
    *,
    state: Governance = STATE_NOW,
    facts: Facts | None = None,
) -> str:
    with pytest.raises(error) as reason:
        say(body, issuer, klass, state=state, facts=facts)
    assert reason.value.pointer == pointer
    assert reason.value.seen
    assert reason.value.wanted
    return f"{reason.value.seen} {reason.value.wanted}"


# Descriptions


def test_a_party_describes_only_itself() -> None:
    body = PartyDescribed(TEA, words("Tea"))
    say(body, TEA, _D)
    for other in (SHOP, RIVAL, STATE):
        refused(DescribedByAnother, "/party", body, other, _D)


def test_anybody_describes_a_product_under_its_own_name() -> None:
    body = sample(ProductDescribed)
    for issuer in (TEA, RIVAL):
        say(body, issuer, _D, state=BRANDED)


# Withdrawals

WITHDRAWAL = sample(StatementWithdrawn)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_who_said_it_withdraws_what_can_be_withdrawn(kind: str) -> None:
    facts = Facts(NamedRecord(TEA, _D, kind))
    if kind in WITHDRAWABLE:
        say(WITHDRAWAL, TEA, _D, facts=facts)
    else:
        refused(NamedRecordWrong, "/statement", WITHDRAWAL, TEA, _D, facts=facts)
    refused(WithdrawnByAnother, "/statement", WITHDRAWAL, RIVAL, _D, facts=facts)
    refused(WithdrawnByAnother, "/statement", WITHDRAWAL, STATE, _I, facts=facts)


def test_an_authority_withdraws_an_inspection() -> None:
    facts = Facts(NamedRecord(LAB, _I, "TestReported"))
    say(WITHDRAWAL, STATE, _I, facts=facts)
    say(WITHDRAWAL, LAB, _I, facts=facts)
    for other in (TEA, INSPECTOR, CUSTOMS):
        refused(WithdrawnByAnother, "/statement", WITHDRAWAL, other, _I, facts=facts)


def test_a_withdrawal_names_a_record_of_the_dossier_that_is_there() -> None:
    refused(NamedRecordAbsent, "/statement", WITHDRAWAL, TEA, _D)
    refused(NamedRecordWrong, "/statement", WITHDRAWAL, TEA, _D, facts=Facts(NamedRecord(TEA, RecordClass.EPCIS, None)))


def test_a_stranger_learns_nothing_of_the_type_of_what_it_names() -> None:
    for kind in ("TestReported", "RecallIssued", None):
        told = refused(WithdrawnByAnother, "/statement", WITHDRAWAL, RIVAL, _D, facts=Facts(NamedRecord(TEA, _D, kind)))
        assert str(kind) not in told


# Recalls

RECALL = replace(sample(RecallIssued), subjects_=(LOT, ITEM))  # type: ignore[type-var]


@pytest.mark.parametrize("issuer", [INSPECTOR, CUSTOMS, STATE])
def test_who_controls_recalls_anything(issuer: str) -> None:
    say(RECALL, issuer, _R)
    say(replace(RECALL, subjects_=(CASE,)), issuer, _R, state=BRANDED)


def test_the_brand_recalls_its_products_and_no_others() -> None:
    say(RECALL, TEA, _R, state=BRANDED)
    say(replace(RECALL, subjects_=(PRODUCT,)), TEA, _R, state=BRANDED)
    refused(RecallByStranger, "/subjects/1", replace(RECALL, subjects_=(LOT, CASE)), TEA, _R, state=BRANDED)
    refused(RecallByStranger, "/subjects/0", RECALL, RIVAL, _R, state=BRANDED)
    refused(RecallByStranger, "/subjects/0", RECALL, TEA, _R)


def test_a_maker_of_every_subject_recalls_them() -> None:
    say(RECALL, SHOP, _R, facts=Facts(makers={LOT: (SHOP,), ITEM: (TEA, SHOP)}))
    refused(RecallByStranger, "/subjects/1", RECALL, SHOP, _R, facts=Facts(makers={LOT: (SHOP,), ITEM: (TEA,)}))


def test_where_the_brand_is_known_only_who_began_a_thing_first_made_it() -> None:
    facts = Facts(makers={LOT: (SHOP, RIVAL), ITEM: (SHOP, RIVAL)})
    say(RECALL, SHOP, _R, state=BRANDED, facts=facts)
    say(RECALL, RIVAL, _R, facts=facts)
    refused(RecallByStranger, "/subjects/0", RECALL, RIVAL, _R, state=BRANDED, facts=facts)


def test_brand_of_the_one_and_maker_of_the_other_is_enough() -> None:
    say(replace(RECALL, subjects_=(LOT, CASE)), TEA, _R, state=BRANDED, facts=Facts(makers={CASE: (TEA,)}))


def test_a_recall_is_ended_by_its_issuer_or_an_authority() -> None:
    body, facts = sample(RecallEnded), Facts(NamedRecord(TEA, _R, "RecallIssued"))
    for issuer in (TEA, STATE):
        say(body, issuer, _R, facts=facts)
    for other in (RIVAL, INSPECTOR, CUSTOMS):
        refused(RecallEndedByAnother, "/recall", body, other, _R, facts=facts)
    refused(RecallEndedByAnother, "/recall", body, TEA, _R, state=BRANDED, facts=Facts(NamedRecord(STATE, _R, "RecallIssued")))
    refused(NamedRecordAbsent, "/recall", body, TEA, _R)
    for kind in ("RecallEnded", "TestReported", None):
        refused(NamedRecordWrong, "/recall", body, TEA, _R, facts=Facts(NamedRecord(TEA, _R, kind)))


# Examinations


def tied(first: str, second: str) -> Governance:
    world = world_with((TEA, "690123"))
    world.write(OwnershipDeclared(first, "lei/1", (), (second,)), REGISTRAR)
    return world.state


@pytest.mark.parametrize("body", [REPORT, replace(sample(CertificateIssued), about=LOT)], ids=["report", "certificate"])  # type: ignore[type-var]
def test_an_examiner_is_no_one_interest_with_brand_or_maker(body: DossierBody) -> None:
    made = Facts(makers={LOT: (SHOP, RIVAL)})
    say(body, LAB, _I, state=BRANDED, facts=made)
    for party in (TEA, SHOP, RIVAL):
        state = tied(LAB, party)
        told = refused(ExaminerNotIndependent, "/about", body, LAB, _I, state=state, facts=made)
        assert party in told
        assert "affiliated" in told
        say(body, INSPECTOR, _I, state=state, facts=made)
        # As a seller it may repeat what a report says: that is shown as its own word.
        say(body, LAB, _D, state=state, facts=made)


def test_who_makes_it_does_not_examine_it() -> None:
    world = world_with()
    world.write(RoleGranted(SHOP, "laboratory"), GOV1, GOV2)
    told = refused(ExaminerNotIndependent, "/about", REPORT, SHOP, _I, state=world.state, facts=Facts(makers={LOT: (SHOP,)}))
    assert "the same party" in told


def test_a_certificate_of_a_party_or_a_place() -> None:
    of_party, of_place = sample(CertificateIssued), replace(sample(CertificateIssued), about=PLACE)  # type: ignore[type-var]
    say(of_party, LAB, _I)
    refused(ExaminerNotIndependent, "/about", of_party, LAB, _I, state=tied(LAB, TEA))
    say(of_place, LAB, _I, state=tied(LAB, TEA))


def test_nobody_checks_its_own_licence_or_that_of_a_relative() -> None:
    body = LicenceChecked(LAB, "SC1", "valid", REPORT.reported)
    say(body, STATE, _I)
    refused(LicenceOfOneself, "/party", body, LAB, _I)
    refused(ExaminerNotIndependent, "/party", body, STATE, _I, state=tied(STATE, LAB))


# What each rule asks for, and what nobody posts


def test_what_must_be_looked_up_for_each_type() -> None:
    asked = {type(body).__name__: things_examined(body) for body in SAMPLES if things_examined(body)}
    assert asked == {"RecallIssued": (LOT, CASE), "TestReported": (LOT,)}
    assert things_examined(replace(sample(CertificateIssued), about=LOT)) == (LOT,)  # type: ignore[type-var]
    named = {type(body).__name__ for body in SAMPLES if address_named(body) is not None}
    assert named == {"StatementWithdrawn", "RecallEnded"}


@pytest.mark.parametrize("body", SAMPLES, ids=lambda body: type(body).__name__)
def test_every_type_is_posted_or_has_a_way_of_its_own(body: DossierBody) -> None:
    if type(body).__name__ in OTHER_WAYS:
        with pytest.raises(TypeHasItsOwnWay) as reason:
            refuse_other_way(body)
        assert (reason.value.pointer, reason.value.seen) == ("/type", type(body).__name__)
    else:
        refuse_other_way(body)


def test_all_of_class_scan_has_a_way_of_its_own() -> None:
    assert set(OTHER_WAYS) == TYPES[RecordClass.SCAN] | {"SerialsIssued"}
    assert WITHDRAWABLE.isdisjoint(OTHER_WAYS)
    assert isinstance(REPORT, Reported)
