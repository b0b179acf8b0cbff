"""Numbers under which registers know a company: how each is spelt, and its check digits.

What holds here was not mistyped; whether the number exists, and whose it is, only the register knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ledger.trade.application_identifiers import check_digit
from ledger.trade.shapes.refusals import BodyMalformed


class RegistrationMalformed(BodyMalformed):
    title = "a registration number is not spelt as its register spells them"


class RegistrationMistyped(BodyMalformed):
    title = "the check digits of a registration number do not hold"
    default_hint = "compare it with the certificate, digit by digit"


class _Scheme(NamedTuple):
    """How a number is spelt, and its text with the right check digits in place (None: it has none)."""

    wanted: str
    spelt: re.Pattern[str]
    checked: Callable[[str], str | None]


def refuse_number(scheme: str, number: str, pointer: str) -> None:
    """Return if `number` is spelt as `scheme` has it and its check digits hold. Unknown schemes take any number.

    Raises:
        RegistrationMalformed, RegistrationMistyped.
    """
    rules = _VAT.get(number[:2], _SCHEMES[scheme]) if scheme == "vat" else _SCHEMES.get(scheme)
    if rules is None:
        return
    if rules.spelt.fullmatch(number) is None:
        raise RegistrationMalformed(seen=number, wanted=rules.wanted, pointer=pointer)
    right = rules.checked(number)
    if right not in (None, number):
        raise RegistrationMistyped(seen=number, wanted=f"{right}, if only the check digits are wrong", pointer=pointer)


def _unchecked(_number: str) -> None:
    return None


_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _credit_code(number: str) -> str:
    """GB 32100-2015: 31 characters without I, O, S, V and Z; weights are the powers of 3 modulo 31."""
    total = sum(_CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(number[:17]))
    return number[:17] + _CREDIT_ALPHABET[-total % 31]


def _entity_identifier(number: str) -> str:
    """ISO 17442 by ISO 7064 MOD 97-10: letters count from A = 10."""
    return f"{number[:18]}{98 - _as_digits(number[:18] + '00') % 97:02}"


def _as_digits(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text))


def _location_number(number: str) -> str:
    return number[:12] + check_digit(number[:12])


def _vat_of_germany(number: str) -> str:
    """ISO 7064 MOD 11,10 over eight digits."""
    product = 10
    for digit in number[2:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return f"{number[:10]}{(11 - product) % 10}"


def _vat_of_france(number: str) -> str | None:
    """Two digits over the nine of the SIREN; newer keys with letters have a rule of their own, which is not applied here."""
    key, siren = number[2:4], number[4:]
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}" if key.isdecimal() else None


def _vat_of_the_netherlands(number: str) -> str | None:
    """Since 2020 a sole trader's number holds by MOD 97-10 over all of it; every other one by modulo 11 over nine digits."""
    if _as_digits(number) % 97 == 1:
        return number
    remainder = sum(int(digit) * weight for digit, weight in zip(number[2:10], range(9, 1, -1), strict=True)) % 11
    return f"{number[:10]}{remainder}{number[11:]}" if remainder < 10 else "another number"


def _vat_of_italy(number: str) -> str:
    """The Luhn check digit over ten digits."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(number[2:12])]
    return f"{number[:12]}{-sum(value - 9 * (value > 9) for value in doubled) % 10}"


_VAT: Final[Mapping[str, _Scheme]] = MappingProxyType(
    {
        "DE": _Scheme("DE and 9 digits", re.compile(r"DE[1-9][0-9]{8}", re.ASCII), _vat_of_germany),
        "FR": _Scheme("FR, 2 characters and 9 digits", re.compile(r"FR[0-9A-HJ-NP-Z]{2}[0-9]{9}", re.ASCII), _vat_of_france),
        "NL": _Scheme("NL, 9 digits, B and 2 digits", re.compile(r"NL[0-9]{9}B[0-9]{2}", re.ASCII), _vat_of_the_netherlands),
        "IT": _Scheme("IT and 11 digits", re.compile(r"IT[0-9]{11}", re.ASCII), _vat_of_italy),
    }
)
"""Countries whose check digits are known here; of the others only the general pattern is asked."""

_SCHEMES: Final[Mapping[str, _Scheme]] = MappingProxyType(
    {
        "uscc": _Scheme(
            "a unified social credit code of 18 characters",
            re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}", re.ASCII),
            _credit_code,
        ),
        "lei": _Scheme(
            "a legal entity identifier of 20 characters", re.compile(r"[0-9A-Z]{18}[0-9]{2}", re.ASCII), _entity_identifier
        ),
        "gln": _Scheme("a global location number of 13 digits", re.compile(r"[0-9]{13}", re.ASCII), _location_number),
        "vat": _Scheme(
            "a VAT number: two letters of its country, then 2 to 13 digits and letters, the first five with a digit",
            re.compile(r"[A-Z]{2}(?=[A-Z]{0,4}[0-9])[0-9A-Z]{2,13}", re.ASCII),
            _unchecked,
        ),
        "duns": _Scheme("a D-U-N-S number of 9 digits", re.compile(r"[0-9]{9}", re.ASCII), _unchecked),
    }
)
