"""Whether a 3D model is as large as the thing is said to be."""

from __future__ import annotations

from typing import Final

from ledger.trade.dossier.bodies.described import Dimensions

TOLERATED_PERCENT: Final = 2
SIDES: Final = ("width", "height", "depth")


def sides_apart(declared: Dimensions, measured: Dimensions) -> tuple[str, ...]:
    """The sides by which the model's box differs from what was declared by more than 2 % of that; usually none."""
    return tuple(
        side
        for side in SIDES
        if 100 * abs(getattr(measured, side) - getattr(declared, side)) > TOLERATED_PERCENT * getattr(declared, side)
    )
