"""The writer of a server: groups, waiters on publication, a full queue, and a clean stop."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.actions.capture.stage_batch import Statement, sign_for
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.publisher import Publisher
from ledger.actions.log.staging import Sequenced, StagedBatch
from ledger.actions.log.waiters import PublicationSlow
from ledger.actions.log.writer import QueueFull, Writer, WriterStopped
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.checkpoint import open_checkpoint
from ledger.storage.checkpoints import every_checkpoint
from ledger.storage.database import reading, writing
from tests.actions.conftest import World


def stage(world: World, number: int = 0) -> StagedBatch:
    body = b'{"type":"ObjectEvent","n":%d}' % number
    statement = Statement(world.tea, RecordClass.EPCIS, ReadRule.CODE, [body], context=b"{}")
    return sign_for(world.ledger, world.ledger.state(), statement, now=world.clock.now)


def test_many_threads_get_one_entry_each(world: World) -> None:
    staged = [stage(world, n) for n in range(60)]
    before = world.ledger.head().size
    with Writer(world.ledger) as writer, ThreadPoolExecutor(16) as clients:
        outcomes = list(clients.map(writer.submit, staged))
    indexes = sorted(outcome.entry for outcome in outcomes if isinstance(outcome, Sequenced))
    assert indexes == list(range(before, before + 60))
    assert world.ledger.head().size == before + 60


def test_waiting_for_publication_returns_with_a_checkpoint_over_the_entry(world: World) -> None:
    with Writer(world.ledger) as writer, Publisher(world.ledger, writer) as publisher:
        outcome = writer.submit(stage(world))
        assert isinstance(outcome, Sequenced)
        publisher.wait_published(outcome.entry, timeout_s=10)
        with pytest.raises(PublicationSlow):
            publisher.wait_published(outcome.entry + 100, timeout_s=0.05)
    state = world.ledger.state()
    with reading(world.ledger.engine) as connection:
        kept = list(every_checkpoint(connection))
    for size, note in kept:
        checkpoint, _ = open_checkpoint(note, origin=state.origin, log_keys=state.log_keys_at(size))
        assert checkpoint.size == size
    assert kept[-1][0] > outcome.entry


def test_publishing_twice_signs_once(world: World) -> None:
    assert publish_checkpoint(world.ledger) == publish_checkpoint(world.ledger)


def test_a_full_queue_refuses_before_it_accepts(world: World) -> None:
    release = threading.Event()

    def hold() -> None:
        with writing(world.ledger.engine):
            held.set()
            release.wait(20)

    held, staged = threading.Event(), [stage(world, n) for n in range(6)]
    with Writer(world.ledger, waiting_max=2) as writer, ThreadPoolExecutor(8) as clients:
        holder = clients.submit(hold)
        held.wait(10)
        waiting, refusal = [], None
        for batch in staged:
            try:
                writer.refuse_if_full()
            except QueueFull as full:
                refusal = full
                break
            waiting.append(clients.submit(writer.submit, batch))
            threading.Event().wait(0.2)
        release.set()
        holder.result()
        outcomes = [future.exception() or future.result() for future in waiting]
    assert refusal is not None
    assert 1 <= refusal.retry_after_s <= 4
    assert all(isinstance(outcome, Sequenced | QueueFull) for outcome in outcomes)


def test_a_stopped_writer_takes_nothing(world: World) -> None:
    with Writer(world.ledger) as writer:
        writer.submit(stage(world))
    with pytest.raises(WriterStopped):
        writer.submit(stage(world, 1))
