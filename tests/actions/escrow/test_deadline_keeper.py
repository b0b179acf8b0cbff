"""The clock of a server: it ticks in a thread of its own, says its troubles, and stops when it is told to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.actions.escrow.deadline_keeper import DeadlineKeeper
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.staging import Outcome, StagedBatch
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import suspend_party
from ledger.errors import Unavailable
from ledger.evidence.instant import Instant
from ledger.storage.jobs import Job
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.regions import Own
from tests.actions.conftest import Clock
from tests.market import HOST, Market

SOON_S = 0.01
PATIENCE_S = 20


class _Busy(Unavailable):
    title = "nothing can be written now"


class _Queue:
    """A queue that tells when something went through it; the first `busy` times it does not take anything."""

    def __init__(self, market: Market, busy: int = 0) -> None:
        self.taken, self._turn, self._busy = threading.Event(), OwnTurn(market.ledger), busy

    def submit(self, staged: StagedBatch) -> Outcome:
        if self._busy:
            self._busy -= 1
            raise _Busy()
        outcome = self._turn.submit(staged)
        self.taken.set()
        return outcome

    def keep_job(self, job: Job) -> None:
        raise AssertionError(job)


@pytest.fixture
def due(market: Market, clock: Clock) -> str:
    """A line whose payment never came."""
    buyer = admit_party(market.ledger, Admission("buyer-1", ("buyer",), "SG")).party
    line = market.agree(buyer)
    clock.advance(5 * DAY_MS)
    market.publish()
    return line


def waited_for(condition: Callable[[], bool]) -> bool:
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / SOON_S)):
        if condition():
            return True
        pause.wait(SOON_S)
    return False


def test_it_keeps_what_is_due_and_stops(market: Market, due: str) -> None:
    queue = _Queue(market)
    with DeadlineKeeper(market.ledger, queue, interval_s=SOON_S):
        assert queue.taken.wait(PATIENCE_S)
    assert market.line(due).own is Own.CANCELLED
    assert not [thread for thread in threading.enumerate() if thread.name == "deadlines"]


def test_an_interval_of_nothing_keeps_no_deadlines(market: Market, due: str) -> None:
    with DeadlineKeeper(market.ledger, _Queue(market), interval_s=0):
        assert not [thread for thread in threading.enumerate() if thread.name == "deadlines"]
    assert market.line(due).own is Own.AGREED


def test_a_failure_is_logged_and_tried_again(market: Market, due: str, caplog: pytest.LogCaptureFixture) -> None:
    queue = _Queue(market, busy=1)
    with caplog.at_level(logging.WARNING), DeadlineKeeper(market.ledger, queue, interval_s=SOON_S):
        assert queue.taken.wait(PATIENCE_S)
    assert "_Busy" in caplog.text
    assert market.line(due).own is Own.CANCELLED


def test_a_missing_operator_is_complained_about_once(market: Market, due: str, caplog: pytest.LogCaptureFixture) -> None:
    suspend_party(market.ledger, f"{HOST}/clock", reason="key-compromised")
    looked = 0

    def clock() -> Instant:
        nonlocal looked
        looked += 1
        return market.ledger.clock()

    watched = replace(market.ledger, clock=clock)
    with caplog.at_level(logging.WARNING), DeadlineKeeper(watched, _Queue(market), interval_s=SOON_S):
        assert waited_for(lambda: looked >= 4)
    assert caplog.text.count("OperatorAbsent") == 1
    assert market.line(due).own is Own.AGREED
