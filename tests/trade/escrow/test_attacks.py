"""Attacks on the escrow that once worked or nearly did: each is tried here as its attacker would try it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.evidence.instant import parse_instant
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.guards.cases import EVIDENCE_OF_CASE_MAX
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Advance, Dispute, Own, Recall
from tests.trade.escrow.rules_stand_in import AUTHORITY, FUND, INSPECTORS, MERCHANT, OPERATOR, arbiter_in, bank_in, buyer_in
from tests.trade.escrow.world import World

FAR = parse_instant("9999-12-31T23:59:59.999Z")
SINGAPORE = buyer_in("SG")
CHINA = buyer_in("CN")


def before_the_arbiters(world: World) -> World:
    """A dispute that the clock has brought before the arbiters, its evidence closed."""
    world.do("DisputeOpened")
    world.until(TIMEOUTS["negotiation"].at(world.line, world.terms)).do("DisputeEscalated", by=(OPERATOR,))
    return world.until(TIMEOUTS["evidence"].at(world.line, world.terms))


# A merchant that has the goods back and wants the money too


def test_a_return_that_is_refused_and_no_longer_disputed_is_a_return_again() -> None:
    world = World("CN").reach(Own.RETURNING).later(3)
    world.do("ReturnCarried")
    world.do("ReturnRefused")
    assert (world.line.own, world.line.disputed) == (Own.DELIVERED, world.line.received)
    world.later(12).do("DisputeWithdrawn", by=(MERCHANT,))
    assert (world.line.own, world.line.held) == (Own.RETURNING, world.line.received)
    world.no("already_returning", "AcceptanceLapsed")
    world.do("ReturnLapsed")
    assert world.line.ref == world.line.received


def test_a_refusal_that_is_taken_back_gives_the_time_to_send_the_goods_back_anew() -> None:
    world = World("CN").reach(Own.RETURNING)
    world.do("ReturnRefused")
    world.later(40).do("DisputeWithdrawn", by=(MERCHANT,))
    world.no("window_open", "WithdrawalLapsed")
    world.later(29).do("ReturnCarried")


def test_a_merchant_cannot_refuse_a_return_without_end() -> None:
    world = World("CN").reach(Own.RETURNING)
    for _ in range(3):
        world.do("ReturnRefused")
        world.do("DisputeWithdrawn", by=(MERCHANT,))
    world.no("disputes_exhausted", "ReturnRefused")
    world.no("disputes_exhausted", "DisputeOpened", by=(MERCHANT,))


@pytest.mark.parametrize("whole", [False, True])
def test_a_merchants_dispute_does_not_outlast_the_right_to_withdraw(whole: bool) -> None:
    world = World("CN").reach(Own.DELIVERED)
    world.do("DisputeOpened", by=(MERCHANT,), amount=world.money(world.line.held if whole else 1))
    world.do("WithdrawalNoticed")
    world.do("ReturnCarried")
    world.no("dispute_open", "ReturnReceived")
    world.do("DisputeWithdrawn", by=(MERCHANT,))
    world.do("ReturnReceived")
    assert world.line.ref == world.line.received


def test_the_buyers_own_dispute_and_a_refused_return_go_before_a_withdrawal() -> None:
    world = World("CN").reach(Own.DELIVERED)
    world.do("DisputeOpened", by=(CHINA,), amount=world.money(1))
    world.no("dispute_open", "WithdrawalNoticed")
    other = World("CN").reach(Own.RETURNING)
    other.do("ReturnRefused")
    other.no("dispute_open", "WithdrawalNoticed")


def test_a_merchants_cent_does_not_keep_the_buyer_silent_while_the_clock_releases() -> None:
    world = World().reach(Own.ACCEPTED)
    world.do("DisputeOpened", by=(MERCHANT,), amount=world.money(1))
    world.no("dispute_open", "DisputeOpened", by=(SINGAPORE,))
    world.no("dispute_open", "ReleaseInstructed", by=(OPERATOR,))
    world.do("ReleaseInstructed", by=(SINGAPORE,))


def test_what_the_buyer_does_not_dispute_the_clock_releases() -> None:
    world = World().reach(Own.ACCEPTED)
    world.do("DisputeOpened", by=(SINGAPORE,), amount=world.money(1))
    world.do("ReleaseInstructed", by=(OPERATOR,))
    assert world.line.rel == world.line.received - 1


# One who freezes what is due to the other, again and again


@pytest.mark.parametrize("side", [MERCHANT, SINGAPORE])
def test_a_side_disputes_three_times_and_no_more(side: str) -> None:
    world = World().reach(Own.SHIPPED)
    for _ in range(3):
        world.do("DisputeOpened", by=(side,), amount=world.money(world.line.held))
        world.later(2).do("DisputeWithdrawn", by=(side,))
    world.no("disputes_exhausted", "DisputeOpened", by=(side,))
    other = SINGAPORE if side == MERCHANT else MERCHANT
    world.do("DisputeOpened", by=(other,))


def test_no_offer_moves_the_line_on_while_arbiters_gather_their_signatures() -> None:
    world = before_the_arbiters(World().reach(Own.DELIVERED))
    ruling = world.body("RulingMade")
    world.no("evidence_after_close", "OfferMade", by=(MERCHANT,))
    world.no("evidence_after_close", "EvidenceFiled", by=(MERCHANT,))
    world.say(ruling, by=(arbiter_in("SG", 1),))
    assert world.line.dispute is Dispute.RULED


def test_nor_does_a_merchant_that_recalls_and_lifts_again_and_again() -> None:
    world = World().reach(Own.DELIVERED)
    world.do("LineRecalled", by=(MERCHANT,))
    world.do("RecallLifted", by=(MERCHANT,))
    world.no("already_recalled", "LineRecalled", by=(MERCHANT,))
    world.do("LineRecalled", by=(AUTHORITY,))


# Recalls


def test_a_merchant_does_not_lift_what_others_recalled() -> None:
    world = World().reach(Own.CLEARED, inspected=True)
    for recaller in (AUTHORITY, INSPECTORS[0]):
        world.do("LineRecalled", by=(recaller,))
        world.no("wrong_signer_role", "RecallLifted", by=(MERCHANT,))
        world.do("RecallLifted", by=(recaller,))
    assert world.line.recall is Recall.NONE


def test_an_authority_lifts_a_mild_recall_and_says_what_is_true() -> None:
    world = World().reach(Own.FUNDED)
    world.do("LineRecalled", by=(MERCHANT,), reason="copied")
    world.no("already_recalled", "LineRecalled", by=(AUTHORITY,), reason="contaminated")
    world.do("RecallLifted", by=(AUTHORITY,))
    world.do("LineRecalled", by=(AUTHORITY,), reason="contaminated")
    assert world.line.recall_reason == "contaminated"


def test_merchant_and_buyer_do_not_draw_on_the_fund_by_a_recall_of_their_own() -> None:
    world = World("CN").fund().reach(Own.RELEASED, goods_class="food", inspected=True)
    world.do("LineRecalled", by=(MERCHANT,))
    world.no("finding_missing", "FundAdvanced", by=(OPERATOR,), findings=("recalled", "food_below_safety_standard"))
    world.do("RecallLifted", by=(MERCHANT,))
    world.do("LineRecalled", by=(AUTHORITY,))
    world.do("FundAdvanced", by=(OPERATOR,), findings=("recalled",))
    assert world.line.advance is Advance.DECIDED


# The fund


def test_an_operator_that_is_one_of_the_trustees_is_not_their_threshold() -> None:
    world = World("CN").fund()
    fund = world.rules.funds[FUND]
    world.rules.funds[FUND] = replace(fund, trustees=(*fund.trustees, OPERATOR))
    world.rules.seat(OPERATOR, "trustee")
    world.reach(Own.DELIVERED).do("DisputeOpened")
    world.no("finding_missing", "FundAdvanced", by=(OPERATOR,), amount=world.money(1))


def test_trustees_do_not_pay_out_deposits_and_stakes_as_capital() -> None:
    world = World().fund(capital=10_000, deposit=100_000, stake=50_000)
    world.no("fund_floor", "FundPaidOut", money=Money("SGD", 10_001))
    world.do("FundPaidOut", money=Money("SGD", 10_000))
    world.do("FundPaidOut", purpose="deposit", party=MERCHANT, money=Money("SGD", 100_000))


def test_who_left_the_alliance_gets_the_deposit_back_and_pays_in_no_more() -> None:
    world = World().fund(deposit=100_000)
    world.rules.roles[MERCHANT] = set()
    world.no("ally_unknown", "FundPaidIn", purpose="deposit", party=MERCHANT, money=Money("SGD", 1))
    world.do("FundPaidOut", purpose="deposit", party=MERCHANT, money=Money("SGD", 100_000))
    world.no("deposit_insufficient", "FundPaidOut", purpose="deposit", party=MERCHANT, money=Money("SGD", 1))


def test_the_fund_advances_nothing_beyond_what_was_ruled() -> None:
    world = before_the_arbiters(World("CN").fund().reach(Own.DELIVERED))
    amount = world.line.case.amount if world.line.case else 0
    world.do("RulingMade", buyer_share=world.money(300), merchant_share=world.money(amount - 300))
    world.no("advance_over_cap", "FundAdvanced", amount=world.money(301))
    world.do("FundAdvanced", amount=world.money(300))


# Judges


def test_an_arbiter_that_a_side_has_bought_since_does_not_rule() -> None:
    world = before_the_arbiters(World().reach(Own.DELIVERED))
    world.rules.tie(MERCHANT, arbiter_in("SG", 1))
    world.no("wrong_signer_role", "RulingMade")
    world.until(TIMEOUTS["ruling"].at(world.line, world.terms)).do("ArbiterReplaced")
    world.do("RulingMade", by=(arbiter_in("SG", 2),))


def test_an_inspector_that_a_side_has_bought_since_does_not_report() -> None:
    world = World().reach(Own.SAMPLING, inspected=True)
    world.rules.tie(INSPECTORS[0], MERCHANT)
    world.until(world.line.seed_after or 0).no("wrong_signer_role", "InspectionReported")
    world.until(world.line.inspect_by or 0).do("InspectionEscalated")
    world.do("InspectionReported")


def test_after_a_whole_panel_was_silent_others_of_the_territory_rule() -> None:
    world = before_the_arbiters(World().reach(Own.DELIVERED, arbiters=(arbiter_in("SG", 1),)))
    stranger = arbiter_in("SG", 9)
    world.no("wrong_signer_role", "RulingMade", by=(stranger,))
    world.until(TIMEOUTS["ruling"].at(world.line, world.terms)).do("ArbiterReplaced")
    world.no("wrong_signer_role", "RulingMade", by=(arbiter_in("CN", 1),))
    world.rules.tie(SINGAPORE, arbiter_in("SG", 8))
    world.no("wrong_signer_role", "RulingMade", by=(arbiter_in("SG", 8),))
    world.do("RulingMade", by=(stranger,))
    assert world.line.case is not None
    assert world.line.case.arbiters == (stranger,)


# Holds


def test_a_dispute_that_ends_pays_nothing_out_under_a_legal_hold() -> None:
    world = World().reach(Own.SHIPPED)
    world.do("DisputeOpened", by=(SINGAPORE,), amount=world.money(500))
    world.until(TIMEOUTS["delivery"].at(world.line, world.terms)).do("DeliveryLapsed")
    world.do("LegalHoldPlaced", by=(bank_in("SG"),))
    world.no("legal_hold", "DisputeWithdrawn", by=(SINGAPORE,))
    world.do("LegalHoldLifted", by=(bank_in("SG"),))
    world.do("DisputeWithdrawn", by=(SINGAPORE,))
    assert world.line.disputed == 0


# Records that are well-formed and meant to hurt


def test_terms_until_the_end_of_the_calendar_are_judged_and_not_stumbled_over() -> None:
    world = World().reach(Own.SHIPPED, ship_by=FAR, deliver_by=FAR)
    world.no("window_open", "DeliveryLapsed")
    other = World().agree(ship_by=FAR, deliver_by=FAR)
    other.do("FundsReceived")
    other.no("window_open", "OrderCancelled", by=(SINGAPORE,))


def test_a_case_carries_so_much_evidence_and_no_more() -> None:
    world = World().reach(Own.DELIVERED)
    world.do("DisputeOpened")
    digests = [sha256(str(number).encode()).digest() for number in range(EVIDENCE_OF_CASE_MAX)]
    for start in range(0, EVIDENCE_OF_CASE_MAX - 32, 32):
        world.do("EvidenceFiled", evidence=tuple(digests[start : start + 32]))
    assert world.line.case is not None
    assert len(world.line.case.evidence) == EVIDENCE_OF_CASE_MAX - 31
    world.no("evidence_too_much", "EvidenceFiled", evidence=tuple(digests[-32:]))
    world.do("EvidenceFiled", evidence=tuple(digests[-31:]))
    world.do("EvidenceFiled", evidence=tuple(digests[:32]))
