"""What a line itself shows, without anybody's judgement: the findings on which a pack lets the fund pay first."""

from __future__ import annotations

from typing import Final

from ledger.trade.escrow.bodies.kinds import merchant_of
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.regions import Recall

FOOD_UNSAFE: Final = "food_below_safety_standard"
INSPECTION_FAILED: Final = "inspection_failed"
RECALLED: Final = "recalled"

_UNSAFE_REASONS: Final = frozenset({"unsafe", "contaminated"})


def findings_of(line: Line) -> frozenset[str]:
    """Findings that follow from records of independent parties in this line.

    A merchant's own recall is none: with a buyer of its own it could draw on the fund after the release.
    """
    found = set()
    if line.passed is False:
        found.add(INSPECTION_FAILED)
    if line.recall is Recall.RECALLED and line.recalled_by != merchant_of(line.name):
        found.add(RECALLED)
        if line.recall_reason in _UNSAFE_REASONS:
            found.add(FOOD_UNSAFE)
    return frozenset(found)
