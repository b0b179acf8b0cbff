"""API keys: hashed, named, expiring, revocable."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from ledger.evidence.instant import Instant
from ledger.storage.api_keys import (
    ApiKeyAbsent,
    ApiKeyExpired,
    ApiKeyRevoked,
    ApiKeyUnknown,
    api_keys_of,
    check_api_key,
    issue_api_key,
    revoke_api_key,
)
from ledger.storage.database import reading, writing

PARTY = "a.example/party/b"
NOW = Instant(1_000)


def issue(engine: Engine, expires: Instant | None = None) -> str:
    with writing(engine) as connection:
        return issue_api_key(connection, party=PARTY, name="till", now=NOW, expires=expires)


def test_a_key_names_its_party_and_its_secret_is_kept_nowhere(engine: Engine) -> None:
    shown = issue(engine)
    with reading(engine) as connection:
        key = check_api_key(connection, shown, now=NOW)
        kept = connection.exec_driver_sql("SELECT * FROM api_keys").one()
    assert (key.party, key.name) == (PARTY, "till")
    assert shown.rpartition("_")[2] not in repr(kept)


@pytest.mark.parametrize("change", ["", "suyuan_", "suyuan_00_00", "x", "é" * 10])
def test_anything_else_is_unknown(engine: Engine, change: str) -> None:
    issue(engine)
    with reading(engine) as connection, pytest.raises(ApiKeyUnknown):
        check_api_key(connection, change, now=NOW)


def test_one_wrong_character_is_unknown_and_not_told(engine: Engine) -> None:
    shown = issue(engine)
    wrong = shown[:-1] + ("0" if shown[-1] != "0" else "1")
    with reading(engine) as connection, pytest.raises(ApiKeyUnknown) as refusal:
        check_api_key(connection, wrong, now=NOW)
    assert wrong not in str(refusal.value)


def test_a_key_expires_at_its_time(engine: Engine) -> None:
    shown = issue(engine, expires=Instant(2_000))
    with reading(engine) as connection:
        assert check_api_key(connection, shown, now=Instant(1_999)).expires == 2_000
        with pytest.raises(ApiKeyExpired, match="1970-01-01T00:00:02"):
            check_api_key(connection, shown, now=Instant(2_000))


def test_a_revoked_key_stays_revoked_at_its_first_time(engine: Engine) -> None:
    shown = issue(engine)
    (key,) = list_keys(engine)
    for at in (3_000, 4_000):
        with writing(engine) as connection:
            revoke_api_key(connection, key, now=Instant(at))
    with reading(engine) as connection:
        with pytest.raises(ApiKeyRevoked, match="1970-01-01T00:00:03"):
            check_api_key(connection, shown, now=NOW)
        assert [found.revoked for found in api_keys_of(connection, PARTY)] == [3_000]


def test_revoking_what_never_was_is_named(engine: Engine) -> None:
    with pytest.raises(ApiKeyAbsent), writing(engine) as connection:
        revoke_api_key(connection, "ffff", now=NOW)


def list_keys(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [key.id for key in api_keys_of(connection)]
