"""Units that can be turned into one another, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trade.assessment.units import _UNITS, converted, spelt

codes = st.sampled_from(sorted(_UNITS))
values = st.decimals(-10_000, 10_000, places=3)


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "result"),
    [
        ("1500", "GRM", "KGM", "1.5"),
        ("100", "MGM", "GRM", "0.1"),
        ("1", "TNE", "GRM", "1000000"),
        ("1", "LBR", "GRM", "453.59237"),
        ("4", "CEL", "FAH", "39.2"),
        ("-40", "FAH", "CEL", "-40"),
        ("0", "CEL", "KEL", "273.15"),
        ("6.5", "P1", "59", "65000"),
        ("0.62", "NA", "59", "0.62"),
        ("5", "NA", "61", "5000"),
        ("2", "HUR", "MIN", "120"),
        ("7", "QQ9", "QQ9", "7"),
    ],
)
def test_conversions(value: str, unit: str, wanted: str, result: str) -> None:
    assert converted(Decimal(value), unit, wanted) == Fraction(result)


@pytest.mark.parametrize(("unit", "wanted"), [("KGM", "LTR"), ("CEL", "P1"), ("QQ9", "KGM"), ("KGM", "QQ9"), ("MTR", "KGM")])
def test_what_cannot_be_compared(unit: str, wanted: str) -> None:
    assert converted(Decimal(1), unit, wanted) is None


@given(values, codes, codes)
def test_there_and_back_again_is_exact(value: Decimal, unit: str, wanted: str) -> None:
    there = converted(value, unit, wanted)
    if there is not None:
        assert converted(there, wanted, unit) == Fraction(value)


@given(values, values, codes, codes)
def test_order_stays(one: Decimal, other: Decimal, unit: str, wanted: str) -> None:
    first, second = converted(one, unit, wanted), converted(other, unit, wanted)
    if first is not None and second is not None:
        assert (one < other) == (first < second)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("31.2", "31.2"), ("-0.5", "-0.5"), ("1/3", "0.333"), ("-7", "-7"), ("1200", "1200"), ("1/9999", "0")],
)
def test_numbers_are_spelt_as_people_write_them(value: str, text: str) -> None:
    assert spelt(Fraction(value)) == text


@given(st.integers(-(10**9), 10**9))
def test_three_places_are_spelt_exactly(thousandths: int) -> None:
    assert Fraction(spelt(Fraction(thousandths, 1000))) == Fraction(thousandths, 1000)
