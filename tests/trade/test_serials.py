"""Serial numbers and their short codes: random, typeable, tolerant to read, and every single slip is noticed."""

from __future__ import annotations

import os
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.serials import (
    ALPHABET,
    SerialForeign,
    ShortCodeMalformed,
    ShortCodeMistyped,
    check_character,
    draw_serials,
    random_bytes_for,
    read_short_code,
    short_code,
)

DRAWN = draw_serials(b"".join(sha256(f"{n}".encode()).digest() for n in range(40)))
SERIALS = (
    st.integers(0, (1 << 72) - 1).map(lambda number: draw_serials(number.to_bytes(9, "big"))).filter(bool).map(lambda s: s[0])
)


def code_of(serial: str) -> str:
    return serial + check_character(serial)


def test_bits_become_characters_from_the_left() -> None:
    assert draw_serials(bytes(9)) == ["0000000000000"]
    assert draw_serials(bytes.fromhex("000000000000000080")) == ["0000000000001"]
    assert short_code("0000000000001") == "00000-00000-0011"


def test_crockfords_check_symbol_is_the_number_modulo_37() -> None:
    for serial in DRAWN:
        value = 0
        for character in serial:
            value = value * 32 + ALPHABET.index(character)
        assert ALPHABET[value % 37] == check_character(serial)


def test_numbers_are_drawn_from_65_bits_each_and_those_that_cannot_be_typed_are_left_out() -> None:
    assert random_bytes_for(8) == 65
    drawn = draw_serials(os.urandom(random_bytes_for(4_000)))
    assert len(set(drawn)) == len(drawn)
    assert 3_200 < len(drawn) < 3_700  # 32 of 37 are 3,459
    assert {character for serial in drawn for character in serial} == set(ALPHABET)


@given(SERIALS)
def test_a_printed_code_is_read_however_it_is_typed(serial: str) -> None:
    printed = short_code(serial)
    assert [len(group) for group in printed.split("-")] == [5, 5, 4]
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "\uff0d" for c in printed)
    for typed in (
        printed,
        printed.lower(),
        printed.replace("-", ""),
        printed.replace("-", " "),
        f"\u3000{printed.replace('-', chr(0x2013))} ",
        printed.replace("0", "o").replace("1", "l"),
        printed.replace("0", "O").replace("1", "I"),
        wide,
    ):
        assert read_short_code(typed) == serial


@given(SERIALS, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(serial: str, place: int, other: str) -> None:
    code = code_of(serial)
    if code[place] != other:
        with pytest.raises(ShortCodeMistyped):
            read_short_code(code[:place] + other + code[place + 1 :])


@given(SERIALS, st.integers(0, 11))
def test_every_swap_of_neighbours_is_noticed(serial: str, place: int) -> None:
    code = code_of(serial)
    if code[place] != code[place + 1]:
        with pytest.raises(ShortCodeMistyped) as refusal:
            read_short_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
        assert {place + 1, place + 2} <= set(refusal.value.doubtful)
        assert f"characters {place + 1} and {place + 2} the other way round" in refusal.value.wanted


@pytest.mark.parametrize(("right", "wrong"), ["B8", "8B", "S5", "5S", "Z2", "G6", "VY", "MN", "KX"])
def test_a_confused_character_is_among_those_that_are_named(right: str, wrong: str) -> None:
    tried = 0
    for serial in DRAWN:
        code = code_of(serial)
        for place in range(14):
            if code[place] == right:
                with pytest.raises(ShortCodeMistyped) as refusal:
                    read_short_code(code[:place] + wrong + code[place + 1 :])
                assert place + 1 in refusal.value.doubtful
                assert f"{right} for {wrong} as character {place + 1}" in refusal.value.wanted
                tried += 1
    assert tried


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "0 characters"),
        ("7ZK3M-9QH2T-4VX", "13 characters"),
        ("7ZK3M-9QH2T-4VXDD", "15 characters"),
        ("7ZK3M-9QU2T-4VXD", "character 8"),
        ("7ZK3M-9Q!2T-4VXD", "character 8"),
        ("溯" * 14, "character 1"),
        ("7" * 65, "14 characters"),
        ("ß" * 14, "character 1"),
    ],
)
def test_what_no_short_code_looks_like_is_refused_with_the_place(typed: str, named: str) -> None:
    with pytest.raises(ShortCodeMalformed, match=named):
        read_short_code(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_serial_or_a_named_refusal(text: str) -> None:
    try:
        serial = read_short_code(text)
    except (ShortCodeMalformed, ShortCodeMistyped):
        return
    assert read_short_code(short_code(serial)) == serial


@pytest.mark.parametrize("foreign", ["A1", "", "7zk3m9qh2t4vx", "0000000000000\n", "ILOU000000000", "000000000000Z0"])
def test_a_foreign_serial_has_no_short_code(foreign: str) -> None:
    with pytest.raises(SerialForeign):
        short_code(foreign)


def test_a_number_whose_symbol_cannot_be_typed_has_none_either() -> None:
    assert draw_serials((35 << 7).to_bytes(9, "big")) == []
    with pytest.raises(SerialForeign):
        short_code("0000000000013")
