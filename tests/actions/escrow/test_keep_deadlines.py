"""The operator's clock: what is due is said once, what the rules would refuse is not said, and nobody else says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.actions.escrow.keep_deadlines import BEGINNING, Tick, keep_deadlines
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.log.staging import Outcome, StagedBatch
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import suspend_party
from ledger.actions.parties.find_operator import OperatorAbsent
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.evidence.entry import Entry
from ledger.storage.database import reading
from ledger.storage.entries import read_entry
from ledger.storage.journal_reading import lines_due, steps_of
from ledger.trade.alliance.bodies import AllyAdmitted
from ledger.trade.escrow.bodies.agreement import Retention
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.regions import Own, Payout
from tests.actions.auditing import audited
from tests.actions.conftest import Clock
from tests.market import HOST, Market


@pytest.fixture
def buyer(market: Market) -> str:
    return admit_party(market.ledger, Admission("buyer-1", ("buyer",), "SG")).party


def tick(market: Market, **settings: object) -> Tick:
    market.publish()
    return keep_deadlines(market.ledger, OwnTurn(market.ledger), **settings)  # type: ignore[arg-type]


def said(done: Tick) -> list[tuple[str, str | None]]:
    return [(verdict.type, verdict.refusal) for verdict in done.written]


def due_of(market: Market, name: str) -> int | None:
    with reading(market.ledger.engine) as connection:
        return connection.exec_driver_sql("SELECT due FROM escrow_lines WHERE name = ?", (name,)).scalar_one()  # type: ignore[no-any-return]


def test_nothing_is_said_before_its_time(market: Market, clock: Clock, buyer: str) -> None:
    line = market.agree(buyer)
    size = market.ledger.head().size
    assert tick(market) == Tick(0, (), BEGINNING)
    clock.advance(5 * DAY_MS - 1)
    assert tick(market) == Tick(0, (), BEGINNING)
    assert market.ledger.head().size == size
    clock.advance(1)
    assert said(tick(market)) == [("OrderLapsed", None)]
    assert market.line(line).own is Own.CANCELLED


def test_the_batch_cites_the_newest_checkpoint_and_is_the_operators(market: Market, clock: Clock, buyer: str) -> None:
    market.agree(buyer)
    clock.advance(5 * DAY_MS)
    size = market.ledger.head().size
    (verdict,) = tick(market).written
    with reading(market.ledger.engine) as connection:
        batch = Entry.parse(read_entry(connection, verdict.position.entry)).signed().batch
    assert batch.parties == (f"{HOST}/clock",)
    assert batch.seen is not None and batch.seen[0] == size


def test_silence_accepts_and_releases_with_the_agreed_fees(market: Market, clock: Clock, buyer: str) -> None:
    line = market.delivered(buyer)
    clock.advance(7 * DAY_MS)
    assert said(tick(market)) == [("AcceptanceLapsed", None)]
    assert market.line(line).by_clock
    assert said(tick(market)) == [("ReleaseInstructed", None)]
    assert said(tick(market)) == []
    moved = market.line(line)
    # 1 %, 0.5 % and 0.25 % of 129.00, each rounded down
    assert (moved.own, moved.payout, moved.rel, moved.fees) == (Own.RELEASING, Payout.INSTRUCTED, 12_900 - 129 - 64 - 32, 225)


def test_the_retained_share_waits_for_its_own_day(market: Market, clock: Clock, buyer: str) -> None:
    line = market.delivered(buyer, retention=Retention(2_000, 30))
    delivered = market.line(line).delivered_at
    assert delivered is not None
    clock.advance(7 * DAY_MS)
    tick(market)
    assert said(tick(market)) == [("ReleaseInstructed", None)]
    assert market.line(line).held == 2_580
    assert due_of(market, line) == delivered + 30 * DAY_MS
    assert tick(market).due == 0
    clock.advance(23 * DAY_MS)
    assert said(tick(market)) == [("ReleaseInstructed", None)]
    assert (market.line(line).held, market.line(line).own) == (0, Own.RELEASING)


def test_what_would_be_refused_is_not_said(market: Market, clock: Clock, buyer: str) -> None:
    line = market.delivered(buyer)
    market.do("LegalHoldPlaced", line, "bank", reason="court_order")
    clock.advance(7 * DAY_MS)
    assert said(tick(market)) == [("AcceptanceLapsed", None)]
    size = market.ledger.head().size
    for _ in range(3):
        held = tick(market)
        assert (held.due, said(held)) == (1, [])
    assert market.ledger.head().size == size
    market.do("LegalHoldLifted", line, "bank")
    assert said(tick(market)) == [("ReleaseInstructed", None)]


def test_a_large_release_is_left_to_people(market: Market, clock: Clock, buyer: str) -> None:
    line = market.agree(buyer, minor=500_000, arbiters=tuple(more_arbiters(market)))
    market.fund(line, 500_000)
    market.ship(line)
    market.deliver(line)
    clock.advance(7 * DAY_MS)
    assert said(tick(market)) == [("AcceptanceLapsed", None)]
    assert due_of(market, line) is None
    assert tick(market).due == 0


def more_arbiters(market: Market) -> list[str]:
    names = [admit_party(market.ledger, Admission(f"arbiter-{number}", ("arbiter",), "SG")).party for number in range(3)]
    for name in names:
        record_by_held_keys(market.ledger, AllyAdmitted(name, "arbiter", ("SG",)))
    return names


def test_a_line_ends_closed_and_is_never_due_again(market: Market, clock: Clock, buyer: str) -> None:
    line = market.agree(buyer)
    market.do("OrderCancelled", line, buyer)
    assert due_of(market, line) == 0
    assert said(tick(market)) == [("LineClosed", None)]
    assert due_of(market, line) is None
    clock.advance(1_000 * DAY_MS)
    assert tick(market) == Tick(0, (), BEGINNING)


def test_a_refund_that_comes_back_late_still_finds_its_line_open(market: Market, clock: Clock, buyer: str) -> None:
    line = market.agree(buyer)
    market.fund(line)
    market.do("OrderCancelled", line, "tea", buyer)
    market.do("RefundSettled", line, "bank", **market.cash(line))
    clock.advance(90 * DAY_MS)
    assert tick(market).due == 0
    market.do("RefundReturned", line, "bank", **market.cash(line))
    market.do("RefundSettled", line, "bank", **market.cash(line))
    clock.advance(93 * DAY_MS)
    assert said(tick(market)) == [("LineClosed", None)]


def test_many_lines_go_in_few_batches_and_a_bounded_tick_goes_on_where_it_ended(
    market: Market, clock: Clock, buyer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [market.agree(buyer, number=number) for number in range(1, 8)]
    monkeypatch.setattr("ledger.actions.escrow.keep_deadlines.LINES_PER_BATCH", 3)
    clock.advance(5 * DAY_MS)
    first = tick(market, lines_max=4)
    assert [verdict.position.place for verdict in first.written] == [0, 1, 2, 0]
    assert first.due == 4 and first.resume != BEGINNING
    rest = tick(market, start=first.resume)
    assert (rest.due, rest.resume) == (3, BEGINNING)
    assert sorted(verdict.line or "" for verdict in (*first.written, *rest.written)) == sorted(lines)


def test_lines_that_cannot_move_do_not_stand_in_the_way_of_others(market: Market, clock: Clock, buyer: str) -> None:
    stuck = [market.delivered(buyer, number=number) for number in (1, 2)]
    clock.advance(7 * DAY_MS)
    tick(market)
    for line in stuck:
        market.do("LegalHoldPlaced", line, "bank", reason="court_order")
    waiting = market.agree(buyer, number=3)
    clock.advance(5 * DAY_MS)
    first = tick(market, lines_max=2)
    assert said(first) == []
    assert [verdict.line for verdict in tick(market, start=first.resume).written] == [waiting]


class _Overtaken:
    """A turn before which somebody else has spoken."""

    def __init__(self, market: Market, meanwhile: Callable[[], None]) -> None:
        self._market, self._meanwhile = market, meanwhile

    def submit(self, staged: StagedBatch) -> Outcome:
        self._meanwhile()
        return OwnTurn(self._market.ledger).submit(staged)

    def keep_job(self, job: object) -> None:
        raise AssertionError(job)


def test_who_loses_a_race_is_refused_once_and_judges_anew(market: Market, clock: Clock, buyer: str) -> None:
    line = market.delivered(buyer)
    clock.advance(7 * DAY_MS)
    market.publish()
    late = keep_deadlines(market.ledger, _Overtaken(market, lambda: market.do("DeliveryAccepted", line, buyer)), lines_max=10)
    assert said(late) == [("AcceptanceLapsed", "stale_prev")]
    assert said(tick(market)) == [("ReleaseInstructed", None)]
    with reading(market.ledger.engine) as connection:
        refused = [step.refusal for step in steps_of(connection, line) if step.refusal]
    assert refused == ["stale_prev"]


def test_without_an_operator_it_says_so_only_when_something_is_due(market: Market, clock: Clock, buyer: str) -> None:
    market.agree(buyer)
    suspend_party(market.ledger, f"{HOST}/clock", reason="key-compromised")
    assert tick(market).due == 0
    clock.advance(5 * DAY_MS)
    with pytest.raises(OperatorAbsent):
        tick(market)


def test_the_due_lines_are_read_from_an_index(market: Market) -> None:
    with reading(market.ledger.engine) as connection:
        assert lines_due(connection, market.ledger.clock(), after=BEGINNING, limit=1) == []
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT due, name FROM escrow_lines "
            "WHERE due <= 5 AND (due > 1 OR (due = 1 AND name > 'a')) ORDER BY due, name LIMIT 9"
        ).all()
    assert [row for row in plan if "ix_escrow_lines_due" in str(row)] and not [row for row in plan if "TEMP B-TREE" in str(row)]


def test_the_audit_of_what_the_clock_said_is_clean(market: Market, clock: Clock, buyer: str) -> None:
    market.delivered(buyer)
    clock.advance(7 * DAY_MS)
    tick(market)
    tick(market)
    market.publish()
    assert audited(market.ledger.data).findings == ()
