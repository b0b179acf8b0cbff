"""What people type for a code: read in every spelling of theirs, and where it is wrong, told what is probably wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.code_entry import CodeUnreadable, NumberLengthWrong, entry_of, read_code
from api.pages.near_codes import near_numbers
from ledger.actions.codes.find_short_code import ShortCodeUnknown
from ledger.errors import SuyuanError
from ledger.trade.digital_link import CheckDigitWrong, DigitalLink, read_value
from ledger.trade.serials import ALPHABET, check_character, draw_serials, read_short_code, short_code
from tests.api.tea_world import GTIN

SERIAL = draw_serials(bytes(range(16)))[0]
CODE = short_code(SERIAL)


def find(code: str) -> DigitalLink:
    serial = read_short_code(code)
    if serial != SERIAL:
        raise ShortCodeUnknown
    return DigitalLink((("01", GTIN), ("21", serial)))


def refused(code: str) -> SuyuanError:
    with pytest.raises(SuyuanError) as caught:
        read_code(code, find)
    return caught.value


@pytest.mark.parametrize(
    ("code", "path"),
    [
        (GTIN, f"/01/{GTIN}"),
        (f" {GTIN[1:4]} {GTIN[4:9]}-{GTIN[9:]} ", f"/01/{GTIN}"),
        ("０９５２１２３４００００１３", "/01/09521234000013"),
        (f"(01){GTIN}(21)T1", f"/01/{GTIN}/21/T1"),
        (f"（01）{GTIN}（21）t1", f"/01/{GTIN}/21/t1"),
        (f"]d201{GTIN}21T1", f"/01/{GTIN}/21/T1"),
        (f"https://other.example/01/{GTIN}/10/L7", f"/01/{GTIN}/10/L7"),
        (f"HTTPS://other.example/01/{GTIN}", f"/01/{GTIN}"),
        (f"other.example/01/{GTIN}/21/a%2Fb", f"/01/{GTIN}/21/a%2Fb"),
        (f"/01/{GTIN}/21/T1", f"/01/{GTIN}/21/T1"),
        (f"//evil.example/01/{GTIN}", f"/01/{GTIN}"),
        (CODE, f"/01/{GTIN}/21/{SERIAL}"),
        (CODE.lower().replace("-", " "), f"/01/{GTIN}/21/{SERIAL}"),
        (CODE.replace("-", "").replace("0", "O").replace("1", "l"), f"/01/{GTIN}/21/{SERIAL}"),
    ],
)
def test_every_spelling_leads_to_the_item(code: str, path: str) -> None:
    assert read_code(code, find) == path


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("hello", "CodeUnreadable"),
        ("javascript:alert(1)", "CodeUnreadable"),
        ("//evil.example", "CodeUnreadable"),
        ("<script>alert", "CodeUnreadable"),
        ("溯源溯源", "CodeUnreadable"),
        (GTIN[:10], "NumberLengthWrong"),
        (GTIN + "1", "NumberLengthWrong"),
        (f"{GTIN[:-1]}5", "CheckDigitWrong"),
        (CODE[:-1], "ShortCodeMalformed"),
        (CODE + "7", "ShortCodeMalformed"),
        (CODE[:-1] + "*", "ShortCodeMalformed"),
        (CODE[0] + "U" + CODE[2:], "ShortCodeMalformed"),
        (short_code(draw_serials(bytes(range(20, 40)))[0]), "ShortCodeUnknown"),
        ("(99)", "ElementStringMalformed"),
    ],
)
def test_what_is_no_code_is_refused_by_name(code: str, name: str) -> None:
    assert refused(code).code == name


@given(st.text(max_size=60))
def test_whatever_is_typed_has_an_answer(code: str) -> None:
    try:
        assert read_code(code, find).startswith("/01/")
    except SuyuanError as error:
        entry = entry_of(code, error)
        assert entry.doubtful <= len(code) + 1
        assert entry.typed == code


@given(st.integers(0, 13), st.sampled_from(ALPHABET))
def test_a_wrong_character_of_a_short_code_is_among_the_marked_ones_or_none_is(place: int, character: str) -> None:
    whole = CODE.replace("-", "")
    if whole[place] == character:
        return
    typed = whole[:place] + character + whole[place + 1 :]
    entry = entry_of(typed, refused(typed))
    assert entry.error.code == "ShortCodeMistyped"
    if entry.pieces:
        assert "".join(text for text, _ in entry.pieces) == "-".join((typed[:5], typed[5:10], typed[10:]))


@pytest.mark.parametrize(("right", "wrong"), [("8", "B"), ("5", "S"), ("2", "Z"), ("0", "D"), ("6", "G")])
def test_a_character_taken_for_one_that_looks_like_it_is_marked(right: str, wrong: str) -> None:
    serial = next(s for s in draw_serials(bytes(range(200))) if right in s)
    place = serial.index(right)
    typed = short_code(serial).replace("-", "")
    typed = typed[:place] + wrong + typed[place + 1 :]
    entry = entry_of(typed, refused(typed))
    assert (wrong, True) in entry.pieces
    at = [text for text, _ in entry.pieces if text != "-"]
    assert [i for i, piece in enumerate([p for p in entry.pieces if p[0] != "-"]) if piece[1]].count(place) == 1
    assert "".join(at) == typed


def test_a_character_that_no_short_code_has_is_marked_where_it_stands() -> None:
    typed = CODE[:7] + "u" + CODE[8:]
    entry = entry_of(typed, refused(typed))
    assert entry.pieces == ((CODE[:7], False), ("u", True), (CODE[8:], False))
    assert entry.doubtful == 1


@pytest.mark.parametrize(
    ("meant", "typed"),
    [
        (GTIN, GTIN[:4] + GTIN[5] + GTIN[4] + GTIN[6:]),
        (GTIN, GTIN[:2] + "6" + GTIN[3:]),
        (GTIN[1:], GTIN[1:3] + GTIN[4] + GTIN[3] + GTIN[5:]),
    ],
)
def test_a_number_with_two_digits_swapped_or_one_misread_is_offered_right(meant: str, typed: str) -> None:
    entry = entry_of(typed, refused(typed))
    assert isinstance(entry.error, CheckDigitWrong)
    assert meant in [near.code for near in entry.near]


@given(st.text("0123456789", min_size=8, max_size=14))
def test_what_is_offered_is_always_a_right_number(digits: str) -> None:
    for near in near_numbers(digits):
        assert read_value("01", near.code.zfill(14)) == near.code.zfill(14)
        assert near.code != digits
        assert len(near.code) == len(digits)
        assert digits[near.place - 1] == near.seen


def test_nothing_is_offered_for_what_is_no_number() -> None:
    assert entry_of("hello", CodeUnreadable()).near == ()
    assert entry_of(GTIN[:10], NumberLengthWrong()).near == ()
    assert check_character(SERIAL) == CODE[-1]
