"""How often somebody may be wrong about a secret or a code before being told to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.requests import Request

from ledger.errors import SuyuanError, Unavailable

WRONG_PER_MINUTE_MAX: Final = 20
_MINUTE_S: Final = 60.0
_ADDRESSES_MAX: Final = 10_000
_NOBODY: Final = "-"


class GuessesTooMany(Unavailable):
    title = "too many wrong links or codes came from this address"
    default_hint = "wait a minute; nothing is wrong with a link or code that was right before"
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
            raise GuessesTooMany(wanted=f"fewer than {WRONG_PER_MINUTE_MAX} wrong ones a minute")

    def count(self, address: str) -> None:
        """Note that a secret from this address was wrong."""
        now = time.monotonic()
        with self._lock:
            if len(self._wrong) >= _ADDRESSES_MAX:
                self._wrong.clear()
            since, wrong = self._wrong.get(address, (now, 0))
            self._wrong[address] = (since, wrong + 1) if now - since < _MINUTE_S else (now, 1)


@contextmanager
def counted(request: Request, wrong: type[SuyuanError]) -> Iterator[None]:
    """Count a `wrong` against the address that the request came from, and refuse who was wrong too often."""
    guesses, address = guesses_of(request), address_of(request)
    guesses.refuse(address)
    try:
        yield
    except wrong:
        guesses.count(address)
        raise


def guesses_of(request: Request) -> Guesses:
    """The counts of the application that got this request."""
    guesses = request.app.state.guesses
    if not isinstance(guesses, Guesses):
        raise TypeError("the application counts no guesses")
    return guesses


def address_of(request: Request) -> str:
    """The address that a request came from."""
    return request.client.host if request.client is not None else _NOBODY
