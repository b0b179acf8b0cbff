"""The log's own keys on a real ledger: added, overlapping, retired; and what becomes of receipts and policy files."""

from __future__ import annotations

import pytest

from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.parties.log_keys import LogKeyUnknown, add_log_key, list_log_keys, retire_log_key
from ledger.actions.parties.recommend_policy import rewrite_policy
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.audit.finding import FindingKind
from ledger.audit.report import AuditVerdict
from ledger.evidence.checkpoint import cosignature_time, open_checkpoint
from ledger.evidence.key import KeyType, VerifierKey
from ledger.evidence.note import NoteUnsigned, SignedNote
from ledger.evidence.policy import FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.evidence.receipt import verify_receipt
from ledger.storage.database import reading
from ledger.storage.entries import read_record
from ledger.storage.position import Position
from ledger.trade.parties.refusals import LastLogKey, LogKeyNotActive, OverlapInThePast
from ledger.trade.parties.witnessing import policy_of
from tests.actions.auditing import audited, audited_by
from tests.actions.conftest import ORIGIN, World
from tests.documents import bare


def policy_file(world: World) -> Policy:
    return Policy.parse((world.ledger.data / POLICY_FILE).read_text())


def knowing_only(world: World, *keys: VerifierKey) -> Policy:
    lines = [LogLine(key) for key in keys]
    return Policy((*lines, FirstEntryLine(ORIGIN, world.ledger.state().first_entry), QuorumLine("none")))


def grow(world: World, number: int) -> Position:
    position = submit_event(world.ledger, bare(number), world.held, world.turn).position
    assert position is not None
    return position


def signers_of(note: bytes) -> list[bytes]:
    return [line.key_id for line in SignedNote.parse(note).signatures]


def verified(world: World, position: Position, receipt: bytes, policy: Policy) -> Position:
    with reading(world.ledger.engine) as connection:
        body = read_record(connection, position).body
    return Position(*verify_receipt(receipt, body=body, policy=policy).position)


def test_old_and_new_sign_during_the_overlap_and_only_the_new_after_it(world: World) -> None:
    ledger = world.ledger
    (old,) = policy_file(world).log_keys
    publish_checkpoint(ledger)
    new, added = add_log_key(ledger)
    assert policy_file(world).log_keys == (old, new)
    lines = {added.entry + 1: signers_of(publish_checkpoint(ledger).note)}
    _, retired = retire_log_key(ledger, str(old), last_size=added.entry + 3)
    assert policy_file(world).log_keys == (new,)
    lines[retired.entry + 1] = signers_of(publish_checkpoint(ledger).note)
    for number in range(2):
        size = grow(world, number).entry + 1
        lines[size] = signers_of(publish_checkpoint(ledger).note)
    both, last = [old.key_id, new.key_id], added.entry + 3
    assert lines == {last - 2: both, last - 1: both, last: both, last + 1: [new.key_id]}
    assert policy_file(world) == policy_of(ledger.state()) == rewrite_policy(ledger)
    assert audited(ledger.data).clean


def test_without_a_stated_end_the_last_checkpoint_of_a_key_is_that_over_its_retirement(world: World) -> None:
    (old,) = policy_file(world).log_keys
    add_log_key(world.ledger)
    key, retired = retire_log_key(world.ledger, old.key_id.hex())
    assert (key, world.ledger.state().log_keys[0].overlap_until) == (old, retired.entry)
    assert old.key_id in signers_of(publish_checkpoint(world.ledger).note)
    admit_party(world.ledger, Admission("late", ["shop"], "SG"))
    assert old.key_id not in signers_of(publish_checkpoint(world.ledger).note)
    standing = {one.log_key.key: (one.signs, one.held) for one in list_log_keys(world.ledger)}
    assert standing[old] == (False, True)


def test_every_kind_of_log_key_is_enough_for_who_knows_only_that_kind(world: World) -> None:
    ledger = world.ledger
    (ed25519,) = policy_file(world).log_keys
    p256, _ = add_log_key(ledger, KeyType.ECDSA_P256)
    mldsa, _ = add_log_key(ledger, KeyType.MLDSA44)
    position = grow(world, 1)
    note = SignedNote.parse(publish_checkpoint(ledger).note)
    receipt = issue_receipt(ledger, position)
    for known in ((ed25519,), (p256,), (mldsa,), (ed25519, mldsa), (ed25519, p256, mldsa)):
        policy = knowing_only(world, *known)
        assert verified(world, position, receipt, policy) == position
        assert audited_by(ledger.data, policy).clean
    assert cosignature_time(note, note.signatures[-1], mldsa) == world.clock.now // 1000
    assert policy_file(world).log_keys == (ed25519, p256, mldsa)


def test_receipts_from_before_hold_under_the_old_policy_and_are_issued_anew_under_the_new(world: World) -> None:
    ledger, position = world.ledger, grow(world, 1)
    publish_checkpoint(ledger)
    old_policy, before = policy_file(world), issue_receipt(ledger, position)
    add_log_key(ledger)
    assert issue_receipt(ledger, position) == before, "nothing that the new key signed is published yet"
    publish_checkpoint(ledger)
    both = issue_receipt(ledger, position)
    retire_log_key(ledger, old_policy.log_keys[0].key_id.hex())
    publish_checkpoint(ledger)
    late = grow(world, 2)
    publish_checkpoint(ledger)
    new_policy = policy_file(world)
    assert verified(world, position, before, old_policy) == position
    for policy in (old_policy, new_policy):
        assert verified(world, position, both, policy) == position
    assert issue_receipt(ledger, position) == both
    after = issue_receipt(ledger, late)
    assert verified(world, late, after, new_policy) == late
    with pytest.raises(NoteUnsigned, match=new_policy.log_keys[0].key_id.hex()):
        verified(world, late, after, old_policy)
    with pytest.raises(NoteUnsigned):
        verified(world, position, before, new_policy)


def test_an_audit_by_an_old_policy_says_where_the_log_changed_its_keys(world: World) -> None:
    ledger = world.ledger
    old_policy = policy_file(world)
    new, added = add_log_key(ledger)
    _, retired = retire_log_key(ledger, old_policy.log_keys[0].key_id.hex())
    grow(world, 1)
    publish_checkpoint(ledger)
    report = audited_by(ledger.data, old_policy)
    (finding,) = report.findings
    assert (finding.kind, report.verdict) == (FindingKind.CHECKPOINT_NOT_BY_LOG_KEY, AuditVerdict.DISTRUSTED)
    assert f"LogKeyAdded of {new.key_id.hex()} at entry {added.entry}" in finding.message
    assert f"LogKeyRetired of {old_policy.log_keys[0].key_id.hex()} at entry {retired.entry}" in finding.message


def test_what_is_refused_changes_neither_log_nor_policy(world: World) -> None:
    ledger, before = world.ledger, policy_file(world)
    (only,) = before.log_keys
    mldsa, _ = add_log_key(ledger, KeyType.MLDSA44)
    size, text = ledger.head().size, policy_file(world).text
    with pytest.raises(LastLogKey):
        retire_log_key(ledger, str(only))
    with pytest.raises(LogKeyUnknown, match=only.key_id.hex()):
        retire_log_key(ledger, "00000000")
    with pytest.raises(OverlapInThePast, match=f"saw size {size}; wanted size {size + 1} or later"):
        retire_log_key(ledger, f"{mldsa.name}+{mldsa.key_id.hex()}", last_size=size)
    assert (ledger.head().size, policy_file(world).text) == (size, text)
    retire_log_key(ledger, str(mldsa))
    with pytest.raises(LogKeyNotActive):
        retire_log_key(ledger, str(mldsa))
    assert policy_file(world) == before


def test_a_checkpoint_that_the_log_signed_opens_for_each_of_its_keys(world: World) -> None:
    add_log_key(world.ledger, KeyType.MLDSA44)
    note = publish_checkpoint(world.ledger).note
    for key in policy_file(world).log_keys:
        assert open_checkpoint(note, origin=ORIGIN, log_keys=[key])[0].size == world.ledger.head().size
