"""Erasing: who signs, what goes, what stays provable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.stage_batch import RootDiffers, Statement, sign_for
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.erasure.erase_record import ErasureUnsigned, NotThisErasure, erase_by_held_keys, erase_signed
from ledger.actions.erasure.finish_erasures import finish_erasures
from ledger.actions.erasure.plan_erasure import plan_erasure
from ledger.actions.erasure.sign_elsewhere import NoteInTheMaking, SignerNotNamed, add_line, draft_erasure, read_note
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.sequence import sequence_group
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignatureLinesWrong
from ledger.evidence.key import SigningKey
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.storage.database import reading
from ledger.storage.entries import read_record
from ledger.storage.jobs import JobAbsent, jobs_of, read_job
from ledger.storage.position import Position
from ledger.trade.parties.bodies import RecordErased
from ledger.trade.parties.refusals import RecordErasedBefore, RecordNotErasable
from tests.actions.auditing import audited
from tests.actions.conftest import World
from tests.documents import CONTEXT, bare, document, event

GROUND = "person-request"


@pytest.fixture
def protector(world: World) -> str:
    return admit_party(world.ledger, Admission("protector", ["data-protection"], "SG")).party


def told(world: World, number: int = 1, **more: object) -> Position:
    return submit_event(world.ledger, bare(number, **more), world.held, world.turn).position


def erase(world: World, position: Position, ground: str = GROUND) -> int:
    return erase_by_held_keys(world.ledger, plan_erasure(world.ledger, position, ground)).entry


def policy(world: World) -> Policy:
    return Policy.parse((world.ledger.data / "policy").read_text())


def test_what_it_takes_is_told_before(world: World, protector: str) -> None:
    plan = plan_erasure(world.ledger, told(world), GROUND)
    assert plan.is_held
    assert (plan.parties, plan.files, plan.disclosures) == ((world.tea, protector), 0, 0)
    assert plan.body_bytes == len(bare(1))


def test_whoever_must_sign_elsewhere_is_named(world: World) -> None:
    plan = plan_erasure(world.ledger, told(world), GROUND)
    with pytest.raises(ErasureUnsigned, match=r"data-protection.*nobody is admitted"):
        erase_by_held_keys(world.ledger, plan)


def test_neighbours_keep_their_proofs_and_the_erased_record_its_commitment(world: World, protector: str) -> None:
    assert protector
    job = submit_document(world.ledger, Submission(document(event(1), event(2), event(3)), world.held), world.turn)
    entry = job.entry
    assert entry is not None
    with reading(world.ledger.engine) as connection:
        kept = read_record(connection, Position(entry, 1))
        gone = read_record(connection, Position(entry, 2))
    before = issue_after_publishing(world, Position(entry, 2))
    assert verify_receipt(before, body=gone.body, policy=policy(world)).body_available
    erase(world, Position(entry, 2))
    neighbour = verify_receipt(issue_after_publishing(world, Position(entry, 1)), body=kept.body, policy=policy(world))
    erased = verify_receipt(issue_after_publishing(world, Position(entry, 2)), body=None, policy=policy(world))
    assert (neighbour.body_available, erased.body_available) == (True, False)
    with reading(world.ledger.engine) as connection:
        left = read_record(connection, Position(entry, 2))
    assert (left.commitment, left.salt, left.body) == (gone.commitment, None, None)
    assert audited(world.ledger.data).clean


def issue_after_publishing(world: World, position: Position) -> bytes:
    publish_checkpoint(world.ledger)
    return issue_receipt(world.ledger, position)


def test_answers_that_tell_of_it_go_and_others_stay(world: World, protector: str) -> None:
    assert protector
    first = submit_document(world.ledger, Submission(document(event(1)), world.held), world.turn)
    again = submit_document(world.ledger, Submission(document(event(1)), world.held), world.turn)
    other = submit_document(world.ledger, Submission(document(event(2)), world.held), world.turn)
    assert first.entry is not None
    assert again.events[0].verdict is Verdict.DUPLICATE
    erase(world, Position(first.entry, 1))
    with reading(world.ledger.engine) as connection:
        assert [job.id for job in jobs_of(connection, world.tea, limit=10)] == [other.id]
        for job in (first, again):
            with pytest.raises(JobAbsent):
                read_job(connection, job.id, party=world.tea)


def test_an_erased_event_may_be_said_again(world: World, protector: str) -> None:
    assert protector
    erase(world, told(world))
    taken = submit_event(world.ledger, bare(1), world.held, world.turn)
    assert taken.verdict is Verdict.ACCEPTED


def test_governance_is_never_erased_and_nothing_twice(world: World, protector: str) -> None:
    assert protector
    position = told(world)
    erase(world, position)
    with pytest.raises(RecordErasedBefore):
        plan_erasure(world.ledger, position, GROUND)
    with pytest.raises(RecordNotErasable):
        plan_erasure(world.ledger, Position(1, 0), GROUND)


def test_two_erasures_of_one_record_in_one_round(world: World, protector: str) -> None:
    position = told(world)
    body, state = RecordErased(world.ledger.origin, *position, GROUND), world.ledger.state()
    statement = Statement(world.tea, RecordClass.GOVERNANCE, ReadRule.PUBLIC, [body.to_body()], governance_body=body)
    staged = [sign_for(world.ledger, state, statement, now=world.clock.now, signers=[protector]) for _ in range(2)]
    first, second = sequence_group(world.ledger, staged)
    assert getattr(first, "entry", None) == position.entry + 1
    assert isinstance(second, RecordErasedBefore)
    assert audited(world.ledger.data).clean


def own(world: World) -> tuple[Position, NoteInTheMaking]:
    """An event of the laboratory, which signs for itself, and the draft of its erasure."""
    body = bare(7)
    terms = json.dumps([CONTEXT]).encode()
    taken = submit_event(world.ledger, body, world.sign([body], terms), world.turn)
    plan = plan_erasure(world.ledger, taken.position, GROUND)
    assert not plan.is_held
    assert (world.lab,) in [seat.parties for seat in plan.missing]
    return taken.position, draft_erasure(world.ledger, plan)


def test_parties_sign_one_after_the_other(world: World, protector: str, tmp_path: Path) -> None:
    assert tmp_path
    position, made = own(world)
    assert made.missing == (world.lab,)
    read = read_note(made.record, made.to_note(), made.seed)
    with pytest.raises(SignatureLinesWrong):
        erase_signed(world.ledger, position, read.record, note=read.to_note(), seed=read.seed, queue=world.turn)
    with pytest.raises(SignerNotNamed):
        add_line(read, SigningKey.generate("ledger.example/party/stranger"))
    whole = add_line(read, world.lab_key)
    assert whole.missing == ()
    with pytest.raises(NotThisErasure):
        elsewhere = Position(position.entry, 1)
        erase_signed(world.ledger, elsewhere, whole.record, note=whole.to_note(), seed=whole.seed, queue=world.turn)
    written = erase_signed(world.ledger, position, whole.record, note=whole.to_note(), seed=whole.seed, queue=world.turn)
    again = erase_signed(world.ledger, position, whole.record, note=whole.to_note(), seed=whole.seed, queue=world.turn)
    assert (again.entry, again.repeated) == (written.entry, True)
    assert protector in whole.batch.parties


def test_nobody_signs_a_note_over_something_else(world: World, protector: str) -> None:
    assert protector
    _, made = own(world)
    other = made.record.replace(GROUND.encode(), b"recorded-in-error")
    with pytest.raises(RootDiffers):
        read_note(other, made.to_note(), made.seed)


def test_a_note_that_nobody_has_signed_yet_is_read(world: World) -> None:
    admit_party(
        world.ledger, Admission("own", ["data-protection"], "SG", key=SigningKey.generate("ledger.example/party/own").verifier)
    )
    _, made = own(world)
    assert made.lines == ()
    assert read_note(made.record, made.to_note(), made.seed).missing == made.batch.parties


def test_finishing_twice_changes_nothing(world: World, protector: str) -> None:
    assert protector
    erase(world, told(world))
    assert [finish_erasures(world.ledger), finish_erasures(world.ledger)] == [True, True]
