"""Who sits where: complete, alone, nobody twice, nobody idle; panels by size and turn."""

from __future__ import annotations

from itertools import combinations

import pytest

from ledger.trade.escrow.hearing import Hearing, Said
from ledger.trade.escrow.line import Case
from ledger.trade.escrow.refusals.standing import PartyInTwoRoles, ThresholdNotMet, WrongSignerRole
from ledger.trade.escrow.regions import Own
from ledger.trade.escrow.seating import appeal_size, arbiters_in_turn, panel_size, refuse_signers, sits
from ledger.trade.escrow.table.seats import Alternative, Seat, Signers, in_words
from tests.trade.escrow.rules_stand_in import AUTHORITY, MERCHANT, OPERATOR, PSP, TRUSTEES, arbiter_in
from tests.trade.escrow.world import World

B, M, K, L, O = Seat.BUYER, Seat.MERCHANT, Seat.CUSTODIAN, Seat.CARRIER, Seat.OPERATOR  # noqa: E741
WORLD = World().fund().reach(Own.DELIVERED, inspected=True, psp=PSP)


def hearing(*by: str, world: World = WORLD) -> Hearing:
    body = world.body("DeliveryAccepted")
    return Hearing(Said(body, b"", (99, 0), by, True, world.now), world.rules, world.books, world.line, world.terms)


SIGNED: list[tuple[tuple[str, ...], Signers, type | None]] = [
    (("buyer.sg",), ((B,),), None),
    (("buyer.sg", MERCHANT), ((B, M),), None),
    ((MERCHANT, "buyer.sg"), ((B, M),), None),
    (("buyer.sg",), ((B, M),), ThresholdNotMet),
    (("buyer.sg",), ((M,), (B,)), None),
    (("bank.sg",), ((B,), (M,)), WrongSignerRole),
    (("buyer.sg", "bank.sg"), ((B,),), WrongSignerRole),
    (("buyer.sg", "bank.sg"), ((B, M),), WrongSignerRole),
    ((), ((B,),), WrongSignerRole),
    (("carrier", "warehouse"), ((L,),), WrongSignerRole),
    (("carrier", "buyer.sg"), ((L,), (L, B)), None),
    (("carrier", "buyer.sg"), ((L,),), WrongSignerRole),
    (TRUSTEES[:1], ((Seat.TRUSTEES,),), ThresholdNotMet),
    (TRUSTEES[:2], ((Seat.TRUSTEES,),), None),
    (TRUSTEES, ((Seat.TRUSTEES,),), None),
    ((*TRUSTEES[:2], OPERATOR), ((Seat.TRUSTEES,), (O,)), WrongSignerRole),
]


@pytest.mark.parametrize(("by", "signers", "refusal"), SIGNED)
def test_one_alternative_is_complete_and_nobody_stands_idle(by: tuple[str, ...], signers: Signers, refusal: type | None) -> None:
    found = refuse_signers(hearing(*by), signers)
    assert (None if found is None else type(found)) is refusal
    if found is not None:
        assert found.wanted == in_words(signers)


def test_one_party_does_not_fill_two_seats() -> None:
    world = World().reach(Own.DELIVERED, carriers=("carrier",))
    world.rules.roles["carrier"] = {"operator"}
    found = refuse_signers(hearing("carrier", world=world), ((L, O),))
    assert type(found) is PartyInTwoRoles


SEATS: list[tuple[Seat, str, str]] = [
    (B, "buyer.sg", MERCHANT),
    (M, MERCHANT, "buyer.sg"),
    (K, "bank.sg", "bank.cn"),
    (Seat.INSPECTOR, "inspector-1", "inspector-2"),
    (L, "warehouse", "customs.sg"),
    (Seat.CUSTOMS, "customs.sg", "customs.cn"),
    (Seat.ARBITERS, arbiter_in("SG", 1), arbiter_in("SG", 2)),
    (Seat.APPEAL, arbiter_in("SG", 9), arbiter_in("CN", 9)),
    (Seat.TRUSTEES, TRUSTEES[2], "fund-bank"),
    (Seat.FUND_BANK, "fund-bank", "bank.sg"),
    (Seat.PSP, PSP, "bank.sg"),
    (Seat.AUTHORITY, AUTHORITY, OPERATOR),
    (O, OPERATOR, AUTHORITY),
    (Seat.OTHER_SIDE, MERCHANT, "bank.sg"),
]


@pytest.mark.parametrize(("seat", "who", "who_not"), SEATS)
def test_who_may_take_a_seat(seat: Seat, who: str, who_not: str) -> None:
    assert sits(hearing(), seat, who)
    assert not sits(hearing(), seat, who_not)
    assert not sits(hearing(), seat, "nobody")


def test_a_seat_is_lost_with_the_alliance_s_own() -> None:
    world = World().fund().reach(Own.DELIVERED, inspected=True)
    losses = [("bank.sg", "custodian", K), ("carrier", "carrier", L), ("inspector-1", "inspector", Seat.INSPECTOR)]
    losses += [("fund-bank", "fund-bank", Seat.FUND_BANK), ("trustee-1", "trustee", Seat.TRUSTEES)]
    losses += [(arbiter_in("SG", 1), "arbiter", Seat.ARBITERS)]
    for party, seat_of_alliance, seat in losses:
        assert sits(hearing(world=world), seat, party)
        world.rules.unseat(party, seat_of_alliance)
        assert not sits(hearing(world=world), seat, party)


def test_an_appeal_is_heard_by_nobody_who_ruled_or_is_related() -> None:
    world = World().reach(Own.DELIVERED)
    world.do("DisputeOpened")
    line = world.line.change(case=Case("buyer.sg", 1, 1, arbiters=(arbiter_in("SG", 1),)))
    world.rules.tie(arbiter_in("SG", 8), "buyer.sg")
    heard = Hearing(world.log[-1], world.rules, world.books, line, world.terms)
    free = [number for number in range(1, 13) if sits(heard, Seat.APPEAL, arbiter_in("SG", number))]
    assert free == [2, 3, 4, 5, 6, 7, 9, 10, 11, 12]


@pytest.mark.parametrize(("size", "panel", "appeal"), [("small", 1, 3), ("middle", 1, 3), ("large", 3, 7)])
def test_panels_grow_with_the_price_and_are_never_even(size: str, panel: int, appeal: int) -> None:
    terms = World().agree(size).terms
    assert (panel_size(terms), appeal_size(terms)) == (panel, appeal)
    assert panel % 2 == appeal % 2 == 1


@pytest.mark.parametrize("size", ["small", "large"])
def test_every_turn_has_a_whole_panel_of_different_arbiters(size: str) -> None:
    terms = World().agree(size).terms
    turns = [arbiters_in_turn(terms, Case("buyer.sg", 1, 1, turn=turn)) for turn in range(6)]
    assert turns[0] == arbiters_in_turn(terms, None)
    assert all(len(set(turn)) == panel_size(terms) for turn in turns)
    assert {arbiter for turn in turns for arbiter in turn} == set(terms.agreed.arbiters)
    assert all(one != other for one, other in combinations(turns[:5], 2))


def test_the_words_of_signers() -> None:
    alternatives: tuple[Alternative, ...] = ((B, M), (K,))
    assert in_words(alternatives) == "the buyer and the merchant; or the custodian bank"
