"""Receipts: verified offline for every place of small and large batches, the same bytes for ever, also after erasure."""

from __future__ import annotations

import pytest

from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import rotate_held_key
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.parties.record_governance import record_governance
from ledger.actions.trace.issue_receipt import RegisterDiffers, issue_receipt
from ledger.errors import Absent
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.storage.checkpoints import NotPublishedYet
from ledger.storage.database import reading, writing
from ledger.storage.entries import read_record
from ledger.storage.position import Position
from ledger.trade.parties.bodies import RecordErased
from tests.actions.conftest import World
from tests.documents import bare, document, event


def policy(world: World) -> Policy:
    return Policy.parse((world.ledger.data / POLICY_FILE).read_text())


def body_at(world: World, position: Position) -> bytes | None:
    with reading(world.ledger.engine) as connection:
        return read_record(connection, position).body


@pytest.mark.parametrize("events", [1, 2, 300, 1_000])
def test_receipts_of_every_size_of_batch_verify(world: World, events: int) -> None:
    job = submit_document(world.ledger, Submission(document(*map(event, range(events))), world.held), world.turn)
    publish_checkpoint(world.ledger)
    assert job.entry is not None
    for place in sorted({0, 1, 255, 256, 257, events} & set(range(events + 1))):
        position = Position(job.entry, place)
        verdict = verify_receipt(issue_receipt(world.ledger, position), body=body_at(world, position), policy=policy(world))
        assert (verdict.position, verdict.issuer.party, verdict.body_available) == (tuple(position), world.tea, True)


def test_receipts_of_governance_verify_from_entry_0_on(world: World) -> None:
    publish_checkpoint(world.ledger)
    for index in range(world.ledger.head().size):
        position = Position(index, 0)
        verdict = verify_receipt(issue_receipt(world.ledger, position), body=body_at(world, position), policy=policy(world))
        assert verdict.position == (index, 0)


def test_a_receipt_is_the_same_bytes_after_the_log_grew_and_keys_changed(world: World) -> None:
    taken = submit_event(world.ledger, bare(1), world.held, world.turn)
    publish_checkpoint(world.ledger)
    before = issue_receipt(world.ledger, taken.position)
    rotate_held_key(world.ledger, world.tea)
    submit_event(world.ledger, bare(2), world.held, world.turn)
    publish_checkpoint(world.ledger)
    assert issue_receipt(world.ledger, taken.position) == before


def test_before_publication_a_receipt_is_not_there_yet(world: World) -> None:
    taken = submit_event(world.ledger, bare(1), world.held, world.turn)
    with pytest.raises(NotPublishedYet):
        issue_receipt(world.ledger, taken.position)


@pytest.mark.parametrize("position", [Position(10**6, 0), Position(0, 1), Position(0, 10_000)])
def test_what_is_not_there_is_absent(world: World, position: Position) -> None:
    with pytest.raises(Absent):
        issue_receipt(world.ledger, position)


def test_an_erased_record_keeps_a_receipt_of_its_commitment(world: World) -> None:
    officer = admit_party(world.ledger, Admission("officer", ["data-protection"], "CN")).party
    taken = submit_event(world.ledger, bare(1), world.held, world.turn)
    erasure = RecordErased(world.ledger.origin, taken.position.entry, 0, "person-request")
    record_governance(world.ledger, erasure, issuer=world.tea, signers=(officer,))
    publish_checkpoint(world.ledger)
    verdict = verify_receipt(issue_receipt(world.ledger, taken.position), body=None, policy=policy(world))
    assert not verdict.body_available


def test_changed_key_lines_are_noticed_before_a_false_receipt_is_made(world: World) -> None:
    taken = submit_event(world.ledger, bare(1), world.held, world.turn)
    publish_checkpoint(world.ledger)
    with writing(world.ledger.engine) as connection:
        connection.exec_driver_sql("UPDATE register_lines SET valid_until = 1")
    with pytest.raises(RegisterDiffers):
        issue_receipt(world.ledger, taken.position)
