"""Base64 and sizes have one spelling each."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.spelling import Base64Malformed, SizeMalformed, format_base64, parse_base64, parse_size


@given(st.binary(min_size=1, max_size=40))
def test_base64_has_one_form(data: bytes) -> None:
    text = format_base64(data)
    assert text == b64encode(data).decode()
    assert parse_base64(text) == parse_base64(text, length=len(data)) == b64decode(text) == data
    for other in (text + "=", text + "\n", " " + text, text.rstrip("=") + "!", "é" + text):
        with pytest.raises(Base64Malformed):
            parse_base64(other)
    with pytest.raises(Base64Malformed):
        parse_base64(text, length=len(data) + 1)


@pytest.mark.parametrize("text", ["A", "AA", "AAA", "AAA=A", "A===", "=", "AB==", "AAB=", "AA-_", "AA\n==", "AA=="[:3]])
def test_other_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(Base64Malformed):
        parse_base64(text)


@given(st.integers(0, (1 << 63) - 1))
def test_sizes_read_back(size: int) -> None:
    assert parse_size(str(size)) == size


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-1", "+1", " 1", "1 ", "1\n", "1_0", "1e3", "0x1", "٣", "²", str(1 << 63), "9" * 19, "9" * 5000]
)
def test_other_spellings_of_sizes_are_refused(text: str) -> None:
    with pytest.raises(SizeMalformed):
        parse_size(text)
