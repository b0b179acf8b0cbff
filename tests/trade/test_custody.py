"""Who has a thing now, and when nobody can tell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.instant import Instant
from ledger.trade.custody import UNKNOWN, Custody, Handling, Hands, custody_of


def told(*steps: tuple[str, str | None]) -> Custody:
    return custody_of(Handling((n, 0), Instant(n), issuer, step, place=f"at-{issuer}") for n, (issuer, step) in enumerate(steps))


def test_nothing_said_is_nothing_known() -> None:
    assert custody_of([]) == UNKNOWN
    assert told(("lab", "inspecting"), ("carrier", "transporting"), ("x", None)) == UNKNOWN
    assert UNKNOWN.hands is Hands.UNKNOWN


def test_the_maker_holds_what_it_made() -> None:
    now = told(("garden", "commissioning"), ("lab", "inspecting"))
    assert (now.hands, now.holder, now.place, now.since, now.position) == (Hands.HELD, "garden", "at-garden", 0, (0, 0))


def test_shipped_is_in_transit_until_somebody_receives() -> None:
    sent = custody_of(
        [
            Handling((0, 0), Instant(0), "garden", "commissioning", "garden-place"),
            Handling((1, 0), Instant(1), "garden", "shipping", "garden-place", receiver="port"),
        ]
    )
    assert (sent.hands, sent.holder, sent.receiver, sent.place) == (Hands.IN_TRANSIT, "garden", "port", None)
    got = told(("garden", "commissioning"), ("garden", "shipping"), ("port", "receiving"))
    assert (got.hands, got.holder, got.place, got.broken) == (Hands.HELD, "port", "at-port", False)


def test_taken_without_being_let_go_is_a_break_that_stays() -> None:
    now = told(("garden", "commissioning"), ("thief", "receiving"), ("thief", "shipping"), ("shop", "receiving"))
    assert (now.holder, now.broken) == ("shop", True)


def test_sent_by_somebody_who_never_had_it_is_a_break() -> None:
    assert told(("garden", "commissioning"), ("stranger", "shipping")).broken


def test_a_voided_shipment_returns_to_its_sender() -> None:
    now = told(("garden", "commissioning"), ("garden", "shipping"), ("garden", "void_shipping"))
    assert (now.hands, now.holder, now.broken) == (Hands.HELD, "garden", False)


def test_sold_and_gone_are_not_held() -> None:
    assert told(("shop", "receiving"), ("shop", "retail_selling")).hands is Hands.SOLD
    assert told(("shop", "receiving"), ("shop", "destroying")).hands is Hands.GONE
    assert custody_of([Handling((0, 0), Instant(0), "mill", "commissioning", consumed=True)]).hands is Hands.GONE


def test_what_was_gone_and_is_received_again_is_a_break() -> None:
    assert told(("shop", "destroying"), ("crook", "receiving")).broken
    assert not told(("shop", "retail_selling"), ("shop", "receiving")).broken


def test_moving_about_within_one_house_keeps_the_date() -> None:
    now = custody_of(
        [
            Handling((0, 0), Instant(0), "port", "receiving", "dock"),
            Handling((1, 0), Instant(5), "port", "storing", "hall-2"),
            Handling((2, 0), Instant(9), "port", "holding"),
        ]
    )
    assert (now.since, now.place) == (0, "hall-2")


STEPS = st.sampled_from(["receiving", "shipping", "inspecting", "retail_selling", "destroying", "void_shipping", None])


@given(
    steps=st.lists(st.tuples(st.sampled_from("abc"), STEPS, st.integers(0, 5)), max_size=12),
    shuffle=st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_matter(steps: list[tuple[str, str | None, int]], shuffle: object) -> None:
    handlings = [Handling((n, 0), Instant(at), issuer, step) for n, (issuer, step, at) in enumerate(steps)]
    shuffled = list(handlings)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    assert custody_of(shuffled) == custody_of(handlings)
