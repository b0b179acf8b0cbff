"""The list of currencies: the codes of ISO 4217, and the ones whose exponent people get wrong."""

from __future__ import annotations

import pytest

from ledger.trade.escrow.currencies import EXPONENTS, CurrencyUnknown, exponent_of

UNUSUAL = {
    0: {"JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "RWF", "XAF", "XOF", "XPF", "BIF", "DJF", "GNF", "KMF", "VUV", "UYI"},
    3: {"KWD", "BHD", "TND", "JOD", "OMR", "IQD", "LYD"},
    4: {"CLF", "UYW"},
}


@pytest.mark.parametrize("exponent", UNUSUAL)
def test_the_unusual_exponents_are_exactly_these(exponent: int) -> None:
    assert {code for code, found in EXPONENTS.items() if found == exponent} == UNUSUAL[exponent]


@pytest.mark.parametrize(
    "code", ["CNY", "EUR", "GBP", "USD", "TWD", "BRL", "SGD", "PHP", "INR", "THB", "IDR", "HUF", "XCD", "XCG"]
)
def test_all_others_have_hundredths(code: str) -> None:
    assert exponent_of(code) == 2
    assert set(EXPONENTS.values()) == {0, 2, 3, 4}


def test_every_code_is_three_capitals_and_stands_once() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() for code in EXPONENTS)
    assert len(EXPONENTS) == 17 + 138 + 7 + 2  # a code that stood in two rows would be counted once


@pytest.mark.parametrize(
    "code", ["XAU", "XDR", "XSU", "XTS", "HRK", "BGN", "ANG", "ZWL", "DEM", "sgd", "SG", "SGDD", "", " SGD", "BTC", "ＳＧＤ"]
)
def test_metals_former_and_invented_codes_are_refused(code: str) -> None:
    with pytest.raises(CurrencyUnknown) as refused:
        exponent_of(code, pointer="/price/currency")
    assert refused.value.pointer == "/price/currency"
