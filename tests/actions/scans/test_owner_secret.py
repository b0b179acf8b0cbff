"""Owners' secrets: long enough, readable as people type them, and the same for the same form only."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.scans.owner_secret import OwnerUnknown, draw_once, new_secret, owner_of, read_secret

SERVER = bytes(32)


def test_a_secret_has_five_groups_of_five() -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}", new_secret(SERVER, said="claim x", once=""))


def test_the_same_form_gets_the_same_and_nobody_else_does() -> None:
    once = draw_once()
    secret = new_secret(SERVER, said="claim x", once=once)
    assert secret == new_secret(SERVER, said="claim x", once=once)
    others = {
        new_secret(SERVER, said="claim y", once=once),
        new_secret(SERVER, said="claim x", once=draw_once()),
        new_secret(b"1" * 32, said="claim x", once=once),
    }
    assert secret not in others
    assert len(others) == 3


@pytest.mark.parametrize("once", ["", "1", "a" * 31])
def test_a_form_without_a_proper_value_gets_a_fresh_one(once: str) -> None:
    assert new_secret(SERVER, said="claim x", once=once) != new_secret(SERVER, said="claim x", once=once)


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["-", " ", "", "–", "  "]), st.booleans())
def test_however_it_is_typed_it_is_the_same_secret(server: bytes, gap: str, lower: bool) -> None:
    secret = new_secret(server, said="claim x", once="a" * 32)
    typed = secret.replace("-", gap)
    assert read_secret(typed.lower() if lower else typed) == read_secret(secret)
    assert len(read_secret(secret)) == len(owner_of(read_secret(secret))) == 32


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        assert len(read_secret(typed)) == 32
    except OwnerUnknown as refusal:
        assert typed not in str(refusal) or len(typed) < 4
