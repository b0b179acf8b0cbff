"""Publication under a witness policy: what waits, what is published unwitnessed, and what receipts then show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.guard import SignedLater
from ledger.actions.log.publish_checkpoint import CheckpointUnwitnessed, Publication, Published, publish_checkpoint
from ledger.actions.log.serve_log import newest_checkpoint
from ledger.actions.log.witnesses.choose_witnesses import (
    WitnessAbsent,
    WitnessGroupsNested,
    WitnessIsTheLog,
    WitnessKnown,
    add_witness,
    remove_witness,
)
from ledger.actions.log.witnesses.list_witnesses import list_witnesses
from ledger.actions.log.witnesses.witnesses import Witnesses
from ledger.actions.log.witnesses.witnessing import Unwitnessed
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.actions.parties.log_keys import add_log_key, retire_log_key
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.actions.trace.issue_receipt import issue_receipt
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.evidence.policy import Policy, QuorumUnmet
from ledger.evidence.receipt import verify_receipt
from ledger.storage.checkpoints import NotPublishedYet, newest_kept
from ledger.storage.database import reading
from ledger.storage.entries import read_record
from ledger.storage.position import Position
from ledger.trade.parties.bodies import WitnessPolicyAdopted
from ledger.trade.parties.refusals import WitnessPolicyWrong
from ledger.trade.parties.witnessing import policy_of, witness_mark
from tests.actions.conftest import World
from tests.actions.log.witnesses.honest_witness import Answer, HonestWitness, serving
from tests.documents import bare


@dataclass
class Town:
    """A ledger and three witnesses, two of which must cosign; `down` ones answer 500."""

    world: World
    witnesses: list[HonestWitness]
    asking: Witnesses
    down: set[str] = field(default_factory=set)
    overtaken: bool = False

    def take(self, number: int) -> Position:
        return submit_event(self.world.ledger, bare(number), self.world.held, self.world.turn).position

    def publication(self, unwitnessed: Unwitnessed = Unwitnessed.WAIT) -> Publication:
        return Publication(self.world.ledger, cosigners=self.asking, unwitnessed=unwitnessed)

    def forget_failures(self) -> None:
        for standing in self.asking._standings.values():
            standing.retry_at = 0.0

    def policy(self) -> Policy:
        return Policy.parse((self.world.ledger.data / POLICY_FILE).read_text())

    def verify(self, position: Position, policy: Policy | None = None) -> list[str]:
        """Verify the receipt as a stranger does; who cosigned."""
        with reading(self.world.ledger.engine) as connection:
            body = read_record(connection, position).body
        policy = policy or self.policy()
        verdict = verify_receipt(issue_receipt(self.world.ledger, position), body=body, policy=policy)
        return [name for name, _ in verdict.opened.cosigners]


@pytest.fixture
def town(world: World) -> Iterator[Town]:
    with ExitStack() as stack:
        asking = stack.enter_context(Witnesses(timeout_s=10.0, clock=world.clock))
        made = Town(world, [], asking)

        def twist(witness: HonestWitness, path: str, body: bytes) -> Answer | None:
            return (500, b"") if witness.name in made.down else None

        for name in ("w1", "w2", "w3"):
            witness = HonestWitness(name, clock=lambda: world.clock.now // 1_000, twist=twist)
            made.witnesses.append(stack.enter_context(serving(witness)))
            add_witness(world.ledger, witness.keys[0].verifier, witness.url, name=name, quorum=None)
        yield made


def kept(world: World) -> tuple[int, bool]:
    """Size of the newest published checkpoint, and whether it met the policy in force."""
    with reading(world.ledger.engine) as connection:
        newest = newest_kept(connection)
    assert newest is not None
    return newest.size, newest.met == witness_mark(world.ledger.state())


def test_a_receipt_under_two_of_three_verifies_offline(town: Town) -> None:
    position = town.take(1)
    published = town.publication().publish()
    assert published.witnessed is True
    cosigners = town.verify(position)
    assert len(cosigners) >= 2
    assert set(cosigners) <= {"w1", "w2", "w3"}
    assert town.policy().quorum == "witnesses"
    assert str(town.policy().groups[0]) == "group witnesses 2 w1 w2 w3"
    town.policy().open(newest_checkpoint(town.world.ledger))
    assert town.publication().publish() == published


def test_one_may_be_down(town: Town) -> None:
    town.down = {"w2"}
    position = town.take(1)
    assert town.publication().publish().witnessed is True
    assert town.verify(position) == ["w1", "w3"]


def test_without_a_quorum_nothing_is_published_and_the_next_try_covers_more(town: Town) -> None:
    before, _ = kept(town.world)
    town.down = {"w1", "w3"}
    first = town.take(1)
    for _ in range(2):  # asked in vain, then left alone
        with pytest.raises(CheckpointUnwitnessed):
            town.publication().publish()
    assert kept(town.world)[0] == before
    with pytest.raises(NotPublishedYet):
        issue_receipt(town.world.ledger, first)
    second, town.down = town.take(2), {"w1"}
    town.forget_failures()
    published = town.publication().publish()
    assert published.size == second.entry + 1
    assert town.verify(first) == town.verify(second) == ["w2", "w3"]
    assert kept(town.world) == (published.size, True)


def test_published_without_a_quorum_it_gives_way_to_the_same_with_one(town: Town) -> None:
    town.down = {"w1", "w2"}
    position = town.take(1)
    published = town.publication(Unwitnessed.PUBLISH).publish()
    assert published.witnessed is False
    with pytest.raises(QuorumUnmet):
        town.verify(position)
    assert town.publication(Unwitnessed.PUBLISH).publish() == published  # nobody may be asked yet
    town.down.clear()
    town.forget_failures()
    again = town.publication(Unwitnessed.PUBLISH).publish()
    assert (again.size, again.witnessed) == (published.size, True)
    assert len(town.verify(position)) >= 2
    assert kept(town.world) == (published.size, True)


def test_a_receipt_is_under_the_first_checkpoint_that_meets_the_policy_in_force(town: Town) -> None:
    old = Position(0, 0)
    without = publish_checkpoint(town.world.ledger)
    assert without.witnessed is False
    with pytest.raises(QuorumUnmet):
        town.verify(old)
    town.take(1)
    met = town.publication().publish()
    receipt = issue_receipt(town.world.ledger, old)
    assert f"\n{met.size}\n".encode() in receipt
    town.take(2)
    town.publication().publish()
    assert issue_receipt(town.world.ledger, old) == receipt
    town.verify(old)

    remove_witness(town.world.ledger, "w1")
    assert issue_receipt(town.world.ledger, old) != receipt  # of the policy now in force nothing is published yet
    town.publication().publish()
    assert town.verify(old) == ["w2", "w3"]


def test_the_ledger_goes_on_while_witnesses_are_asked(town: Town) -> None:
    position = town.take(1)
    taken: list[Position] = []

    def write_meanwhile(witness: HonestWitness, path: str, body: bytes) -> Answer | None:
        if not taken:
            taken.append(town.take(2))
        return None

    town.witnesses[0].twist = write_meanwhile
    town.down = {"w2"}
    published = town.publication().publish()
    assert taken[0].entry == position.entry + 1
    assert published.size == position.entry + 1
    assert town.publication().publish().size == taken[0].entry + 1


def test_two_servers_may_publish_at_the_same_time(town: Town) -> None:
    position = town.take(1)
    later: list[Published] = []

    def overtake(witness: HonestWitness, path: str, body: bytes) -> Answer | None:
        """Before the first witness answers, another server has written, signed and published more."""
        if not town.overtaken:
            town.overtaken = True
            town.take(2)
            with Witnesses(timeout_s=10.0, clock=town.world.clock) as others:
                later.append(Publication(town.world.ledger, cosigners=others, unwitnessed=Unwitnessed.WAIT).publish())
        return None

    town.down, town.witnesses[0].twist = {"w2"}, overtake
    with pytest.raises(CheckpointUnwitnessed):  # the witnesses went on with the other server
        town.publication().publish()
    assert (later[0].size, later[0].witnessed) == (position.entry + 2, True)
    assert town.publication().publish() == later[0]
    town.take(3)
    town.forget_failures()
    assert town.publication().publish().size == position.entry + 3


def test_what_was_signed_and_not_published_is_signed_again(town: Town) -> None:
    town.take(1)
    town.down = {"w1", "w2", "w3"}
    with pytest.raises(CheckpointUnwitnessed):
        town.publication().publish()
    town.down.clear()
    with Witnesses(timeout_s=10.0, clock=town.world.clock) as restarted:
        published = Publication(town.world.ledger, cosigners=restarted, unwitnessed=Unwitnessed.WAIT).publish()
    assert published.witnessed is True
    guarded = town.world.ledger.guard.newest()
    assert guarded is not None
    assert guarded.size == published.size


def test_an_older_copy_finds_no_later_head(town: Town) -> None:
    ledger = town.world.ledger
    size = publish_checkpoint(ledger).size
    ledger.guard.advance(Checkpoint(ledger.origin, size + 5, bytes(32)), lambda at: ledger.head().frontier.root())
    with pytest.raises(SignedLater):
        town.publication().publish()


def test_witnesses_are_chosen_one_by_one(town: Town) -> None:
    ledger = town.world.ledger
    w1 = town.witnesses[0]
    for key, name in ((w1.keys[0].verifier, "again"), (SigningKey.generate("w9", KeyType.COSIGNATURE).verifier, "w1")):
        with pytest.raises(WitnessKnown):
            add_witness(ledger, key, w1.url, name=name, quorum=None)
    with pytest.raises(WitnessAbsent):
        remove_witness(ledger, "w9")
    w4 = SigningKey.generate("w4", KeyType.COSIGNATURE).verifier
    for odd in ("5", "0", "most", "2 w1"):
        with pytest.raises(WitnessPolicyWrong):
            add_witness(ledger, w4, "http://127.0.0.1:1", name="w4", quorum=odd)
    with pytest.raises(WitnessPolicyWrong):
        add_witness(ledger, SigningKey.generate("w4").verifier, "http://127.0.0.1:1", name="w4", quorum=None)
    add_witness(ledger, w4, "http://127.0.0.1:1", name="w4", quorum="all")
    remove_witness(ledger, "w1")
    assert str(town.policy().groups[0]) == "group witnesses all w2 w3 w4"  # the word is kept
    for name in ("w2", "w3", "w4"):
        remove_witness(ledger, name)
    assert (town.policy().witnesses, town.policy().quorum) == ((), "none")
    assert town.policy() == policy_of(ledger.state())


def test_a_log_does_not_witness_itself(town: Town) -> None:
    ledger = town.world.ledger
    (first,) = ledger.state().log_keys_at(ledger.head().size)
    post_quantum, _ = add_log_key(ledger, KeyType.MLDSA44)
    retired, _ = add_log_key(ledger)
    retire_log_key(ledger, str(retired))
    for key in (post_quantum, *(VerifierKey("w4", KeyType.COSIGNATURE, own.public) for own in (first, retired))):
        with pytest.raises(WitnessIsTheLog):
            add_witness(ledger, key, "http://127.0.0.1:1", name="w4", quorum=None)


def test_groups_that_governance_made_are_not_undone_unasked(town: Town) -> None:
    ledger, (w1, w2, w3) = town.world.ledger, (one.lines[0] for one in town.witnesses)
    text = f"{w1}\n{w2}\n{w3}\ngroup here any w1 w2\ngroup both all here w3\nquorum both\n"
    record_by_held_keys(ledger, WitnessPolicyAdopted(text))
    with pytest.raises(WitnessGroupsNested):
        remove_witness(ledger, "w1")
    town.down = {"w1"}
    assert town.publication().publish().witnessed is True
    remove_witness(ledger, "w1", quorum="any")
    assert str(town.policy().groups[0]) == "group witnesses any w2 w3"


def test_the_list_tells_what_each_cosigned_last(town: Town) -> None:
    town.take(1)
    published = town.publication().publish()
    town.down = {"w1", "w2", "w3"}
    policy, found = list_witnesses(town.world.ledger)
    assert [one.line.name for one in found] == ["w1", "w2", "w3"]
    at = (published.size, town.world.clock.now // 1_000)
    assert sorted(one.last is not None for one in found)[1:] == [True, True]
    assert {one.last for one in found} <= {at, None}
    assert {one.failure.code for one in found if one.failure is not None} == {"WitnessFailed"}
    town.down.clear()
    assert [(one.last, one.failure) for one in list_witnesses(town.world.ledger)[1]] == [(at, None)] * 3
    assert policy == town.policy()
