"""Who is one interest with whom: an equivalence over everything that was declared, with its reason in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.trade.alliance.relation import Ownership, chain_between
from ledger.trade.alliance.state import Alliance

PARTIES = tuple("abcdefgh")
ORGANISATIONS = tuple(f"lei/{number}" for number in range(6))

DECLARATIONS = st.lists(
    st.tuples(
        st.sampled_from(PARTIES),
        st.builds(
            Ownership,
            st.sampled_from(ORGANISATIONS),
            st.lists(st.sampled_from((*ORGANISATIONS, *PARTIES)), max_size=2, unique=True).map(tuple),
            st.lists(st.sampled_from(PARTIES), max_size=1).map(tuple),
        ),
    ),
    max_size=8,
)


def declared(*said: tuple[str, Ownership]) -> Alliance:
    alliance = Alliance()
    for party, ownership in said:
        alliance = alliance.with_ownership(party, ownership)
    return alliance


def components(said: dict[str, Ownership]) -> dict[str, int]:
    """Another way to the same answer: colour all names, and repaint until every declaration is of one colour."""
    colour = {name: number for number, name in enumerate((*PARTIES, *ORGANISATIONS))}
    for _ in colour:
        for party, ownership in said.items():
            names = (party, ownership.organisation, *ownership.owners, *ownership.affiliates)
            least = min(colour[name] for name in names)
            colour.update(dict.fromkeys(names, least))
    return colour


@settings(max_examples=150, deadline=None)
@given(DECLARATIONS)
def test_relation_is_an_equivalence_and_equals_the_components(said: list[tuple[str, Ownership]]) -> None:
    alliance, colour = declared(*said), components(dict(said))
    for first in PARTIES:
        assert alliance.related(first, first) == "the same party"
        for second in PARTIES:
            assert (alliance.related(first, second) is not None) == (colour[first] == colour[second])
            assert (alliance.related(first, second) is None) == (alliance.related(second, first) is None)


@settings(max_examples=100, deadline=None)
@given(DECLARATIONS)
def test_a_later_declaration_leaves_no_trace_of_an_earlier_one(said: list[tuple[str, Ownership]]) -> None:
    assert declared(*said) == declared(*sorted(dict(said).items()))


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (Ownership("x", (), ()), Ownership("x", (), ()), "both of the organisation x"),
        (Ownership("x", ("z",), ()), Ownership("y", ("z",), ()), "both owned by z"),
        (Ownership("x", (), ()), Ownership("y", ("x",), ()), "the one is of x, which owns the other"),
        (Ownership("x", ("y",), ()), Ownership("y", (), ()), "the one is of y, which owns the other"),
        (Ownership("x", (), ("b",)), Ownership("y", (), ()), "affiliated with each other"),
        (Ownership("x", (), ()), Ownership("y", (), ("a",)), "affiliated with each other"),
        (Ownership("x", (), ("c",)), Ownership("y", (), ("c",)), "linked through c"),
        (Ownership("x", ("b",), ()), Ownership("y", (), ()), "affiliated with each other"),
        (Ownership("x", (), ()), Ownership("y", (), ()), None),
    ],
)
def test_why(one: Ownership, other: Ownership, why: str | None) -> None:
    alliance = declared(("a", one), ("b", other))
    assert alliance.related("a", "b") == why
    assert alliance.related("b", "a") == why


def test_a_long_chain_names_everybody_between() -> None:
    alliance = declared(("a", Ownership("x", ("z",), ())), ("c", Ownership("z", (), ("d",))), ("d", Ownership("w", (), ())))
    assert alliance.related("a", "d") == "linked through z, c"
    assert alliance.related("d", "a") == "linked through c, z"


def test_somebody_of_whom_nothing_is_declared_is_a_stranger() -> None:
    assert Alliance().related("a", "b") is None
    assert Alliance().related("a", "a") == "the same party"


def test_among_equally_short_chains_the_first_in_order_is_taken() -> None:
    ways = {"a": ("q", "p", "r"), "p": ("b",), "q": ("b",), "r": ("b",)}
    assert chain_between("a", "b", lambda name: ways.get(name, ())) == ("a", "p", "b")
    assert chain_between("b", "a", lambda name: ways.get(name, ())) is None
