"""From an amount that a person types, in whole units with a point, to minor units."""

from __future__ import annotations

import re
from typing import Final

from ledger.errors import Malformed
from ledger.trade.escrow.currencies import exponent_of
from ledger.trade.escrow.money import Money

_DIGITS_MAX: Final = 15


class AmountUnreadable(Malformed):
    title = "this cannot be read as an amount"
    default_hint = "write digits and, where the currency has parts, a point: 12.50"


def read_amount(text: str, currency: str) -> Money:
    """`12.5` in SGD is 1,250 minor units. A comma is refused: it is a point in one country and nothing in another.

    Raises:
        AmountUnreadable, CurrencyUnknown.
    """
    exponent = exponent_of(currency)
    found = re.fullmatch(rf"([0-9]{{1,{_DIGITS_MAX - exponent}}})(?:\.([0-9]{{1,{max(exponent, 1)}}}))?", text.strip(), re.ASCII)
    if found is None or (found[2] and exponent == 0):
        raise AmountUnreadable(
            seen=text, wanted=f"an amount in {currency} with {exponent} places after the point", pointer="amount"
        )
    return Money(currency, int(found[1] + (found[2] or "").ljust(exponent, "0")))
