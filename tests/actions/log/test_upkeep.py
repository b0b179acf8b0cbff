"""Upkeep beside the rounds: the write-ahead log begins anew, the index is merged, and nothing of it disturbs a round."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.actions.log import upkeep
from ledger.actions.log.staging import Sequenced
from ledger.actions.log.upkeep import Upkeep
from ledger.actions.log.writer import Writer
from ledger.storage import generations
from ledger.storage.database import DATABASE_FILE, reading
from ledger.storage.identifier_index import identifier_generations
from ledger.storage.whole_log import index_rows
from tests.actions.conftest import World
from tests.actions.log.test_writer import stage

DEADLINE_S = 20.0


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + DEADLINE_S
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def waiting(world: World) -> int:
    with reading(world.ledger.engine) as connection:
        return identifier_generations(connection)


def test_the_index_is_merged_while_nothing_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "GENERATION_ROWS", 20)
    monkeypatch.setattr(upkeep, "_RECORDS_BETWEEN_LOOKS", 1)
    rows = []
    with Writer(world.ledger) as writer, Upkeep(world.ledger, writer):
        for number in range(60):
            keys = [(1_000 * number + at, 0) for at in range(15)]
            outcome = writer.submit(replace(stage(world, number), identifiers=keys))
            assert isinstance(outcome, Sequenced)
            rows += [(key, outcome.entry << 14) for key, _ in keys]
        assert until(lambda: waiting(world) < generations.GENERATIONS_MERGED[0])
    with reading(world.ledger.engine) as connection:
        kept = [tuple(row) for some in index_rows(connection, "identifiers", None, None) for row in some]
    assert sorted(kept) == sorted(rows)


def test_the_write_ahead_log_begins_anew_under_load(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_CHECKPOINT_PAGES", 100)
    wal, sizes = world.ledger.data / f"{DATABASE_FILE}-wal", []
    with Writer(world.ledger) as writer, Upkeep(world.ledger, writer):
        for number in range(150):
            writer.submit(stage(world, number))
            sizes.append(wal.stat().st_size)
        assert writer.rounds == 150
    # A log that is never begun anew grows by the same with every round.
    grown = sizes[-1] - sizes[49]
    assert grown < sizes[49], sizes[::10]
