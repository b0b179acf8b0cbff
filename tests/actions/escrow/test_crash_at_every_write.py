"""A round that dies at any of its statements leaves nothing behind; said again, it comes out as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.staging import Sequenced, StagedBatch
from ledger.storage.database import reading
from tests.actions.auditing import audited
from tests.actions.escrow.stories_world import Retold, Stage, Told, stories_of_every_row
from tests.statements import each_statement

TABLES = (
    "entries",
    "records",
    "head",
    "tiles",
    "note_keys",
    "escrow_verdicts",
    "escrow_legs",
    "escrow_leg_sums",
    "escrow_accounts",
    "escrow_lines",
    "escrow_settlements",
    "escrow_closings",
)
STATEMENTS_MAX = 60


class Crashed(Exception):
    """The process is gone."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage") / "data")


@contextmanager
def dying_at(engine: Engine, number: int) -> Iterator[list[str]]:
    """Let the `number`-th statement that writes, counted from 0, never come back."""
    written: list[str] = []

    def count(statement: str) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            if len(written) == number:
                raise Crashed(statement)
            written.append(statement)

    with each_statement(engine, count):
        yield written


def contents(engine: Engine) -> dict[str, list[Any]]:
    with reading(engine) as connection:
        return {table: connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").all() for table in TABLES}


def story() -> Told:
    """The one with the most different postings."""
    return max(stories_of_every_row(), key=lambda world: (len(world.posted), len(world.log)))


def test_no_statement_can_be_the_last_one(stage: Stage, tmp_path: Path) -> None:
    told = story()
    assert len(told.posted) >= 5
    retold = Retold(stage, stage.copy(tmp_path / "data"))
    (ledger, _), (turn, _) = retold.ledgers, retold.turns
    crashes = 0
    for said in told.steps():
        stage.now = said.now
        staged = stage.sign(ledger, retold.body(said), said.parties, seen=said.seen)
        before = contents(ledger.engine)
        for number in range(STATEMENTS_MAX):
            if not _crashes(ledger.engine, turn.submit, staged, number):
                break
            crashes += 1
            assert contents(ledger.engine) == before, number
        again = turn.submit(staged)
        assert isinstance(again, Sequenced)
        assert again.repeated
        assert again.verdicts[0].refusal is None
        retold.stands_at(said, (again.entry, 0))
    assert crashes > 10 * sum(1 for _ in told.steps())
    publish_checkpoint(ledger)
    retold.close()
    assert not audited(tmp_path / "data").findings


def _crashes(engine: Engine, submit: Any, staged: StagedBatch, number: int) -> bool:
    with dying_at(engine, number):
        try:
            submit(staged)
        except Crashed:
            return True
    return False
