"""Copied: one tin was sold over the counter, and its code goes on being scanned wherever copies of it are."""

from __future__ import annotations

from typing import Final

from ledger.actions.demo_world.identifiers import tin
from ledger.actions.demo_world.stage import Stage
from ledger.actions.demo_world.tea_to_shelf import SOLD

COPIED_TIN: Final = tin(*SOLD[0])


def tell(stage: Stage) -> None:
    """The tin's own story is told already."""
