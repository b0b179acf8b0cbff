"""Stories of legal holds, which stop decisions and no settlement, and of recalls, which freeze what is held."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.regions import Dispute, Hold, Own, Recall
from tests.trade.escrow.rules_stand_in import AUTHORITY, MERCHANT
from tests.trade.escrow.test_agreement import at
from tests.trade.escrow.test_disputes import disputed, execute, ruled
from tests.trade.escrow.world import World

EVERY_OWN = tuple(own for own in Own if own is not Own.NONE)


@pytest.mark.parametrize("by", ["bank.sg", AUTHORITY])
def test_a_hold_is_lifted_by_whoever_placed_it(by: str) -> None:
    world = World().reach(Own.FUNDED)
    world.do("LegalHoldPlaced", by=(by,))
    world.no("legal_hold", "OrderCancelled")
    other = ({"bank.sg", AUTHORITY} - {by}).pop()
    world.no("wrong_signer_role", "LegalHoldLifted", by=(other,))
    world.no("wrong_signer_role", "LegalHoldPlaced", by=(other,))
    world.do("LegalHoldPlaced", by=(by,), reason="insolvency")
    world.do("LegalHoldLifted", by=(by,))
    assert (world.line.hold, world.line.held_by) == (Hold.FREE, None)
    world.do("OrderCancelled")


@pytest.mark.parametrize("own", EVERY_OWN)
def test_a_hold_may_be_placed_on_a_line_in_any_state(own: Own) -> None:
    world = at(own)
    assert world.do("LegalHoldPlaced", by=(AUTHORITY,)).legs == ()
    assert (world.line.own, world.line.hold) == (own, Hold.HELD)


def test_a_hold_stops_what_decides_and_not_what_was_decided() -> None:
    world = World().reach(Own.RELEASING)
    world.do("LegalHoldPlaced")
    world.do("PayoutSettled")
    world = World().reach(Own.ACCEPTED)
    world.do("LegalHoldPlaced")
    world.no("legal_hold", "ReleaseInstructed")
    world = ruled()
    world.do("LegalHoldPlaced")
    world.later(10).no("legal_hold", "RulingExecuted")
    world.do("LegalHoldLifted")
    execute(world)
    assert world.line.dispute is Dispute.NONE


def test_a_held_line_is_not_closed() -> None:
    world = World().reach(Own.REFUNDED)
    world.do("LegalHoldPlaced")
    world.no("not_settled", "LineClosed")
    world.do("LegalHoldLifted")
    world.until(TIMEOUTS["closing"].at(world.line, world.terms)).do("LineClosed")
    assert world.line.own is Own.CLOSED


@pytest.mark.parametrize("by", ["inspector-1", MERCHANT, AUTHORITY])
def test_a_recall_freezes_what_is_held_for_the_buyer(by: str) -> None:
    world = World().reach(Own.ACCEPTED, inspected=True)
    assert world.do("LineRecalled", by=(by,)).posting == ("P9",)
    case = world.line.case
    assert case is not None
    assert (world.line.disputed, world.line.held, case.opener, case.recall) == (10_001, 0, "buyer.sg", True)
    world.no("already_recalled", "LineRecalled", by=(by,))
    world.no("serial_recalled", "DisputeWithdrawn")
    world.do("RecallLifted", by=(by,))
    world.no("recall_missing", "RecallLifted", by=(by,))
    world.do("DisputeWithdrawn")
    assert (world.line.held, world.line.recall) == (10_001, Recall.NONE)


def test_a_recall_adds_what_is_held_to_an_open_dispute() -> None:
    world = disputed(minor=1_000)
    world.do("LineRecalled")
    assert world.line.case is not None
    assert (world.line.disputed, world.line.case.amount, world.line.case.opener) == (10_001, 10_001, "buyer.sg")


def test_a_recall_after_a_ruling_changes_nothing_that_was_ruled() -> None:
    world = ruled(share=1_000)
    assert world.do("LineRecalled").legs == ()
    execute(world)
    assert (world.line.ref, world.line.rel, world.line.held) == (1_000, 3_001, 6_000)
    world.no("serial_recalled", "GoodsDispatched") if world.line.own is Own.FUNDED else None
    world.do("DeliveryAccepted")
    world.no("serial_recalled", "ReleaseInstructed")


@pytest.mark.parametrize("own", [Own.RELEASING, Own.RELEASED])
def test_a_recall_after_the_release_opens_a_claim_on_the_buyer_s_behalf(own: Own) -> None:
    world = World().fund().reach(own)
    assert world.do("LineRecalled").legs == ()
    assert world.line.case is not None
    assert (world.line.case.late, world.line.case.amount) == (True, 10_001)
    world.do("FundAdvanced")
    assert world.line.owed_merchant == 10_001


@pytest.mark.parametrize("own", EVERY_OWN)
def test_a_line_in_any_state_may_be_recalled_once(own: Own) -> None:
    world = at(own)
    held = world.line.held
    world.do("LineRecalled", reason="mislabelled")
    assert (world.line.own, world.line.disputed, world.line.recall) == (own, held, Recall.RECALLED)
    world.do("RecallLifted")


def test_a_suspected_copy_is_neither_sent_nor_paid_nor_transferred() -> None:
    world = World().reach(Own.FUNDED)
    world.do("LineRecalled", reason="copied")
    world.no("serial_clone_suspect", "GoodsDispatched")
    world.do("RecallLifted")
    world.do("GoodsDispatched")
    assert world.line.own is Own.SHIPPED
