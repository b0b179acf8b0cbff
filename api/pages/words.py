"""The words of the pages: one gettext catalogue per subject and language, read once; dates, numbers and units by locale."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"})
"""Language tag to its own name; the first is spoken where nothing else is asked for."""

_LOCALES: Final = Path(__file__).parent / "locale"

# UN/ECE Recommendation 20 to the names of CLDR, for the units that goods are measured in.
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "GRM": "mass-gram",
        "KGM": "mass-kilogram",
        "MGM": "mass-milligram",
        "CEL": "temperature-celsius",
        "FAH": "temperature-fahrenheit",
        "MMT": "length-millimeter",
        "CMT": "length-centimeter",
        "MTR": "length-meter",
        "LTR": "volume-liter",
        "MLT": "volume-milliliter",
        "P1": "concentr-percent",
        "HAR": "area-hectare",
        "DAY": "duration-day",
        "HUR": "duration-hour",
        "59": "concentr-permillion",
    }
)


class WordMissing(KeyError):
    """A page asks for a text that a catalogue lacks: a fault of ours, found by the tests of the catalogues."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one subject in one language: `words["verdict.recalled"]`, `words.say("found", count=3)`."""

    subject: str
    tag: str
    texts: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def __getitem__(self, key: str) -> str:
        if key not in self.texts:
            raise WordMissing(f"{self.subject}/{self.tag}.po lacks {key!r}")
        return self.texts[key][0]

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def say(self, key: str, **values: object) -> str:
        """The text with its values put in; of several forms the one that fits `count`."""
        forms = self.texts.get(key) or (self[key],)
        count = values.get("count")
        form = self.plural(count) if isinstance(count, int) and len(forms) > 1 else 0
        return forms[form].format(**values)


@cache
def words_of(subject: str, tag: str) -> Words:
    """The catalogue `locale/<subject>/<tag>.po`."""
    with _LOCALES.joinpath(subject, f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=tag.replace("-", "_"))
    texts = {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in catalogue
        if message.id
    }
    return Words(subject, tag, MappingProxyType(texts), gettext.c2py(catalogue.plural_expr))


@cache
def locale_of(tag: str) -> Locale:
    """Babel's locale of one of `LANGUAGES`."""
    return Locale.parse(tag, sep="-")


def say_date(day: date, tag: str) -> str:
    """`20 Nov 2026`, `2026年11月20日`."""
    return format_date(day, "medium", locale=locale_of(tag))


def say_number(value: Decimal | int, tag: str) -> str:
    """With the locale's marks; as many digits as were given."""
    return format_decimal(value, locale=locale_of(tag), decimal_quantization=False)


def say_quantity(value: Decimal | int, unit: str, tag: str) -> str:
    """A number with its unit (UN/ECE Recommendation 20); a unit that has no name here is shown by its code."""
    known = _UNITS.get(unit)
    if known is None:
        return f"{say_number(value, tag)} {unit}"
    return format_unit(say_number(value, tag), known, "short", locale=locale_of(tag))
