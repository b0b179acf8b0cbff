"""Commitments and salts: golden bytes, and what a commitment binds."""

from __future__ import annotations

from hashlib import sha256, shake_256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.commitment import SALT_BYTES, SaltMalformed, SeedMalformed, commit, commit_all, derive_salts

_ORIGIN, _ISSUER = "ledger.example/main", "ledger.example/party/duyun-tea"
_SALT, _BODY = bytes(range(16)), b'{"type":"ObjectEvent"}'
_LINES = {
    "log_line": f"log {_ORIGIN} 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "issuer_line": f"issuer {_ISSUER}",
    "time_line": "time 2026-11-20T08:00:00.000Z",
}


def test_golden_commitment() -> None:
    written_out = b"\x00suyuan.record/v1\nledger.example/main\nledger.example/party/duyun-tea\n" + _SALT + _BODY
    found = commit(origin=_ORIGIN, issuer=_ISSUER, salt=_SALT, body=_BODY)
    assert found == sha256(written_out).digest()
    assert found.hex() == "799094e67e308cda656578db8c5bd8539786bb274155530e8146b9d9463a22d3"


def test_golden_commitment_to_padding() -> None:
    assert (
        commit(origin=_ORIGIN, issuer=_ISSUER, salt=_SALT, body=b"").hex()
        == "17194bbea45d6a8ff67279f3f9f780552f008506ee6676d41126079f1c9902d7"
    )


def test_golden_salts() -> None:
    found = derive_salts(seed=bytes(32), **_LINES, count=2)
    written_out = b"suyuan.salt/v1\n" + bytes(32) + "".join(f"{line}\n" for line in _LINES.values()).encode()
    assert b"".join(found) == shake_256(written_out).digest(32)
    assert [salt.hex() for salt in found] == ["d9b644a764568dda81af3a9ccc89428c", "9a569778d7b47513619d4e44709b953c"]


@pytest.mark.parametrize(
    "changed",
    [{"origin": "ledger.example/mail"}, {"issuer": "ledger.example/party/x"}, {"salt": bytes(16)}, {"body": b"{}"}],
)
def test_every_part_is_bound(changed: dict[str, bytes]) -> None:
    whole = {"origin": _ORIGIN, "issuer": _ISSUER, "salt": _SALT, "body": _BODY}
    assert commit(**{**whole, **changed}) != commit(**whole)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.binary(max_size=40)), max_size=20))
def test_in_bulk_as_one_by_one(records: list[tuple[bytes, bytes]]) -> None:
    salts, bodies = [salt for salt, _ in records], [body for _, body in records]
    one_by_one = [commit(origin=_ORIGIN, issuer=_ISSUER, salt=salt, body=body) for salt, body in records]
    assert commit_all(origin=_ORIGIN, issuer=_ISSUER, salts=salts, bodies=bodies) == one_by_one


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_cannot_lend_bytes_to_the_body(length: int) -> None:
    with pytest.raises(SaltMalformed):
        commit(origin=_ORIGIN, issuer=_ISSUER, salt=bytes(length), body=_BODY)


def test_one_salt_per_body() -> None:
    with pytest.raises(ValueError, match="argument"):
        commit_all(origin=_ORIGIN, issuer=_ISSUER, salts=[_SALT], bodies=[_BODY, _BODY])


def test_salts_of_a_shorter_batch_are_a_prefix() -> None:
    salts = derive_salts(seed=b"s" * 32, **_LINES, count=100)
    assert derive_salts(seed=b"s" * 32, **_LINES, count=7) == salts[:7]
    assert derive_salts(seed=b"s" * 32, **_LINES, count=0) == []
    assert len(set(salts)) == 100
    assert {len(salt) for salt in salts} == {SALT_BYTES}


@pytest.mark.parametrize("line", list(_LINES))
def test_another_line_gives_other_salts(line: str) -> None:
    changed = {**_LINES, line: _LINES[line] + "x"}
    assert derive_salts(seed=b"s" * 32, **changed, count=1) != derive_salts(seed=b"s" * 32, **_LINES, count=1)


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(SeedMalformed):
        derive_salts(seed=bytes(31), **_LINES, count=1)
