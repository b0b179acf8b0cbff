"""Withheld fields: a disclosure has one spelling, and opens the digest that is the SHA-256 of exactly that."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence.disclosure import (
    DISCLOSURES_MAX,
    Disclosure,
    DisclosureMalformed,
    DisclosuresTooMany,
    digests_in,
    format_base64url,
    parse_base64url,
    read_disclosures,
)

SALT = bytes(range(16))
GOLDEN = "WyJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwidGVhOnJlc2VydmVkRm9yIiwiTWVpIl0"


def test_golden_disclosure_and_digest() -> None:
    disclosure = Disclosure.of(SALT, "tea:reservedFor", b'"Mei"')
    assert disclosure.text == GOLDEN
    assert disclosure.digest == hashlib.sha256(GOLDEN.encode()).digest()
    assert Disclosure.parse(GOLDEN) == disclosure


def test_the_example_of_the_standard_has_its_digest() -> None:
    """SD-JWT, section 4.2.3, the family name of the example in section 4.2.1."""
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    disclosure = Disclosure.parse(text)
    assert (disclosure.name, disclosure.value) == ("family_name", "Möbius")
    assert format_base64url(disclosure.digest) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


@given(st.binary(min_size=16, max_size=64), st.text(min_size=1).filter(lambda name: name not in ("...", "_sd", "suyuan:_sd")))
def test_whatever_is_disclosed_is_read_again(salt: bytes, name: str) -> None:
    try:
        disclosure = Disclosure.of(salt, name, b'{"n":[1,null]}')
    except UnicodeEncodeError:
        return  # half a surrogate pair is no text
    assert Disclosure.parse(disclosure.text) == disclosure


def spelt(value: object) -> str:
    return format_base64url(json.dumps(value).encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "é",
        GOLDEN + "=",
        GOLDEN[:-1],
        spelt({}),
        spelt(["salt" * 6, "name"]),
        spelt(["short", "name", 1]),
        spelt(["s" * 129, "name", 1]),
        spelt([7, "name", 1]),
        spelt(["salt" * 6, 7, 1]),
        spelt(["salt" * 6, "", 1]),
        spelt(["salt" * 6, "_sd", 1]),
        spelt(["salt" * 6, "suyuan:_sd", 1]),
        spelt(["salt" * 6, "name", "x" * 70_000]),
        format_base64url(b'["salt","name",1'),
        format_base64url(b'["\xff","name",1]'),
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(SuyuanError):
        Disclosure.parse(text)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read = read_disclosures(data)
    except SuyuanError:
        return
    assert all(Disclosure.parse(one.text) == one for one in read)


@given(st.binary(max_size=64))
def test_base64url_has_one_spelling(data: bytes) -> None:
    text = format_base64url(data)
    assert parse_base64url(text) == data
    assert parse_base64url(text + "=") is None


@pytest.mark.parametrize("data", [b"{}", b"[1]", b'"x"', json.dumps([GOLDEN, GOLDEN]).encode()])
def test_a_list_of_disclosures_is_a_list_of_disclosures(data: bytes) -> None:
    with pytest.raises(DisclosureMalformed):
        read_disclosures(data)


def test_too_many_are_refused() -> None:
    with pytest.raises(DisclosuresTooMany):
        read_disclosures(json.dumps([str(number) for number in range(DISCLOSURES_MAX + 1)]).encode())


def test_digests_are_found_at_any_depth_and_junk_is_passed_over() -> None:
    first, second = hashlib.sha256(b"1").digest(), hashlib.sha256(b"2").digest()
    record = {
        "suyuan:_sd": [format_base64url(first), "junk", 7],
        "ilmd": [{"x": {"suyuan:_sd": [format_base64url(second)]}}, {"suyuan:_sd": "no list"}],
    }
    assert list(digests_in(record)) == [first, second]
