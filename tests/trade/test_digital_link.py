"""Scanned addresses: what is accepted, what is refused and by which name, how they are printed again."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.trade.application_identifiers import check_digit
from ledger.trade.digital_link import (
    URI_CHARACTERS_MAX,
    AiValueMalformed,
    ApplicationIdentifierRepeated,
    ApplicationIdentifierUnknown,
    AttributeNotAllowed,
    CheckDigitWrong,
    DigitalLink,
    DigitalLinkMalformed,
    IdentificationKeyMissing,
    PathUnsafe,
    PercentEncodingBroken,
    QualifierMisplaced,
    UriCharacterForbidden,
    parse_digital_link,
)
from ledger.trade.identifiers import canonical

GTIN = "09521234000013"
ITEM = f"https://tea.example/01/{GTIN}/21/A1"
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
VALUES = st.text(SET_82, min_size=1, max_size=20).filter(lambda value: value not in {".", ".."})


def test_key_qualifiers_and_attributes_come_apart() -> None:
    link = parse_digital_link(
        "https://tea.example/shop/01/9521234000013/22/V/10/L%2F1/21/A1?17=301231&linkType=gs1:pip&3103=000195#x"
    )
    assert link.keys == (("01", GTIN), ("22", "V"), ("10", "L/1"), ("21", "A1"))
    assert link.attributes == (("17", "301231"), ("3103", "000195"))
    assert (link.value("10"), link.value("21"), link.value("235")) == ("L/1", "A1", None)
    assert link.identifier == f"https://id.gs1.org/01/{GTIN}/21/A1"
    assert link.uri() == f"https://id.gs1.org/01/{GTIN}/22/V/10/L%2F1/21/A1?17=301231&3103=000195"
    assert link.uri(root="https://t.example/x", with_attributes=False) == f"https://t.example/x/01/{GTIN}/22/V/10/L%2F1/21/A1"


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("", DigitalLinkMalformed),
        ("tea.example/01/09521234000013", DigitalLinkMalformed),
        ("ftp://tea.example/01/09521234000013", DigitalLinkMalformed),
        ("javascript:alert(1)", DigitalLinkMalformed),
        ("https://good.example@evil.example/01/09521234000013", DigitalLinkMalformed),
        ("https:///01/09521234000013", DigitalLinkMalformed),
        ("https://tea.example:99999999/01/09521234000013", DigitalLinkMalformed),
        ("https://tea.example/01/09521234000013/21/" + "A" * URI_CHARACTERS_MAX, DigitalLinkMalformed),
        ("https://tea.example", IdentificationKeyMissing),
        ("https://tea.example/about", IdentificationKeyMissing),
        ("https://01/09521234000013", IdentificationKeyMissing),
        ("https://tea.example/gtin/09521234000013", IdentificationKeyMissing),
        ("https://tea.example/%30%31/09521234000013", IdentificationKeyMissing),
        ("https://tea.example/?01=09521234000013", IdentificationKeyMissing),
        (ITEM + "/", PathUnsafe),
        ("https://tea.example//01/09521234000013", PathUnsafe),
        ("https://tea.example/01//09521234000013", PathUnsafe),
        ("https://tea.example/../01/09521234000013", PathUnsafe),
        ("https://tea.example/%2e%2E/01/09521234000013", PathUnsafe),
        ("https://tea.example/./01/09521234000013", PathUnsafe),
        ("https://tea.example/a%2F..%2Fb/01/09521234000013", PathUnsafe),
        ("https://tea.example/a%5Cb/01/09521234000013", PathUnsafe),
        ("https://tea.example/a%00b/01/09521234000013", PathUnsafe),
        ("https://tea.example/01/09521234000013/21/..", PathUnsafe),
        ("https://tea.example/01/09521234000013/21/%2e", PathUnsafe),
        ("https://tea.example/01/09521234000013/21/a b", UriCharacterForbidden),
        ("https://tea.example/01/09521234000013/21/a\nb", UriCharacterForbidden),
        ("https://tea.example/01/09521234000013/21/a\x00", UriCharacterForbidden),
        ("https://tea.example/01/09521234000013/21/茶", UriCharacterForbidden),
        ("https://tea.example/01/０９５２１２３４０００１３", UriCharacterForbidden),
        ("https://tea.example/01/09521234000013/21/<script>", UriCharacterForbidden),
        ("https://tea.example\\@evil.example/01/09521234000013", UriCharacterForbidden),
        (" " + ITEM, UriCharacterForbidden),
        ("https://tea.example/01/09521234000013/21/100%", PercentEncodingBroken),
        ("https://tea.example/01/09521234000013/21/%zz", PercentEncodingBroken),
        (ITEM + "?17=%3", PercentEncodingBroken),
        ("https://tea.example/01/09521234000013/21/%E8%8C%B6", AiValueMalformed),
        ("https://tea.example/01/09521234000013/21/%ff", AiValueMalformed),
        ("https://tea.example/01/09521234000013/21/a%0Ab", AiValueMalformed),
        ("https://tea.example/01/09521234000013/21/" + "A" * 21, AiValueMalformed),
        ("https://tea.example/01/9521234/21/A1", AiValueMalformed),
        ("https://tea.example/00/34012345111111111", AiValueMalformed),
        ("https://tea.example/8010/9521234a", AiValueMalformed),
        ("https://tea.example/8010/9521234A/8011/007", AiValueMalformed),
        (ITEM + "?17=", AiValueMalformed),
        (ITEM + "?17=30+231", AiValueMalformed),
        ("https://tea.example/01/09521234000013/21/A1/10/L1", QualifierMisplaced),
        ("https://tea.example/01/09521234000013/21/A1/235/T", QualifierMisplaced),
        ("https://tea.example/01/09521234000013/21/A1/21/A1", QualifierMisplaced),
        ("https://tea.example/01/09521234000013/17/301231", QualifierMisplaced),
        ("https://tea.example/00/340123451111111111/21/A1", QualifierMisplaced),
        ("https://tea.example/01/09521234000013/ser/A1", QualifierMisplaced),
        ("https://tea.example/01/09521234000013/89/ABC", QualifierMisplaced),
        (ITEM + "?21=A2", AttributeNotAllowed),
        (ITEM + "?99999=x", ApplicationIdentifierUnknown),
        (ITEM + "?9=x", ApplicationIdentifierUnknown),
        (ITEM + "?3106=000195", None),
        (ITEM + "?17=301231&17=311231", ApplicationIdentifierRepeated),
        (f"https://tea.example/01/{GTIN}/10/L1/21/A1?10=L2", ApplicationIdentifierRepeated),
        ("https://tea.example/01/09521234000014/21/A1", CheckDigitWrong),
        (ITEM + "?410=4012345000055", CheckDigitWrong),
    ],
)
def test_every_refusal_has_its_name(uri: str, error: type[SuyuanError] | None) -> None:
    if error is None:
        assert parse_digital_link(uri).value("21") == "A1"
        return
    with pytest.raises(error) as refused:
        parse_digital_link(uri)
    assert type(refused.value) is error
    assert refused.value.seen is not None
    assert refused.value.wanted


@pytest.mark.parametrize(
    "uri",
    [
        ITEM + "?17=301231&17=301231",
        f"https://tea.example/01/{GTIN}/10/L1/21/A1?10=L1",
        "HTTPS://TEA.EXAMPLE/01/09521234000013/21/A1",
        "http://[2001:db8::1]:8000/01/09521234000013/21/A1",
        "http://127.0.0.1:8000/01/9521234000013/21/A1?&&utm_source=x&flag&=&17=301231&",
        "https://tea.example/01/00000000000000/01/09521234000013/21/A1",
        ITEM + "?89=ABC&next=/../%00",
    ],
)
def test_harmless_varieties_are_accepted(uri: str) -> None:
    assert parse_digital_link(uri).identifier == f"https://id.gs1.org/01/{GTIN}/21/A1"


def test_a_wrong_check_digit_says_which_digit_is_wanted() -> None:
    with pytest.raises(CheckDigitWrong) as refused:
        parse_digital_link("https://tea.example/01/9521234000014")
    assert (refused.value.ai, refused.value.digit_seen, refused.value.digit_wanted) == ("01", "4", "3")
    assert refused.value.seen == "09521234000014"
    assert "3" in refused.value.wanted


@given(body=st.text("0123456789", min_size=13, max_size=13), lot=st.none() | VALUES, serial=VALUES, days=st.none() | VALUES)
def test_what_is_printed_reads_back_the_same(body: str, lot: str | None, serial: str, days: str | None) -> None:
    keys = (("01", body + check_digit(body)), *((("10", lot),) if lot else ()), ("21", serial))
    link = DigitalLink(keys, (("99", days),) if days else ())
    assert parse_digital_link(link.uri(root="https://tea.example/t")) == link
    assert link.uri() == DigitalLink(keys, link.attributes).uri()
    assert link.identifier == canonical(link.uri()) == f"https://id.gs1.org/01/{keys[0][1]}/21/{quote(serial, safe='')}"


@given(body=st.text("0123456789", min_size=13, max_size=13), wrong=st.integers(1, 9))
def test_every_wrong_check_digit_is_refused(body: str, wrong: int) -> None:
    digit = (int(check_digit(body)) + wrong) % 10
    with pytest.raises(CheckDigitWrong):
        parse_digital_link(f"https://tea.example/01/{body}{digit}")


@given(st.text(max_size=80) | st.text("htps:/.01%2eEf?&=#2195 ", max_size=80).map(lambda tail: f"https://tea.example/{tail}"))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        link = parse_digital_link(text)
    except SuyuanError as refused:
        assert refused.code in refused.__class__.__name__
    else:
        assert parse_digital_link(link.uri()) == link


@pytest.mark.parametrize("value", [".", ".."])
def test_a_value_that_means_a_directory_is_not_printed(value: str) -> None:
    with pytest.raises(PathUnsafe):
        DigitalLink((("01", GTIN), ("21", value))).uri()
