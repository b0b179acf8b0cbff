"""Requests answered once: crashes at each step, takeovers, and keys that are freed or kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ledger.actions.requests.answer_once import (
    RUNNING_MS_MAX,
    GivenAnswer,
    IdempotencyKeyReused,
    IdempotencyRunning,
    KeyedRequest,
    answer_once,
    fingerprint,
    seed_for,
)
from ledger.errors import Conflict, SuyuanError, Unavailable
from tests.actions.conftest import Clock
from tests.market import Market


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Deed:
    """Work that notes what it was asked, and may break off."""

    note: bytes = b"note"
    before: BaseException | None = None
    after: BaseException | None = None
    done: list[bytes] = field(default_factory=list)

    def prepare(self) -> bytes:
        return self.note

    def carry_out(self, prepared: bytes) -> GivenAnswer:
        if self.before is not None:
            raise self.before
        self.done.append(prepared)
        if self.after is not None:
            raise self.after
        return GivenAnswer(201, b"{}")


REQUEST = KeyedRequest("ledger.example/party/bank", "key", "/escrow/records", (b"body",))


def test_an_answer_is_given_again(market: Market) -> None:
    deed = Deed()
    first = answer_once(market.ledger, REQUEST, deed, server="a")
    again = answer_once(market.ledger, REQUEST, deed, server="b")
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.status, again.body) == (first.status, first.body)
    assert deed.done == [b"note"]


@pytest.mark.parametrize("at", ["before", "after"])
def test_after_a_crash_the_next_start_says_the_same_note(market: Market, at: str) -> None:
    broken = Deed(**{at: Crash()})  # type: ignore[arg-type]
    with pytest.raises(Crash):
        answer_once(market.ledger, REQUEST, broken, server="a")
    with pytest.raises(IdempotencyRunning):
        answer_once(market.ledger, REQUEST, Deed(b"another note"), server="a")
    later = Deed(b"another note")
    answer_once(market.ledger, REQUEST, later, server="b")
    assert later.done == [b"note"]


def test_a_run_of_the_same_server_is_broken_after_some_minutes(market: Market, clock: Clock) -> None:
    with pytest.raises(Crash):
        answer_once(market.ledger, REQUEST, Deed(before=Crash()), server="a")
    clock.advance(RUNNING_MS_MAX - 1)
    with pytest.raises(IdempotencyRunning):
        answer_once(market.ledger, REQUEST, Deed(), server="a")
    clock.advance(1)
    assert answer_once(market.ledger, REQUEST, Deed(), server="a").status == 201


def test_what_was_refused_before_anything_was_written_frees_the_key(market: Market) -> None:
    with pytest.raises(Conflict):
        answer_once(market.ledger, REQUEST, Deed(before=Conflict()), server="a")
    other = KeyedRequest(REQUEST.party, REQUEST.key, REQUEST.path, (b"corrected",))
    assert answer_once(market.ledger, other, Deed(), server="a").status == 201


def test_what_was_unavailable_is_said_again_with_the_same_note(market: Market) -> None:
    with pytest.raises(Unavailable):
        answer_once(market.ledger, REQUEST, Deed(before=Unavailable()), server="a")
    other = KeyedRequest(REQUEST.party, REQUEST.key, REQUEST.path, (b"corrected",))
    with pytest.raises(IdempotencyKeyReused):
        answer_once(market.ledger, other, Deed(), server="a")
    again = Deed(b"another note")
    answer_once(market.ledger, REQUEST, again, server="a")
    assert again.done == [b"note"]


@pytest.mark.parametrize("reason", [Conflict(), Unavailable()])
def test_a_failed_takeover_leaves_the_first_note(market: Market, reason: SuyuanError) -> None:
    """The first run may still be going on somewhere: nobody may come to say another note under its key."""
    with pytest.raises(Crash):
        answer_once(market.ledger, REQUEST, Deed(before=Crash()), server="a")
    with pytest.raises(type(reason)):
        answer_once(market.ledger, REQUEST, Deed(before=reason), server="b")
    last = Deed(b"another note")
    answer_once(market.ledger, REQUEST, last, server="b")
    assert last.done == [b"note"]


def test_the_first_answer_stands_where_two_ran(market: Market) -> None:
    inner = Deed()

    class Outer(Deed):
        def carry_out(self, prepared: bytes) -> GivenAnswer:
            answer_once(market.ledger, REQUEST, inner, server="b")
            return GivenAnswer(409, b"another")

    outer = answer_once(market.ledger, REQUEST, Outer(), server="a")
    assert (outer.status, outer.body, outer.replayed) == (201, b"{}", True)


def test_keys_of_two_parties_are_two_keys(market: Market) -> None:
    answer_once(market.ledger, REQUEST, Deed(), server="a")
    other = KeyedRequest("ledger.example/party/tea", REQUEST.key, REQUEST.path, REQUEST.parts)
    assert not answer_once(market.ledger, other, Deed(), server="a").replayed


@pytest.mark.parametrize(
    "other",
    [
        KeyedRequest(REQUEST.party, REQUEST.key, "/escrow/proposals", REQUEST.parts),
        KeyedRequest(REQUEST.party, REQUEST.key, REQUEST.path, (b"bod", b"y")),
        KeyedRequest(REQUEST.party, REQUEST.key, REQUEST.path, (b"body2",)),
        KeyedRequest(REQUEST.party, REQUEST.key, REQUEST.path, ()),
    ],
)
def test_the_fingerprint_covers_everything_sent(market: Market, other: KeyedRequest) -> None:
    assert fingerprint(market.ledger, other) != fingerprint(market.ledger, REQUEST)
    assert seed_for(market.ledger, REQUEST) != fingerprint(market.ledger, REQUEST)
    answer_once(market.ledger, REQUEST, Deed(), server="a")
    with pytest.raises(IdempotencyKeyReused):
        answer_once(market.ledger, other, Deed(), server="a")
