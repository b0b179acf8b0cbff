"""Story 1: one order of three lines, paid unevenly, delivered in two parts, released with a part held back, closed."""

from __future__ import annotations

from typing import Final

from ledger.actions.escrow.alliance_world.members import BUYER, CARRIER, CUSTODIAN, INSPECTOR, MERCHANT, WAREHOUSE
from ledger.actions.escrow.stories.paying import pay, pay_fees, receive, release, settle_payout
from ledger.actions.escrow.stories.stage import ByLine, Stage, digest_of
from ledger.actions.escrow.stories.story_clock import MINUTE_MS
from ledger.actions.escrow.stories.terms import manifest_of, terms_of
from ledger.evidence.instant import Instant
from ledger.trade.escrow.bodies.agreement import Retention
from ledger.trade.escrow.bodies.cash import FundsReceived, FundsReturned, PayoutReturned
from ledger.trade.escrow.bodies.goods import (
    DeliveryAccepted,
    GoodsDelivered,
    GoodsDispatched,
    InspectionReported,
    LotCommitted,
)
from ledger.trade.escrow.money import Money

TITLE: Final = "clean release with retention and partial delivery of three lines"

GREEN: Final = "po-1001/1"
"""Green tea, a food: inspected, and a fifth of the price waits."""
GIFTS: Final = "po-1001/2"
"""Gift boxes of tea: inspected; the price is in the middle, so that the clock releases only what passed."""
CADDY: Final = "po-1001/3"
"""A caddy: no inspection, no retention, sent later."""

_SEED_IN_MS: Final = 60 * MINUTE_MS
_SAMPLES: Final = {GREEN: 13, GIFTS: 20}


def tell(stage: Stage) -> None:
    _agree_and_pay(stage)
    _send_and_inspect(stage)
    _deliver_and_release(stage)
    _end(stage)


def _agree_and_pay(stage: Stage) -> None:
    now = stage.clock()
    green = terms_of(GREEN, BUYER, 12_900, now=now, goods_class="food", sample=(13, 0), retention=Retention(2_000, 14))
    gifts = terms_of(GIFTS, BUYER, 86_000, now=now, goods_class="food", sample=(20, 1), retention=Retention(1_000, 14))
    caddy = terms_of(CADDY, BUYER, 24_000, now=now, goods_class="durable", ship_in_days=12)
    stage.agree([green, gifts, caddy], BUYER)
    stage.clock.advance(days=1)
    receive(stage, CUSTODIAN, GREEN, 12_000)
    receive(stage, CUSTODIAN, GIFTS, 90_000)
    used = receive(stage, CUSTODIAN, CADDY, 24_000)
    stage.try_to_say(CUSTODIAN, FundsReceived, GREEN, refusal="reference_settled", money=Money("SGD", 900), reference=used)
    receive(stage, CUSTODIAN, GREEN, 900)
    stage.clock.advance(days=1)
    pay(stage, CUSTODIAN, FundsReturned, GIFTS, 4_000)


def _send_and_inspect(stage: Stage) -> None:
    first = (GREEN, GIFTS)
    manifests = ByLine({line: manifest_of(line) for line in (*first, CADDY)})
    stage.clock.advance(days=1)
    stage.say_all((MERCHANT, CARRIER), GoodsDispatched, first, serials=manifests, event=digest_of("the first shipment"))
    seed_after = Instant(stage.clock() + _SEED_IN_MS)
    stage.say_all(MERCHANT, LotCommitted, first, serials=manifests, seed_after=seed_after)
    stage.clock.advance(days=6)
    stage.try_to_say(
        WAREHOUSE, GoodsDelivered, GREEN, refusal="inspection_missing", serials=manifest_of(GREEN), proof=digest_of("too early")
    )
    for line, defects in ((GREEN, 0), (GIFTS, 1)):
        report = digest_of(f"report on {line}")
        stage.say(INSPECTOR, InspectionReported, line, sample_size=_SAMPLES[line], defects=defects, report=report)
    stage.clock.advance(days=1)
    stage.say((MERCHANT, CARRIER), GoodsDispatched, CADDY, serials=manifest_of(CADDY), event=digest_of("the second shipment"))
    stage.clock.advance(days=1)
    stage.say_all(WAREHOUSE, GoodsDelivered, first, serials=manifests, proof=digest_of("signed at the door"))


def _deliver_and_release(stage: Stage) -> None:
    stage.clock.advance(days=1)
    stage.say(BUYER, DeliveryAccepted, GREEN)
    release(stage, BUYER, GREEN, 12_900, refusal="retention_waits")
    release(stage, BUYER, GREEN, 10_320)
    settle_payout(stage, CUSTODIAN, GREEN)
    stage.clock.advance(days=3)
    stage.say(CARRIER, GoodsDelivered, CADDY, serials=manifest_of(CADDY), proof=digest_of("left with the neighbour"))
    stage.say(BUYER, DeliveryAccepted, CADDY)
    release(stage, BUYER, CADDY, 24_000)
    paid = settle_payout(stage, CUSTODIAN, CADDY)
    stage.clock.advance(days=2)
    pay(stage, CUSTODIAN, PayoutReturned, CADDY, paid)
    settle_payout(stage, CUSTODIAN, CADDY)
    # Seven days after delivery nobody has said a word about the gifts: the clock accepts, and releases what need not wait.
    stage.clock.advance(days=2)
    stage.tick()
    settle_payout(stage, CUSTODIAN, GIFTS)
    stage.report(CUSTODIAN, "SGD")


def _end(stage: Stage) -> None:
    stage.clock.advance(days=7)
    release(stage, BUYER, GREEN, 2_580)
    settle_payout(stage, CUSTODIAN, GREEN)
    stage.tick()
    settle_payout(stage, CUSTODIAN, GIFTS)
    pay_fees(stage, CUSTODIAN, "SGD")
    stage.report(CUSTODIAN, "SGD")
    stage.clock.advance(days=190)
    stage.tick()
