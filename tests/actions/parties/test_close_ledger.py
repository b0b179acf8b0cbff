"""Ledgers that move: the end of one, the beginning of the next, and what an audit of both says of the two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.follow_ledger import LinkFault, follow
from ledger.actions.log.open_source import open_source
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.close_ledger import close_ledger
from ledger.actions.parties.continue_ledger import NothingToContinue, PredecessorOpen, continuation_of, refuse_open
from ledger.actions.parties.found_ledger import POLICY_FILE, Founding, found_ledger
from ledger.actions.parties.log_keys import add_log_key
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport, AuditVerdict
from ledger.evidence.checkpoint import Checkpoint, CheckpointOfAnotherLog, sign_checkpoint
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.evidence.note import NoteUnsigned
from ledger.evidence.policy import FirstEntryLine, LogLine, Policy, QuorumLine
from ledger.trade.parties.bodies import LedgerContinued
from ledger.trade.parties.refusals import ContinuationMisplaced, LedgerIsClosed
from ledger.trade.shapes.refusals import BodyMemberWrong
from tests.actions.auditing import audited
from tests.actions.conftest import ORIGIN, World
from tests.documents import bare

NEXT = "ledger.example/second"


def policy_of(ledger: Ledger) -> Policy:
    return Policy.parse((ledger.data / POLICY_FILE).read_text())


def last_of(ledger: Ledger) -> LedgerContinued:
    return continuation_of(publish_checkpoint(ledger).note, policy_of(ledger))


@pytest.fixture
def closed(world: World) -> World:
    close_ledger(world.ledger, successor=NEXT, reason="moved")
    publish_checkpoint(world.ledger)
    return world


@pytest.fixture
def second(closed: World, tmp_path: Path) -> Iterator[Ledger]:
    founding = Founding(NEXT, seats=3, threshold=2, continues=last_of(closed.ledger))
    ledger = found_ledger(tmp_path / "second", founding, clock=closed.clock)
    yield ledger
    ledger.close()


def test_after_the_last_entry_nothing_is_written(closed: World) -> None:
    ledger, size = closed.ledger, closed.ledger.head().size
    for write in (
        lambda: submit_event(ledger, bare(1), closed.held, closed.turn),
        lambda: admit_party(ledger, Admission("late", ["shop"], "SG")),
        lambda: add_log_key(ledger),
        lambda: close_ledger(ledger, successor=None, reason="ended"),
    ):
        with pytest.raises(LedgerIsClosed, match=NEXT):
            write()
    assert (ledger.head().size, publish_checkpoint(ledger).size) == (size, size)
    report = audited(ledger.data)
    assert report.clean
    assert report.closed is not None
    assert (report.closed.entry, report.closed.successor, report.continues) == (size - 1, NEXT, None)
    assert report.to_json()["closed"] == {"entry": size - 1, "successor": NEXT}


@pytest.mark.parametrize("successor", ["", "Ledger", "a b", "ledger.example/../x"])
def test_a_successor_is_named_like_a_log(world: World, successor: str) -> None:
    with pytest.raises(BodyMemberWrong):
        close_ledger(world.ledger, successor=successor, reason="moved")
    with pytest.raises(ContinuationMisplaced):
        close_ledger(world.ledger, successor=ORIGIN, reason="moved")
    assert world.ledger.state().closed is None


def test_the_next_ledger_begins_with_the_end_of_this_one(closed: World, second: Ledger) -> None:
    last = closed.ledger.head()
    report = audited(second.data)
    assert (report.clean, report.size) == (True, 2)
    assert report.continues == LedgerContinued(ORIGIN, policy_of(closed.ledger).first_entry, last.size, last.frontier.root())
    assert report.to_json()["continues"]["origin"] == ORIGIN
    followed = follow(audited(closed.ledger.data), report, old_policy=policy_of(closed.ledger), policy=policy_of(second))
    assert (followed.faults, followed.verdict) == ((), AuditVerdict.CLEAN)


def test_what_is_no_last_checkpoint_founds_nothing(closed: World, tmp_path: Path) -> None:
    policy, note = policy_of(closed.ledger), publish_checkpoint(closed.ledger).note
    stranger = SigningKey.generate(ORIGIN)
    with pytest.raises(NoteUnsigned):
        continuation_of(note, Policy((LogLine(stranger.verifier), *policy.lines[1:])))
    other = SigningKey.generate("ledger.example/other")
    first = FirstEntryLine("ledger.example/other", bytes(32))
    with pytest.raises(CheckpointOfAnotherLog):
        continuation_of(note, Policy((LogLine(other.verifier), first, QuorumLine("none"))))
    empty = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), [stranger])
    with pytest.raises(NothingToContinue):
        continuation_of(empty.to_bytes(), Policy((LogLine(stranger.verifier), *policy.lines[1:])))
    with pytest.raises(ContinuationMisplaced):
        found_ledger(tmp_path / "own", Founding(ORIGIN, continues=last_of(closed.ledger)))
    assert not (tmp_path / "own").exists()


def test_a_source_that_is_not_closed_for_the_new_ledger_is_told(world: World) -> None:
    publish_checkpoint(world.ledger)
    with open_source(str(world.ledger.data)) as source, pytest.raises(PredecessorOpen, match="PartyAdmitted"):
        refuse_open(source, world.ledger.head().size, successor=NEXT)
    close_ledger(world.ledger, successor=NEXT, reason="moved")
    size = world.ledger.head().size
    with open_source(str(world.ledger.data)) as source:
        refuse_open(source, size, successor=NEXT)
        with pytest.raises(PredecessorOpen, match=NEXT):
            refuse_open(source, size, successor="ledger.example/third")


def faults(old: AuditReport, new: AuditReport, old_policy: Policy, policy: Policy) -> list[LinkFault]:
    return [fault for fault, _ in follow(old, new, old_policy=old_policy, policy=policy).faults]


def test_every_way_in_which_two_ledgers_do_not_fit_is_told(closed: World, second: Ledger, tmp_path: Path) -> None:
    old, new = audited(closed.ledger.data), audited(second.data)
    old_policy, policy = policy_of(closed.ledger), policy_of(second)
    fresh = found_ledger(tmp_path / "third", Founding("ledger.example/third"), clock=closed.clock)
    third, third_policy = audited(fresh.data), policy_of(fresh)
    fresh.close()
    assert faults(old, third, old_policy, third_policy) == [LinkFault.NOT_CONTINUED, LinkFault.SUCCESSOR_DIFFERS]
    assert faults(third, new, third_policy, policy) == [LinkFault.NOT_CONTINUED, LinkFault.NOT_CLOSED]
    # Another ledger of the old one's name is another ledger.
    again = Policy((*old_policy.lines[:-2], FirstEntryLine(ORIGIN, bytes(32)), QuorumLine("none")))
    assert faults(old, new, again, policy) == [LinkFault.NOT_CONTINUED]
    for bent in (replace(old, root=bytes(32)), replace(old, root=None)):
        assert faults(bent, new, old_policy, policy) == [LinkFault.END_DIFFERS]
    assert faults(replace(old, size=old.size - 1), new, old_policy, policy) == [LinkFault.END_DIFFERS] * 2
    unread = follow(replace(old, governance=None), replace(new, governance=None), old_policy=old_policy, policy=policy)
    assert [fault for fault, _ in unread.faults] == [LinkFault.NOT_KNOWN] * 2
    assert unread.verdict is AuditVerdict.INCOMPLETE


def test_a_ledger_that_was_taken_over_can_be_continued_and_is_told_to_be_open(world: World, tmp_path: Path) -> None:
    """Nobody honest can close it any more; what others wrote after the end is not of the next ledger."""
    ledger, kept = world.ledger, last_of(world.ledger)
    second = found_ledger(tmp_path / "second", Founding(NEXT, continues=kept), clock=world.clock)
    submit_event(ledger, bare(1), world.held, world.turn)
    publish_checkpoint(ledger)
    found = follow(audited(ledger.data), audited(second.data), old_policy=policy_of(ledger), policy=policy_of(second))
    second.close()
    assert [fault for fault, _ in found.faults] == [LinkFault.END_DIFFERS, LinkFault.NOT_CLOSED]
    assert (found.old.clean, found.new.clean, found.verdict) == (True, True, AuditVerdict.BROKEN)


def test_the_verdict_is_the_worst_of_the_two(closed: World, second: Ledger) -> None:
    old_policy = Policy((LogLine(SigningKey.generate(ORIGIN).verifier), *policy_of(closed.ledger).lines[1:]))
    with open_source(str(closed.ledger.data)) as source:
        old = audit(source, old_policy)
    found = follow(old, audited(second.data), old_policy=old_policy, policy=policy_of(second))
    assert (found.faults, found.verdict) == ((), AuditVerdict.DISTRUSTED)
