"""What the alliance answers: seats by territory, funds, requirements, and the same answers out of a snapshot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.trade.alliance.body_parts import AMOUNT_MAX, SEAT_ROLES, Reserve
from ledger.trade.alliance.relation import Ownership
from ledger.trade.alliance.snapshot import AllianceKept, keep_alliance, read_alliance
from ledger.trade.alliance.state import Alliance, Fund
from ledger.trade.parties.persistent import PersistentMap
from ledger.trade.shapes.members import read_members, write_members

NAMES = st.sampled_from(("a/b", "a/c", "d", "lei/1", "lei/2"))
TERRITORIES = st.lists(st.sampled_from(("CN", "CN-GZ", "SG", "-")), min_size=1, unique=True).map(tuple)
AMOUNTS = st.integers(0, AMOUNT_MAX)
RESERVES = st.lists(
    st.builds(Reserve, st.sampled_from(("SGD", "CNY", "JPY")), AMOUNTS, AMOUNTS, AMOUNTS), unique_by=lambda kept: kept.currency
).map(tuple)
LISTS = st.lists(NAMES, max_size=2, unique=True).map(tuple)
FUNDS = st.builds(
    Fund, NAMES, st.lists(NAMES, min_size=1, unique=True).map(tuple), st.integers(1, 5), NAMES, TERRITORIES, RESERVES
)


@st.composite
def alliances(draw: st.DrawFn) -> Alliance:
    asked = st.tuples(NAMES, st.sampled_from(("deposit", "stake")), st.sampled_from(("SGD", "CNY")))
    alliance = Alliance(
        seats=PersistentMap(draw(st.dictionaries(st.tuples(NAMES, st.sampled_from(sorted(SEAT_ROLES))), TERRITORIES)).items()),
        funds=PersistentMap((fund.fund, fund) for fund in draw(st.lists(FUNDS, max_size=3))),
        requirements=PersistentMap(draw(st.dictionaries(asked, st.integers(1, AMOUNT_MAX))).items()),
    )
    for party, ownership in draw(st.lists(st.tuples(NAMES, st.builds(Ownership, NAMES, LISTS, LISTS)), max_size=4)):
        alliance = alliance.with_ownership(party, ownership)
    return alliance


@settings(max_examples=100, deadline=None)
@given(alliances())
def test_a_snapshot_gives_an_equal_alliance_and_the_same_snapshot(alliance: Alliance) -> None:
    written = write_members(keep_alliance(alliance))
    again = read_alliance(read_members(AllianceKept, written, ""))
    assert again == alliance
    assert write_members(keep_alliance(again)) == written


@pytest.mark.parametrize(
    ("held", "asked", "covered"),
    [
        (("CN",), None, True),
        (("CN",), "CN", True),
        (("CN",), "CN-GZ", True),
        (("CN",), "SG", False),
        (("CN-GZ",), "CN-GZ", True),
        (("CN-GZ",), "CN", False),
        (("CN-GZ",), "CN-YN", False),
        (("CN-GZ", "SG"), "SG", True),
        (("-",), "CN-GZ", True),
        (("-",), "-", True),
        (("CN",), "-", False),
    ],
)
def test_which_territory_a_seat_covers(held: tuple[str, ...], asked: str | None, covered: bool) -> None:
    alliance = Alliance(seats=PersistentMap([(("a/b", "customs"), held)]))
    assert alliance.has_seat("a/b", "customs", asked) is covered
    assert alliance.allies("customs", asked) == (("a/b",) if covered else ())
    assert not alliance.has_seat("a/b", "carrier", asked)
    assert not alliance.has_seat("a/c", "customs", asked)


def test_allies_are_in_order_of_their_names() -> None:
    seats = [((name, "arbiter"), ("SG",)) for name in ("c", "a", "b")]
    alliance = Alliance(seats=PersistentMap([*seats, (("0", "carrier"), ("-",)), (("d", "arbiter"), ("CN",))]))
    assert alliance.allies("arbiter") == ("a", "b", "c", "d")
    assert alliance.allies("arbiter", "SG") == ("a", "b", "c")


def test_funds_and_requirements_are_found_or_not() -> None:
    fund = Fund("f", ("a",), 1, "b", ("SG",), (Reserve("SGD", 1, 2, 3),))
    alliance = Alliance(funds=PersistentMap([("f", fund)]), requirements=PersistentMap([(("a", "stake", "SGD"), 7)]))
    assert alliance.fund("f") == fund
    assert alliance.fund("g") is None
    assert fund.reserve("SGD") == Reserve("SGD", 1, 2, 3)
    assert fund.reserve("CNY") is None
    assert alliance.required("a", "stake", "SGD") == 7
    for other in (("a", "deposit", "SGD"), ("a", "stake", "CNY"), ("b", "stake", "SGD")):
        assert alliance.required(*other) == 0
