"""Stories of the goods: dispatch, inspection at entry, delivery, acceptance, and the way back."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.regions import Dispute, Own
from tests.trade.escrow.honest import EVIDENCE, MANIFEST
from tests.trade.escrow.rules_stand_in import OPERATOR
from tests.trade.escrow.world import World


def deadline(world: World, name: str) -> int:
    return TIMEOUTS[name].at(world.line, world.terms)


@pytest.mark.parametrize("by", [("carrier",), ("warehouse",), ("carrier", "buyer.sg")])
def test_goods_arrive_without_inspection_where_none_is_agreed(by: tuple[str, ...]) -> None:
    world = World().reach(Own.SHIPPED)
    world.do("GoodsDelivered", by=by)
    assert (world.line.own, world.line.delivered_at) == (Own.DELIVERED, world.now)


@pytest.mark.parametrize("by", [("guizhou-tea",), ("carrier",)])
def test_the_lot_is_committed_before_the_seed_exists(by: tuple[str, ...]) -> None:
    world = World().reach(Own.SHIPPED, inspected=True)
    world.no("seed_before_commit", "LotCommitted", by=by, seed_after=world.now)
    world.do("LotCommitted", by=by)
    world.no("window_open", "InspectionReported")
    world.until(world.line.seed_after or 0).do("InspectionReported")
    assert world.line.own is Own.CLEARED


@pytest.mark.parametrize(("defects", "own"), [(0, Own.CLEARED), (1, Own.CLEARED), (2, Own.HELD_AT_ENTRY), (8, Own.HELD_AT_ENTRY)])
@pytest.mark.parametrize("with_customs", [False, True])
def test_whether_the_sample_passes_is_computed(defects: int, own: Own, with_customs: bool) -> None:
    world = World().reach(Own.SAMPLING, inspected=True).later(1)
    by = ("inspector-1", "customs.sg") if with_customs else ("inspector-1",)
    world.do("InspectionReported", defects=defects, by=by)
    assert (world.line.own, world.line.passed) == (own, own is Own.CLEARED)


@pytest.mark.parametrize("by", [("carrier",), ("carrier", "buyer.sg")])
def test_cleared_goods_are_delivered(by: tuple[str, ...]) -> None:
    world = World().reach(Own.CLEARED, inspected=True)
    world.do("GoodsDelivered", by=by)
    assert world.line.own is Own.DELIVERED


@pytest.mark.parametrize("by", [("buyer.sg",), ("guizhou-tea",)])
def test_a_failed_lot_is_looked_at_again_by_the_second_body_and_no_third_time(by: tuple[str, ...]) -> None:
    world = World().reach(Own.HELD_AT_ENTRY, inspected=True)
    world.no("window_open", "EntryRejected")
    world.do("ReinspectionRequested", by=by)
    assert (world.line.own, world.line.inspector) == (Own.SAMPLING, "inspector-2")
    world.no("wrong_signer_role", "InspectionReported", by=("inspector-1",))
    world.no("inspection_final", "InspectionEscalated")
    world.do("InspectionReported", defects=3)
    world.no("inspection_final", "ReinspectionRequested", by=by)
    assert world.do("EntryRejected").posting == ("P7",)
    assert world.line.own is Own.REFUNDING


def test_a_failed_lot_that_nobody_contests_is_rejected_after_the_working_days(world: World) -> None:
    world.reach(Own.HELD_AT_ENTRY, inspected=True)
    end = deadline(world, "entry")
    world.until(end - 1).no("window_open", "EntryRejected")
    world.later(ms=1).no("window_closed", "ReinspectionRequested")
    world.do("EntryRejected")
    world.do("RefundSettled")
    assert world.line.own is Own.REFUNDED


def test_without_a_second_body_a_failed_lot_is_rejected_at_once(world: World) -> None:
    world.reach(Own.HELD_AT_ENTRY, inspected=True, reinspector=None)
    world.no("reinspector_missing", "ReinspectionRequested")
    world.do("EntryRejected")
    assert world.line.own is Own.REFUNDING


def test_a_late_inspector_is_replaced_by_the_clock(world: World) -> None:
    world.reach(Own.SAMPLING, inspected=True)
    end = deadline(world, "inspection")
    world.until(end - 1).no("window_open", "InspectionEscalated")
    world.later(ms=1).do("InspectionEscalated")
    assert (world.line.inspector, world.line.reinspecting) == ("inspector-2", True)
    world.do("InspectionReported")
    assert world.line.passed is True


@pytest.mark.parametrize("own", [Own.SHIPPED, Own.SAMPLING, Own.CLEARED])
@pytest.mark.parametrize("by", [("buyer.sg",), (OPERATOR,)])
def test_goods_that_never_come_are_paid_back(own: Own, by: tuple[str, ...]) -> None:
    world = World().reach(own, inspected=own is not Own.SHIPPED)
    end = deadline(world, "delivery")
    world.until(end - 1).no("window_open", "DeliveryLapsed", by=by)
    assert world.later(ms=1).do("DeliveryLapsed", by=by).posting == ("P7",)
    assert world.line.own is Own.REFUNDING


def test_silence_accepts_after_the_window_and_waives_nothing(world: World) -> None:
    world.reach(Own.DELIVERED)
    end = deadline(world, "acceptance")
    world.until(end - 1).no("window_open", "AcceptanceLapsed")
    world.later(ms=1).no("clock_not_witnessed", "AcceptanceLapsed", seen=False)
    world.do("AcceptanceLapsed")
    assert (world.line.own, world.line.by_clock) == (Own.ACCEPTED, True)
    world.do("ReleaseInstructed", by=(OPERATOR,))
    world.do("ClaimOpened")
    assert world.line.dispute is Dispute.OPEN


def test_the_buyer_accepts_and_a_dispute_stops_it() -> None:
    world = World().reach(Own.DELIVERED)
    world.do("DisputeOpened")
    world.no("dispute_open", "DeliveryAccepted")
    world.do("DisputeWithdrawn")
    world.do("DeliveryAccepted")
    assert (world.line.own, world.line.by_clock) == (Own.ACCEPTED, False)


@pytest.mark.parametrize("territory", ["CN", "JP"])
@pytest.mark.parametrize("own", [Own.DELIVERED, Own.ACCEPTED])
def test_the_buyer_withdraws_within_the_days_of_the_law(territory: str, own: Own) -> None:
    world = World(territory).reach(own)
    price, days = world.line.held, world.terms.pack.withdrawal_days
    world.later(days).no("window_closed", "WithdrawalNoticed")
    world.later(ms=-1).do("WithdrawalNoticed")
    world.no("already_returning", "WithdrawalNoticed")
    world.do("ReturnReceived")
    assert (world.line.own, world.line.ref, world.line.fees) == (Own.REFUNDING, price, 0)


def test_before_dispatch_a_withdrawal_is_paid_back_at_once() -> None:
    world = World("CN").reach(Own.FUNDED)
    assert world.do("WithdrawalNoticed").posting == ("P7",)
    assert world.line.own is Own.REFUNDING


def test_a_silent_merchant_has_the_goods_back_after_the_carrier_s_proof() -> None:
    world = World("CN").reach(Own.RETURNING)
    world.no("return_not_carried", "ReturnLapsed")
    world.do("ReturnCarried")
    world.no("already_carried", "ReturnCarried")
    end = deadline(world, "return_reply")
    world.until(end - 1).no("window_open", "ReturnLapsed")
    world.later(ms=1).no("window_closed", "ReturnRefused")
    world.do("ReturnLapsed")
    assert world.line.own is Own.REFUNDING


@pytest.mark.parametrize("carried", [False, True])
def test_a_refused_return_is_a_dispute_about_all_of_it(carried: bool) -> None:
    world = World("CN").reach(Own.RETURNING)
    if carried:
        world.do("ReturnCarried")
    price = world.line.held
    assert world.do("ReturnRefused", reasons=("goods_damaged", "goods_used")).posting == ("P9",)
    case = world.line.case
    assert case is not None
    assert (world.line.own, world.line.disputed, case.opener, case.evidence) == (Own.DELIVERED, price, "guizhou-tea", EVIDENCE)
    world.no("not_returning", "ReturnRefused")


def test_goods_that_are_never_sent_back_stay_delivered() -> None:
    world = World("CN").reach(Own.RETURNING)
    world.until(deadline(world, "return")).do("WithdrawalLapsed")
    assert world.line.own is Own.DELIVERED
    world.do("AcceptanceLapsed")


def test_after_the_carrier_s_proof_the_withdrawal_no_longer_lapses() -> None:
    world = World("CN").reach(Own.RETURNING)
    world.do("ReturnCarried")
    world.later(60).no("already_carried", "WithdrawalLapsed")
    assert world.line.own is Own.RETURNING


def test_only_the_serials_of_the_manifest_travel(world: World) -> None:
    other = bytes(32)
    assert other != MANIFEST
    world.reach(Own.FUNDED).no("serials_differ", "GoodsDispatched", serials=other)
    world.do("GoodsDispatched")
    world.no("serials_differ", "GoodsDelivered", serials=other)
    assert world.line.own is Own.SHIPPED


@pytest.mark.parametrize("own", [Own.SHIPPED, Own.CLEARED])
def test_a_withdrawal_on_the_way_waits_for_the_delivery(own: Own) -> None:
    World("CN").reach(own, inspected=own is Own.CLEARED).no("not_delivered", "WithdrawalNoticed")
