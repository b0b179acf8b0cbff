"""How often somebody may be wrong about a secret in an address before being told to wait."""

from __future__ import annotations

import threading
import time
from typing import Final

from ledger.errors import Unavailable

WRONG_PER_MINUTE_MAX: Final = 20
_MINUTE_S: Final = 60.0
_ADDRESSES_MAX: Final = 10_000


class GuessesTooMany(Unavailable):
    title = "too many wrong links came from this address"
    default_hint = "wait a minute; nothing is wrong with a link that was right before"
    retry_after_s = int(_MINUTE_S)


class Guesses:
    """Counts wrong secrets by client address, each minute anew. Threads share it; processes do not.

    The secrets are too long to be guessed at any rate; the limit keeps the attempt from being cheap and unseen.
    """

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def refuse(self, address: str) -> None:
        """Raise `GuessesTooMany` where this address was wrong too often within the minute."""
        since, wrong = self._wrong.get(address, (0.0, 0))
        if wrong >= WRONG_PER_MINUTE_MAX and time.monotonic() - since < _MINUTE_S:
            raise GuessesTooMany(wanted=f"fewer than {WRONG_PER_MINUTE_MAX} wrong links a minute")

    def count(self, address: str) -> None:
        """Note that a secret from this address was wrong."""
        now = time.monotonic()
        with self._lock:
            if len(self._wrong) >= _ADDRESSES_MAX:
                self._wrong.clear()
            since, wrong = self._wrong.get(address, (now, 0))
            self._wrong[address] = (since, wrong + 1) if now - since < _MINUTE_S else (now, 1)
