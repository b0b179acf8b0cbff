"""Stories of the money: release in three sizes, retention, exchange, what banks send back, and title."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ledger.trade.escrow.bodies.agreement import FeeSchedule, Retention
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Own, Payout, Refund, Title
from tests.trade.escrow.rules_stand_in import OPERATOR, arbiter_in
from tests.trade.escrow.world import World, digest_of

LARGE_SIGNERS = (
    ("buyer.sg", "inspector-1"),
    ("buyer.sg", *(arbiter_in("SG", number) for number in (1, 2, 3))),
    (*(arbiter_in("SG", number) for number in (1, 2, 3)), "inspector-1"),
)
SIGNERS = [("small", ("buyer.sg",)), ("small", (OPERATOR,)), ("middle", ("buyer.sg",)), ("middle", (OPERATOR,))]
SIGNERS += [("large", signers) for signers in LARGE_SIGNERS]


def legs_of(change: Change) -> dict[str, int]:
    return {leg.account: leg.amount for leg in change.legs}


@pytest.mark.parametrize(("size", "by"), SIGNERS)
def test_a_release_in_two_parts_pays_all(size: str, by: tuple[str, ...]) -> None:
    world = World().reach(Own.ACCEPTED, size, inspected=True)
    price = world.line.held
    change = world.do("ReleaseInstructed", by=by, amount=world.money(price - 7))
    assert legs_of(change) == {f"ord:{world.name}:held": price - 7, f"ord:{world.name}:rel": 7 - price}
    assert (world.line.own, world.line.payout) == (Own.ACCEPTED, Payout.INSTRUCTED)
    world.do("ReleaseInstructed", by=by)
    assert (world.line.own, world.line.rel) == (Own.RELEASING, price)
    assert world.do("PayoutSettled").posting == ("P5",)
    assert (world.line.own, world.line.paid_merchant, world.line.boxed()) == (Own.RELEASED, price, 0)


def test_a_large_release_without_any_inspection_is_still_possible(world: World) -> None:
    """Two of buyer, arbiters and inspector: where no inspector is named, the first panel is there without a dispute."""
    world.reach(Own.ACCEPTED, "large")
    world.no("threshold_not_met", "ReleaseInstructed", by=("buyer.sg",))
    world.do("ReleaseInstructed", by=LARGE_SIGNERS[1])
    assert world.line.own is Own.RELEASING


def test_fees_are_taken_within_the_schedule_and_paid_out(world: World) -> None:
    world.reach(Own.ACCEPTED)
    fees = {"platform": world.money(100), "inspection": world.money(50), "tax": world.money(25)}
    assert world.do("ReleaseInstructed", **fees).posting == ("P4",)
    assert (world.line.rel, world.line.fees) == (10_001 - 175, 175)
    for kind, money in fees.items():
        assert world.do("FeePaid", payable=kind, money=money).posting == ("P18",)
    world.no("negative_asset", "FeePaid", payable="tax", money=world.money(1))
    world.do("PayoutSettled")
    assert world.books.by_currency() == {}


def test_fees_may_take_all_of_a_release(world: World) -> None:
    """Where nothing is left for the merchant no payout is instructed, and the last part still ends the line."""
    caps = {"SG": FeeSchedule(500, 500, 3_000, 0)}
    world.reach(Own.ACCEPTED, fees=caps["SG"])
    world.do("ReleaseInstructed", amount=world.money(10_000))
    world.do("PayoutSettled")
    assert (world.line.own, world.line.held) == (Own.ACCEPTED, 1)
    world.do("ReleaseInstructed", amount=world.money(1))
    world.do("PayoutSettled")
    assert world.line.own is Own.RELEASED


def test_a_part_is_retained_until_its_days_are_over(world: World) -> None:
    world.reach(Own.ACCEPTED, retention=Retention(1_000, 20))
    world.no("retention_waits", "ReleaseInstructed")
    world.no("retention_waits", "ReleaseInstructed", amount=world.money(9_002))
    world.do("ReleaseInstructed", amount=world.money(9_001))
    world.later(20, ms=-1).no("retention_waits", "ReleaseInstructed")
    world.later(ms=1).do("ReleaseInstructed", by=(OPERATOR,))
    assert (world.line.own, world.line.rel) == (Own.RELEASING, 10_001)


def test_the_right_to_withdraw_outlasts_a_shorter_retention() -> None:
    world = World("CN").reach(Own.ACCEPTED, retention=Retention(10_000, 0))
    world.later(7, ms=-1).no("retention_waits", "ReleaseInstructed", amount=world.money(1))
    world.later(ms=1).do("ReleaseInstructed")
    assert world.line.own is Own.RELEASING


def test_the_clock_releases_a_middle_amount_only_after_a_passed_inspection(world: World) -> None:
    world.reach(Own.ACCEPTED, "middle").no("inspection_missing", "ReleaseInstructed", by=(OPERATOR,))
    world.do("ReleaseInstructed")
    assert world.line.own is Own.RELEASING


def test_a_payout_comes_back_twice_and_is_paid_at_last(world: World) -> None:
    world.reach(Own.ACCEPTED)
    world.do("ReleaseInstructed", amount=world.money(4_000))
    world.do("PayoutSettled")
    world.do("ReleaseInstructed", amount=world.money(1_000))
    assert world.do("PayoutReturned", money=world.money(3_000)).posting == ("P6",)
    assert (world.line.payout, world.line.rel) == (Payout.RETURNED, 4_000)
    world.do("PayoutReturned", money=world.money(1_000))
    world.no("amount_differs", "PayoutReturned", money=world.money(1))
    world.do("ReleaseInstructed", amount=world.money(1))
    assert (world.line.payout, world.line.rel) == (Payout.INSTRUCTED, 5_001)
    world.do("PayoutSettled")
    world.do("PayoutReturned")
    world.do("PayoutSettled")
    assert (world.line.payout, world.line.paid_merchant) == (Payout.IDLE, 5_001)


def test_a_refund_comes_back_and_is_paid_at_last(world: World) -> None:
    world.reach(Own.REFUNDED)
    assert world.do("RefundReturned", money=world.money(1)).posting == ("P24",)
    assert (world.line.own, world.line.refund) == (Own.REFUNDING, Refund.RETURNED)
    world.do("RefundReturned", money=world.money(10_000))
    world.no("amount_differs", "RefundReturned")
    world.do("RefundSettled")
    assert (world.line.own, world.line.paid_buyer) == (Own.REFUNDED, 10_001)


def test_a_refund_comes_back_while_another_is_on_its_way(world: World) -> None:
    world.reach(Own.FUNDED).do("DisputeOpened", amount=world.money(3_000))
    world.do("OfferMade", buyer_share=world.money(3_000))
    world.do("OfferAccepted")
    world.do("RefundSettled")
    world.do("OrderCancelled")
    world.do("RefundReturned", money=world.money(3_000))
    assert (world.line.refund, world.line.ref, world.line.own) == (Refund.RETURNED, 10_001, Own.REFUNDING)
    world.do("RefundSettled")
    assert world.line.own is Own.REFUNDED


def test_money_is_exchanged_payment_against_payment() -> None:
    world = World("JP").reach(Own.ACCEPTED, payout_currency="CNY")
    world.no("not_exchanged", "ReleaseInstructed")
    # Until the right to withdraw has run out a refund is due in what was paid.
    world.no("window_open", "CurrencyExchanged")
    world.later(8)
    sold = world.line.held
    change = world.do(
        "CurrencyExchanged",
        bought=Money("CNY", 47_000), spread=Money("CNY", 104), numerator=471, denominator=100,
    )  # fmt: skip
    assert change.posting == ("P17",)
    assert sold * 471 // 100 == 47_104
    assert (world.line.currency, world.line.held, world.line.exchanged) == ("CNY", 47_000, True)
    assert world.balance("custody:bank.jp", "JPY") == 0
    assert world.balance("custody:bank.jp", "CNY") == 47_104
    world.no("already_exchanged", "CurrencyExchanged", sold=Money("CNY", 47_000), bought=Money("JPY", 1))
    world.no("currency_mismatch", "ReleaseInstructed", amount=Money("JPY", 100))
    world.do("ReleaseInstructed")
    world.do("PayoutSettled")
    world.do("FeePaid", payable="spread", money=Money("CNY", 104))
    assert world.line.own is Own.RELEASED
    assert world.books.by_currency() == {}


def test_the_rate_and_the_spread_are_held(world: World) -> None:
    world.reach(Own.ACCEPTED, payout_currency="CNY")
    world.no("rate_mismatch", "CurrencyExchanged", bought=Money("CNY", 50_004))
    world.no("fee_over_schedule", "CurrencyExchanged", bought=Money("CNY", 49_854), spread=Money("CNY", 151))
    world.no("amount_differs", "CurrencyExchanged", sold=world.money(10_000), bought=Money("CNY", 50_000))
    world.no("currency_mismatch", "CurrencyExchanged", spread=Money("JPY", 0))
    world.do("CurrencyExchanged", bought=Money("CNY", 49_855), spread=Money("CNY", 150))
    assert world.line.held == 49_855


def test_a_line_that_was_partly_paid_out_keeps_the_currency_of_its_price(world: World) -> None:
    """Otherwise a payment that bounces after the exchange would come back into another currency."""
    world.reach(Own.ACCEPTED, payout_currency="CNY").do("DisputeOpened", amount=world.money(1_000))
    world.no("boxes_busy", "CurrencyExchanged")
    world.no("not_exchanged", "ReleaseInstructed")
    world.do("OfferMade", buyer_share=world.money(400))
    world.do("OfferAccepted")
    world.do("PayoutSettled")
    world.no("boxes_busy", "CurrencyExchanged")
    world.do("ReleaseInstructed")
    world.do("PayoutReturned", money=world.money(600))
    world.do("PayoutSettled")
    world.do("RefundSettled")
    assert (world.line.own, world.line.currency, world.line.paid_merchant) == (Own.RELEASED, "SGD", 9_601)


def test_a_second_hand_item_is_paid_after_its_title_has_passed(world: World) -> None:
    serial = digest_of("watch 7")
    world.reach(Own.ACCEPTED, second_hand=True, serial=serial, disclosure=digest_of("scratches"))
    world.no("title_missing", "ReleaseInstructed")
    world.do("TitleTransferred")
    assert (world.line.title, world.books.owner(serial)) == (Title.BUYER, "buyer.sg")
    world.no("title_transferred_before", "TitleTransferred")
    world.do("ReleaseInstructed")
    world.reach(Own.ACCEPTED, second_hand=True, serial=serial)
    world.no("not_owner", "TitleTransferred")
    assert world.books.owner(serial) == "buyer.sg"


def test_a_break_stops_releases_of_this_bank_and_currency_and_no_refund(world: World) -> None:
    world.reach(Own.REFUNDING)
    world.reach(Own.ACCEPTED)
    refund, release = sorted(world.books.lines)
    custody = world.balance("custody:bank.sg")
    world.do("StatementReported", closing=Money("SGD", custody - 1))
    world.no("statement_break", "ReleaseInstructed")
    world.name = refund
    world.do("RefundSettled")
    world.do("StatementReported")
    world.name = release
    world.do("ReleaseInstructed")
    assert world.line.own is Own.RELEASING


def test_every_release_instruction_follows_the_last(world: World) -> None:
    world.reach(Own.ACCEPTED)
    for _ in range(5):
        world.do("ReleaseInstructed", amount=world.money(2_000))
    world.no("overdrawn_line", "ReleaseInstructed", amount=world.money(2))
    world.do("ReleaseInstructed", amount=world.money(1))
    places = [said.position for said in world.log if type(said.body).__name__ == "ReleaseInstructed"]
    assert all(earlier < later for earlier, later in pairwise(places))
    assert (world.line.own, world.line.rel) == (Own.RELEASING, 10_001)
