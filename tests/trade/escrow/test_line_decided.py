"""Stories of ends: what happens to the line and to money under way when a case takes the last of it, or a payment bounces."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.regions import Advance, Own, Payout, Refund
from tests.trade.escrow.rules_stand_in import OPERATOR
from tests.trade.escrow.test_agreement import UNDECIDED, at
from tests.trade.escrow.world import World


def settle(world: World, share: int) -> None:
    """The merchant offers `share`, the buyer takes it."""
    world.do("OfferMade", buyer_share=world.money(share))
    world.do("OfferAccepted")


def rule(world: World, share: int) -> None:
    """Through arbitration to a ruling that gives the buyer `share`, carried out."""
    amount = world.line.case.amount if world.line.case else 0
    for name in ("negotiation", "evidence", "appeal"):
        world.until(TIMEOUTS[name].at(world.line, world.terms))
        if name == "negotiation":
            world.do("DisputeEscalated", by=(OPERATOR,))
        elif name == "evidence":
            world.do("RulingMade", buyer_share=world.money(share), merchant_share=world.money(amount - share))
    world.do("RulingExecuted")


def bounce_a_refund(world: World) -> None:
    """A part is settled for the buyer, paid, and comes back."""
    world.do("DisputeOpened", amount=world.money(2))
    settle(world, 1)
    world.do("RefundSettled")
    world.do("RefundReturned")
    world.do("PayoutSettled")
    world.do("PayoutReturned")
    assert (world.line.refund, world.line.payout) == (Refund.RETURNED, Payout.RETURNED)


@pytest.mark.parametrize("own", UNDECIDED)
@pytest.mark.parametrize("end", [settle, rule])
@pytest.mark.parametrize("for_buyer", [False, True])
def test_a_case_about_all_that_is_left_decides_the_line(own: Own, end: Callable[[World, int], None], for_buyer: bool) -> None:
    world = at(own)
    price = world.line.held
    world.do("DisputeOpened", amount=world.money(price))
    end(world, price if for_buyer else 0)
    assert world.line.own is (Own.REFUNDING if for_buyer else Own.RELEASING)
    assert (world.line.ref, world.line.rel) == ((price, 0) if for_buyer else (0, price))
    assert world.line.settled_at == world.now


@pytest.mark.parametrize("end", [settle, rule])
def test_a_case_may_add_to_payments_that_came_back(end: Callable[[World, int], None]) -> None:
    world = at(Own.DELIVERED)
    bounce_a_refund(world)
    world.do("DisputeOpened", amount=world.money(10))
    end(world, 4)
    assert (world.line.refund, world.line.payout, world.line.ref, world.line.rel) == (Refund.INSTRUCTED, Payout.INSTRUCTED, 5, 7)


@pytest.mark.parametrize(
    ("own", "record"),
    [
        (Own.HELD_AT_ENTRY, "EntryRejected"),
        (Own.SHIPPED, "DeliveryLapsed"),
        (Own.FUNDED, "OrderCancelled"),
        (Own.FUNDED, "WithdrawalNoticed"),
        (Own.RETURNING, "ReturnReceived"),
        (Own.RETURNING, "ReturnLapsed"),
    ],
)
def test_a_refund_of_the_rest_adds_to_one_that_came_back(own: Own, record: str) -> None:
    world = at(own)
    if record == "ReturnLapsed":
        world.do("ReturnCarried")
    bounce_a_refund(world)
    world.later(100).do(record)
    assert (world.line.own, world.line.refund, world.line.ref) == (Own.REFUNDING, Refund.INSTRUCTED, 100_000)


@pytest.mark.parametrize("settled", [False, True])
def test_a_dispute_that_is_withdrawn_after_the_refund_of_the_rest(settled: bool) -> None:
    world = at(Own.SHIPPED)
    world.do("DisputeOpened", amount=world.money(1))
    world.until(TIMEOUTS["delivery"].at(world.line, world.terms)).do("DeliveryLapsed")
    world.do("RefundSettled")
    if not settled:
        world.do("RefundReturned", money=world.money(5))
    world.do("DisputeWithdrawn")
    assert (world.line.own, world.line.refund, world.line.ref) == (Own.REFUNDING, Refund.INSTRUCTED, 1 if settled else 6)


def test_an_offer_that_gives_the_merchant_all_ends_the_advance_too() -> None:
    world = at(Own.DELIVERED)
    world.fund().do("DisputeOpened", amount=world.money(7))
    world.do("FundAdvanced")
    world.do("AdvancePaid")
    settle(world, 0)
    assert (world.line.advance, world.line.owed_buyer, world.line.rel) == (Advance.RECOVERED, 7, 7)


def test_a_released_line_opens_again_when_a_payment_bounces_either_way() -> None:
    world = at(Own.ACCEPTED)
    world.do("DisputeOpened", amount=world.money(100_001))
    settle(world, 40_000)
    world.do("PayoutSettled")
    world.do("RefundSettled")
    assert world.line.own is Own.RELEASED
    world.do("RefundReturned")
    assert world.line.own is Own.RELEASING
    world.do("RefundSettled")
    world.do("PayoutReturned")
    assert world.line.own is Own.RELEASING
    world.do("PayoutSettled")
    assert (world.line.own, world.line.paid_merchant, world.line.paid_buyer) == (Own.RELEASED, 60_001, 40_000)


def test_a_refunded_line_opens_again_when_the_merchant_s_part_bounces() -> None:
    world = at(Own.FUNDED)
    world.do("DisputeOpened", amount=world.money(10))
    settle(world, 0)
    world.do("PayoutSettled")
    world.do("OrderCancelled")
    world.do("RefundSettled")
    assert world.line.own is Own.REFUNDED
    world.do("PayoutReturned")
    assert (world.line.own, world.line.rel) == (Own.REFUNDING, 10)
    world.do("PayoutSettled")
    assert world.line.own is Own.REFUNDED


def test_the_fund_s_part_may_be_the_last_to_leave_a_released_line() -> None:
    world = at(Own.ACCEPTED)
    world.fund().do("DisputeOpened", amount=world.money(1_000))
    world.do("FundAdvanced")
    world.do("AdvancePaid")
    world.do("ReleaseInstructed")
    world.do("PayoutSettled")
    assert (world.line.own, world.line.rec) == (Own.RELEASING, 1_000)
    settle(world, 1_000)
    assert world.line.own is Own.RELEASING
    world.do("RecourseSettled")
    assert (world.line.own, world.line.to_fund) == (Own.RELEASED, 1_000)
