"""Stories of the agreement: paid in one sum or in parts, too much, too late, cancelled, closed."""

from __future__ import annotations

from typing import Final

import pytest

from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.regions import Own, Refund, Surplus
from tests.trade.escrow.rules_stand_in import TERRITORIES, bank_in
from tests.trade.escrow.world import World

FROM_FUNDED: Final = tuple(own for own in Own if own not in (Own.NONE, Own.AGREED))
UNDECIDED: Final = (
    Own.FUNDED, Own.SHIPPED, Own.SAMPLING, Own.HELD_AT_ENTRY, Own.CLEARED, Own.DELIVERED, Own.ACCEPTED, Own.RETURNING,
)  # fmt: skip
INSPECTED: Final = (Own.SAMPLING, Own.HELD_AT_ENTRY, Own.CLEARED)


def at(own: Own, size: str = "small") -> World:
    """A world in China, where every own state can be reached, with its line at `own`."""
    return World("CN").reach(own, size, inspected=own in INSPECTED)


@pytest.mark.parametrize("territory", TERRITORIES)
def test_the_price_is_held_in_the_currency_of_the_territory(territory: str) -> None:
    world = World(territory).reach(Own.FUNDED)
    price = world.terms.agreed.price.minor
    assert world.books.by_currency() == {
        world.currency: {f"custody:{bank_in(territory)}": price, f"ord:{world.name}:held": -price}
    }
    assert world.line.received == world.line.held == price


def test_parts_wait_until_they_make_the_price(world: World) -> None:
    world.agree()
    assert world.do("FundsReceived", money=world.money(4_000)).posting == ("P2",)
    assert (world.line.own, world.line.surplus, world.line.unallocated) == (Own.AGREED, Surplus.WAITING, 4_000)
    change = world.do("FundsReceived", money=world.money(7_000))
    assert change.posting == ("P1", "P2")
    assert (world.line.own, world.line.held, world.line.unallocated) == (Own.FUNDED, 10_001, 999)
    assert world.balance(f"unalloc:{bank_in('SG')}") == -999


def test_the_last_part_may_fit_exactly(world: World) -> None:
    world.agree().do("FundsReceived", money=world.money(1))
    assert world.do("FundsReceived", money=world.money(10_000)).posting == ("P1",)
    assert (world.line.surplus, world.line.unallocated) == (Surplus.NONE, 0)


def test_too_much_waits_and_is_returned_in_two_steps(world: World) -> None:
    world.agree().do("FundsReceived", money=world.money(10_501))
    assert world.line.unallocated == 500
    assert world.do("FundsReturned", money=world.money(200)).posting == ("P3",)
    assert (world.line.surplus, world.line.unallocated) == (Surplus.WAITING, 300)
    world.do("FundsReturned")
    assert (world.line.surplus, world.line.unallocated) == (Surplus.NONE, 0)
    assert world.balance(f"custody:{bank_in('SG')}") == 10_001


@pytest.mark.parametrize("own", FROM_FUNDED)
def test_money_that_comes_later_only_waits(own: Own) -> None:
    world = at(own)
    before = world.line
    assert world.do("FundsReceived", money=world.money(77)).posting == ("P2",)
    assert world.line == before.change(seq=before.seq + 1, head=world.line.head, unallocated=77, surplus=Surplus.WAITING)
    world.do("FundsReturned")


def test_who_paid_too_little_gets_it_back_after_the_order_lapsed(world: World) -> None:
    world.agree().do("FundsReceived", money=world.money(1))
    world.no("window_open", "OrderLapsed")
    world.until(TIMEOUTS["payment"].at(world.line, world.terms)).do("OrderLapsed")
    assert world.line.own is Own.CANCELLED
    world.no("not_settled", "LineClosed")
    world.do("FundsReturned")
    world.do("LineClosed")
    assert world.line.own is Own.CLOSED
    assert world.books.by_currency() == {}


@pytest.mark.parametrize("by", [("buyer.sg",), ("buyer.sg", "guizhou-tea")])
def test_an_unpaid_order_is_cancelled_by_the_buyer_or_by_both(by: tuple[str, ...]) -> None:
    world = World().agree()
    assert world.do("OrderCancelled", by=by).legs == ()
    assert world.line.own is Own.CANCELLED
    world.no("line_cancelled", "GoodsDispatched")


@pytest.mark.parametrize("own", UNDECIDED)
def test_both_cancel_at_any_time_before_the_release(own: Own) -> None:
    world = at(own)
    price = world.line.held
    assert world.do("OrderCancelled").posting == ("P7",)
    assert (world.line.own, world.line.refund, world.line.ref) == (Own.REFUNDING, Refund.INSTRUCTED, price)
    world.do("RefundSettled")
    assert (world.line.own, world.line.paid_buyer) == (Own.REFUNDED, price)


def test_the_buyer_alone_cancels_when_dispatch_is_late(world: World) -> None:
    world.reach(Own.FUNDED)
    late = TIMEOUTS["dispatch"].at(world.line, world.terms)
    world.until(late - 1).no("window_open", "OrderCancelled", by=("buyer.sg",))
    world.later(ms=1).do("OrderCancelled", by=("buyer.sg",))
    assert world.line.own is Own.REFUNDING


def test_the_merchant_alone_cancels_nothing(world: World) -> None:
    world.reach(Own.FUNDED).later(500).no("threshold_not_met", "OrderCancelled", by=("guizhou-tea",))
    assert world.line.own is Own.FUNDED


@pytest.mark.parametrize("own", [Own.RELEASED, Own.REFUNDED])
def test_a_line_is_closed_when_every_window_is_over(own: Own) -> None:
    world = at(own)
    end = TIMEOUTS["closing"].at(world.line, world.terms)
    world.until(end - 1).no("window_open", "LineClosed")
    world.until(end).do("LineClosed")
    assert world.line.own is Own.CLOSED
    world.no("line_is_closed", "ClaimOpened")


def test_with_a_payment_service_the_window_of_chargebacks_counts_too(world: World) -> None:
    world.reach(Own.RELEASED, psp="psp")
    world.later(200).no("window_open", "LineClosed")
    world.later(341).do("LineClosed")
    assert world.line.own is Own.CLOSED


def test_three_lines_of_one_order_go_their_own_ways(world: World) -> None:
    for _ in range(3):
        world.reach(Own.FUNDED)
    first, second, third = sorted(world.books.lines)
    world.name = first
    world.do("OrderCancelled")
    world.name = second
    world.do("GoodsDispatched")
    owns = [world.books.lines[name].own for name in (first, second, third)]
    assert owns == [Own.REFUNDING, Own.SHIPPED, Own.FUNDED]
    assert [name.rpartition("/")[2] for name in (first, second, third)] == ["1", "2", "3"]
