"""Claim links: hashed, expiring, revocable; and what buyers wrote."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import Engine

from ledger.evidence.instant import Instant
from ledger.storage.claims import (
    SECRET_CHARACTERS,
    Claim,
    ClaimAbsent,
    ClaimExpired,
    ClaimRevoked,
    ClaimUnknown,
    check_claim,
    claims_of,
    claims_since,
    issue_claim,
    read_claim,
    revoke_claim,
)
from ledger.storage.database import reading, writing
from ledger.storage.letters import keep_letter, letters_about

SHOP = "a.example/party/shop"
NOW, LATER = Instant(1_000), Instant(9_000)


def issue(engine: Engine, merchant: str = SHOP, now: Instant = NOW) -> tuple[Claim, str]:
    with writing(engine) as connection:
        return issue_claim(connection, buyer="a.example/main/buyer/b", merchant=merchant, now=now, expires=LATER, shared=True)


def test_a_link_names_its_buyer_and_its_secret_is_kept_nowhere(engine: Engine) -> None:
    claim, shown = issue(engine)
    with reading(engine) as connection:
        assert check_claim(connection, shown, now=NOW) == claim
        kept = connection.exec_driver_sql("SELECT * FROM escrow_claims").one()
    assert len(shown) == SECRET_CHARACTERS
    assert shown.startswith(claim.id)
    assert shown.removeprefix(claim.id) not in repr(kept)


def test_no_two_links_are_alike_and_each_has_more_than_128_random_bits(engine: Engine) -> None:
    secrets = {issue(engine)[1][16:] for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) * 5 for secret in secrets} == {160}


@pytest.mark.parametrize("wrong", ["", "x", "0" * 16, "0" * 16 + "a" * 32, "é" * 48, "%00" * 16, "' OR 1=1 --"])
def test_anything_else_is_unknown_and_not_told(engine: Engine, wrong: str) -> None:
    issue(engine)
    with reading(engine) as connection, pytest.raises(ClaimUnknown) as refusal:
        check_claim(connection, wrong, now=NOW)
    assert not wrong or wrong == "x" or wrong not in str(refusal.value)


@pytest.mark.parametrize("at", [0, 15, 16, 47])
def test_one_wrong_character_is_unknown(engine: Engine, at: int) -> None:
    _, shown = issue(engine)
    wrong = shown[:at] + ("2" if shown[at] != "2" else "3") + shown[at + 1 :]
    with reading(engine) as connection, pytest.raises(ClaimUnknown) as refusal:
        check_claim(connection, wrong, now=NOW)
    assert wrong[16:] not in str(refusal.value)


def test_a_link_expires_at_its_time_and_is_revoked_for_good(engine: Engine) -> None:
    claim, shown = issue(engine)
    with reading(engine) as connection:
        assert check_claim(connection, shown, now=Instant(8_999)) == claim
        with pytest.raises(ClaimExpired):
            check_claim(connection, shown, now=LATER)
    for moment in (2_000, 3_000):
        with writing(engine) as connection:
            revoke_claim(connection, claim.id, now=Instant(moment))
    with reading(engine) as connection:
        with pytest.raises(ClaimRevoked, match="1970-01-01T00:00:02") as refusal:
            check_claim(connection, shown, now=NOW)
        assert read_claim(connection, claim.id).revoked == 2_000
    assert shown not in str(refusal.value)


def test_links_are_listed_and_counted_by_merchant(engine: Engine) -> None:
    mine = [issue(engine)[0], issue(engine, now=Instant(2_000))[0]]
    other = issue(engine, merchant="a.example/party/other")[0]
    with reading(engine) as connection:
        assert claims_of(connection, SHOP) == mine
        assert {claim.id for claim in claims_of(connection)} == {*(claim.id for claim in mine), other.id}
        assert [claims_since(connection, SHOP, Instant(since)) for since in (0, 1_001, 2_001)] == [2, 1, 0]
        with pytest.raises(ClaimAbsent):
            read_claim(connection, "0" * 16)


def test_words_are_kept_once_under_their_digest(engine: Engine) -> None:
    with writing(engine) as connection:
        first = keep_letter(connection, line="a/shop/o/1", words="碎了", now=NOW)
        again = keep_letter(connection, line="a/shop/o/1", words="碎了", now=LATER)
        keep_letter(connection, line="a/shop/o/2", words="late", now=NOW)
    assert first == again == hashlib.sha256("碎了".encode()).digest()
    with reading(engine) as connection:
        assert letters_about(connection, "a/shop/o/1") == {first: "碎了"}
