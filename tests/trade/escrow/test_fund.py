"""Stories of the fund: cover, advance, recourse along the waterfall, chargebacks, money in and out."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.accounts import POINTS
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Advance, Chargeback, Guarantee, Own
from tests.trade.escrow.rules_stand_in import FUND_BANK, MERCHANT, OPERATOR, TRUSTEES
from tests.trade.escrow.test_disputes import execute, in_arbitration
from tests.trade.escrow.world import World

BUYER = "buyer.sg"
FREE, LOCKED = "stake:fund:guarantor-1:free", "stake:fund:guarantor-1:locked"


def advanced(share: int, *, minor: int = 4_001, advance: int = 4_001, paid: bool = True) -> World:
    """The fund has advanced `advance` of a dispute about `minor`, whose ruling gave the buyer `share`."""
    world = in_arbitration(minor=minor)
    world.do("FundAdvanced", amount=world.money(advance))
    if paid:
        world.do("AdvancePaid")
    world.until(TIMEOUTS["evidence"].at(world.line, world.terms))
    world.do("RulingMade", buyer_share=world.money(share), merchant_share=world.money(minor - share))
    world.until(TIMEOUTS["appeal"].at(world.line, world.terms))
    return world


def late(*, deposit: int = 0, stake: int = 0, cover: int = 0, share: int = 4_000) -> World:
    """A late claim, advanced and settled in the buyer's favour: the merchant owes the fund, and nothing is frozen."""
    world = World().fund(deposit=deposit, stake=stake).reach(Own.DELIVERED)
    if cover:
        world.do("GuaranteeLocked", cover=world.money(cover))
    for record in ("DeliveryAccepted", "ReleaseInstructed", "PayoutSettled"):
        world.do(record)
    world.do("ClaimOpened", amount=world.money(4_000))
    assert world.do("FundAdvanced").posting == ("P21",)
    assert world.do("AdvancePaid").posting == ("P21",)
    world.do("OfferMade", buyer_share=world.money(share))
    world.do("OfferAccepted")
    return world


def test_the_fund_pays_first_and_takes_what_is_frozen() -> None:
    world = in_arbitration()
    assert world.do("FundAdvanced", amount=world.money(3_000)).posting == ("P11",)
    assert (world.line.rec, world.line.disputed, world.line.advance) == (3_000, 1_001, Advance.DECIDED)
    world.no("advance_unpaid", "RecourseSettled")
    assert world.do("AdvancePaid").posting == ("P12",)
    world.no("dispute_open", "RecourseSettled")
    world.until(TIMEOUTS["evidence"].at(world.line, world.terms))
    world.do("RulingMade", buyer_share=world.money(3_500), merchant_share=world.money(501))
    execute(world)
    assert (world.line.ref, world.line.rel, world.line.rec, world.line.owed_buyer) == (500, 501, 3_000, 0)
    assert world.do("RecourseSettled").posting == ("P13",)
    assert (world.line.advance, world.line.to_fund, world.line.owed_merchant) == (Advance.RECOVERED, 3_000, 0)
    assert world.balance("fund_cash:fund") == 10**8


def test_an_advance_is_paid_before_the_case_ends() -> None:
    world = advanced(4_001, paid=False)
    world.no("advance_unpaid", "RulingExecuted")
    world.do("AdvancePaid")
    world.do("RulingExecuted")
    world.do("RecourseSettled")
    assert world.line.advance is Advance.RECOVERED


@pytest.mark.parametrize("share", [0, 1_000])
def test_what_was_advanced_beyond_the_ruling_turns_against_the_buyer(share: int) -> None:
    world = advanced(share)
    assert world.do("RulingExecuted").posting == (("P20", "P10") if world.line.rec != 4_001 else ("P20",))
    turned = 4_001 - share
    assert (world.line.owed_buyer, world.line.owed_merchant, world.line.rel, world.line.rec) == (turned, share, turned, share)
    assert world.line.advance is (Advance.RECOVERED if share == 0 else Advance.PAID)
    assert world.balance(f"recourse:fund:{BUYER}") == turned
    world.do("RecourseRepaid", party=BUYER, money=world.money(1))
    assert world.line.owed_buyer == turned - 1
    world.do("RecourseWrittenOff")
    world.no("already_recovered", "RecourseWrittenOff")
    assert world.balance("fundeq:fund:loss") == turned - 1


def test_the_last_recourse_out_of_the_line_ends_it() -> None:
    world = advanced(10_001, minor=10_001, advance=10_001)
    world.do("RulingExecuted")
    assert (world.line.own, world.line.rec) == (Own.REFUNDING, 10_001)
    world.do("RecourseSettled")
    assert (world.line.own, world.line.to_fund) == (Own.REFUNDED, 10_001)


def test_the_merchant_wins_all_after_an_advance_of_all() -> None:
    world = advanced(0, minor=10_001, advance=10_001)
    world.do("RulingExecuted")
    assert (world.line.own, world.line.rel) == (Own.RELEASING, 10_001)
    world.do("PayoutSettled")
    assert world.line.own is Own.RELEASED


@pytest.mark.parametrize(
    ("deposit", "cover", "loss"), [(5_000, 0, 0), (4_000, 1_000, 0), (1_500, 2_000, 500), (0, 2_000, 2_000), (0, 0, 4_000)]
)
def test_recourse_takes_the_deposit_then_the_stake_then_the_capital(deposit: int, cover: int, loss: int) -> None:
    world = late(deposit=deposit, stake=10_000, cover=cover)
    from_deposit = min(deposit, 4_000)
    from_stake = 4_000 - from_deposit - loss
    change = world.do("RecourseTaken")
    assert change.posting == (("P14", "P16") if 0 < from_stake < cover else ("P14",))
    assert world.balance(f"dep:fund:{MERCHANT}") == from_deposit - deposit
    assert world.balance("fundeq:fund:loss") == loss
    assert world.balance(FREE) + world.balance(LOCKED) == from_stake - 10_000
    assert world.line.guarantor_claim == from_stake
    assert world.line.guarantee is (Guarantee.SLASHED if from_stake else Guarantee.LOCKED if cover else Guarantee.NONE)
    assert (world.line.advance, world.line.owed_merchant) == (Advance.RECOVERED, 0)


def test_a_slash_frees_the_rest_of_the_cover(world: World) -> None:
    world = late(deposit=3_000, stake=10_000, cover=2_000)
    assert world.do("RecourseTaken").posting == ("P14", "P16")
    assert (world.balance(FREE), world.balance(LOCKED)) == (-9_000, 0)


def test_a_guarantor_answers_until_the_day_that_the_guarantee_names() -> None:
    """After it the fund bears what the deposit leaves, and the stake is freed when the claims are over."""
    world = late(deposit=3_000, stake=10_000, cover=2_000)
    world.until(world.line.cover_until or 0)
    assert world.do("RecourseTaken").posting == ("P14",)
    assert (world.balance(LOCKED), world.line.guarantee) == (-2_000, Guarantee.LOCKED)
    assert world.balance("fundeq:fund:loss") == 1_000
    assert world.do("GuaranteeReleased").posting == ("P16",)
    assert (world.balance(FREE), world.balance(LOCKED)) == (-10_000, 0)


def test_the_merchant_repays_in_parts() -> None:
    world = late()
    assert world.do("RecourseRepaid", money=world.money(1_000)).posting == ("P25",)
    assert (world.line.advance, world.line.owed_merchant) == (Advance.PAID, 3_000)
    world.no("amount_differs", "RecourseRepaid", money=world.money(3_001))
    world.no("amount_differs", "RecourseRepaid", party=TRUSTEES[0], money=world.money(1))
    world.do("RecourseRepaid")
    assert world.line.advance is Advance.RECOVERED
    assert world.balance("fund_cash:fund") == 10**8


def test_the_buyer_repays_while_the_merchant_still_owes() -> None:
    world = late(share=3_000)
    assert (world.line.owed_merchant, world.line.owed_buyer) == (3_000, 1_000)
    world.do("RecourseRepaid", party=BUYER, money=world.money(400))
    assert (world.line.advance, world.line.owed_buyer) == (Advance.PAID, 600)
    world.do("RecourseWrittenOff")
    assert (world.line.advance, world.line.owed_buyer) == (Advance.PAID, 0)


def test_the_line_s_own_money_is_taken_first() -> None:
    world = advanced(4_001)
    world.do("RulingExecuted")
    world.no("line_first", "RecourseTaken")
    world.no("line_first", "RecourseRepaid", money=world.money(1))
    world.do("RecourseSettled")
    assert world.line.advance is Advance.RECOVERED


def test_unsafe_food_in_china_is_paid_first_by_the_clock() -> None:
    world = World("CN").fund().reach(Own.DELIVERED, goods_class="food", inspected=True)
    world.do("LineRecalled", reason="unsafe")
    world.no("finding_missing", "FundAdvanced", by=(OPERATOR,), findings=("not_received",))
    world.do("FundAdvanced", by=(OPERATOR,), findings=("food_below_safety_standard",))
    world.do("AdvancePaid")
    assert (world.line.rec, world.line.advance) == (100_001, Advance.PAID)


def test_a_guarantee_of_a_clean_line_is_freed_and_earns_points(world: World) -> None:
    world.fund(stake=20_000)
    worth = []
    for _ in range(3):
        world.reach(Own.SHIPPED)
        assert world.do("GuaranteeLocked").posting == ("P16",)
        for record in ("GoodsDelivered", "DeliveryAccepted", "ReleaseInstructed", "PayoutSettled"):
            world.do(record)
        world.no("window_open", "GuaranteeReleased")
        world.later(183)
        before = world.balance("pts:guarantor-1", POINTS)
        assert world.do("GuaranteeReleased").posting == ("P16", "P19")
        worth.append(before - world.balance("pts:guarantor-1", POINTS))
        world.do("LineClosed")
    assert worth == [1_000_000, 500_000, 500_000]
    assert world.balance("pts:issued", POINTS) == 2_000_000
    assert world.balance(FREE) == -20_000


def test_a_guarantee_of_a_refunded_line_is_freed_without_points(world: World) -> None:
    world.fund(stake=20_000).reach(Own.FUNDED).do("GuaranteeLocked")
    world.do("OrderCancelled")
    world.do("RefundSettled")
    world.until(TIMEOUTS["claims"].at(world.line, world.terms))
    assert world.do("GuaranteeReleased").posting == ("P16",)
    assert world.line.guarantee is Guarantee.RELEASED


def test_points_burn_with_a_slash(world: World) -> None:
    world.fund(stake=20_000)
    world.reach(Own.DELIVERED).do("GuaranteeLocked")
    for record in ("DeliveryAccepted", "ReleaseInstructed", "PayoutSettled"):
        world.do(record)
    clean = world.name
    world.reach(Own.DELIVERED, psp="psp").do("GuaranteeLocked")
    for record in ("DeliveryAccepted", "ReleaseInstructed", "PayoutSettled"):
        world.do(record)
    slashed = world.name
    world.name = clean
    world.later(183).do("GuaranteeReleased")
    world.name = slashed
    world.do("ChargebackNoticed", by=("psp",))
    world.do("ChargebackPaid")
    assert world.do("ChargebackRecovered").posting == ("P14", "P19")
    assert world.balance("pts:guarantor-1", POINTS) == 0


@pytest.mark.parametrize("by", ["psp", "bank.sg"])
@pytest.mark.parametrize("own", [Own.RELEASING, Own.RELEASED])
def test_a_chargeback_is_the_fund_s_and_never_custody_s(by: str, own: Own) -> None:
    world = World().fund(deposit=10_001).reach(own, psp="psp")
    custody = world.balance("custody:bank.sg")
    assert world.do("ChargebackNoticed", by=(by,)).posting == ("P15",)
    assert world.balance("cbpay:fund:psp") == -10_001
    world.no("already_charged_back", "ChargebackNoticed", by=(by,))
    world.no("not_settled", "ChargebackRecovered")
    world.no("amount_differs", "ChargebackPaid", money=world.money(1))
    assert world.do("ChargebackPaid").posting == ("P15",)
    assert world.do("ChargebackRecovered").posting == ("P14",)
    assert (world.line.chargeback, world.balance("custody:bank.sg")) == (Chargeback.RECOVERED, custody)
    assert world.balance(f"dep:fund:{MERCHANT}") == 0


def test_who_was_refunded_is_not_charged_back_too(world: World) -> None:
    world.fund().reach(Own.FUNDED, psp="psp").do("DisputeOpened", amount=world.money(10_001))
    world.do("OfferMade", buyer_share=world.money(1))
    world.do("OfferAccepted")
    world.no("double_recovery", "ChargebackNoticed")
    world.reach(Own.RELEASED, psp="psp").do("ClaimOpened")
    world.do("ChargebackNoticed")
    world.no("double_recovery", "FundAdvanced")
    assert world.line.chargeback is Chargeback.NOTICED


def fund_body(world: World, record: str, purpose: str, party: str | None, minor: int) -> EscrowBody:
    return world.body(record, purpose=purpose, party=party, money=Money("SGD", minor))


@pytest.mark.parametrize(("purpose", "party"), [("capital", None), ("deposit", MERCHANT), ("stake", "guarantor-1")])
def test_money_is_paid_into_the_fund_and_out_again(purpose: str, party: str | None) -> None:
    world = World()
    account = {"capital": "fundeq:fund:capital", "deposit": f"dep:fund:{MERCHANT}", "stake": FREE}[purpose]
    assert world.do("FundPaidIn", purpose=purpose, party=party, money=Money("SGD", 5_000)).posting == ("P22",)
    assert (world.balance("fund_cash:fund"), world.balance(account)) == (5_000, -5_000)
    change = world.do("FundPaidOut", purpose=purpose, party=party, money=Money("SGD", 4_000))
    assert change.posting == ("P23",)
    assert (world.balance("fund_cash:fund"), world.balance(account)) == (1_000, -1_000)


def test_nothing_is_paid_out_below_what_must_stay(world: World) -> None:
    world.fund(capital=5_000, deposit=5_000, stake=5_000)
    world.rules.asked[MERCHANT, "deposit", "SGD"] = world.rules.asked["guarantor-1", "stake", "SGD"] = 4_000
    by = (FUND_BANK, *TRUSTEES[1:])
    for purpose, party, code in (("deposit", MERCHANT, "deposit_insufficient"), ("stake", "guarantor-1", "stake_insufficient")):
        world.refuse(code, fund_body(world, "FundPaidOut", purpose, party, 1_001), by=by)
        world.say(fund_body(world, "FundPaidOut", purpose, party, 1_000), by=by)
    world.refuse("fund_floor", fund_body(world, "FundPaidOut", "capital", None, 12_001), by=by)
    assert world.balance("fund_cash:fund") == 13_000
