"""Money: a whole number of minor units with its ISO 4217 currency; no float and no fraction of a cent exists here.

    {"currency": "SGD", "minor": "12900", "exponent": 2}        129.00 Singapore dollars

The exponent is said although the currency implies it: a sender who thinks in other minor units is refused, not misread.
Amounts travel as strings, since many JSON readers round numbers above 2**53.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, Unprocessable
from ledger.trade.escrow.currencies import exponent_of

MINOR_MAX: Final = 10**15 - 1
"""Nine thousand such amounts still sum to less than 2**63."""

_MEMBERS: Final = ("currency", "minor", "exponent")
_EXACTLY: Final = frozenset(_MEMBERS)
_DIGITS: Final = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_NEGATIVE_DIGITS: Final = re.compile(r"-[1-9][0-9]*", re.ASCII)
_WANTED_DIGITS: Final = "a string of the digits 0 to 9, without sign, point, space or leading zero"


class MoneyMalformed(Malformed):
    title = "an amount of money is an object of currency, minor and exponent"


class NonIntegerAmount(Unprocessable):
    title = "an amount is a whole number of minor units, written as a string of digits"


class NegativeAmount(Unprocessable):
    title = "an amount is below zero"
    default_hint = "the record says which way the money goes, the amount says how much"


class AmountZero(Unprocessable):
    title = "an amount is zero where something must be paid"


class AmountTooLarge(Unprocessable):
    title = f"an amount is above {MINOR_MAX} minor units"


class WrongMinorUnits(Unprocessable):
    title = "the exponent is not the one of the currency"
    default_hint = "check how many minor units make one unit before sending the amount again"


class CurrencyMismatch(Unprocessable):
    title = "amounts of different currencies are never added or subtracted"


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` minor units of `currency`, 0 to `MINOR_MAX`; an amount outside cannot be made, also not by arithmetic.

    Raises:
        CurrencyUnknown, NonIntegerAmount, NegativeAmount, AmountTooLarge: when made.
    """

    currency: str
    minor: int

    def __post_init__(self) -> None:
        exponent_of(self.currency)
        # In Python a bool is an int, and a float may compare equal to one.
        if type(self.minor) is not int:
            raise NonIntegerAmount(seen=self.minor, wanted="an int")
        _refuse_outside(self.minor, pointer=None)

    def __add__(self, other: Money) -> Money:
        self._refuse_other_currency(other)
        return Money(self.currency, self.minor + other.minor)

    def __sub__(self, other: Money) -> Money:
        """Raises `NegativeAmount` where `other` is more than there is."""
        self._refuse_other_currency(other)
        return Money(self.currency, self.minor - other.minor)

    def _refuse_other_currency(self, other: Money) -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(seen=other.currency, wanted=self.currency)


def read_money(value: object, pointer: str, *, zero: bool = False) -> Money:
    """Read the JSON value of an amount; `zero` says whether nothing is an amount here.

    Faults are named in this order: shape, currency, exponent, amount.

    Raises:
        MoneyMalformed: not an object of exactly these members, or one of a wrong type.
        CurrencyUnknown, WrongMinorUnits, NonIntegerAmount, NegativeAmount, AmountZero, AmountTooLarge.
    """
    if not isinstance(value, dict) or value.keys() != _EXACTLY:
        raise MoneyMalformed(seen=value, wanted="an object of exactly " + ", ".join(_MEMBERS), pointer=pointer)
    currency = value["currency"]
    if not isinstance(currency, str):
        raise MoneyMalformed(seen=currency, wanted="a string", pointer=f"{pointer}/currency")
    exponent = exponent_of(currency, pointer=f"{pointer}/currency")
    said = value["exponent"]
    if type(said) is not int or said != exponent:
        raise WrongMinorUnits(seen=said, wanted=f"{exponent} for {currency}", pointer=f"{pointer}/exponent")
    minor = _read_minor(value["minor"], f"{pointer}/minor")
    if minor == 0 and not zero:
        raise AmountZero(seen="0", wanted="at least 1 minor unit", pointer=f"{pointer}/minor")
    return Money(currency, minor)


def write_money(money: Money) -> dict[str, object]:
    """Return the JSON object that `read_money` reads, its members in the one written order."""
    return {"currency": money.currency, "minor": str(money.minor), "exponent": exponent_of(money.currency)}


def format_amount(money: Money) -> str:
    """Return the amount in whole units for people to read, without the currency: `129.00` or `1290`."""
    exponent = exponent_of(money.currency)
    if exponent == 0:
        return str(money.minor)
    units, rest = divmod(money.minor, 10**exponent)
    return f"{units}.{rest:0{exponent}d}"


def _read_minor(value: object, pointer: str) -> int:
    if not isinstance(value, str):
        wrong = MoneyMalformed if value is None or isinstance(value, bool | list | dict) else NonIntegerAmount
        raise wrong(seen=value, wanted=_WANTED_DIGITS, pointer=pointer)
    if not _DIGITS.fullmatch(value):
        refusal = NegativeAmount if _NEGATIVE_DIGITS.fullmatch(value) else NonIntegerAmount
        raise refusal(seen=value, wanted=_WANTED_DIGITS, pointer=pointer)
    # Before int(): Python reads no number of more than 4,300 digits, and need not try.
    if len(value) > len(str(MINOR_MAX)):
        raise AmountTooLarge(seen=value, wanted=f"at most {MINOR_MAX}", pointer=pointer)
    minor = int(value)
    _refuse_outside(minor, pointer=pointer)
    return minor


def _refuse_outside(minor: int, *, pointer: str | None) -> None:
    if minor < 0:
        raise NegativeAmount(seen=minor, wanted="0 or more", pointer=pointer)
    if minor > MINOR_MAX:
        raise AmountTooLarge(seen=minor, wanted=f"at most {MINOR_MAX}", pointer=pointer)
