"""Money: one written form, whole minor units, and a named error for every other way to write an amount."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.errors import Malformed, SuyuanError, Unprocessable
from ledger.trade.escrow.currencies import EXPONENTS, CurrencyUnknown
from ledger.trade.escrow.money import (
    MINOR_MAX,
    AmountTooLarge,
    AmountZero,
    CurrencyMismatch,
    Money,
    MoneyMalformed,
    NegativeAmount,
    NonIntegerAmount,
    WrongMinorUnits,
    format_amount,
    read_money,
    write_money,
)

AMOUNTS = st.builds(Money, st.sampled_from(sorted(EXPONENTS)), st.integers(0, MINOR_MAX))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=20)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4))
NEARLY_MONEY = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["SGD", "JPY", "KWD", "XAU"]) | JSON,
        "minor": st.from_regex(r"-?[0-9]{1,17}", fullmatch=True) | JSON,
        "exponent": st.integers(0, 4) | JSON,
    }
)


def sgd(minor: object = "12900", **other: object) -> dict[str, object]:
    return {"currency": "SGD", "minor": minor, "exponent": 2} | other


@given(AMOUNTS)
@example(Money("SGD", 0))
@example(Money("CLF", MINOR_MAX))
def test_what_is_written_reads_back_equal_also_through_json(money: Money) -> None:
    assert read_money(json.loads(json.dumps(write_money(money))), "", zero=True) == money


def test_golden_form() -> None:
    assert json.dumps(write_money(Money("SGD", 12900))) == '{"currency": "SGD", "minor": "12900", "exponent": 2}'
    assert read_money(sgd(), "/price") == Money("SGD", 12900)


@given(JSON | NEARLY_MONEY)
def test_anything_else_is_refused_by_name_or_is_the_one_written_form(value: Any) -> None:
    try:
        money = read_money(value, "/price", zero=True)
    except SuyuanError as refused:
        assert isinstance(refused, Malformed)
        assert refused.pointer is not None and refused.pointer.startswith("/price")
    else:
        assert write_money(money) == value
        assert type(value["minor"]) is str and type(value["exponent"]) is int


NOT_INTEGERS = [
    12900,
    129.0,
    1e3,
    Decimal("129"),
    Decimal("129.00"),
    float("nan"),
    "12.50",
    "12,50",
    "1e3",
    "+5",
    " 5",
    "5 ",
    "5\n",
    "",
    "007",
    "00",
    "-0",
    "-05",
    "-5.0",
    "--5",
    "0x10",
    "1_000",
    "1 000",
    "٣",
    "１２",
    "²",
    "NaN",
    "Infinity",
    "12.",
    ".5",
    "5\x00",
]


@pytest.mark.parametrize("minor", NOT_INTEGERS, ids=repr)
def test_an_amount_that_is_no_string_of_digits(minor: object) -> None:
    with pytest.raises(NonIntegerAmount) as refused:
        read_money(sgd(minor), "/price")
    assert refused.value.pointer == "/price/minor"


@pytest.mark.parametrize("minor", ["-1", "-12900", "-" + "9" * 40])
def test_an_amount_below_zero(minor: str) -> None:
    with pytest.raises(NegativeAmount) as refused:
        read_money(sgd(minor), "/price")
    assert refused.value.pointer == "/price/minor"


@pytest.mark.parametrize("minor", [str(MINOR_MAX + 1), "9" * 16, str(2**63), "1" + "0" * 5000])
def test_an_amount_too_large(minor: str) -> None:
    with pytest.raises(AmountTooLarge) as refused:
        read_money(sgd(minor), "/price")
    assert refused.value.pointer == "/price/minor"
    assert read_money(sgd(str(MINOR_MAX)), "/price").minor == MINOR_MAX


def test_zero_is_an_amount_only_where_it_is_allowed() -> None:
    with pytest.raises(AmountZero):
        read_money(sgd("0"), "/price")
    assert read_money(sgd("0"), "/price", zero=True) == Money("SGD", 0)


WRONG_EXPONENTS: list[tuple[str, object]] = [
    ("SGD", 0),
    ("SGD", 3),
    ("SGD", -2),
    ("SGD", "2"),
    ("SGD", 2.0),
    ("SGD", Decimal(2)),
    ("SGD", None),
    ("JPY", 2),
    ("JPY", False),
    ("KRW", 2),
    ("KWD", 2),
    ("CLF", 2),
    ("SGD", [2]),
]


@pytest.mark.parametrize(("currency", "exponent"), WRONG_EXPONENTS)
def test_an_exponent_that_is_not_the_currencys(currency: str, exponent: object) -> None:
    with pytest.raises(WrongMinorUnits) as refused:
        read_money({"currency": currency, "minor": "100", "exponent": exponent}, "/price")
    assert refused.value.pointer == "/price/exponent"


SHAPES: list[object] = [
    None,
    5,
    "129.00 SGD",
    [],
    {},
    ["SGD", "12900", 2],
    sgd(scale=2),
    {"currency": "SGD", "minor": "1"},
    {"minor": "1", "exponent": 2},
    {"currency": "SGD", "exponent": 2},
    {"Currency": "SGD", "minor": "1", "exponent": 2},
    sgd(currency=702),
    sgd(currency=None),
    sgd(True),
    sgd(None),
    sgd(["1"]),
    sgd({"1": 1}),
    sgd(**{"5": 5}),
]


@pytest.mark.parametrize("value", SHAPES, ids=repr)
def test_another_shape(value: object) -> None:
    with pytest.raises(MoneyMalformed):
        read_money(value, "/price")


def test_faults_are_named_in_one_order() -> None:
    with pytest.raises(CurrencyUnknown) as refused:
        read_money({"currency": "XAU", "minor": 1.5, "exponent": 9}, "/price")
    assert refused.value.pointer == "/price/currency"
    with pytest.raises(WrongMinorUnits):
        read_money({"currency": "JPY", "minor": 1.5, "exponent": 2}, "/price")


def test_every_fault_but_the_shape_is_unprocessable() -> None:
    rules = (NonIntegerAmount, NegativeAmount, AmountZero, AmountTooLarge, WrongMinorUnits, CurrencyMismatch, CurrencyUnknown)
    assert all(issubclass(kind, Unprocessable) for kind in rules)
    assert issubclass(MoneyMalformed, Malformed) and not issubclass(MoneyMalformed, Unprocessable)


@given(AMOUNTS, st.data())
def test_what_is_added_can_be_taken_away(money: Money, data: st.DataObject) -> None:
    more = Money(money.currency, data.draw(st.integers(0, MINOR_MAX - money.minor)))
    assert (money + more).minor == money.minor + more.minor
    assert (money + more) - more == money
    assert money + more == more + money


def test_arithmetic_never_leaves_the_range_or_the_currency() -> None:
    with pytest.raises(NegativeAmount):
        Money("SGD", 1) - Money("SGD", 2)
    with pytest.raises(AmountTooLarge):
        Money("SGD", MINOR_MAX) + Money("SGD", 1)
    for combine in (Money.__add__, Money.__sub__):
        with pytest.raises(CurrencyMismatch):
            combine(Money("SGD", 5), Money("CNY", 5))


@pytest.mark.parametrize("minor", [1.0, True, Decimal(1), "1"])
def test_money_is_made_of_ints_only(minor: Any) -> None:
    with pytest.raises(NonIntegerAmount):
        Money("SGD", minor)


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money("SGD", 12900), "129.00"),
        (Money("JPY", 1290), "1290"),
        (Money("KWD", 1290), "1.290"),
        (Money("CLF", 7), "0.0007"),
        (Money("EUR", 5), "0.05"),
        (Money("EUR", 0), "0.00"),
        (Money("VND", 0), "0"),
        (Money("USD", MINOR_MAX), "9999999999999.99"),
    ],
)
def test_amounts_as_people_read_them(money: Money, shown: str) -> None:
    assert format_amount(money) == shown


@given(AMOUNTS)
def test_what_people_read_is_exact(money: Money) -> None:
    assert Decimal(format_amount(money)).scaleb(EXPONENTS[money.currency]) == money.minor
