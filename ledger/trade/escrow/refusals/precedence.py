"""The order of all refusals: where several reasons hold, the first one is named, on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.trade.escrow.refusals import amounts, contents, obstacles, standing, states
from ledger.trade.escrow.refusals.base import EscrowRefused

REFUSALS: Final[Mapping[str, type[EscrowRefused]]] = {
    found.refusal: found
    for room in (standing, states, obstacles, contents, amounts)
    for found in vars(room).values()
    if isinstance(found, type) and issubclass(found, EscrowRefused) and found is not EscrowRefused
}
"""Code to class, first things first."""

RANK: Final[Mapping[type[EscrowRefused], int]] = {refusal: rank for rank, refusal in enumerate(REFUSALS.values())}
