"""How often somebody may be wrong about a secret or a code before being told to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.requests import Request

from api.limiter import Limiter, range_of
from ledger.errors import SuyuanError, Unavailable

WRONG_PER_MINUTE_MAX: Final = 20


class GuessesTooMany(Unavailable):
    title = "too many wrong links or codes came from this address"
    default_hint = "wait a minute; nothing is wrong with a link or code that was right before"
    retry_after_s = 60


class Guesses(Limiter):
    """Counts wrong secrets by range of client addresses.

    The secrets are too long to be guessed at any rate; the limit keeps the attempt from being cheap and unseen.
    """

    def __init__(self) -> None:
        super().__init__("wrong links and codes", WRONG_PER_MINUTE_MAX, refusal=GuessesTooMany)


@contextmanager
def counted(request: Request, wrong: type[SuyuanError]) -> Iterator[None]:
    """Count a `wrong` against the range that the request came from, and refuse who was wrong too often."""
    guesses, place = guesses_of(request), range_of(request)
    guesses.refuse(place)
    try:
        yield
    except wrong:
        guesses.count(place)
        raise


def guesses_of(request: Request) -> Guesses:
    """The counts of the application that got this request."""
    guesses = request.app.state.guesses
    if not isinstance(guesses, Guesses):
        raise TypeError("the application counts no guesses")
    return guesses
