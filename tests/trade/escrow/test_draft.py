"""A posting in the making: boxes and their legs move together, equal accounts merge, zeros fall away, the order is fixed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.escrow.accounts import Box, Leg, box, custody
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.regions import Own
from tests.trade.escrow.world import World

MOVES = st.lists(st.tuples(st.sampled_from(list(Box)), st.integers(1, 10**6)), max_size=12)


def hearing() -> Hearing:
    world = World().reach(Own.FUNDED)
    return Hearing(world.log[-1], world.rules, world.books, world.line, world.terms)


HEARING = hearing()


@given(MOVES)
def test_a_box_and_its_leg_move_together(moves: list[tuple[Box, int]]) -> None:
    draft = Draft(HEARING).post("P9")
    for which, minor in moves:
        draft.into(which, minor)
    change = draft.done()
    assert change.line is not None
    for which in Box:
        moved = change.line.box(which) - HEARING.line.box(which)
        legs = [leg.amount for leg in change.legs if leg.account == box(HEARING.line.name, which)]
        assert legs == ([-moved] if moved else [])
    assert list(change.legs) == sorted(change.legs)


def test_what_goes_in_and_out_again_leaves_no_leg() -> None:
    change = Draft(HEARING).post("P9").into(Box.REF, 5).out_of(Box.REF, 5).done()
    assert (change.legs, change.posting) == ((), ())


def test_equal_accounts_merge_and_currencies_do_not() -> None:
    bank = custody("bank.sg")
    change = Draft(HEARING).post("P17").debit(bank, 5).debit(bank, 6).credit(bank, 1, "CNY").post("P17").post("P5").done()
    assert change.legs == (Leg(bank, "CNY", -1), Leg(bank, "SGD", 11))
    assert change.posting == ("P17", "P5")


def test_done_moves_the_line_one_record_on() -> None:
    change = Draft(HEARING).note(fees=7).done(own=Own.SHIPPED, settled=("bank.sg", "X"))
    assert change.line is not None
    assert (change.line.seq, change.line.head) == (HEARING.line.seq + 1, HEARING.said.position)
    assert (change.line.fees, change.line.own, change.settled) == (7, Own.SHIPPED, ("bank.sg", "X"))
    assert HEARING.line.own is Own.FUNDED
