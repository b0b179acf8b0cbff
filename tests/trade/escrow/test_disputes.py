"""Stories of disputes: a part is frozen, offered about, ruled, appealed and carried out; late claims freeze nothing."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.regions import Advance, Dispute, Own
from tests.trade.escrow.honest import PROOF
from tests.trade.escrow.rules_stand_in import MERCHANT, OPERATOR, arbiter_in
from tests.trade.escrow.test_agreement import INSPECTED, UNDECIDED
from tests.trade.escrow.world import World

BUYER = "buyer.sg"


def disputed(size: str = "small", minor: int = 4_001, **changes: object) -> World:
    """A delivered line with a part in dispute."""
    world = World().fund().reach(Own.DELIVERED, size, **changes)
    world.do("DisputeOpened", amount=world.money(minor))
    return world


def in_arbitration(size: str = "small", minor: int = 4_001, **changes: object) -> World:
    world = disputed(size, minor, **changes)
    world.until(TIMEOUTS["negotiation"].at(world.line, world.terms)).do("DisputeEscalated", by=(OPERATOR,))
    return world


def ruled(size: str = "small", share: int = 1_000, minor: int = 4_001, **changes: object) -> World:
    world = in_arbitration(size, minor, **changes)
    world.until(TIMEOUTS["evidence"].at(world.line, world.terms))
    world.do("RulingMade", buyer_share=world.money(share), merchant_share=world.money(minor - share))
    return world


def execute(world: World) -> None:
    name = "appeal" if world.line.dispute is Dispute.RULED else "at_once"
    world.until(TIMEOUTS[name].at(world.line, world.terms)).do("RulingExecuted")


@pytest.mark.parametrize("own", UNDECIDED)
@pytest.mark.parametrize("by", ["buyer.cn", MERCHANT])
def test_a_part_is_frozen_and_the_rest_goes_on(own: Own, by: str) -> None:
    world = World("CN").reach(own, inspected=own in INSPECTED)
    change = world.do("DisputeOpened", amount=world.money(1), by=(by,))
    assert change.posting == ("P9",)
    assert (world.line.own, world.line.disputed, world.line.held) == (own, 1, 100_000)
    world.no("dispute_open", "DisputeOpened")
    world.do("DisputeWithdrawn", by=(by,))
    assert (world.line.disputed, world.line.held, world.line.case) == (0, 100_001, None)


def test_the_rest_is_released_while_a_part_is_disputed(world: World) -> None:
    world.reach(Own.ACCEPTED).do("DisputeOpened", amount=world.money(1_001))
    world.do("ReleaseInstructed", amount=world.money(9_000))
    world.do("PayoutSettled")
    assert (world.line.own, world.line.paid_merchant, world.line.disputed) == (Own.ACCEPTED, 9_000, 1_001)
    world.do("OfferMade", buyer_share=world.money(501))
    world.do("OfferAccepted")
    assert (world.line.own, world.line.ref, world.line.rel) == (Own.RELEASING, 501, 500)


@pytest.mark.parametrize("arbitrated", [False, True])
def test_the_other_side_accepts_exactly_the_last_offer(arbitrated: bool) -> None:
    world = in_arbitration() if arbitrated else disputed()
    world.do("OfferMade", buyer_share=world.money(500))
    world.do("OfferMade", buyer_share=world.money(2_000))
    world.no("offer_missing", "OfferAccepted", buyer_share=world.money(500))
    world.no("offer_missing", "OfferAccepted", buyer_share=world.money(2_000), by=(MERCHANT,))
    world.do("OfferMade", buyer_share=world.money(3_000), by=(BUYER,))
    change = world.do("OfferAccepted", buyer_share=world.money(3_000), by=(MERCHANT,))
    assert change.posting == ("P10",)
    assert (world.line.ref, world.line.rel, world.line.disputed, world.line.dispute) == (3_000, 1_001, 0, Dispute.NONE)
    assert world.line.own is Own.DELIVERED


@pytest.mark.parametrize("arbitrated", [False, True])
def test_only_the_opener_withdraws(arbitrated: bool) -> None:
    world = in_arbitration() if arbitrated else disputed()
    world.no("wrong_signer_role", "DisputeWithdrawn", by=(MERCHANT,))
    world.do("DisputeWithdrawn")
    assert (world.line.held, world.line.dispute) == (10_001, Dispute.NONE)


def test_a_withdrawn_dispute_of_a_refunded_line_is_refunded_too() -> None:
    world = World().reach(Own.SHIPPED)
    world.do("DisputeOpened", amount=world.money(1), by=(MERCHANT,))
    world.until(TIMEOUTS["delivery"].at(world.line, world.terms)).do("DeliveryLapsed")
    assert world.do("DisputeWithdrawn", by=(MERCHANT,)).posting == ("P7",)
    world.do("RefundSettled")
    assert (world.line.own, world.line.paid_buyer) == (Own.REFUNDED, 10_001)


@pytest.mark.parametrize("by", [BUYER, MERCHANT])
def test_a_party_escalates_after_the_days_of_the_answer_and_the_clock_later(by: str) -> None:
    world = disputed()
    answer, negotiation = (TIMEOUTS[name].at(world.line, world.terms) for name in ("answer", "negotiation"))
    world.until(answer - 1).no("window_open", "DisputeEscalated", by=(by,))
    world.later(ms=1).no("window_open", "DisputeEscalated", by=(OPERATOR,))
    world.do("DisputeEscalated", by=(by,))
    assert (world.line.dispute, world.now < negotiation) == (Dispute.ARBITRATION, True)
    world.no("already_in_arbitration", "DisputeEscalated")


@pytest.mark.parametrize("by", [BUYER, MERCHANT])
def test_evidence_is_filed_until_it_closes(by: str) -> None:
    world = disputed()
    world.do("EvidenceFiled", evidence=(PROOF,), by=(by,))
    world.do("EvidenceFiled", evidence=(PROOF,), by=(by,))
    assert world.line.case is not None
    assert len(world.line.case.evidence) == 2
    world.until(TIMEOUTS["negotiation"].at(world.line, world.terms)).do("DisputeEscalated", by=(OPERATOR,))
    end = TIMEOUTS["evidence"].at(world.line, world.terms)
    world.until(end - 1).do("EvidenceFiled", by=(by,))
    world.later(ms=1).no("evidence_after_close", "EvidenceFiled", by=(by,))


def test_the_arbiter_rules_after_the_evidence_is_closed() -> None:
    world = in_arbitration()
    world.no("window_open", "RulingMade")
    world.until(TIMEOUTS["evidence"].at(world.line, world.terms))
    world.no("unbalanced", "RulingMade", buyer_share=world.money(1), merchant_share=world.money(4_001))
    world.no("rule_pack_unknown", "RulingMade", pack=bytes(32))
    world.no("evidence_hash_mismatch", "RulingMade", evidence=(bytes(32),))
    world.no("offer_missing", "RulingMade", basis="buyer_offer")
    world.do("RulingMade")
    assert world.line.case is not None
    assert (world.line.dispute, world.line.case.buyer_share, world.line.case.arbiters) == (
        Dispute.RULED,
        2_001,
        ("arbiter-1.sg",),
    )
    world.no("already_ruled", "RulingMade")


def test_a_ruling_by_the_offer_of_one_side_repeats_it() -> None:
    world = in_arbitration()
    world.do("OfferMade", buyer_share=world.money(1_234))
    world.until(TIMEOUTS["evidence"].at(world.line, world.terms))
    shares = {"buyer_share": world.money(1_234), "merchant_share": world.money(4_001 - 1_234)}
    world.no("offer_missing", "RulingMade", basis="buyer_offer", **shares)
    world.do("RulingMade", basis="merchant_offer", **shares)
    execute(world)
    assert (world.line.ref, world.line.rel) == (1_234, 4_001 - 1_234)


@pytest.mark.parametrize(("share", "own"), [(0, Own.RELEASING), (10_001, Own.REFUNDING), (5_000, Own.RELEASING)])
def test_a_ruling_about_all_of_it_decides_the_line(share: int, own: Own) -> None:
    world = ruled(share=share, minor=10_001)
    execute(world)
    assert (world.line.own, world.line.ref, world.line.rel) == (own, share, 10_001 - share)


def test_arbiters_that_are_late_are_replaced_by_the_next_of_the_panel() -> None:
    world = in_arbitration()
    for turn in (2, 3, 4, 5):
        end = TIMEOUTS["ruling"].at(world.line, world.terms)
        world.until(end - 1).no("window_open", "ArbiterReplaced")
        world.later(ms=1).do("ArbiterReplaced")
        by = arbiter_in("SG", turn)
        stranger = arbiter_in("SG", turn % 5 + 1)
        world.no("wrong_signer_role", "RulingMade", by=(stranger,))
    world.do("RulingMade", by=(by,))
    assert world.line.dispute is Dispute.RULED


def test_three_arbiters_rule_about_a_large_price() -> None:
    world = in_arbitration("large")
    world.until(TIMEOUTS["evidence"].at(world.line, world.terms))
    panel = tuple(arbiter_in("SG", number) for number in (1, 2, 3))
    world.no("threshold_not_met", "RulingMade", by=panel[:2])
    world.do("RulingMade", by=panel)
    world.do("AppealOpened", by=(MERCHANT,))
    seven = tuple(arbiter_in("SG", number) for number in range(6, 13))
    world.no("threshold_not_met", "AppealRuled", by=seven[:6])
    world.no("wrong_signer_role", "AppealRuled", by=(*seven[:6], panel[0]))
    world.do("AppealRuled", by=seven)
    assert world.line.dispute is Dispute.FINAL


@pytest.mark.parametrize("by", [BUYER, MERCHANT])
def test_the_loser_appeals_once_and_another_panel_rules(by: str) -> None:
    world = ruled()
    world.do("AppealOpened", by=(by,))
    world.no("already_appealed", "AppealOpened", by=(by,))
    world.no("already_appealed", "RulingExecuted")
    world.do("AppealRuled", buyer_share=world.money(3_000), merchant_share=world.money(1_001))
    world.no("already_ruled", "AppealRuled")
    world.no("already_appealed", "AppealOpened")
    execute(world)
    assert (world.line.ref, world.line.rel) == (3_000, 1_001)


def test_an_appeal_that_nobody_rules_lets_the_ruling_stand() -> None:
    world = ruled(share=1_000)
    world.do("AppealOpened")
    end = TIMEOUTS["appeal_ruling"].at(world.line, world.terms)
    world.until(end - 1).no("window_open", "AppealLapsed")
    world.later(ms=1).do("AppealLapsed")
    world.do("RulingExecuted")
    assert (world.line.ref, world.line.rel) == (1_000, 3_001)


@pytest.mark.parametrize(("share", "winner"), [(4_001, BUYER), (0, MERCHANT)])
def test_who_got_all_cannot_appeal(share: int, winner: str) -> None:
    world = ruled(share=share)
    world.no("appellant_not_loser", "AppealOpened", by=(winner,))
    world.do("AppealOpened", by=({BUYER, MERCHANT} - {winner}).pop() and (({BUYER, MERCHANT} - {winner}).pop(),))
    assert world.line.dispute is Dispute.APPEALED


def test_a_ruling_waits_for_the_days_of_appeal() -> None:
    world = ruled()
    end = TIMEOUTS["appeal"].at(world.line, world.terms)
    world.until(end - 1).no("window_open", "RulingExecuted")
    world.later(ms=1).no("window_closed", "AppealOpened")
    world.do("RulingExecuted")
    assert world.line.dispute is Dispute.NONE


@pytest.mark.parametrize("own", [Own.RELEASING, Own.RELEASED])
def test_a_late_claim_freezes_nothing_and_moves_nothing_without_an_advance(own: Own) -> None:
    world = World().reach(own)
    assert world.do("ClaimOpened", amount=world.money(10_001)).legs == ()
    world.no("claim_over_price", "ClaimOpened", amount=world.money(10_002)) if world.line.case is None else None
    world.do("OfferMade", buyer_share=world.money(5_000))
    assert world.do("OfferAccepted").legs == ()
    assert (world.line.own, world.line.disputes, world.line.advance) == (own, 1, Advance.NONE)


def test_a_late_claim_comes_within_the_window_and_about_what_was_paid(world: World) -> None:
    world.reach(Own.RELEASED)
    world.no("claim_over_price", "ClaimOpened", amount=world.money(10_002))
    world.later(world.terms.pack.conformity_days).no("window_closed", "ClaimOpened")
    world.later(ms=-1).do("ClaimOpened")
    world.no("dispute_open", "ClaimOpened")
    world.do("DisputeWithdrawn")
    assert world.line.own is Own.RELEASED


def test_the_disputed_part_outlives_the_refund_of_the_rest() -> None:
    """The goods were lost: what was held goes back, and the part in dispute is split between both afterwards."""
    world = World().reach(Own.SHIPPED)
    world.do("DisputeOpened", amount=world.money(4_000))
    world.until(TIMEOUTS["delivery"].at(world.line, world.terms)).do("DeliveryLapsed")
    world.do("RefundSettled")
    assert world.line.own is Own.REFUNDING
    world.do("OfferMade", buyer_share=world.money(0))
    world.do("OfferAccepted")
    assert (world.line.own, world.line.rel) == (Own.REFUNDING, 4_000)
    world.do("PayoutSettled")
    assert (world.line.own, world.line.paid_merchant, world.line.paid_buyer) == (Own.REFUNDED, 4_000, 6_001)
