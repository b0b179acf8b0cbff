"""The clock of a rehearsal: it stands still until the story lets time pass."""

from __future__ import annotations

from typing import Final

from ledger.evidence.instant import Instant

MINUTE_MS: Final = 60_000
DAY_MS: Final = 24 * 60 * MINUTE_MS


class StoryClock:
    """A `Clock`; server and parties of one process share it."""

    def __init__(self, start: Instant) -> None:
        self._now = start

    def __call__(self) -> Instant:
        return self._now

    def advance(self, *, days: int = 0, minutes: int = 0) -> None:
        """Let time pass; it never goes back."""
        self._now = Instant(self._now + days * DAY_MS + minutes * MINUTE_MS)
