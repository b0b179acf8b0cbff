"""Which sending was answered by which receiving."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.handovers import confirmed, handovers
from ledger.trade.assessment.told import Told
from tests.trade.assessment.scene import CASE, LOT, TIN, handed, known, told

ALL = known("garden", "works", "carrier", "shop")


def alone(one: str, other: str) -> bool:
    return one == other


def sent(hour: float, giver: str, receiver: str, thing: str = TIN) -> Told:
    return told(hour, giver, "shipping", epcList=[thing], **handed(giver, receiver))


def got(hour: float, giver: str, receiver: str, thing: str = TIN) -> Told:
    return told(hour, receiver, "receiving", epcList=[thing], **handed(giver, receiver))


def test_both_sides_of_a_hand_over_are_confirmed() -> None:
    events = [sent(1, "works", "shop"), got(2, "works", "shop")]
    assert confirmed(events, party_of=ALL, affiliated=alone) == {event.position for event in events}
    assert confirmed(events[::-1], party_of=ALL, affiliated=alone) == {event.position for event in events}


def test_the_receiver_need_not_say_from_whom_if_its_number_is_known() -> None:
    events = [sent(1, "works", "shop"), told(2, "shop", "accepting", epcList=[TIN])]
    assert len(confirmed(events, party_of=ALL, affiliated=alone)) == 2
    assert confirmed(events, party_of=known(), affiliated=alone) == frozenset()


def test_a_number_that_nobody_claims_is_compared_as_it_stands() -> None:
    events = [sent(1, "works", "shop"), got(2, "works", "shop")]
    assert len(confirmed(events, party_of=known(), affiliated=alone)) == 2


def test_what_confirms_nothing() -> None:
    shipped = sent(10, "works", "shop")
    for other in (
        got(9, "works", "shop"),
        got(11, "works", "shop", thing=CASE),
        got(11, "works", "carrier"),
        told(11, "works", "receiving", epcList=[TIN], **handed("works", "shop")),
        told(11, "carrier", "receiving", epcList=[TIN], **handed("works", "shop")),
        told(11, "shop", "stocking", epcList=[TIN]),
    ):
        assert confirmed([shipped, other], party_of=ALL, affiliated=alone) == frozenset()
    unnamed = told(10, "works", "shipping", epcList=[TIN])
    assert confirmed([unnamed, got(11, "works", "shop")], party_of=ALL, affiliated=alone) == frozenset()


def test_one_interest_confirms_itself_nothing() -> None:
    events = [sent(1, "works", "shop"), got(2, "works", "shop")]
    assert confirmed(events, party_of=ALL, affiliated=lambda one, other: True) == frozenset()


def test_each_receiving_answers_one_sending() -> None:
    first, back, again = sent(1, "works", "shop"), sent(3, "shop", "works"), sent(5, "works", "shop")
    events = [first, got(2, "works", "shop"), back, got(4, "shop", "works"), again]
    found = {one.sent.position: one.received and one.received.event_time for one in handovers(events, ALL)}
    assert found[again.position] is None
    assert None not in (found[first.position], found[back.position])


def test_two_shares_of_a_lot_go_to_two_receivers() -> None:
    events = [sent(1, "works", "shop", LOT), sent(2, "works", "carrier", LOT)]
    answers = [got(3, "works", "carrier", LOT), got(4, "works", "shop", LOT)]
    assert len(confirmed([*events, *answers], party_of=ALL, affiliated=alone)) == 4


parties = st.sampled_from(["garden", "works", "shop"])
hours = st.integers(0, 20)
moves = st.lists(st.tuples(st.sampled_from([sent, got]), hours, parties, parties, st.sampled_from([TIN, LOT])), max_size=14)


@given(moves)
def test_answers_are_by_others_in_time_and_counted_once(told_moves: list[tuple]) -> None:  # type: ignore[type-arg]
    events = [make(hour + place / 100, giver, to, thing) for place, (make, hour, giver, to, thing) in enumerate(told_moves)]
    found = handovers(events, ALL)
    assert len(found) == sum(make is sent for make, *_ in told_moves)
    answers = [(one.thing, one.received.position) for one in found if one.received]
    assert len(set(answers)) == len(answers)
    for one in found:
        if one.received:
            assert one.received.event_time >= one.sent.event_time
            assert one.received.issuer != one.sent.issuer
