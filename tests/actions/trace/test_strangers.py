"""What a competitor can do to an honest item by what it says under its own name: be named, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from ledger.actions.codes.issue_serials import SerialOrder, issue_serials
from ledger.actions.dossier.list_recalls import list_recalls
from ledger.actions.log.aside import OwnDesk
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import expel_party, license_prefix
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.actions.trace import find_statements
from ledger.actions.trace.item_facts import ItemFacts
from ledger.trade.alliance.bodies import OwnershipDeclared
from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.verdict import Verdict
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import (
    Licence,
    MediaDescribed,
    PartyDescribed,
    PlaceDescribed,
    ProductDescribed,
    Registration,
    StatementWithdrawn,
)
from ledger.trade.dossier.bodies.inspected import CertificateIssued
from ledger.trade.dossier.refusals import RecallByStranger, SerialsOfAnothersBrand, WithdrawnByAnother
from tests.actions.conftest import World
from tests.actions.trace.test_item_statements import GTIN, ITEM, facts, product, recall, said, told, words

PLACE = "https://id.gs1.org/414/9506000134376"
GLN = "9506000134376"
LONG_AGO = date(2001, 1, 1)
PICTURE = sha256(b"picture").digest()


@pytest.fixture
def rival(world: World) -> str:
    return admit_party(world.ledger, Admission("rival", ["merchant"], "CN")).party


@pytest.fixture
def honest(world: World) -> World:
    """An item that its works made, described and photographed, at a place that has a name."""
    told(world, 1, epcList=[ITEM], action="ADD", bizStep="commissioning", readPoint={"id": PLACE})
    said(world, world.tea, product("Green tea"))
    said(world, world.tea, PlaceDescribed(PLACE, words("Tea works"), "factory", "CN-GZ"))
    said(world, world.tea, media("Our tea", "captured"))
    return world


def media(caption: str, origin: str, digest: bytes = PICTURE, about: str = ITEM) -> MediaDescribed:
    return MediaDescribed(digest, "image/png", 7, about, origin, captions=words(caption))


def certificate(about: str = GTIN, number: str = "C-1") -> CertificateIssued:
    return CertificateIssued(about, number, "X", words("Poisonous"), words("all"), LONG_AGO, LONG_AGO)


def company(party: str, **more: Any) -> PartyDescribed:
    return PartyDescribed(party, words("Rival"), **more)


def judged(found: ItemFacts) -> tuple[Any, ...]:
    """Everything that a reader goes by."""
    return (
        found.verdict,
        found.name,
        found.text,
        found.by_brand,
        [finding for finding in found.findings if finding.code != "description-by-stranger"],
        [step.place for step in found.steps],
        found.certificates,
        found.gallery,
        found.expectations.missing,
        [party.body.party for party in found.parties],
    )


def licence() -> Licence:
    return Licence(words("Licence"), "L-1", "Office", LONG_AGO, LONG_AGO)


HOSTILE = {
    "a product": product("Not its name"),
    "the very item": ProductDescribed(ITEM, words("Not its name"), "farm-produce", texts=words("Do not buy")),
    "a place": PlaceDescribed(PLACE, words("Sweatshop"), "office", "XX"),
    "the picture": media("A fake", "synthetic"),
    "another picture": media("Mould", "captured", sha256(b"mould").digest()),
    "a certificate that ran out": certificate(),
    "a certificate of the place": certificate(PLACE),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_description_changes_nothing_but_that_it_is_named(honest: World, rival: str, body: DossierBody) -> None:
    before = judged(facts(honest))
    said(honest, rival, body)
    said(honest, rival, company(rival, licences=(licence(),), registrations=(Registration("gln", GLN),)))
    after = facts(honest)
    assert judged(after) == before
    named = [finding.values["issuer"] for finding in after.findings if finding.code == "description-by-stranger"]
    assert named == [rival]


def test_calling_it_evidence_makes_no_description_count(honest: World) -> None:
    carrier = admit_party(honest.ledger, Admission("carrier", ["carrier"], "CN")).party
    before = judged(facts(honest))
    for name in ("a place", "the picture", "another picture"):
        said(honest, carrier, HOSTILE[name])
    found = facts(honest)
    assert judged(found) == before
    assert "description-by-stranger" in {finding.code for finding in found.findings}


def test_whoever_begins_an_item_once_more_is_not_its_maker(honest: World, rival: str) -> None:
    again = {"epcList": [ITEM], "action": "ADD", "bizStep": "commissioning", "eventTime": "2001-01-01T00:00:00.000Z"}
    told(honest, 2, rival, **again)
    said(honest, rival, HOSTILE["the very item"])
    assert (facts(honest).name, facts(honest).by_brand) == ("Green tea", True)


def test_the_brand_counts_before_whoever_makes_one_item_of_it(world: World, rival: str) -> None:
    license_prefix(world.ledger, world.tea, "9506000")
    said(world, world.tea, product("The brand's name"))
    told(world, 1, rival, epcList=[ITEM], action="ADD", bizStep="commissioning")
    said(world, rival, HOSTILE["the very item"])
    assert facts(world).name == "The brand's name"


def test_a_place_is_named_by_who_was_there_first_and_by_the_holder_of_its_prefix_before_all(honest: World, rival: str) -> None:
    told(honest, 2, rival, epcList=[ITEM], bizStep="storing", readPoint={"id": PLACE}, eventTime="2001-01-01T00:00:00.000Z")
    said(honest, rival, PlaceDescribed(PLACE, words("Sweatshop"), "office", "XX"))
    assert {step.place.name for step in facts(honest).steps if step.place} == {"Tea works"}
    owner = admit_party(honest.ledger, Admission("owner", ["merchant"], "CN")).party
    license_prefix(honest.ledger, owner, "95060001")
    said(honest, owner, PlaceDescribed(PLACE, words("Owner's name"), "factory", "CN-GZ"))
    assert {step.place.name for step in facts(honest).steps if step.place} == {"Owner's name"}


def test_a_stranger_who_is_expelled_later_takes_nothing_down_with_it(honest: World, rival: str) -> None:
    before = judged(facts(honest))
    for body in HOSTILE.values():
        said(honest, rival, body)
    expel_party(honest.ledger, rival, reason="false-statements")
    publish_checkpoint(honest.ledger)
    assert judged(facts(honest)) == before


def test_a_recall_and_a_withdrawal_by_a_stranger_are_refused_at_intake(honest: World, rival: str) -> None:
    license_prefix(honest.ledger, honest.tea, "9506000")
    told(honest, 2, rival, epcList=[ITEM], action="ADD", bizStep="commissioning")
    with pytest.raises(RecallByStranger):
        said(honest, rival, recall(ITEM))
    at = said(honest, honest.tea, product("Green tea again"))
    with pytest.raises(WithdrawnByAnother):
        said(honest, rival, StatementWithdrawn(at, "fraud"))
    assert facts(honest).recalls == () and list_recalls(honest.ledger).recalls == ()


def test_numbers_of_a_licensed_brand_are_issued_by_nobody_else(honest: World, rival: str) -> None:
    def issue(party: str) -> None:
        order = SerialOrder(issuer=party, product=GTIN, lot=None, count=2)
        issue_serials(honest.ledger, order, queue=honest.turn, desk=OwnDesk(honest.ledger))

    issue(rival)  # a number that is nobody's may be numbered by anybody, under its own name
    license_prefix(honest.ledger, honest.tea, "9506000")
    with pytest.raises(SerialsOfAnothersBrand):
        issue(rival)
    issue(honest.tea)


def test_a_flood_of_descriptions_buries_no_recall(honest: World, rival: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_statements, "STATEMENTS_MAX", 12)
    inspector = admit_party(honest.ledger, Admission("inspector", ["inspector"], "SG")).party
    for number in range(20):
        said(honest, rival, product(f"Flood {number}"))
    said(honest, inspector, recall(GTIN))
    for number in range(20):
        said(honest, rival, product(f"More {number}"))
    found = facts(honest)
    assert (found.verdict, found.truncated) == (Verdict.RECALLED, True)


def test_an_examiner_who_turns_out_to_belong_to_the_maker_is_shown_as_independent_no_more(honest: World) -> None:
    said_by_sister = replace(certificate(), valid_until=date(2040, 1, 1))
    sister = admit_party(honest.ledger, Admission("sister", ["laboratory"], "CN")).party
    said(honest, sister, said_by_sister)
    assert [shown.source.grade for shown in facts(honest).certificates] == [Grade.INDEPENDENT]
    record_by_held_keys(honest.ledger, OwnershipDeclared(sister, "lei/1", (), (honest.tea,)))
    assert [shown.source.grade for shown in facts(honest).certificates] == [Grade.SELF_DECLARED]


def test_an_authority_withdraws_what_an_examiner_said_and_nobody_elses_word(honest: World) -> None:
    inspector = admit_party(honest.ledger, Admission("inspector", ["inspector"], "SG")).party
    authority = admit_party(honest.ledger, Admission("authority", ["authority"], "SG")).party
    at = said(honest, inspector, replace(certificate(), valid_until=date(2040, 1, 1)))
    assert [shown.withdrawn for shown in facts(honest).certificates] == [False]
    said(honest, authority, StatementWithdrawn(at, "fraud"))
    assert [shown.withdrawn for shown in facts(honest).certificates] == [True]
