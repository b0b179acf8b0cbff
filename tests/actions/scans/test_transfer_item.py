"""Passing an item on: the newest secret counts, each is used once, and the owner's scan speaks for the code."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.actions.scans.claim_item import Owned, claim_item, read_ownership
from ledger.actions.scans.count_scan import Visit
from ledger.actions.scans.owner_secret import OwnerUnknown, draw_once, owner_of, read_secret
from ledger.actions.scans.transfer_item import PassedOnAlready, scan_as_owner, transfer_item
from ledger.errors import SuyuanError
from ledger.storage.database import reading
from ledger.storage.scans import scanned_key, scans_of
from ledger.trade.areas import read_area
from ledger.trade.scans import CoarseScan
from tests.actions.scans.conftest import ITEM, OTHER, PIN, Codes

VISIT = Visit("192.0.2.7", "Mozilla/5.0", read_area("SG/Singapore"))


@pytest.fixture
def first(codes: Codes) -> Owned:
    return claim_item(codes.ledger, ITEM, PIN, desks=codes.desks)


def pass_on(codes: Codes, secret: str, *, item: str = ITEM, once: str = "") -> Owned:
    return transfer_item(codes.ledger, item, secret, desks=codes.desks, once=once)


def scans(codes: Codes) -> list[CoarseScan]:
    with reading(codes.ledger.engine) as connection:
        return scans_of(connection, scanned_key(codes.ledger.event_secret, ITEM))


def test_a_secret_is_revealed_and_a_new_one_takes_its_place(codes: Codes, first: Owned) -> None:
    second = pass_on(codes, first.secret)
    third = pass_on(codes, second.secret)
    chain = read_ownership(codes.ledger, ITEM)
    assert (len(chain.links), chain.breaks) == (3, ())
    assert chain.last is not None
    assert chain.last.owner == owner_of(read_secret(third.secret))
    (record,) = codes.records(second.position.entry)
    assert record["released"] == read_secret(first.secret).hex()
    assert record["prev"] == f"https://{codes.ledger.origin}/records/{first.position.entry}/0"


def test_a_secret_is_used_once(codes: Codes, first: Owned) -> None:
    pass_on(codes, first.secret)
    with pytest.raises(PassedOnAlready):
        pass_on(codes, first.secret)


def test_a_form_sent_twice_is_told_the_same_secret(codes: Codes, first: Owned) -> None:
    once = draw_once()
    second = pass_on(codes, first.secret, once=once)
    assert pass_on(codes, first.secret, once=once) == second
    pass_on(codes, second.secret)
    with pytest.raises(PassedOnAlready):
        pass_on(codes, first.secret, once=once)


def test_people_type_as_they_like(codes: Codes, first: Owned) -> None:
    typed = first.secret.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert pass_on(codes, typed).item == ITEM


@pytest.mark.parametrize("typed", ["", "x", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "U" * 25, "\u0660" * 25, "A" * 10_000])
def test_a_secret_of_nobody_passes_nothing_on(codes: Codes, first: Owned, typed: str) -> None:
    with pytest.raises(OwnerUnknown):
        pass_on(codes, typed)
    with pytest.raises(OwnerUnknown):
        scan_as_owner(codes.ledger, ITEM, typed, VISIT, desks=codes.desks)


def test_a_secret_is_good_for_its_item_only(codes: Codes, first: Owned) -> None:
    with pytest.raises(OwnerUnknown):
        pass_on(codes, first.secret, item=OTHER)


def test_of_many_who_know_the_secret_exactly_one_passes_it_on(codes: Codes, first: Owned) -> None:
    together = threading.Barrier(6)

    def run(_: int) -> Owned | SuyuanError:
        together.wait()
        try:
            return pass_on(codes, first.secret)
        except SuyuanError as lost:
            return lost

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(run, range(6)))
    assert sum(isinstance(one, Owned) for one in outcomes) == 1
    assert {type(one) for one in outcomes} == {Owned, PassedOnAlready}
    assert len(read_ownership(codes.ledger, ITEM).links) == 2


def test_the_owner_speaks_for_the_code(codes: Codes, first: Owned) -> None:
    scan_as_owner(codes.ledger, ITEM, first.secret, VISIT, desks=codes.desks)
    (scan,) = scans(codes)
    assert (scan.owner, scan.area) == (True, "SG/Singapore")


def test_whoever_was_the_owner_speaks_no_more(codes: Codes, first: Owned) -> None:
    pass_on(codes, first.secret)
    with pytest.raises(PassedOnAlready):
        scan_as_owner(codes.ledger, ITEM, first.secret, VISIT, desks=codes.desks)
    assert scans(codes) == []
