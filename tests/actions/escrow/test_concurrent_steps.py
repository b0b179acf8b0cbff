"""Every row of the table taken twice at once by two writers on one ledger: one wins, the other gets the named refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.log.staging import Sequenced
from ledger.storage.journal import Judged
from ledger.storage.position import unpack
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.table.every import OFF_LINE, ROWS
from ledger.trade.escrow.table.row import Row
from tests.actions.auditing import audited
from tests.actions.escrow.stories_world import Retold, Stage, Told, stories_of_every_row

LOSES = {"stale_prev", "line_exists", "reference_settled"}
"""Who comes second has not seen the first; a line is agreed once, and a bank's reference is booked once."""
AUDITED = 10
"""One ledger of so many is audited: what the founding has in common with the others takes most of it."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield Stage(tmp_path_factory.mktemp("stage") / "data")


def test_the_stories_take_every_row() -> None:
    told = {row for world in stories_of_every_row() for row, _ in world.taken}
    assert [row.record for row in ROWS if row not in told] == []
    assert {name for world in stories_of_every_row() for name in world.off_line_taken} == set(OFF_LINE)


def test_of_two_at_once_one_wins_and_the_other_is_refused_by_name(stage: Stage, tmp_path: Path) -> None:
    lost: Counter[str] = Counter()
    raced: set[Row | str] = set()
    for number, world in enumerate(stories_of_every_row()):
        data = stage.copy(tmp_path / str(number))
        lost += _race_through(stage, data, world, raced)
        if number % AUDITED == 0:
            report = audited(data)
            assert not report.findings, report.findings
    assert set(lost) == LOSES
    assert raced == {*ROWS, *OFF_LINE}
    assert lost.total() == len(raced)


def _race_through(stage: Stage, data: Path, world: Told, raced: set[Row | str]) -> Counter[str]:
    """Tells a story; what no story before it raced for is raced for, and joins `raced`."""
    retold = Retold(stage, data)
    lost: Counter[str] = Counter()
    try:
        for said in world.steps():
            does = world.does(said)
            if does in raced:
                retold.step(said)
                continue
            stage.now = said.now
            accepted, refused = _race(retold, said)
            retold.stands_at(said, unpack(accepted.position))
            lost[str(refused.refusal)] += 1
            raced.add(does)
        publish_checkpoint(retold.ledgers[0])
    finally:
        retold.close()
    return lost


def _race(retold: Retold, said: Said) -> tuple[Judged, Judged]:
    """Both writers sign the record by themselves and begin together; returns the one accepted and the one refused."""
    body = retold.body(said)
    staged = [retold.stage.sign(ledger, body, said.parties, seen=said.seen) for ledger in retold.ledgers]
    together = Barrier(2)

    def submit(place: int) -> Judged:
        together.wait()
        outcome = retold.turns[place].submit(staged[place])
        assert isinstance(outcome, Sequenced), outcome
        return outcome.verdicts[0]

    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(submit, (0, 1)))
    winners = [verdict for verdict in verdicts if verdict.refusal is None]
    losers = [verdict for verdict in verdicts if verdict.refusal is not None]
    assert len(winners) == 1, (type(body).__name__, verdicts)
    assert losers[0].refusal in LOSES, losers
    return winners[0], losers[0]
