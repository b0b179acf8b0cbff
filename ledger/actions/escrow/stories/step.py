"""One step of a story: who said what, what the ledger made of it, and where the line's money is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger.evidence.instant import Instant
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.money import Money, format_amount
from ledger.trade.escrow.regions import REGIONS, spelt


@dataclass(frozen=True, slots=True)
class Step:
    """One record of a story, and how its line stands after it.

    Attributes:
        who: short names of those who signed.
        detail: what it says besides, in words; "" for nothing.
        states: the line's state and every other region that is not where it began, as `region:state`.
        money: where the line's money is: place to amount, such as `held` to `SGD 129.00`.
    """

    time: Instant
    who: tuple[str, ...]
    record: str
    line: str | None
    detail: str
    refusal: str | None
    postings: tuple[str, ...]
    states: tuple[str, ...]
    money: Mapping[str, Money]


OnStep = Callable[[Step], None]


def states_of(line: Line) -> tuple[str, ...]:
    """The line's own state, and the other regions that are not where they began, as `region:state`."""
    others = [line.state(region) for region, states in REGIONS.items() if line.state(region) is not next(iter(states))]
    return (spelt(line.own), *(spelt(state) for state in others if state is not line.own))


def money_of(line: Line) -> dict[str, Money]:
    """Where the line's money is; empty places are left out."""
    places = {
        "unallocated": line.unallocated,
        "held": line.held,
        "disputed": line.disputed,
        "to be paid to the merchant": line.rel,
        "to be refunded": line.ref,
        "for the fund": line.rec,
        "with the merchant": line.paid_merchant,
        "back with the buyer": line.paid_buyer,
        "fees": line.fees,
        "with the fund": line.to_fund,
    }
    return {place: Money(line.currency, minor) for place, minor in places.items() if minor}


def detail_of(body: EscrowBody) -> str:
    """The amount that a record is about, in words; "" where it is about none."""
    for name in ("money", "amount", "closing", "price"):
        money = getattr(body, name, None)
        if isinstance(money, Money):
            return in_words(money)
    return ""


def in_words(money: Money) -> str:
    return f"{money.currency} {format_amount(money)}"
