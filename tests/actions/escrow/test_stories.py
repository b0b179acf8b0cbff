"""The stories without a server: every step as foreseen, and the ledger alone tells them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ledger.actions.escrow.alliance_world.build import build_alliance, name_of
from ledger.actions.escrow.alliance_world.members import BUYER, CUSTODIAN, MERCHANT
from ledger.actions.escrow.stories import clean_release, way_back
from ledger.actions.escrow.stories.desk import LocalDesk
from ledger.actions.escrow.stories.retold import Retelling
from ledger.actions.escrow.stories.stage import Stage, StoryBroken
from ledger.actions.escrow.stories.step import Step
from ledger.actions.escrow.stories.story_clock import StoryClock
from ledger.actions.escrow.stories.tell_stories import STORIES, StoryTold, tell_stories
from ledger.actions.escrow.stories.terms import terms_of
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.storage.database import reading
from ledger.storage.journal_reading import balances, lines_of, read_verdicts
from ledger.storage.position import pack
from ledger.trade.escrow.bodies.agreement import OrderCancelled
from ledger.trade.escrow.clock import clock_says, due_at
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.table.describe import transition_rows
from tests.actions.auditing import audited
from tests.actions.conftest import START


@dataclass
class Told:
    """Both stories, told to a data directory."""

    ledger: Ledger
    clock: StoryClock
    retelling: Retelling
    stories: list[StoryTold] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    due: list[tuple[bool, bool]] = field(default_factory=list)
    """Of every line at every step: whether it is due, and whether the clock has something to say."""

    def watch(self, step: Step) -> None:
        self.steps.append(step)
        list(self.retelling.records(self.ledger.head().size))
        now, books = self.clock(), self.retelling.books
        for name, line in books.lines.items():
            due, says = due_at(line, books.terms(name)), clock_says(line, books.terms(name), now, origin=self.ledger.origin)
            self.due.append((due is not None and due <= now, bool(says)))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    clock = StoryClock(START)
    world = build_alliance(tmp_path_factory.mktemp("stories") / "data", clock=clock)
    ledger = open_ledger(world.data, clock=clock)
    told = Told(ledger, clock, Retelling(ledger))
    told.stories += tell_stories(
        world, ledger, clock, LocalDesk(ledger), numbers=tuple(STORIES), on_story=lambda *_: None, on_step=told.watch
    )
    publish_checkpoint(ledger)
    yield told
    ledger.close()


def test_all_are_told(told: Told) -> None:
    assert [story.number for story in told.stories] == [1, 2]
    assert all(story.reckoning.zero_sum and story.reckoning.segregated for story in told.stories)
    assert all(story.receipts == len(story.records) > 30 for story in told.stories)


def test_every_transition_stands_in_the_table(told: Told) -> None:
    table = {(row["from"], row["to"], row["record type"]) for row in transition_rows()}
    accepted = [record for story in told.stories for record in story.records if record.refusal is None]
    assert not [record for record in accepted if (record.before, record.after, record.record) not in table]
    moves = {(*move, row["record type"]) for row in transition_rows() for move in map(tuple, row["also"])}
    assert not [move for record in accepted for move in record.also if (*move, record.record) not in moves]


def test_story_1_goes_the_whole_way(told: Told) -> None:
    records = told.stories[0].records
    said = [(record.line or "", record.record) for record in records if record.refusal is None]
    by_clock = [record.record for record in records if record.issuer == name_of("clock")]
    assert by_clock == ["AcceptanceLapsed", "ReleaseInstructed", "ReleaseInstructed", "LineClosed", "LineClosed", "LineClosed"]
    green = f"{name_of(MERCHANT)}/{clean_release.GREEN}"
    assert [record for line, record in said if line == green] == [
        "OrderAgreed", "FundsReceived", "FundsReceived", "GoodsDispatched", "LotCommitted", "InspectionReported",
        "GoodsDelivered", "DeliveryAccepted", "ReleaseInstructed", "PayoutSettled", "ReleaseInstructed", "PayoutSettled",
        "LineClosed",
    ]  # fmt: skip
    assert [record.refusal for record in records if record.refusal] == [
        "reference_settled",
        "inspection_missing",
        "retention_waits",
    ]
    assert {"FundsReturned", "PayoutReturned", "FeePaid", "StatementReported"} <= {record for _, record in said}


def test_story_2_shows_a_refused_attempt_in_each_part(told: Told) -> None:
    records = told.stories[1].records
    refused = {(record.line or "").removeprefix(f"{name_of(MERCHANT)}/"): record.refusal for record in records if record.refusal}
    assert refused == {
        way_back.REGRETTED: "window_open",
        way_back.LATE: "already_refunded",
        way_back.TEAPOT: "already_returning",
        way_back.CUPS: "window_closed",
    }
    currencies = {leg.currency for record in records for leg in record.legs}
    assert currencies == {"SGD", "TWD"}


def test_all_lines_end_closed_and_empty(told: Told) -> None:
    with reading(told.ledger.engine) as connection:
        lines = [kept.line for kept in lines_of(connection, None)]
    assert len(lines) == 7 and all(line.own.value == "closed" and line.boxed() == 0 for line in lines)
    assert all(line.received == line.paid_merchant + line.paid_buyer + line.fees for line in lines)
    assert not [account for account in told.stories[-1].reckoning.balances["SGD"] if account.startswith(("custody", "ord"))]


def test_what_is_told_again_is_what_the_journal_has(told: Told) -> None:
    reckoned = told.stories[-1].reckoning.balances
    with reading(told.ledger.engine) as connection:
        kept = {(account, currency): minor for account, currency, minor in balances(connection) if minor}
        for record in (record for story in told.stories for record in story.records):
            verdicts = {verdict.position: verdict for verdict in read_verdicts(connection, record.position.entry)}
            assert verdicts[pack(*record.position)].refusal == record.refusal
    assert {(account, currency): minor for currency, found in reckoned.items() for account, minor in found.items()} == kept


def test_steps_say_who_what_verdict_state_and_where_the_money_is(told: Told) -> None:
    surplus = next(step for step in told.steps if step.record == "FundsReceived" and step.line == clean_release.GIFTS)
    assert surplus.who == (CUSTODIAN,)
    assert (surplus.detail, surplus.refusal, surplus.postings) == ("SGD 900.00", None, ("P1", "P2"))
    assert surplus.states == ("line:funded", "surplus:waiting")
    assert surplus.money == {"unallocated": Money("SGD", 4_000), "held": Money("SGD", 86_000)}


def test_a_line_is_due_exactly_when_the_clock_has_something_to_say(told: Told) -> None:
    assert {(True, True), (False, False)} == set(told.due)


def test_the_audit_is_clean(told: Told) -> None:
    report = audited(told.ledger.data)
    assert report.findings == ()
    assert report.checked.escrow_records >= sum(len(story.records) for story in told.stories)


def test_a_verdict_that_the_story_does_not_foresee_breaks_it(tmp_path: Path) -> None:
    clock = StoryClock(START)
    world = build_alliance(tmp_path / "data", clock=clock)
    ledger = open_ledger(world.data, clock=clock)
    stage = Stage(world, ledger, clock, LocalDesk(ledger), merchant=MERCHANT, on_step=lambda _: None)
    stage.agree([terms_of("po-9/1", BUYER, 1_000, now=clock())], BUYER)
    with pytest.raises(StoryBroken, match="where the story has window_open"):
        stage.try_to_say(BUYER, OrderCancelled, "po-9/1", refusal="window_open")
    with pytest.raises(StoryBroken, match="line_cancelled"):
        stage.say(BUYER, OrderCancelled, "po-9/1")
    ledger.close()
