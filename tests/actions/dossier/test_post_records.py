"""Dossier records in: the class they are said in, who may say them by what the ledger holds, and how each is indexed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.actions.capture.author import HeldAuthor
from ledger.actions.capture.stage_batch import NoHeldKey
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.dossier.post_records import check_posted, check_shapes, check_signed, post_held, post_signed, sign_held
from ledger.actions.dossier.submit_dossier import ClassesMixed, DossierWritten, NoteNotDossier, submit_held
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import license_prefix, suspend_party, withdraw_prefix
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.actions.trace.find_statements import find_statements
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.storage.database import reading
from ledger.trade.alliance.bodies import OwnershipDeclared
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import PartyDescribed, ProductDescribed, StatementWithdrawn
from ledger.trade.dossier.bodies.inspected import LicenceChecked
from ledger.trade.dossier.bodies.recalled import RecallEnded, RecallIssued
from ledger.trade.dossier.refusals import (
    DescribedByAnother,
    ExaminerNotIndependent,
    NamedRecordAbsent,
    NamedRecordWrong,
    RecallByStranger,
    RecallEndedByAnother,
    TypeHasItsOwnWay,
    WithdrawnByAnother,
)
from ledger.trade.parties.refusals import PartyNotActive
from ledger.trade.reading import ANYONE
from ledger.trade.shapes.address import Address
from tests.actions.conftest import ORIGIN, SEED, World
from tests.documents import bare
from tests.trade.dossier.samples import MOMENT, REPORT, SAMPLES, words

ITEM = "https://id.gs1.org/01/09506000134352/21/S1"
PRODUCT = ProductDescribed(ITEM, words("Tea"), "farm-produce")
RECALL = RecallIssued(MOMENT, (ITEM,), "safety", "return", words("Glass in it"))


def post(world: World, party: str, *bodies: DossierBody, read: ReadRule = ReadRule.PUBLIC) -> DossierWritten:
    return post_held(world.ledger, [body.to_body() for body in bodies], issuer=party, queue=world.turn, read=read)


def admit(world: World, name: str, role: str) -> str:
    return admit_party(world.ledger, Admission(name, [role], "CN")).party


def address(written: DossierWritten, place: int = 0) -> Address:
    return Address(ORIGIN, written.entry, place)


def lab_note(world: World, *bodies: DossierBody, klass: RecordClass = RecordClass.INSPECTION) -> tuple[list[bytes], bytes]:
    records = [body.to_body() for body in bodies]
    return records, world.note(records, b"", klass=klass, context=None)


def test_what_is_posted_is_found_under_what_it_is_about(world: World) -> None:
    written = post(world, world.tea, PRODUCT, PartyDescribed(world.tea, words("Tea")))
    assert (written.klass, written.repeated, len(written.bodies)) == (RecordClass.DESCRIPTION, False, 2)
    with reading(world.ledger.engine) as connection:
        found = find_statements(connection, ANYONE, [ITEM, world.tea]).found
    assert [one.position for one in found] == [(written.entry, 0), (written.entry, 1)]
    assert found[0].data == PRODUCT.to_body()


def test_the_same_report_is_an_inspection_or_a_sellers_word(world: World) -> None:
    report = replace(REPORT, about=ITEM)
    assert post(world, world.tea, report).klass is RecordClass.DESCRIPTION
    records, note = lab_note(world, report)
    assert post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn).klass is RecordClass.INSPECTION
    both = admit_party(world.ledger, Admission("both", ["laboratory", "merchant"], "CN")).party
    assert post(world, both, report).klass is RecordClass.INSPECTION
    assert post(world, both, replace(PRODUCT, product=ITEM)).klass is RecordClass.DESCRIPTION


def test_records_of_two_classes_are_no_batch(world: World) -> None:
    with pytest.raises(ClassesMixed):
        post(world, world.tea, PRODUCT, RECALL)
    with pytest.raises(ClassesMixed):
        post(world, admit(world, "carrier", "carrier"), PRODUCT)


def test_who_cannot_write_at_all(world: World) -> None:
    with pytest.raises(NoHeldKey):
        post(world, world.lab, replace(REPORT, about=ITEM))
    suspend_party(world.ledger, world.tea, reason="own-request")
    with pytest.raises(PartyNotActive):
        post(world, world.tea, PRODUCT)
    records, note = lab_note(world, PRODUCT, klass=RecordClass.ESCROW)
    with pytest.raises(NoteNotDossier):
        post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn)


def test_a_party_speaks_only_for_itself_both_ways(world: World) -> None:
    other = PartyDescribed("ledger.example/party/other", words("Other"))
    with pytest.raises(DescribedByAnother) as refused:
        post(world, world.tea, PRODUCT, other)
    assert refused.value.pointer == "record 1/party"
    records, note = lab_note(world, other)
    with pytest.raises(DescribedByAnother) as refused:
        post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn)
    assert (refused.value.pointer, refused.value.seen, refused.value.wanted) == ("/party", other.party, world.lab)
    records, note = lab_note(world, PartyDescribed(world.lab, words("Laboratory")))
    assert post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn).klass is RecordClass.INSPECTION


def test_a_statement_is_withdrawn_by_its_issuer_and_an_inspection_by_an_authority(world: World) -> None:
    authority, rival = admit(world, "state", "authority"), admit(world, "rival", "merchant")
    said = post(world, world.tea, PRODUCT)
    records, note = lab_note(world, replace(REPORT, about=ITEM))
    examined = post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn)
    for party, target in ((rival, said), (authority, said), (world.tea, examined), (rival, examined)):
        with pytest.raises(WithdrawnByAnother):
            post(world, party, StatementWithdrawn(address(target), "fraud"))
    withdrawn = post(world, world.tea, StatementWithdrawn(address(said), "replaced"))
    assert post(world, authority, StatementWithdrawn(address(examined), "fraud")).klass is RecordClass.INSPECTION
    with pytest.raises(NamedRecordWrong):
        post(world, world.tea, StatementWithdrawn(address(withdrawn), "error"))


@pytest.mark.parametrize(
    "named",
    [
        Address("other.example/log", 0, 0),
        Address(ORIGIN, 10_000, 0),
        Address(ORIGIN, 2**63 - 1, 0),
        Address(ORIGIN, 0, 1),
        Address(ORIGIN, 0, 16_384),
        Address(ORIGIN, 0, 99_999),
    ],
    ids=str,
)
def test_an_address_at_which_nothing_stands(world: World, named: Address) -> None:
    with pytest.raises(NamedRecordAbsent):
        post(world, world.tea, StatementWithdrawn(named, "error"))
    with pytest.raises(NamedRecordAbsent):
        post(world, world.tea, RecallEnded(named, words("Wrong")))


def test_what_is_no_dossier_record_cannot_be_withdrawn(world: World) -> None:
    event = submit_event(world.ledger, bare(1), HeldAuthor(world.tea, ReadRule.PUBLIC), world.turn)
    with pytest.raises(NamedRecordWrong):
        post(world, world.tea, StatementWithdrawn(Address(ORIGIN, *event.position), "error"))


def test_a_recall_by_maker_brand_control_and_by_nobody_else(world: World) -> None:
    rival, inspector = admit(world, "rival", "merchant"), admit(world, "inspector", "inspector")
    with pytest.raises(RecallByStranger):
        post(world, world.tea, RECALL)
    assert post(world, inspector, RECALL).klass is RecordClass.RECALL
    began = {"epcList": [ITEM], "action": "ADD", "bizStep": "commissioning"}
    submit_event(world.ledger, bare(1, **began), HeldAuthor(world.tea, ReadRule.PARTIES), world.turn)
    recalled = post(world, world.tea, RECALL)
    with pytest.raises(RecallByStranger):
        post(world, rival, RECALL)
    with pytest.raises(RecallEndedByAnother):
        post(world, inspector, RecallEnded(address(recalled), words("Over")))
    post(world, world.tea, RecallEnded(address(recalled), words("Over")))
    license_prefix(world.ledger, rival, "950600013")
    post(world, rival, RECALL)
    withdraw_prefix(world.ledger, rival, "950600013")
    with pytest.raises(RecallByStranger):
        post(world, rival, RECALL)


def test_whoever_begins_a_branded_thing_once_more_cannot_call_it_back(world: World) -> None:
    rival = admit(world, "rival", "merchant")
    began = {"epcList": [ITEM], "action": "ADD", "bizStep": "commissioning"}
    for number, party in enumerate((world.tea, rival), 1):
        submit_event(world.ledger, bare(number, **began), HeldAuthor(party, ReadRule.CODE), world.turn)
    license_prefix(world.ledger, admit(world, "brand", "merchant"), "950600013")
    with pytest.raises(RecallByStranger):
        post(world, rival, RECALL)
    post(world, world.tea, RECALL)


def test_a_laboratory_with_ties_to_the_maker_examines_nothing_of_it(world: World) -> None:
    began = {"epcList": [ITEM], "action": "ADD", "bizStep": "commissioning"}
    submit_event(world.ledger, bare(1, **began), HeldAuthor(world.tea, ReadRule.CODE), world.turn)
    record_by_held_keys(world.ledger, OwnershipDeclared(world.lab, "lei/1", (), (world.tea,)))
    for body in (replace(REPORT, about=ITEM), LicenceChecked(world.tea, "SC1", "valid", date(2026, 1, 1))):
        records, note = lab_note(world, body)
        with pytest.raises(ExaminerNotIndependent):
            post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn)
        with pytest.raises(ExaminerNotIndependent):
            check_signed(world.ledger, records, note=note, seed=SEED)


@pytest.mark.parametrize("kind", ["SerialsIssued", "ItemClaimed", "ItemTransferred", "LabelReported", "ScansCounted"])
def test_types_with_a_way_of_their_own_are_not_posted(world: World, kind: str) -> None:
    body = next(body for body in SAMPLES if type(body).__name__ == kind)
    with pytest.raises(TypeHasItsOwnWay):
        post(world, world.tea, body)
    with pytest.raises(TypeHasItsOwnWay) as refused:
        sign_held(world.ledger, [PRODUCT.to_body(), body.to_body()], issuer=world.tea, read=ReadRule.PUBLIC, seed=SEED)
    assert refused.value.pointer == "record 1/type"


def test_the_ways_of_their_own_are_open_to_who_goes_them(world: World) -> None:
    body = next(body for body in SAMPLES if type(body).__name__ == "LabelReported")
    shop = admit(world, "shop", "shop")
    written = submit_held(world.ledger, [body.to_body()], issuer=shop, queue=world.turn)
    assert written.klass is RecordClass.SCAN


def test_a_note_signed_for_a_request_is_the_one_that_is_written(world: World) -> None:
    records = [PRODUCT.to_body()]
    note = sign_held(world.ledger, records, issuer=world.tea, read=ReadRule.CODE, seed=SEED)
    first = post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn)
    again = post_signed(world.ledger, records, note=note, seed=SEED, queue=world.turn)
    assert (first.repeated, again.repeated, again.entry) == (False, True, first.entry)


def test_judging_says_what_writing_would_say(world: World) -> None:
    bodies = [PRODUCT, PartyDescribed(world.lab, words("Not I")), PartyDescribed(world.tea, words("I"))]
    records = [*(body.to_body() for body in bodies), b'{"type":"ProductDescribed"}']
    checked = check_posted(world.ledger, records, issuer=world.tea)
    assert [record.refusal.code if record.refusal else None for record in checked.records] == [
        None,
        "DescribedByAnother",
        None,
        "BodyMemberMissing",
    ]
    assert (checked.klass, checked.refusal, checked.accepted) == (RecordClass.DESCRIPTION, None, False)
    assert check_posted(world.ledger, records[:1], issuer=world.tea).accepted
    mixed = check_posted(world.ledger, [PRODUCT.to_body(), RECALL.to_body()], issuer=world.tea)
    assert isinstance(mixed.refusal, ClassesMixed)
    assert not mixed.accepted
    assert not check_posted(world.ledger, [b"{}"], issuer=world.tea).accepted
    assert [record.refusal for record in check_shapes([PRODUCT.to_body()])] == [None]
