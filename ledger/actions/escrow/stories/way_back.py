"""Story 2: an order cancelled by both, one cancelled because the merchant is late, and a statutory withdrawal."""

from __future__ import annotations

from typing import Final

from ledger.actions.escrow.alliance_world.members import (
    BUYER,
    CARRIER,
    CUSTODIAN,
    HELD_BUYER,
    MERCHANT,
    TAIWAN_BUYER,
    TAIWAN_CUSTODIAN,
)
from ledger.actions.escrow.stories.paying import pay, pay_fees, receive, release, settle_payout, settle_refund
from ledger.actions.escrow.stories.stage import Stage, digest_of
from ledger.actions.escrow.stories.terms import TAIWAN, manifest_of, terms_of
from ledger.trade.escrow.bodies.agreement import OrderCancelled
from ledger.trade.escrow.bodies.cash import RefundReturned
from ledger.trade.escrow.bodies.goods import (
    GoodsDelivered,
    GoodsDispatched,
    ReturnCarried,
    ReturnReceived,
    WithdrawalNoticed,
)

TITLE: Final = "cancellation and statutory withdrawal with refund"

REGRETTED: Final = "po-2001/1"
"""Both sides call it off before anything is sent."""
LATE: Final = "po-2002/1"
"""The merchant does not send it. Its buyer has no key of its own: the operator signs for it, and is shown to."""
TEAPOT: Final = "po-2003/1"
"""Sent to Taiwan, whose law lets the buyer withdraw within seven days."""
CUPS: Final = "po-2003/2"
"""Of the same order; here the buyer comes a day too late."""


def tell(stage: Stage) -> None:
    _cancel_together(stage)
    _cancel_what_is_late(stage)
    _withdraw(stage)
    _withdraw_too_late(stage)
    stage.clock.advance(days=180)
    stage.tick()


def _cancel_together(stage: Stage) -> None:
    stage.agree([terms_of(REGRETTED, BUYER, 18_800, now=stage.clock(), goods_class="durable")], BUYER)
    receive(stage, CUSTODIAN, REGRETTED, 18_800)
    stage.clock.advance(days=1)
    # Alone the buyer may cancel only once the dispatch is late.
    stage.try_to_say(BUYER, OrderCancelled, REGRETTED, refusal="window_open")
    stage.say((BUYER, MERCHANT), OrderCancelled, REGRETTED)
    settle_refund(stage, CUSTODIAN, REGRETTED)
    stage.tick()


def _cancel_what_is_late(stage: Stage) -> None:
    stage.agree([terms_of(LATE, HELD_BUYER, 27_500, now=stage.clock(), goods_class="durable")], HELD_BUYER)
    receive(stage, CUSTODIAN, LATE, 27_500)
    stage.clock.advance(days=8)
    stage.try_to_say(HELD_BUYER, OrderCancelled, LATE, refusal="window_open")
    stage.clock.advance(days=5)
    stage.say(HELD_BUYER, OrderCancelled, LATE)
    stage.try_to_say(
        (MERCHANT, CARRIER),
        GoodsDispatched,
        LATE,
        refusal="already_refunded",
        serials=manifest_of(LATE),
        event=digest_of("sent after all"),
    )
    paid = settle_refund(stage, CUSTODIAN, LATE)
    stage.clock.advance(days=1)
    pay(stage, CUSTODIAN, RefundReturned, LATE, paid)
    settle_refund(stage, CUSTODIAN, LATE)
    stage.report(CUSTODIAN, "SGD")
    stage.tick()


def _withdraw(stage: Stage) -> None:
    now = stage.clock()
    teapot = terms_of(TEAPOT, TAIWAN_BUYER, 450_000, now=now, market=TAIWAN, goods_class="durable")
    cups = terms_of(CUPS, TAIWAN_BUYER, 120_000, now=now, market=TAIWAN, goods_class="durable")
    stage.agree([teapot, cups], TAIWAN_BUYER)
    for line, minor in ((TEAPOT, 450_000), (CUPS, 120_000)):
        receive(stage, TAIWAN_CUSTODIAN, line, minor)
    for line in (TEAPOT, CUPS):
        serials, event = manifest_of(line), digest_of(f"shipment of {line}")
        stage.say((MERCHANT, CARRIER), GoodsDispatched, line, serials=serials, event=event)
    stage.clock.advance(days=6)
    for line in (TEAPOT, CUPS):
        stage.say(CARRIER, GoodsDelivered, line, serials=manifest_of(line), proof=digest_of(f"delivery of {line}"))
    stage.clock.advance(days=3)
    stage.say(TAIWAN_BUYER, WithdrawalNoticed, TEAPOT)
    release(stage, TAIWAN_BUYER, TEAPOT, 450_000, refusal="already_returning")
    stage.clock.advance(days=2)
    stage.say(CARRIER, ReturnCarried, TEAPOT, proof=digest_of("the teapot is back"))
    stage.say(MERCHANT, ReturnReceived, TEAPOT)
    settle_refund(stage, TAIWAN_CUSTODIAN, TEAPOT)


def _withdraw_too_late(stage: Stage) -> None:
    stage.clock.advance(days=3)
    stage.try_to_say(TAIWAN_BUYER, WithdrawalNoticed, CUPS, refusal="window_closed")
    stage.tick()
    settle_payout(stage, TAIWAN_CUSTODIAN, CUPS)
    pay_fees(stage, TAIWAN_CUSTODIAN, "TWD")
    stage.report(TAIWAN_CUSTODIAN, "TWD")
