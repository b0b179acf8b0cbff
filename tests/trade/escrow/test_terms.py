"""What may be agreed at all: terms that agree with themselves, allies in their seats, judges apart from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.evidence.instant import Instant
from ledger.trade.escrow.bodies.agreement import FeeSchedule, SamplingPlan
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Own
from tests.trade.escrow.rules_stand_in import FUND, MERCHANT, TERRITORIES, arbiter_in
from tests.trade.escrow.world import START, World

PLAN = SamplingPlan(8, 1, START)
CONTRADICTIONS: list[dict[str, Any]] = [
    {"ship_by": Instant(START + 1), "deliver_by": START},
    {"territory": "CN", "arbiters": ()},
    {"inspector": "inspector-1"},
    {"sampling": PLAN},
    {"reinspector": "inspector-2"},
    {"inspector": "inspector-1", "sampling": SamplingPlan(8, 8, START)},
    {"goods_class": "food"},
    {"goods_class": "fresh_food"},
    {"payout_currency": "SGD"},
    {"second_hand": True},
]
STRANGERS: list[dict[str, Any]] = [
    {"custodian": "stranger"},
    {"carriers": ("carrier", "stranger")},
    {"inspector": "stranger", "sampling": PLAN},
    {"inspector": "inspector-1", "reinspector": "stranger", "sampling": PLAN},
    {"arbiters": ("stranger",)},
    {"psp": "stranger"},
    {"line": "stranger/tea/1"},
]


@pytest.mark.parametrize("terms", CONTRADICTIONS)
def test_terms_that_contradict_themselves(terms: dict[str, Any]) -> None:
    world = World()
    world.no("terms_contradict" if "arbiters" not in terms else "panel_too_small", "OrderAgreed", **world.agreement(**terms))
    assert world.books.lines == {}


def test_a_part_of_the_country_is_the_territory_of_its_pack() -> None:
    world = World("CN").agree(territory="CN-GZ")
    assert world.line.own is Own.AGREED


@pytest.mark.parametrize("terms", STRANGERS)
def test_who_has_no_seat_is_named_in_no_order(terms: dict[str, Any]) -> None:
    world = World()
    by = ("buyer.sg", terms.get("line", MERCHANT).split("/")[0])
    world.no("ally_unknown", "OrderAgreed", by=by, **(world.agreement() | terms))
    assert world.books.lines == {}


@pytest.mark.parametrize("role", ["merchant", "factory", "shop"])
def test_who_sells_has_a_role_that_sells(role: str) -> None:
    world = World()
    world.rules.roles[MERCHANT] = {role}
    assert world.agree().line.own is Own.AGREED


@pytest.mark.parametrize("judge", [arbiter_in("SG", 5), "inspector-1", "inspector-2"])
@pytest.mark.parametrize("side", ["buyer.sg", MERCHANT])
def test_a_judge_related_to_a_side_is_refused(judge: str, side: str) -> None:
    world = World()
    world.rules.tie(judge, side)
    world.no("party_is_arbiter", "OrderAgreed", **world.agreement(inspected=True))
    assert world.books.lines == {}


def test_the_two_inspection_bodies_are_apart(world: World) -> None:
    world.rules.tie("inspector-1", "inspector-2")
    world.no("party_is_arbiter", "OrderAgreed", **world.agreement(inspected=True))
    world.agree(inspected=True, reinspector=None)
    assert world.line.inspector == "inspector-1"


@pytest.mark.parametrize("kind", ["platform", "inspection", "tax", "spread"])
def test_no_fee_is_above_the_caps_of_the_pack(kind: str) -> None:
    world = World()
    fees = {"platform": 500, "inspection": 500, "tax": 3_000, "spread": 300}
    world.no("fee_over_schedule", "OrderAgreed", **world.agreement(fees=FeeSchedule(**(fees | {kind: fees[kind] + 1}))))
    world.agree(fees=FeeSchedule(**fees))
    assert world.line.own is Own.AGREED


@pytest.mark.parametrize("territory", TERRITORIES)
def test_a_large_price_asks_for_three_arbiters(territory: str) -> None:
    world = World(territory)
    limit = world.agree().terms.pack.large_minor
    pair = tuple(arbiter_in(territory, number) for number in (1, 2))
    world.no("panel_too_small", "OrderAgreed", **world.agreement(price=Money(world.currency, limit + 1), arbiters=pair))
    world.agree(price=Money(world.currency, limit), arbiters=pair[:1])
    world.no("panel_too_small", "OrderAgreed", **world.agreement(arbiters=()))
    assert world.line.own is Own.AGREED


def test_the_fund_exists_and_the_price_is_in_the_pack_s_currency(world: World) -> None:
    world.no("fund_unknown", "OrderAgreed", **world.agreement(fund="other"))
    world.no("currency_mismatch", "OrderAgreed", **world.agreement(price=Money("CNY", 1)))
    world.agree(fund=None)
    assert world.line.own is Own.AGREED


def test_the_deposit_lies_in_the_fund_that_the_order_names(world: World) -> None:
    world.rules.asked[MERCHANT, "deposit", "SGD"] = 1_000
    world.no("deposit_insufficient", "OrderAgreed", **world.agreement())
    world.fund(deposit=1_000)
    world.no("deposit_insufficient", "OrderAgreed", **world.agreement(fund=None))
    world.agree(fund=FUND)
    assert world.line.own is Own.AGREED


def test_an_offer_ends(world: World) -> None:
    terms = world.agreement()
    world.until(terms["offer_until"]).no("window_closed", "OrderAgreed", **terms)
    world.now = Instant(world.now - 1)
    world.do("OrderAgreed", **terms)
    assert len(world.books.lines) == 1


@pytest.mark.parametrize("by", [("buyer.sg",), (MERCHANT,), ("buyer.sg", MERCHANT, "bank.sg"), ("bank.sg", MERCHANT)])
def test_both_sides_and_nobody_else_sign(by: tuple[str, ...]) -> None:
    world = World()
    code = "threshold_not_met" if len(by) == 1 else "wrong_signer_role"
    world.no(code, "OrderAgreed", by=by, **world.agreement())
    assert world.books.lines == {}


COVERS = [("price", 10_001), ("stake share", 4_000), ("merchant cap", 3_000), ("free stake", 1_500)]


@pytest.mark.parametrize(("cap", "most"), COVERS)
def test_a_cover_stays_within_every_cap(cap: str, most: int) -> None:
    """Price, a fifth of the whole stake, the fund's cap for the merchant, and what is free of the stake."""
    world = World().fund(stake={"stake share": 20_000}.get(cap, 1_000_000))
    if cap == "merchant cap":
        world.rules.reserve("SGD", cover_cap=4_000)
        world.reach(Own.FUNDED).do("GuaranteeLocked", cover=world.money(1_000))
    if cap == "free stake":
        world = World().fund(stake=7_500)
        for _ in range(4):
            world.reach(Own.FUNDED).do("GuaranteeLocked", cover=world.money(1_500))
    world.reach(Own.FUNDED)
    code = "stake_insufficient" if cap == "free stake" else "cover_over_cap"
    world.no(code, "GuaranteeLocked", cover=world.money(most + 1))
    world.do("GuaranteeLocked", cover=world.money(most))
    assert world.line.cover == most


def test_a_stake_that_is_asked_for_stays(world: World) -> None:
    world.fund(stake=7_500).rules.asked["guarantor-1", "stake", "SGD"] = 7_501
    world.reach(Own.FUNDED).no("stake_insufficient", "GuaranteeLocked")
    world.rules.asked["guarantor-1", "stake", "SGD"] = 7_500
    world.do("GuaranteeLocked")
    assert world.line.cover == 1_000


@pytest.mark.parametrize("side", ["buyer.sg", MERCHANT, "bank.sg", arbiter_in("SG", 3)])
def test_a_guarantor_is_apart_from_sides_bank_and_judges(side: str) -> None:
    world = World().fund(stake=20_000)
    world.reach(Own.FUNDED).rules.tie("guarantor-1", side)
    world.no("party_is_arbiter", "GuaranteeLocked")
    assert world.line.guarantor is None


def test_no_guarantee_for_a_line_that_will_be_exchanged(world: World) -> None:
    world.fund(stake=20_000).reach(Own.FUNDED, payout_currency="CNY")
    world.no("currency_mismatch", "GuaranteeLocked")
    assert world.line.guarantor is None


def test_two_do_not_guarantee_each_other(world: World) -> None:
    world.rules.roles["guarantor-1"].add("merchant")
    world.rules.roles[MERCHANT].add("guarantor")
    world.rules.seat(MERCHANT, "guarantor")
    world.fund(stake=20_000).fund(stake=20_000, guarantor=MERCHANT)
    world.reach(Own.FUNDED, merchant="guarantor-1").do("GuaranteeLocked", guarantor=MERCHANT, by=(MERCHANT,))
    world.reach(Own.FUNDED).no("guarantee_cycle", "GuaranteeLocked")
    assert world.line.guarantor is None
