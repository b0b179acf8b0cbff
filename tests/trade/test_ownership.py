"""Claims and transfers of an item: first wins, secrets must fit, and what does not count is named."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.dossier.bodies.coded import ItemClaimed, ItemTransferred
from ledger.trade.ownership import Broken, ChainBreak, Link, Ownership, ownership_chain
from ledger.trade.shapes.address import Address

ITEM = "https://id.gs1.org/01/09521234000013/21/T1"
OTHER = "https://id.gs1.org/01/09521234000013/21/T2"


def secret(name: str) -> bytes:
    return sha256(name.encode()).digest()


def owner(name: str) -> bytes:
    return sha256(secret(name)).digest()


def at(entry: int) -> Address:
    return Address("ledger.example/main", entry, 0)


def claim(entry: int, name: str, item: str = ITEM) -> tuple[Address, ItemClaimed]:
    return at(entry), ItemClaimed(item, owner(name))


def pass_on(entry: int, prev: int, released: str, to: str, item: str = ITEM) -> tuple[Address, ItemTransferred]:
    return at(entry), ItemTransferred(item, at(prev), secret(released), owner(to))


HONEST = [claim(1, "ann"), pass_on(2, 1, "ann", "bob"), pass_on(5, 2, "bob", "cho")]


def test_nobody_holds_what_nobody_claimed() -> None:
    assert ownership_chain([], ITEM) == Ownership()
    assert ownership_chain([claim(1, "ann", OTHER)], ITEM) == Ownership()


def test_an_honest_chain_tells_who_holds_it_now() -> None:
    chain = ownership_chain(HONEST, ITEM)
    assert chain == Ownership((Link(at(1), owner("ann")), Link(at(2), owner("bob")), Link(at(5), owner("cho"))))
    assert (chain.last, chain.transfers) == (Link(at(5), owner("cho")), 2)


def test_the_first_claim_counts() -> None:
    chain = ownership_chain([claim(7, "eve"), claim(3, "ann")], ITEM)
    assert chain == Ownership((Link(at(3), owner("ann")),), (Broken(at(7), ChainBreak.CLAIMED_AGAIN),))


def test_a_wrong_secret_passes_nothing_on() -> None:
    chain = ownership_chain([claim(1, "ann"), pass_on(2, 1, "eve", "eve")], ITEM)
    assert chain == Ownership((Link(at(1), owner("ann")),), (Broken(at(2), ChainBreak.SECRET_WRONG),))


def test_the_same_link_is_passed_on_once() -> None:
    chain = ownership_chain([*HONEST, pass_on(9, 1, "ann", "eve")], ITEM)
    assert chain.last == Link(at(5), owner("cho"))
    assert chain.breaks == (Broken(at(9), ChainBreak.PASSED_ON_TWICE),)


def test_a_transfer_must_follow_a_link_of_this_item() -> None:
    chain = ownership_chain([pass_on(1, 0, "ann", "eve"), claim(2, "ann"), pass_on(3, 1, "ann", "eve")], ITEM)
    assert chain.last == Link(at(2), owner("ann"))
    assert [broken.why for broken in chain.breaks] == [ChainBreak.NOT_A_LINK, ChainBreak.NOT_A_LINK]


RECORDS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from("abc"), st.sampled_from("abc"), st.integers(0, 20), st.booleans()), max_size=12
)


@given(RECORDS, st.randoms())
def test_any_heap_of_records_has_one_reading(records: list[tuple[int, str, str, int, bool]], order: Random) -> None:
    said = list(
        {
            entry: claim(entry, to) if first else pass_on(entry, prev, released, to)
            for entry, released, to, prev, first in records
        }.values()
    )
    chain = ownership_chain(said, ITEM)
    order.shuffle(said)
    assert ownership_chain(said, ITEM) == chain
    assert len(chain.links) + len(chain.breaks) == len(said)
    assert (chain.last is None) == (not any(isinstance(body, ItemClaimed) for _, body in said))
