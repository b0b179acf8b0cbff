"""Every family of findings, asked one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ledger.trade.assessment.finding import CODES, ItemFinding, Weight
from ledger.trade.assessment.matter import Matter

FAMILIES: Final[tuple[Callable[[Matter], Iterator[ItemFinding]], ...]] = ()


def findings_of(matter: Matter) -> tuple[ItemFinding, ...]:
    """Everything found: cautions first, then in the order of the table of codes, then by position.

    No family stops another; the same matter gives the same findings in the same order.
    """
    order = tuple(CODES)
    found = (finding for family in FAMILIES for finding in family(matter))
    return tuple(sorted(found, key=lambda one: (one.weight is Weight.NOTE, order.index(one.code), one.positions)))
