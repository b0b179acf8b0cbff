"""What a guard is: one question before a transition, with the refusals it may answer with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ledger.evidence.instant import Instant, format_instant
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.refusals.amounts import AmountDiffers
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.obstacles import WindowClosed

Check: TypeAlias = Callable[[Hearing], EscrowRefused | None]


@dataclass(frozen=True, slots=True)
class Guard:
    """`says` is what holds where the guard lets pass, in words for tables and people."""

    check: Check
    says: str
    refusals: tuple[type[EscrowRefused], ...]


def guard(check: Check, says: str, *refusals: type[EscrowRefused]) -> Guard:
    """A guard that answers with none but `refusals`."""
    return Guard(check, says, refusals)


def before(hearing: Hearing, end: Instant) -> EscrowRefused | None:
    """Refuse what comes at `end` or later."""
    if hearing.now < end:
        return None
    return WindowClosed(seen=format_instant(hearing.now), wanted=f"before {format_instant(end)}")


def at_most(seen: int, most: int, refusal: type[EscrowRefused]) -> EscrowRefused | None:
    """Refuse more than `most` minor units."""
    return None if seen <= most else refusal(seen=seen, wanted=f"at most {max(most, 0)} minor units")


def exactly(seen: int, wanted: int) -> EscrowRefused | None:
    """Refuse any other amount than `wanted` minor units."""
    return None if seen == wanted else AmountDiffers(seen=seen, wanted=f"{wanted} minor units")
