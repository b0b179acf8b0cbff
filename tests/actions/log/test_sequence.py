"""Sequencing: chain, register per entry, group commits, the clock, and who may write when a turn comes."""

from __future__ import annotations

from dataclasses import replace

from ledger.actions.capture.capture_job import Verdict
from ledger.actions.capture.stage_batch import Statement, sign_for, take_signed
from ledger.actions.capture.submit_event import submit_event
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.sequence import sequence_group
from ledger.actions.log.staging import KeysTaken, Sequenced, StagedBatch
from ledger.actions.log.turn import ClockBehind
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import reinstate_party, revoke_key, rotate_held_key, suspend_party
from ledger.actions.parties.record_governance import held_signers, record_governance
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.entry import GENESIS, Entry
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import EMPTY_ROOT, root_of
from ledger.evidence.register import KeyLine, Register
from ledger.storage.database import reading
from ledger.storage.entries import read_entries, read_record
from ledger.storage.governance import lines_at
from ledger.storage.position import Position
from ledger.storage.tiles import tree_root
from ledger.trade.parties.bodies import ClockCorrected, KeyRevoked, RecordErased
from ledger.trade.parties.refusals import KeyRevokedBefore
from tests.actions.conftest import World
from tests.documents import bare

BODY = b'{"type":"ObjectEvent"}'


def stage(world: World, body: bytes = BODY, party: str = "") -> StagedBatch:
    statement = Statement(party or world.tea, RecordClass.EPCIS, ReadRule.CODE, [body], context=b"{}")
    return sign_for(world.ledger, world.ledger.state(), statement, now=world.clock.now)


def entries(world: World) -> list[Entry]:
    with reading(world.ledger.engine) as connection:
        return [Entry.parse(body) for body in read_entries(connection, 0, 1_000)]


def test_entries_are_chained_and_the_tree_is_over_them(world: World) -> None:
    sequence_group(world.ledger, [stage(world) for _ in range(5)])
    written, head = entries(world), world.ledger.head()
    assert [entry.prev for entry in written] == [GENESIS, *(entry.leaf_hash() for entry in written[:-1])]
    assert head.leaf_hash == written[-1].leaf_hash()
    assert head.frontier.root() == root_of([entry.leaf_hash() for entry in written])
    with reading(world.ledger.engine) as connection:
        assert tree_root(connection, head.size) == head.frontier.root()


def test_each_entry_names_the_register_of_the_records_before_it(world: World) -> None:
    written = entries(world)
    assert (written[0].register_size, written[0].register_root) == (0, EMPTY_ROOT)
    assert [entry.register_size for entry in written] == [0, 2, 3]
    with reading(world.ledger.engine) as connection:
        for index, entry in enumerate(written):
            kept = Register.of(KeyLine.parse(line) for line in lines_at(connection, index))
            assert (kept.size, kept.root) == (entry.register_size, entry.register_root)


def test_a_key_revoked_earlier_in_the_same_group_commit_writes_no_more(world: World) -> None:
    before, after = stage(world), stage(world)
    key = before.keys[0]
    state = world.ledger.state()
    body = KeyRevoked(key.name, key, None)
    issuer, *signers = held_signers(world.ledger, state, body)
    statement = Statement(issuer, RecordClass.GOVERNANCE, ReadRule.PUBLIC, [body.to_body()], governance_body=body)
    revocation = sign_for(world.ledger, state, statement, now=world.clock.now, signers=signers)
    first, second, third = sequence_group(world.ledger, [before, revocation, after])
    assert isinstance(first, Sequenced)
    assert isinstance(second, Sequenced)
    assert isinstance(third, KeyRevokedBefore)
    assert world.ledger.head().size == second.entry + 1


def test_events_with_one_key_in_one_group_are_told_apart_there(world: World) -> None:
    first, second = sequence_group(world.ledger, [replace(stage(world), event_keys=[(42, 0)]) for _ in range(2)])
    assert isinstance(first, Sequenced)
    assert isinstance(second, KeysTaken)
    assert second.positions == {0: (first.entry << 14,)}
    judged = replace(stage(world), event_keys=[(42, 0)], judged=frozenset({(42, first.entry << 14)}))
    assert isinstance(sequence_group(world.ledger, [judged])[0], Sequenced)


def test_a_clock_up_to_five_seconds_behind_repeats_the_last_time(world: World) -> None:
    last = world.ledger.head().time
    staged = stage(world)
    world.clock.advance(-5_000)
    (outcome,) = sequence_group(world.ledger, [staged])
    assert isinstance(outcome, Sequenced)
    assert outcome.time == last


def test_a_clock_further_behind_stops_the_log_by_name(world: World) -> None:
    staged, before = stage(world), world.ledger.head()
    world.clock.advance(-5_001)
    (outcome,) = sequence_group(world.ledger, [staged])
    assert isinstance(outcome, ClockBehind)
    assert world.ledger.head() == before


def test_only_a_clock_correction_goes_back_and_it_is_taken_while_stopped(world: World) -> None:
    world.clock.advance(3_600_000)
    sequence_group(world.ledger, [stage(world)])
    wrong = world.ledger.head().time
    world.clock.advance(-3_000_000)
    body = ClockCorrected(wrong, Instant(world.clock.now), "clock-fault")
    issuer, *signers = held_signers(world.ledger, world.ledger.state(), body)
    corrected = record_governance(world.ledger, body, issuer=issuer, signers=signers)
    assert corrected.time == world.clock.now < wrong
    assert isinstance(sequence_group(world.ledger, [stage(world)])[0], Sequenced)


def test_another_process_sees_new_parties_at_its_next_turn(world: World) -> None:
    other = open_ledger(world.ledger.data, clock=world.clock)
    other.state()
    party = admit_party(world.ledger, Admission("carrier", ["carrier"], "SG")).party
    staged = sign_for(
        other,
        other.state(),
        Statement(party, RecordClass.EPCIS, ReadRule.CODE, [BODY], context=b"{}"),
        now=world.clock.now,
    )
    assert isinstance(OwnTurn(other).submit(staged), Sequenced)
    assert isinstance(OwnTurn(world.ledger).submit(stage(world)), Sequenced)
    other.close()


def test_a_suspended_party_comes_back(world: World) -> None:
    suspend_party(world.ledger, world.tea, reason="under-investigation")
    assert not world.ledger.state().keys_of(world.tea)
    reinstate_party(world.ledger, world.tea, reason="cleared")
    assert isinstance(sequence_group(world.ledger, [stage(world)])[0], Sequenced)


def test_a_rotated_key_takes_over(world: World) -> None:
    old = stage(world)
    new = rotate_held_key(world.ledger, world.tea)
    (refused,) = sequence_group(world.ledger, [old])
    assert isinstance(refused, KeyRevokedBefore)
    staged = stage(world)
    assert staged.keys == (new,)
    assert isinstance(sequence_group(world.ledger, [staged])[0], Sequenced)


def test_an_erased_record_keeps_its_commitment_only(world: World) -> None:
    officer = admit_party(world.ledger, Admission("officer", ["data-protection"], "CN")).party
    taken = submit_event(world.ledger, bare(1), world.held, world.turn)
    written = taken.position
    with reading(world.ledger.engine) as connection:
        before = read_record(connection, Position(written.entry, 0))
    body = RecordErased(world.ledger.origin, written.entry, 0, "person-request")
    record_governance(world.ledger, body, issuer=world.tea, signers=(officer,))
    with reading(world.ledger.engine) as connection:
        after = read_record(connection, Position(written.entry, 0))
        rows = [connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar_one() for t in ("event_keys", "identifiers")]
    assert (after.commitment, after.salt, after.body) == (before.commitment, None, None)
    assert rows == [0, 0]
    again = submit_event(world.ledger, bare(1), world.held, world.turn)
    assert again.verdict is Verdict.ACCEPTED


def test_a_signed_batch_whose_key_is_revoked_before_its_turn_is_refused(world: World) -> None:
    own = world.sign([BODY], b"{}")
    statement = Statement(world.lab, RecordClass.EPCIS, ReadRule.PUBLIC, [BODY], context=b"{}")
    staged = take_signed(world.ledger.state(), statement, signed=own.signed, seed=own.seed)
    revoke_key(world.ledger, world.lab_key.verifier)
    assert isinstance(sequence_group(world.ledger, [staged])[0], KeyRevokedBefore)
