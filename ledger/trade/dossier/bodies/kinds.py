"""The kinds of value that members of dossier records have: things, places, texts in languages, dates, measured values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from ledger.evidence.batch import refuse_name
from ledger.trade.application_identifiers import check_digit
from ledger.trade.identifiers import application_values, canonical, check_digit_holds
from ledger.trade.shapes.kinds import Explained, list_of, showable, text_kind, whole_number
from ledger.trade.shapes.members import Kind, object_of

TEXT_CHARACTERS_MAX: Final = 2_000
LANGUAGES_MAX: Final = 20

# Keys of things one can hold in the hand, or of kinds of them: trade items, logistic units, assets, documents, parts.
_THINGS: Final = frozenset({"00", "01", "253", "255", "8003", "8004", "8006", "8010"})
_LAST_DIGIT_CHECKS: Final = frozenset({"00", "01", "414"})
_PLACES: Final = frozenset({"414", "254"})
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?", re.ASCII)
_UNIT: Final = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
_PARAMETER: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,7}", re.ASCII)
_LOT: Final = re.compile(r"[!\"%-?A-Z_a-z]{1,20}", re.ASCII)
_GEO: Final = re.compile(r"geo:-?[0-9]{1,2}(\.[0-9]{1,6})?,-?[0-9]{1,3}(\.[0-9]{1,6})?", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./:_()-]{0,59}", re.ASCII)


def _text(text: str) -> str:
    if not 0 < len(text) <= TEXT_CHARACTERS_MAX or text != text.strip():
        raise ValueError(text)
    for line in text.split("\n"):
        if not showable(line):
            raise ValueError(text)
    return text


def _thing(text: str) -> str:
    values = application_values(text)
    if values is None or values[0][0] not in _THINGS or canonical(text) != text:
        raise ValueError(text)
    _refuse_mistyped(text, *values[0])
    return text


def _product(text: str) -> str:
    values = application_values(_thing(text))
    if values is None or len(values) != 1 or values[0][0] != "01":
        raise ValueError(text)
    return text


def _item(text: str) -> str:
    values = application_values(_thing(text))
    if values is None or values[0][0] != "01" or values[-1][0] != "21":
        raise ValueError(text)
    return text


def _place(text: str) -> str:
    values = application_values(text)
    if _GEO.fullmatch(text):
        return text
    if values is None or values[0][0] not in _PLACES or canonical(text) != text:
        raise ValueError(text)
    _refuse_mistyped(text, *values[0])
    return text


def _refuse_mistyped(text: str, ai: str, number: str) -> None:
    if check_digit_holds(text) is not False:
        return
    if ai not in _LAST_DIGIT_CHECKS:
        raise Explained(f"a digit of {number} is wrong: its check digit does not fit")
    raise Explained(f"a digit of {number} is wrong: if it is the last one, write {check_digit(number[:-1])}")


def _about(text: str) -> str:
    """A thing, a place, or a party by its name: names have no colon, so that each is one of the three."""
    if ":" not in text:
        refuse_name(text)
        return text
    try:
        return _thing(text)
    except ValueError:
        return _place(text)


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _spelt(wanted: str, pattern: re.Pattern[str]) -> Kind[str]:
    return text_kind(wanted, lambda text: _matching(pattern, text), str)


def _date(text: str) -> date:
    return date.fromisoformat(_matching(_DATE, text))


def _sha256(text: str) -> bytes:
    return bytes.fromhex(_matching(_HEX, text))


def _decimal(text: str) -> Decimal:
    # One spelling for each number that is meant: trailing zeros are digits that were measured, and stay.
    if text.startswith("-") and not text.strip("-0."):
        raise ValueError(text)
    return Decimal(_matching(_DECIMAL, text))


THING: Final = text_kind("the canonical Digital Link of a product, a lot, an item or a logistic unit", _thing, str)
PRODUCT: Final = text_kind("the canonical Digital Link of a product: https://id.gs1.org/01/{GTIN-14}", _product, str)
ITEM: Final = text_kind("the canonical Digital Link of one item: https://id.gs1.org/01/{GTIN-14}/21/{serial}", _item, str)
PLACE: Final = text_kind("the canonical Digital Link of a place, or geo:latitude,longitude", _place, str)
ABOUT: Final = text_kind("the canonical Digital Link of a thing or a place, or the name of a party", _about, str)
LANGUAGE: Final = _spelt("a language tag such as en, zh-Hans or pt-BR", _LANGUAGE)
TEXT: Final = text_kind(f"1 to {TEXT_CHARACTERS_MAX} showable characters, lines ended by LF", _text, str)
DATE: Final[Kind[date]] = text_kind("a date, YYYY-MM-DD", _date, date.isoformat)
DECIMAL: Final[Kind[Decimal]] = text_kind(
    'a decimal number in a string, such as "6.5", of at most 15 digits before and 9 after the point',
    _decimal,
    lambda found: f"{found:f}",
)
UNIT: Final = _spelt("a unit code of UN/ECE Recommendation 20, such as GRM, CEL or P1", _UNIT)
PARAMETER: Final = _spelt("the name of a parameter: lower case words joined by hyphens", _PARAMETER)
LOT: Final = _spelt("a lot number of 1 to 20 characters of GS1's set 82", _LOT)
CODE: Final = _spelt("a number or code of 1 to 60 Latin letters, digits and . / : _ ( ) -", _CODE)
SHA256: Final[Kind[bytes]] = text_kind("a SHA-256 in 64 lower case hexadecimal digits", _sha256, bytes.hex)
COUNT: Final = whole_number("a count from 1 to 10,000,000", at_least=1, below=10_000_001)
MILLIMETRES: Final = whole_number("whole millimetres, 1 to 100,000", at_least=1, below=100_001)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in one language."""

    language: Annotated[str, LANGUAGE]
    text: Annotated[str, TEXT]


TEXTS: Final = list_of(object_of(Words), at_least=1, at_most=LANGUAGES_MAX, unique=lambda words: words.language)
