"""Attacks with the log's keys: one that was retired signs on, and a stolen one signs a second history."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.compare_heads import Relation, compare, open_side
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.parties.log_keys import add_log_key, retire_log_key
from ledger.audit.finding import FindingKind
from ledger.audit.report import AuditVerdict
from ledger.evidence.checkpoint import Checkpoint, cosign, sign_checkpoint
from ledger.evidence.key import KeyType, SignatureWrong, SigningKey
from ledger.evidence.note import NoteUnsigned, SignedNote
from ledger.evidence.policy import Policy, QuorumLine, QuorumUnmet, WitnessLine
from ledger.storage.database import reading, writing
from ledger.storage.held_keys import open_key
from tests.actions.auditing import audited_by
from tests.actions.conftest import World
from tests.documents import bare

WITNESS = SigningKey.from_private("witness.example/w", KeyType.COSIGNATURE, bytes([7]) * 32)


def policy_file(ledger: Ledger) -> Policy:
    return Policy.parse((ledger.data / POLICY_FILE).read_text())


def stolen(ledger: Ledger, place: int = 0) -> SigningKey:
    """A log key as its thief has it."""
    with reading(ledger.engine) as connection:
        return open_key(connection, ledger.seal, ledger.state().log_keys[place].key)


def publish_forged(ledger: Ledger, signing: Sequence[SigningKey]) -> bytes:
    """Put a checkpoint of the right tree, signed by these keys, in the place of the newest one."""
    head = ledger.head()
    note = sign_checkpoint(Checkpoint(head.origin, head.size, head.frontier.root()), signing, time_s=5).to_bytes()
    with writing(ledger.engine) as connection:
        connection.exec_driver_sql("DELETE FROM checkpoints WHERE size = ?", (head.size,))
        connection.exec_driver_sql("INSERT INTO checkpoints (size, note) VALUES (?, ?)", (head.size, note))
    return note


@pytest.fixture
def rotated(world: World) -> tuple[Ledger, Policy, Policy]:
    """A ledger that changed its key; the policy file of before, and that of now."""
    old_policy = policy_file(world.ledger)
    add_log_key(world.ledger)
    retire_log_key(world.ledger, str(old_policy.log_keys[0]))
    publish_checkpoint(world.ledger)
    submit_event(world.ledger, bare(1), world.held, world.turn)
    return world.ledger, old_policy, policy_file(world.ledger)


def test_a_retired_key_that_signs_on_is_nothing_under_the_policy_of_now(rotated: tuple[Ledger, Policy, Policy]) -> None:
    ledger, _, policy = rotated
    note = publish_forged(ledger, [stolen(ledger)])
    with pytest.raises(NoteUnsigned):
        policy.open(note)
    report = audited_by(ledger.data, policy)
    assert [finding.kind for finding in report.findings] == [FindingKind.CHECKPOINT_NOT_BY_LOG_KEY]
    assert "by the keys that governance names" not in report.findings[0].message


def test_an_audit_by_the_old_policy_finds_the_retired_key_too(rotated: tuple[Ledger, Policy, Policy]) -> None:
    ledger, old_policy, _ = rotated
    note = publish_forged(ledger, [stolen(ledger)])
    # Who only looks at signatures and never got the new file cannot tell; who reads the log can.
    assert old_policy.open(note).checkpoint.size == ledger.head().size
    report = audited_by(ledger.data, old_policy)
    assert report.verdict is AuditVerdict.BROKEN
    assert [finding.kind for finding in report.findings] == [FindingKind.CHECKPOINT_SIGNATURE_WRONG]


def test_a_line_of_the_retired_key_beside_the_new_one_adds_nothing(rotated: tuple[Ledger, Policy, Policy]) -> None:
    ledger, old_policy, policy = rotated
    note = publish_forged(ledger, [stolen(ledger, 0), stolen(ledger, 1)])
    assert policy.open(note).checkpoint == old_policy.open(note).checkpoint
    assert audited_by(ledger.data, policy).clean


@pytest.fixture
def doubled(world: World, tmp_path: Path) -> Iterator[tuple[Ledger, Ledger]]:
    """Two histories under one log key: the ledger, and a thief's copy of it that was written to since, guarded elsewhere."""
    publish_checkpoint(world.ledger)
    shutil.copytree(world.ledger.data, tmp_path / "thief")
    second = open_ledger(tmp_path / "thief", clock=world.clock, guard=[tmp_path / "guard of the thief"])
    submit_event(world.ledger, bare(1), world.held, world.turn)
    submit_event(second, bare(2), world.held, OwnTurn(second))
    for ledger in (world.ledger, second):
        publish_checkpoint(ledger)
    yield world.ledger, second
    second.close()


def test_two_histories_under_a_stolen_key_both_hold_by_themselves(doubled: tuple[Ledger, Ledger]) -> None:
    first, second = doubled
    policy = policy_file(first)
    assert first.head().size == second.head().size
    assert first.head().leaf_hash != second.head().leaf_hash
    for ledger in doubled:
        assert audited_by(ledger.data, policy).clean


def test_a_kept_checkpoint_tells_the_second_history(doubled: tuple[Ledger, Ledger]) -> None:
    first, second = doubled
    policy, kept = policy_file(first), publish_checkpoint(first).note
    assert audited_by(first.data, policy, kept=kept).clean
    report = audited_by(second.data, policy, kept=kept)
    assert [finding.kind for finding in report.findings] == [FindingKind.KEPT_CHECKPOINT_CONTRADICTED]


def test_comparing_the_two_gives_evidence_of_the_fork(doubled: tuple[Ledger, Ledger]) -> None:
    first, second = doubled
    with open_side(str(first.data)) as one, open_side(str(second.data)) as other:
        found = compare(one, other)
    assert found.relation is Relation.FORK
    assert found.evidence is not None


def test_a_policy_with_a_witness_tells_the_second_history(doubled: tuple[Ledger, Ledger]) -> None:
    first, second = doubled
    plain = policy_file(first)
    policy = Policy((*plain.lines[:-1], WitnessLine("w", WITNESS.verifier), QuorumLine("w")))
    note = SignedNote.parse(publish_checkpoint(first).note)
    # An honest witness cosigns one checkpoint of a size; the thief has no key of it.
    cosigned = SignedNote(note.text, (*note.signatures, cosign(note, WITNESS, 1_763_625_600)))
    assert policy.open(cosigned.to_bytes()).cosigners == (("w", 1_763_625_600),)
    with pytest.raises(QuorumUnmet):
        policy.open(publish_checkpoint(second).note)
    report = audited_by(second.data, policy)
    assert (report.verdict, report.findings[0].kind) == (AuditVerdict.DISTRUSTED, FindingKind.QUORUM_UNMET)
    # Nor can the line be carried over: it is of another root.
    carried = SignedNote.parse(publish_checkpoint(second).note)
    with pytest.raises(SignatureWrong):
        policy.open(SignedNote(carried.text, (*carried.signatures, cosigned.signatures[-1])).to_bytes())
