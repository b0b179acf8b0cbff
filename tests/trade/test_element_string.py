"""Element strings of till scanners, in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.trade.digital_link import (
    AiValueMalformed,
    ApplicationIdentifierRepeated,
    ApplicationIdentifierUnknown,
    AttributeNotAllowed,
    CheckDigitWrong,
    DigitalLink,
    IdentificationKeyMissing,
)
from ledger.trade.element_string import ElementStringMalformed, bracketed, on_the_wire, parse_element_string

GTIN = "09521234000013"
ITEM = DigitalLink((("01", GTIN), ("10", "L1"), ("21", "A1")), (("17", "301231"),))
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
VALUES = st.text(SET_82, min_size=1, max_size=20)


@pytest.mark.parametrize(
    "text",
    [
        "(01)09521234000013(10)L1(21)A1(17)301231",
        "(01)09521234000013(17)301231(21)A1(10)L1",
        "^010952123400001310L1^21A1^17301231",
        "\x1d01095212340000131730123110L1\x1d21A1",
        "]d201095212340000131730123110L1\x1d21A1",
        "]C1\x1d01095212340000131730123110L1\x1d21A1\x1d",
        "]Q301095212340000131730123121A1\x1d10L1",
        "(01)09521234000013(10)L1(10)L1(21)A1(17)301231",
    ],
)
def test_all_forms_of_one_item(text: str) -> None:
    assert parse_element_string(text) == ITEM


def test_printing() -> None:
    assert bracketed(ITEM) == "(01)09521234000013(10)L1(21)A1(17)301231"
    assert on_the_wire(ITEM) == "\x1d010952123400001310L1\x1d21A1\x1d17301231"
    assert on_the_wire(DigitalLink((("00", "340123451111111111"),)), separator="^") == "^00340123451111111111"
    assert bracketed(DigitalLink((("8004", "A(10)B"),))) == "(8004)A\\(10)B"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ElementStringMalformed),
        ("09521234000013", ElementStringMalformed),
        ("https://tea.example/01/09521234000013", ElementStringMalformed),
        ("(01)", ElementStringMalformed),
        ("(01)09521234000013(", ElementStringMalformed),
        ("(1)09521234000013", ElementStringMalformed),
        ("(01)" + "1" * 2_000, ElementStringMalformed),
        ("(10)L1", IdentificationKeyMissing),
        ("^", IdentificationKeyMissing),
        ("(01)09521234000014", CheckDigitWrong),
        ("(01)952123400001", AiValueMalformed),
        ("^0109521234", AiValueMalformed),
        ("(01)09521234000013(21)A(21)B", ApplicationIdentifierRepeated),
        ("(01)96385074", AiValueMalformed),
        ("(01)09521234000013(21)A1(235)T", AttributeNotAllowed),
        ("^010952123400001389X", ApplicationIdentifierUnknown),
        ("(01)09521234000013(21)茶", AiValueMalformed),
    ],
)
def test_every_refusal_has_its_name(text: str, error: type[SuyuanError]) -> None:
    with pytest.raises(error):
        parse_element_string(text)


@given(serial=VALUES, lot=VALUES, note=VALUES)
def test_both_forms_read_back_what_they_print(serial: str, lot: str, note: str) -> None:
    link = DigitalLink((("01", GTIN), ("10", lot), ("21", serial)), (("17", "301231"), ("98", note)))
    assert parse_element_string(on_the_wire(link)) == link
    assert parse_element_string(bracketed(link)) == link


@given(st.text(max_size=60) | st.text("()^\x1d0123456789]d2A\\", max_size=60))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        link = parse_element_string(text)
    except SuyuanError as refused:
        assert refused.title
    else:
        assert parse_element_string(on_the_wire(link)) == link
