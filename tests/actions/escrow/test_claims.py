"""Claim links: who may ask for one, what it speaks for, how it ends."""

from __future__ import annotations

import pytest

from ledger.actions.escrow.claims import (
    DAYS_MAX,
    PER_HOUR_MAX,
    ClaimDaysRefused,
    ClaimInUse,
    ClaimNotForYou,
    ClaimShared,
    ClaimsTooMany,
    claim_of,
    list_claims,
    open_claim,
    own_claim_of,
    reissue_claim,
    take_back_claim,
    take_over_claim,
    withdraw_claim,
)
from ledger.evidence.instant import Instant
from ledger.storage.claims import ClaimAbsent, ClaimExpired, ClaimRevoked, issue_claim
from ledger.storage.database import reading, writing
from ledger.trade.parties.state import PartyNotAdmitted
from tests.actions.conftest import Clock
from tests.market import HOST, ORIGIN, Market

TEA = f"{HOST}/tea"
DAY_MS = 86_400_000


def test_a_link_speaks_for_a_fresh_buyer_whose_key_the_operator_holds(market: Market) -> None:
    made, other = open_claim(market.ledger, TEA, territory="SG"), open_claim(market.ledger, TEA)
    buyer = market.ledger.state().party(made.claim.buyer)
    assert buyer.name.startswith(f"{ORIGIN}/buyer/")
    assert (buyer.roles, buyer.custody, buyer.territory) == (("buyer",), "operator", "SG")
    assert other.claim.buyer != made.claim.buyer
    assert claim_of(market.ledger, made.secret) == made.claim
    assert made.claim.shared
    assert made.secret not in repr(made)


def test_no_api_key_and_no_secret_is_left_behind(market: Market) -> None:
    made = open_claim(market.ledger, TEA)
    with reading(market.ledger.engine) as connection:
        owners = connection.exec_driver_sql("SELECT party FROM api_keys").scalars().all()
        kept = [connection.exec_driver_sql(f'SELECT * FROM "{table}"').all() for table in ("escrow_claims", "records", "entries")]
    assert made.claim.buyer not in owners
    assert made.secret not in repr(kept)
    assert made.secret[16:].encode().hex() not in repr(kept)


@pytest.mark.parametrize("who", ["bank", "clock", "carrier"])
def test_only_sellers_ask(market: Market, who: str) -> None:
    with pytest.raises(ClaimNotForYou, match="merchant or shop or factory"):
        open_claim(market.ledger, f"{HOST}/{who}")
    with pytest.raises(PartyNotAdmitted):
        open_claim(market.ledger, f"{HOST}/nobody")


@pytest.mark.parametrize("days", [0, -1, DAYS_MAX + 1])
def test_a_link_is_good_for_a_sensible_time(market: Market, days: int) -> None:
    before = market.ledger.head().size
    with pytest.raises(ClaimDaysRefused):
        open_claim(market.ledger, TEA, days=days)
    assert market.ledger.head().size == before


def test_a_link_ends_at_its_time(market: Market, clock: Clock) -> None:
    made = open_claim(market.ledger, TEA, days=2)
    clock.advance(2 * DAY_MS - 1)
    assert claim_of(market.ledger, made.secret).id == made.claim.id
    clock.advance(1)
    with pytest.raises(ClaimExpired):
        claim_of(market.ledger, made.secret)


def test_a_seller_takes_a_link_back_until_its_buyer_has_agreed(market: Market) -> None:
    unused, used = open_claim(market.ledger, TEA), open_claim(market.ledger, TEA)
    market.agree(used.claim.buyer)
    with pytest.raises(ClaimAbsent):
        take_back_claim(market.ledger, unused.claim.id, merchant=f"{HOST}/bank")
    take_back_claim(market.ledger, unused.claim.id, merchant=TEA)
    with pytest.raises(ClaimRevoked):
        claim_of(market.ledger, unused.secret)
    with pytest.raises(ClaimInUse):
        take_back_claim(market.ledger, used.claim.id, merchant=TEA)
    assert claim_of(market.ledger, used.secret) == used.claim


def test_the_operator_ends_a_leaked_link_and_gives_the_buyer_another(market: Market) -> None:
    leaked = open_claim(market.ledger, TEA)
    market.agree(leaked.claim.buyer)
    withdraw_claim(market.ledger, leaked.claim.id)
    again = reissue_claim(market.ledger, leaked.claim.id)
    with pytest.raises(ClaimRevoked):
        claim_of(market.ledger, leaked.secret)
    assert claim_of(market.ledger, again.secret).buyer == leaked.claim.buyer
    assert not again.claim.shared
    assert {claim.id for claim in list_claims(market.ledger, "tea")} == {leaked.claim.id, again.claim.id}
    assert list_claims(market.ledger, "bank") == []


def test_whoever_takes_a_link_over_is_alone_with_it(market: Market) -> None:
    given = open_claim(market.ledger, TEA)
    own = take_over_claim(market.ledger, given.secret)
    assert (own.claim.buyer, own.claim.expires, own.claim.shared) == (given.claim.buyer, given.claim.expires, False)
    with pytest.raises(ClaimRevoked):
        take_over_claim(market.ledger, given.secret)
    assert claim_of(market.ledger, own.secret) == own.claim


def test_only_a_link_that_no_seller_was_shown_is_good_for_signing(market: Market) -> None:
    given = open_claim(market.ledger, TEA)
    with pytest.raises(ClaimShared) as refusal:
        own_claim_of(market.ledger, given.secret)
    assert given.claim.id in str(refusal.value)
    assert given.secret not in str(refusal.value)
    own = take_over_claim(market.ledger, given.secret)
    assert own_claim_of(market.ledger, own.secret) == own.claim
    again = reissue_claim(market.ledger, given.claim.id)
    assert own_claim_of(market.ledger, again.secret) == again.claim
    with pytest.raises(ClaimRevoked):
        own_claim_of(market.ledger, given.secret)


def test_a_link_that_was_taken_over_is_taken_over_again(market: Market) -> None:
    first = take_over_claim(market.ledger, open_claim(market.ledger, TEA).secret)
    second = take_over_claim(market.ledger, first.secret)
    with pytest.raises(ClaimRevoked):
        own_claim_of(market.ledger, first.secret)
    assert own_claim_of(market.ledger, second.secret).buyer == first.claim.buyer


def test_a_seller_gets_so_many_links_an_hour(market: Market, clock: Clock) -> None:
    with writing(market.ledger.engine) as connection:
        for _ in range(PER_HOUR_MAX):
            issue_claim(connection, buyer="b", merchant=TEA, now=clock.now, expires=Instant(clock.now + DAY_MS), shared=True)
    with pytest.raises(ClaimsTooMany):
        open_claim(market.ledger, TEA)
    clock.advance(3_600_001)
    assert open_claim(market.ledger, TEA).claim.merchant == TEA


def test_a_second_tap_of_the_same_browser_gets_the_same_link_and_nobody_else_does(market: Market) -> None:
    given = open_claim(market.ledger, TEA)
    own = take_over_claim(market.ledger, given.secret, browser="a" * 32)
    again = take_over_claim(market.ledger, given.secret, browser="a" * 32)
    assert (again.secret, again.claim) == (own.secret, own.claim)
    assert not own.claim.shared
    for browser in ("", "b" * 32):
        with pytest.raises(ClaimRevoked):
            take_over_claim(market.ledger, given.secret, browser=browser)
