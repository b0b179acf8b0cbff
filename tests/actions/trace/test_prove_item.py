"""The proof to keep of an item holds what its page rests on, and names what it had to leave out."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import text

from ledger.actions.capture.document_capture import Submission
from ledger.actions.capture.submit_document import submit_document
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.demo_world.build import DemoWorld
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.record_governance import record_governance
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.prove_item import prove_item
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.evidence.policy import Policy
from ledger.evidence.proof_file import PROOF_RECORDS_MAX, ProofFile, WhyLeftOut
from ledger.evidence.proof_verdict import ProofVerdict, verify_proof
from ledger.evidence.receipt import RecordUnproven
from ledger.storage.database import writing
from ledger.storage.position import Position
from ledger.trade.digital_link import parse_digital_link
from ledger.trade.named import names_item
from ledger.trade.parties.bodies import RecordErased
from tests.actions.conftest import World
from tests.actions.demo_world.conftest import built
from tests.documents import bare, document, event

__all__ = ["built"]

ITEM = "https://id.gs1.org/01/09506000134352/21/S1"
LINK = parse_digital_link(ITEM)


def taken(world: World, number: int = 1, *, publish: bool = True, **changed: object) -> Position:
    position = submit_event(world.ledger, bare(number, **{"epcList": [ITEM], **changed}), world.held, world.turn).position
    if publish:
        publish_checkpoint(world.ledger)
    return position


def proven(world: World, **more: str) -> ProofFile:
    return ProofFile.parse(prove_item(world.ledger, LINK, **more))


def judged(proof: ProofFile, policy: Policy | None = None) -> ProofVerdict:
    return verify_proof(proof, names=partial(names_item, item=proof.item), policy=policy)


def test_every_scene_holds_with_all_that_its_page_shows(built: DemoWorld) -> None:
    ledger, policy = open_ledger(built.data), Policy.parse(built.policy.read_text())
    try:
        for name, scene in SCENES.items():
            if name == "unknown":
                continue
            link = parse_digital_link(scene.item)
            proof, facts = ProofFile.parse(prove_item(ledger, link)), describe_item(ledger, link)
            verdict = judged(proof, policy)
            assert (verdict.failures, verdict.names_item, proof.left_out) == ((), True, ()), name
            shown = {step.position for step in facts.steps} | {report.source.position for report in facts.reports}
            shown |= {one.source.position for one in (*facts.certificates, *facts.parties, *facts.recalls)}
            shown |= {gone.position for gone in facts.erased}
            assert shown <= {one.position for one in proof.records}, name
            assert proof.withheld == facts.withheld
            assert len(proof.to_bytes()) < 8_000 * len(proof.records), name
    finally:
        ledger.close()


def test_it_is_dated_and_pins_the_ledger(world: World) -> None:
    position = taken(world)
    proof = proven(world)
    state = world.ledger.state()
    assert (proof.origin, proof.first_entry, proof.item) == (state.origin, state.first_entry, ITEM)
    assert proof.made == world.clock.now
    assert [one.position for one in proof.records] == [position]
    world.clock.advance(60_000)
    assert proven(world).made == proof.made + 60_000


def test_a_clock_that_was_set_back_makes_no_proof_from_before_its_records(world: World) -> None:
    taken(world)
    world.clock.advance(-3_600_000)
    verdict = judged(proven(world))
    assert verdict.holds
    assert verdict.file.made == world.clock.now + 3_600_000


def test_what_is_not_published_yet_is_named(world: World) -> None:
    first, second = taken(world), taken(world, 2, publish=False)
    proof = proven(world)
    assert [one.position for one in proof.records] == [first]
    assert [(one.position, one.why) for one in proof.left_out] == [(second, WhyLeftOut.UNPUBLISHED)]
    publish_checkpoint(world.ledger)
    assert proven(world).left_out == ()


def test_what_was_erased_is_kept_as_its_commitment(world: World) -> None:
    position = taken(world)
    taken(world, 2)
    officer = admit_party(world.ledger, Admission("officer", ["data-protection"], "CN")).party
    erasure = RecordErased(world.ledger.origin, position.entry, position.place, "person-request")
    record_governance(world.ledger, erasure, issuer=world.tea, signers=[officer])
    publish_checkpoint(world.ledger)
    proof = proven(world)
    assert next((one.position, one.body is None) for one in proof.records) == (position, True)
    verdict = judged(proof)
    assert (verdict.holds, verdict.complete, verdict.erased) == (True, False, 1)


def test_what_is_not_for_the_reader_is_counted_and_not_kept(world: World) -> None:
    taken(world)
    held = type(world.held)(world.tea, world.held.read.__class__("parties"))
    secret = submit_event(world.ledger, bare(2, epcList=[ITEM], bizStep="storing"), held, world.turn).position
    publish_checkpoint(world.ledger)
    assert (len(proven(world).records), proven(world).withheld) == (1, 1)
    whole = proven(world, party=world.tea)
    assert (secret in [one.position for one in whole.records], whole.withheld) == (True, 0)


def test_what_was_changed_behind_the_ledgers_back_does_not_hold_or_is_named(world: World) -> None:
    changed, lost = taken(world), taken(world, 2)
    with writing(world.ledger.engine) as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        forged = bare(1, epcList=[ITEM], bizStep="destroying")
        change = text("UPDATE records SET body = :body WHERE position = :at")
        connection.execute(change, {"body": forged, "at": changed.entry << 14})
        change = text("UPDATE records SET body = NULL, salt = NULL WHERE position = :at")
        connection.execute(change, {"at": lost.entry << 14})
    verdict = judged(proven(world))
    assert [type(failure) for failure in verdict.failures] == [RecordUnproven]
    assert [(one.position, one.why) for one in verdict.file.left_out] == [(lost, WhyLeftOut.DAMAGED)]


def test_a_file_holds_so_many_records_and_names_the_rest(world: World) -> None:
    more = PROOF_RECORDS_MAX + 5
    events = [
        event(number, epcList=[ITEM], eventTime=f"2026-11-19T{number // 60 % 24:02}:{number % 60:02}:00Z")
        for number in range(more)
    ]
    job = submit_document(world.ledger, Submission(document(*events), world.held), world.turn)
    assert job.success
    publish_checkpoint(world.ledger)
    proof = proven(world)
    assert (len(proof.records), len(proof.left_out)) == (PROOF_RECORDS_MAX, 5)
    assert {one.why for one in proof.left_out} == {WhyLeftOut.NO_ROOM}
    assert len(proof.to_bytes()) < 10_000 * PROOF_RECORDS_MAX


def test_of_an_item_that_nothing_names_there_is_no_proof(world: World) -> None:
    with pytest.raises(ItemUnknown):
        prove_item(world.ledger, LINK)
