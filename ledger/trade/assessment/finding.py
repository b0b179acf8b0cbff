"""What can hardly be true, or does not agree, or has run out: shown beside the record, never a reason to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ledger.trade.membership import Position


class Weight(StrEnum):
    """NOTE is shown with its record; CAUTION makes the verdict `verified with findings`."""

    NOTE = "note"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """A finding about an item: a stable code such as `cold-chain-broken`, the records it rests on, the values it saw."""

    code: str
    weight: Weight
    positions: tuple[Position, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
