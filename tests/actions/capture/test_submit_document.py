"""Documents in: verdicts, duplicates, rollback and proceed, held keys and own notes."""

from __future__ import annotations

import json

import pytest

from ledger.actions.capture.author import HeldAuthor, NoteClassWrong, OwnAuthor, ProceedWithOwnNote
from ledger.actions.capture.capture_job import CaptureJob, OnError, from_row
from ledger.actions.capture.check_document import DocumentNotObject, RecordTooLarge, TooManyEvents
from ledger.actions.capture.document_capture import SignedEventDuplicate, SignedEventRefused, Submission
from ledger.actions.capture.stage_batch import BatchSizeDiffers, NoHeldKey, RootDiffers
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.log.turn import IssuerTimeAhead, RootTaken, SeenUntrue
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import revoke_key, suspend_party
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass, RoleMayNotSign
from ledger.evidence.batch import BatchSignatureWrong, SignedBatch
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import root_of
from ledger.evidence.statement import ContextDiffers
from ledger.storage.database import reading
from ledger.storage.entries import iterate_records, read_entry
from ledger.storage.jobs import read_job
from ledger.trade.epcis.document import split_document
from ledger.trade.parties.refusals import KeyRevokedBefore, NoteOfAnotherLog, PartyNotActive
from tests.actions.conftest import World
from tests.documents import CONTEXT, document, event


def post(world: World, data: bytes, on_error: OnError = OnError.ROLLBACK) -> CaptureJob:
    return submit_document(world.ledger, Submission(data, world.held, on_error), world.turn)


def verdicts(job: CaptureJob) -> list[str]:
    return [outcome.verdict.value for outcome in job.events]


def bodies_of(world: World, entry: int) -> list[bytes | None]:
    with reading(world.ledger.engine) as connection:
        return [record.body for record in iterate_records(connection, entry)]


def entry_at(world: World, index: int) -> Entry:
    with reading(world.ledger.engine) as connection:
        return Entry.parse(read_entry(connection, index))


def size(world: World) -> int:
    return world.ledger.head().size


# --- accepted


def test_every_record_is_kept_byte_for_byte(world: World) -> None:
    odd = '{ "type":"ObjectEvent" ,"eventTime":"2026-11-20T07:00:00+08:00","eventTimeZoneOffset":"+08:00",' \
          '"epcList":[ ],"action":"ADD", "ex:a" : 1.50e1 , "bizStep":"com\\u006dissioning"}'  # fmt: skip
    data = b" \n" + document(event(1), odd, **{"@context": [CONTEXT, {"ex": "https://x.example/"}]}) + b"\n"
    job = post(world, data)
    assert verdicts(job) == ["accepted", "accepted"]
    split = split_document(data)
    assert job.entry is not None
    assert bodies_of(world, job.entry) == [split.record, json.dumps(event(1)).encode(), odd.encode()]


def test_the_batch_in_the_entry_is_the_tree_over_the_kept_commitments(world: World) -> None:
    job = post(world, document(event(1), event(2)))
    assert job.entry is not None
    with reading(world.ledger.engine) as connection:
        batch = Entry.parse(read_entry(connection, job.entry)).signed().batch
        kept = [record.commitment for record in iterate_records(connection, job.entry)]
    assert (batch.size, batch.root, batch.read, batch.issuer) == (3, root_of(kept), ReadRule.CODE, world.tea)


def test_a_job_is_read_again_as_it_was_answered(world: World) -> None:
    job = post(world, document(event(1), event(2, eventTime="2027-11-20T07:00:00Z")))
    with reading(world.ledger.engine) as connection:
        assert from_row(read_job(connection, job.id, party=world.tea)) == job
    assert job.events[1].findings[0].code == "EventTimeAhead"


def test_a_job_is_finished_when_its_entry_is_written(world: World) -> None:
    begun = world.clock.now
    world.clock.advance(1_000)
    job = post(world, document(event(1)))
    assert job.entry is not None
    assert begun < job.created <= job.finished == entry_at(world, job.entry).time


def test_a_document_without_events_writes_nothing(world: World) -> None:
    before = size(world)
    job = post(world, document())
    assert (job.success, job.entry, size(world)) == (True, None, before)


# --- duplicates


def test_the_same_document_again_answers_with_the_first_positions(world: World) -> None:
    first, again = post(world, document(event(1), event(2))), post(world, document(event(1), event(2)))
    assert verdicts(again) == ["duplicate", "duplicate"]
    assert [again.position_of(e) for e in again.events] == [first.position_of(e) for e in first.events]
    assert (again.success, again.entry) == (True, None)


def test_a_partly_overlapping_document_adds_only_what_is_new(world: World) -> None:
    first = post(world, document(event(1), event(2)))
    second = post(world, document(event(3), event(2), event(4)))
    assert verdicts(second) == ["accepted", "duplicate", "accepted"]
    assert [second.position_of(e) for e in second.events] == [(second.entry, 1), (first.entry, 2), (second.entry, 2)]


def test_events_without_id_are_known_again_by_their_bytes(world: World) -> None:
    first = post(world, document(event(1, eventID=None)))
    assert verdicts(post(world, document(event(1, eventID=None), event(2, eventID=None)))) == ["duplicate", "accepted"]
    assert first.entry is not None


def test_an_event_said_twice_in_one_document_is_kept_once(world: World) -> None:
    job = post(world, document(event(1, eventID=None), event(1, eventID=None)))
    assert verdicts(job) == ["accepted", "duplicate"]
    assert job.position_of(job.events[0]) == job.position_of(job.events[1]) == (job.entry, 1)


def test_the_same_value_in_other_bytes_is_a_duplicate(world: World) -> None:
    first = post(world, document(event(1)))
    shuffled = json.dumps(dict(reversed(event(1).items())), indent=3)
    again = post(world, document(shuffled))
    assert again.position_of(again.events[0]) == first.position_of(first.events[0])


def test_another_event_under_a_taken_id_is_refused_with_its_pointer(world: World) -> None:
    post(world, document(event(1)))
    job = post(world, document(event(1, bizStep="receiving"), event(2)))
    assert verdicts(job) == ["refused", "rolled_back"]
    (finding,) = job.events[0].findings
    assert (finding.code, finding.pointer) == ("EventIdTaken", "/epcisBody/eventList/0/eventID")


def test_an_error_declaration_repeats_the_id_of_what_it_corrects(world: World) -> None:
    post(world, document(event(1)))
    declared = {"declarationTime": "2026-11-20T07:10:00.000Z", "reason": "did_not_occur"}
    job = post(world, document(event(1, errorDeclaration=declared)))
    assert verdicts(job) == ["accepted"]
    assert verdicts(post(world, document(event(1, errorDeclaration=declared)))) == ["duplicate"]


def test_event_ids_are_scoped_by_issuer(world: World) -> None:
    post(world, document(event(1)))
    data = document(event(1, bizStep="receiving"))
    job = submit_document(world.ledger, own(world, data), world.turn)
    assert verdicts(job) == ["accepted"]


# --- refused


def test_rollback_keeps_nothing_and_says_what_would_have_been(world: World) -> None:
    before = size(world)
    job = post(world, document(event(1), event(2, action="EAT"), event(3)))
    assert verdicts(job) == ["rolled_back", "refused", "rolled_back"]
    assert (job.success, job.entry, size(world)) == (False, None, before)
    assert job.events[1].findings[0].pointer == "/epcisBody/eventList/1/action"


def test_proceed_keeps_the_others(world: World) -> None:
    job = post(world, document(event(1), event(2, action="EAT"), event(3)), OnError.PROCEED)
    assert verdicts(job) == ["accepted", "refused", "accepted"]
    assert job.entry is not None
    assert [job.position_of(e) for e in job.events] == [(job.entry, 1), None, (job.entry, 2)]
    assert not job.success


def test_a_document_that_is_refused_as_a_whole_keeps_nothing_even_when_proceeding(world: World) -> None:
    before = size(world)
    job = post(world, document(event(1), schemaVersion=None), OnError.PROCEED)
    assert verdicts(job) == ["rolled_back"]
    assert ([error.pointer for error in job.errors], size(world)) == (["/schemaVersion"], before)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"[]", DocumentNotObject),
        (document(*["{}"] * 10_001), TooManyEvents),
        (document(event(1, **{"ex:x": "a" * (1 << 20)})), RecordTooLarge),
    ],
)
def test_what_cannot_be_a_document_is_named(world: World, data: bytes, error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        post(world, data)


def test_a_suspended_party_is_refused_at_once(world: World) -> None:
    suspend_party(world.ledger, world.tea, reason="under-investigation")
    with pytest.raises(PartyNotActive):
        post(world, document(event(1)))


def test_the_operator_does_not_sign_for_a_party_with_its_own_key(world: World) -> None:
    author = HeldAuthor(world.lab, ReadRule.CODE)
    with pytest.raises(NoHeldKey):
        submit_document(world.ledger, Submission(document(event(1)), author), world.turn)


# --- own notes


def own(world: World, data: bytes, **changed: object) -> Submission:
    split = split_document(data)
    return Submission(data, world.sign([split.record, *split.events], split.context or b"", **changed))  # type: ignore[arg-type]


def test_an_own_note_is_taken_verbatim(world: World) -> None:
    submission = own(world, document(event(1), event(2)))
    job = submit_document(world.ledger, submission, world.turn)
    assert verdicts(job) == ["accepted", "accepted"]
    assert isinstance(submission.author, OwnAuthor)
    with reading(world.ledger.engine) as connection:
        assert Entry.parse(read_entry(connection, job.entry or 0)).note == submission.author.signed.note


def test_the_same_note_again_returns_the_first_positions(world: World) -> None:
    submission = own(world, document(event(1), event(2)))
    first = submit_document(world.ledger, submission, world.turn)
    before = size(world)
    again = submit_document(world.ledger, submission, world.turn)
    assert verdicts(again) == ["duplicate", "duplicate"]
    assert [again.position_of(e) for e in again.events] == [first.position_of(e) for e in first.events]
    assert size(world) == before


def test_padding_hides_how_much_is_said(world: World) -> None:
    job = submit_document(world.ledger, own(world, document(event(1)), padding=6), world.turn)
    assert job.entry is not None
    assert bodies_of(world, job.entry)[2:] == [b""] * 6


def test_an_own_note_is_all_or_nothing(world: World) -> None:
    before = size(world)
    with pytest.raises(SignedEventRefused) as refused:
        submit_document(world.ledger, own(world, document(event(1, action="EAT"), event(2, action="EAT"))), world.turn)
    assert refused.value.pointer == "/epcisBody/eventList/0/action"
    assert {found.pointer for found in refused.value.findings} == {f"/epcisBody/eventList/{at}/action" for at in (0, 1)}
    assert size(world) == before


def test_an_own_note_over_a_known_event_is_refused_with_the_first_place(world: World) -> None:
    first = submit_document(world.ledger, own(world, document(event(1))), world.turn)
    with pytest.raises(SignedEventDuplicate) as refused:
        submit_document(world.ledger, own(world, document(event(2), event(1))), world.turn)
    assert (refused.value.pointer, refused.value.seen) == ("/epcisBody/eventList/1", f"record {first.entry}/1")


def test_an_own_note_over_one_event_twice_is_refused(world: World) -> None:
    with pytest.raises(SignedEventDuplicate):
        submit_document(world.ledger, own(world, document(event(1, eventID=None), event(1, eventID=None))), world.turn)


def test_proceeding_with_an_own_note_is_refused_by_name(world: World) -> None:
    submission = own(world, document(event(1)))
    with pytest.raises(ProceedWithOwnNote):
        submit_document(world.ledger, Submission(submission.data, submission.author, OnError.PROCEED), world.turn)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"root": bytes(32)}, RootDiffers),
        ({"size": 1}, BatchSizeDiffers),
        ({"context": bytes(32)}, ContextDiffers),
        ({"first_entry": bytes(32)}, NoteOfAnotherLog),
        ({"origin": "ledger.example/other"}, NoteOfAnotherLog),
        ({"time": Instant(1795161900001)}, IssuerTimeAhead),
        ({"seen": (1, bytes(32))}, SeenUntrue),
        ({"seen": (10**6, bytes(32))}, SeenUntrue),
    ],
)
def test_a_note_that_does_not_fit_is_refused_by_name(world: World, changed: dict[str, object], error: type[SuyuanError]) -> None:
    before = size(world)
    with pytest.raises(error):
        submit_document(world.ledger, own(world, document(event(1)), **changed), world.turn)
    assert size(world) == before


def test_a_true_seen_line_is_taken(world: World) -> None:
    head = world.ledger.head()
    job = submit_document(world.ledger, own(world, document(event(1)), seen=(head.size, head.frontier.root())), world.turn)
    assert job.success


def test_a_signature_over_other_bytes_is_refused(world: World) -> None:
    submission = own(world, document(event(1)))
    assert isinstance(submission.author, OwnAuthor)
    forged = submission.author.signed.note.replace(b"read public", b"read code")
    author = OwnAuthor(SignedBatch.parse(forged), submission.author.seed)
    with pytest.raises(BatchSignatureWrong):
        submit_document(world.ledger, Submission(submission.data, author), world.turn)


def test_a_note_of_another_class_is_refused(world: World) -> None:
    with pytest.raises(NoteClassWrong, match="scan"):
        world.sign([b"{}"], b"", klass=RecordClass.SCAN, context=None)


def test_a_revoked_key_writes_no_more(world: World) -> None:
    submission = own(world, document(event(1)))
    revoke_key(world.ledger, world.lab_key.verifier)
    with pytest.raises(KeyRevokedBefore):
        submit_document(world.ledger, submission, world.turn)


def test_the_same_root_under_another_text_is_refused(world: World) -> None:
    first = own(world, document(event(1)))
    submit_document(world.ledger, first, world.turn)
    with pytest.raises((RootTaken, RootDiffers)):
        submit_document(world.ledger, own(world, document(event(1)), read=ReadRule.CODE), world.turn)


def test_a_party_without_a_writing_role_is_refused(world: World) -> None:
    bank = admit_party(world.ledger, Admission("bank", ["bank"], "SG")).party
    with pytest.raises(RoleMayNotSign):
        submit_document(world.ledger, Submission(document(event(1)), HeldAuthor(bank, ReadRule.CODE)), world.turn)
