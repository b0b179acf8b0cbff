"""What may come next: known in every state, also while a time has not begun to run."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.clock import clock_says, due_at
from ledger.trade.escrow.deadlines import end_of_return_reply
from ledger.trade.escrow.next_steps import next_steps
from ledger.trade.escrow.regions import Own
from tests.trade.escrow.world import World


@pytest.mark.parametrize("own", [own for own in Own if own is not Own.NONE])
def test_every_state_says_what_may_come_next(own: Own) -> None:
    inspected = own in (Own.SAMPLING, Own.HELD_AT_ENTRY, Own.CLEARED)
    world = World("CN").reach(own, inspected=inspected)
    assert {step.record for step in next_steps(world.line, world.terms)}
    assert all(body.line == world.name for body in clock_says(world.line, world.terms, world.now, origin=world.rules.origin))


def test_the_merchants_time_to_answer_a_return_begins_when_the_goods_are_back() -> None:
    world = World("CN").reach(Own.RETURNING)
    assert "ReturnLapsed" not in {step.record for step in next_steps(world.line, world.terms)}
    lapses = due_at(world.line, world.terms)
    world.do("ReturnCarried")
    end = end_of_return_reply(world.line, world.terms)
    assert {step.record: step.at for step in next_steps(world.line, world.terms)}["ReturnLapsed"] == end
    assert lapses != end == due_at(world.line, world.terms)
