"""A clock that is stepped under a serving ledger."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.actions.open_ledger import system_clock
from ledger.evidence.instant import Instant


@dataclass
class SteppedClock:
    """The machine's clock and so many milliseconds, which may be changed at any moment."""

    ahead_ms: int = 0

    def __call__(self) -> Instant:
        return Instant(system_clock() + self.ahead_ms)
