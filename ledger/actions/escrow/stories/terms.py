"""The terms of the stories' order lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.actions.escrow.alliance_world import members
from ledger.actions.escrow.alliance_world.build import name_of, pack_named
from ledger.actions.escrow.alliance_world.members import FUND
from ledger.actions.escrow.stories.stage import digest_of
from ledger.actions.escrow.stories.story_clock import DAY_MS
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.bodies.agreement import FeeSchedule, OrderAgreed, Retention, RulePackPin, SamplingPlan
from ledger.trade.escrow.money import Money

FEES: Final = FeeSchedule(platform=250, inspection=100, tax=900, spread=50)
"""Basis points: 2.5 % for the platform, 1 % for the inspection, 9 % tax."""
_NO_RETENTION: Final = Retention(0, 0)


@dataclass(frozen=True, slots=True)
class Market:
    """Where a buyer sits: territory, rule pack, currency, and who holds the money and judges there."""

    territory: str
    pack: str
    currency: str
    custodian: str
    arbiters: tuple[str, ...]


SINGAPORE: Final = Market("SG", "SG@2026.1", "SGD", members.CUSTODIAN, members.ARBITERS)
TAIWAN: Final = Market("TW", "TW@2026.1", "TWD", members.TAIWAN_CUSTODIAN, members.TAIWAN_ARBITERS)


def manifest_of(line: str) -> Digest:
    """The digest of the list of a line's serials."""
    return digest_of(f"manifest of {line}")


def terms_of(
    line: str,
    buyer: str,
    minor: int,
    *,
    now: Instant,
    market: Market = SINGAPORE,
    goods_class: str = "general",
    sample: tuple[int, int] | None = None,
    retention: Retention = _NO_RETENTION,
    ship_in_days: int = 5,
    deliver_in_days: int = 20,
) -> OrderAgreed:
    """Terms of a line at a price of `minor` minor units, offered for two days from `now`.

    Args:
        sample: how many items the inspection body draws, and how many of them may fail; None for no inspection.
    """
    plan = None if sample is None else SamplingPlan(*sample, inspect_by=_after(now, deliver_in_days))
    return OrderAgreed(
        line=f"{name_of(members.MERCHANT)}/{line}",
        buyer=name_of(buyer),
        custodian=name_of(market.custodian),
        price=Money(market.currency, minor),
        payout_currency=None,
        territory=market.territory,
        pack=RulePackPin(market.pack, pack_named(market.pack).digest),
        fees=FEES,
        offer_until=_after(now, 2),
        ship_by=_after(now, ship_in_days),
        deliver_by=_after(now, deliver_in_days),
        goods_class=goods_class,
        manifest=manifest_of(line),
        carriers=(name_of(members.CARRIER), name_of(members.WAREHOUSE)),
        inspector=None if plan is None else name_of(members.INSPECTOR),
        reinspector=None if plan is None else name_of(members.REINSPECTOR),
        sampling=plan,
        retention=retention,
        arbiters=tuple(name_of(arbiter) for arbiter in market.arbiters),
        fund=FUND,
        psp=None,
        second_hand=False,
        serial=None,
        disclosure=None,
    )


def _after(now: Instant, days: int) -> Instant:
    return Instant(now + days * DAY_MS)
