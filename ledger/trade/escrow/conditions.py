"""The conditions that choose among rows of the same record and state; of those, exactly one holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.trade.escrow.hearing import Hearing


@dataclass(frozen=True, slots=True)
class Condition:
    """`says` is what people read."""

    says: str
    holds: Callable[[Hearing], bool]


def _enough(hearing: Hearing) -> bool:
    minor: int = hearing.body.money.minor
    return hearing.line.unallocated + minor >= hearing.terms.agreed.price.minor


def _within_accept(hearing: Hearing) -> bool:
    plan = hearing.terms.agreed.sampling
    return plan is None or hearing.body.defects <= plan.accept


def size_of(price_minor: int, small: int, large: int) -> str:
    """small: below the first limit; large: above the second; middle: between and on them."""
    if price_minor < small:
        return "small"
    return "large" if price_minor > large else "middle"


def _size(hearing: Hearing) -> str:
    pack = hearing.terms.pack
    return size_of(hearing.terms.agreed.price.minor, pack.small_minor, pack.large_minor)


def _is_rest(hearing: Hearing) -> bool:
    """All that is held, and nothing is disputed: after this no decision is left."""
    return hearing.body.amount.minor == hearing.line.held and hearing.line.disputed == 0


def _surplus_rest(hearing: Hearing) -> bool:
    minor: int = hearing.body.money.minor
    return minor == hearing.line.unallocated


def _merchant_owes_no_more(hearing: Hearing) -> bool:
    paid = hearing.body.money.minor if hearing.body.party == hearing.terms.merchant else 0
    return paid == hearing.line.owed_merchant


def _release(size: str, *, rest: bool) -> Callable[[Hearing], bool]:
    return lambda hearing: _size(hearing) == size and _is_rest(hearing) is rest


_SIZES: Final = {
    "small": "the price is below the first limit",
    "middle": "the price is between the limits",
    "large": "the price is above the second limit",
}

CONDITIONS: Final[Mapping[str, Condition]] = {
    "always": Condition("", lambda _: True),
    "short": Condition("with what came before it is less than the price", lambda hearing: not _enough(hearing)),
    "enough": Condition("with what came before it is the price or more", _enough),
    "within_accept": Condition("at most the accepted number of faults", _within_accept),
    "over_accept": Condition("more than the accepted number of faults", lambda hearing: not _within_accept(hearing)),
    "surplus_part": Condition("a part of what waits", lambda hearing: not _surplus_rest(hearing)),
    "surplus_rest": Condition("all that waits", _surplus_rest),
    "merchant_still_owes": Condition("the merchant still owes the fund", lambda hearing: not _merchant_owes_no_more(hearing)),
    "merchant_owes_no_more": Condition("the merchant owes the fund nothing more", _merchant_owes_no_more),
    **{
        f"{size}_{part}": Condition(
            f"{says}, and {'nothing more is held or disputed' if part == 'rest' else 'more is held or disputed'}",
            _release(size, rest=part == "rest"),
        )
        for size, says in _SIZES.items()
        for part in ("part", "rest")
    },
}
