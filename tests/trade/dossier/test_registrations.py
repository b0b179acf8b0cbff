"""Registration numbers: published ones hold, every slip of one character in a checked place is caught, spelling is strict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.record import read_record
from ledger.trade.dossier.bodies.described import PartyDescribed, Registration
from ledger.trade.dossier.bodies.every import read_dossier_body
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.registrations import RegistrationMalformed, RegistrationMistyped, refuse_number
from tests.trade.parties.world import TEA

# Numbers that their holders publish, or that the standards and the tax authorities give as examples.
GOOD = [
    ("uscc", "91350100M000100Y43"),
    ("uscc", "91110000600037341L"),
    ("lei", "5493001KJTIIGC8Y1R12"),
    ("lei", "529900T8BM49AURSDO55"),
    ("gln", "4006381333931"),
    ("gln", "6901234567892"),
    ("vat", "DE136695976"),
    ("vat", "FR40303265045"),
    ("vat", "FRK7399859412"),
    ("vat", "NL004495445B01"),
    ("vat", "NL123456789B13"),
    ("vat", "IT00743110157"),
    ("vat", "ATU12345678"),
    ("vat", "IE6388047V"),
    ("duns", "150483782"),
    ("other", "Any 1/2 (3)"),
]
CAUGHT = [good for good in GOOD if good[0] in ("uscc", "lei", "gln") or good[1][:2] in ("DE", "IT") or good[1] == "FR40303265045"]


@pytest.mark.parametrize(("scheme", "number"), GOOD)
def test_numbers_that_exist_hold(scheme: str, number: str) -> None:
    refuse_number(scheme, number, "/number")


@pytest.mark.parametrize(("scheme", "number"), CAUGHT)
def test_one_wrong_digit_is_caught_wherever_it_stands(scheme: str, number: str) -> None:
    start = 2 if scheme == "vat" else 0
    for place in range(start, len(number)):
        wrong = number[:place] + ("1" if number[place] == "2" else "2") + number[place + 1 :]
        if wrong == number:
            continue
        with pytest.raises((RegistrationMistyped, RegistrationMalformed)) as refused:
            refuse_number(scheme, wrong, "/number")
        assert refused.value.pointer == "/number"
        assert refused.value.seen == wrong


def test_what_the_number_would_be_is_said() -> None:
    with pytest.raises(RegistrationMistyped) as refused:
        refuse_number("uscc", "91350100M000100Y44", "/number")
    assert refused.value.wanted.startswith("91350100M000100Y43,")
    with pytest.raises(RegistrationMistyped) as refused:
        refuse_number("lei", "5493001KJTIIGC8Y1R99", "/number")
    assert refused.value.wanted.startswith("5493001KJTIIGC8Y1R12,")


@pytest.mark.parametrize(
    ("scheme", "number"),
    [
        ("uscc", "91350100M000100Y4"),
        ("uscc", "91350100m000100y43"),
        ("uscc", "91350100I000100Y43"),
        ("uscc", "91350100M000100Y43\n"),
        ("lei", "5493001kjtiigc8y1r12"),
        ("lei", "5493001KJTIIGC8Y1R1"),
        ("gln", "400638133393"),
        ("gln", "４００６３８１３３３９３１"),
        ("vat", "de136695976"),
        ("vat", "DE 136695976"),
        ("vat", "DE036695976"),
        ("vat", "NL004495445"),
        ("vat", "FRIO303265045"),
        ("vat", "136695976"),
        ("vat", "ATUUUUUU"),
        ("duns", "15-048-3782"),
        ("duns", ""),
    ],
)
def test_another_spelling_is_malformed(scheme: str, number: str) -> None:
    with pytest.raises(RegistrationMalformed):
        refuse_number(scheme, number, "/number")


@given(st.sampled_from(["uscc", "lei", "gln", "vat", "duns", "other"]), st.text("0123456789ABDEFILNRTZ", max_size=20))
def test_whatever_comes_holds_or_is_refused_by_name(scheme: str, number: str) -> None:
    try:
        refuse_number(scheme, number, "/number")
    except (RegistrationMalformed, RegistrationMistyped) as refusal:
        assert refusal.wanted


@given(st.sampled_from(GOOD), st.integers(0, 16))
def test_two_neighbours_swapped_are_caught(good: tuple[str, str], place: int) -> None:
    scheme, number = good
    swapped = number[:place] + number[place + 1 : place + 2] + number[place : place + 1] + number[place + 2 :]
    if scheme != "lei" or swapped == number:
        return
    with pytest.raises((RegistrationMistyped, RegistrationMalformed)):
        refuse_number(scheme, swapped, "/number")


def test_a_description_with_a_mistyped_number_is_refused_at_its_place() -> None:
    names, good = (Words("en", "Tea"),), Registration("gln", "6901234567892")
    body = PartyDescribed(TEA, names, registrations=(good, Registration("gln", "6901234567893")))
    with pytest.raises(RegistrationMistyped) as refused:
        read_dossier_body(read_record(body.to_body()))
    assert refused.value.pointer == "/registrations/1/number"
