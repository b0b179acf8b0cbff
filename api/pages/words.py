"""The words of the pages: one gettext catalogue per subject and language, read once; dates, numbers and units by locale."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from api.pages.units import UNIT_NAMES
from ledger.evidence.instant import Instant

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"})
"""Language tag to its own name; the first is spoken where nothing else is asked for."""

LOCALE_FOLDER: Final = Path(__file__).parent / "locale"
"""A folder per subject, in it a catalogue per language: msgid is a dotted key, msgstr the text."""

# English is read in more countries that write the day first than not; `en-US` says so where it is meant.
_LOCALES: Final[Mapping[str, str]] = MappingProxyType({"en": "en-GB"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(?:\.(?P<places>[0-9]{1,12}))?", re.ASCII)
_EXPONENT_MAX: Final = 15
_SAID_REMEMBERED: Final = 4_096
"""Dates, times of day and short numbers in words: the same few stand on most pages, and each costs more than a look-up."""


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

    def get(self, key: str, default: str) -> str:
        """The text, or what shall stand where the catalogue has none."""
        return self.texts.get(key, (default,))[0]

    def below(self, key: str) -> Mapping[str, str]:
        """The texts whose keys begin with `key` and a dot, by the rest of their keys, in the order of the catalogue."""
        start = f"{key}."
        return {name.removeprefix(start): forms[0] for name, forms in self.texts.items() if name.startswith(start)}

    def say(self, key: str, **values: object) -> str:
        """The text with its values put in; of several forms the one that fits `count`, the last where that is no whole number."""
        forms = self.texts.get(key) or (self[key],)
        count = values.get("count")
        form = self.plural(count) if isinstance(count, int) and len(forms) > 1 else -1
        return forms[form].format(**values)


def words_of(subject: str, tag: str) -> Words:
    """The catalogue `locale/<subject>/<tag>.po`; of a language spelt otherwise, such as `en-US`, that of the language."""
    return _read(subject, tag if tag in LANGUAGES else tag.partition("-")[0])


@cache
def _read(subject: str, tag: str) -> Words:
    with LOCALE_FOLDER.joinpath(subject, f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=tag.replace("-", "_"), abort_invalid=True)
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
    """Babel's locale of one of `LANGUAGES`, or of `en-US`."""
    return Locale.parse(_LOCALES.get(tag, tag), sep="-")


@cache
def territories_of(tag: str) -> Mapping[str, str]:
    """Country and region codes to their names in one of `LANGUAGES`."""
    return MappingProxyType(dict(locale_of(tag).territories))


@lru_cache(maxsize=_SAID_REMEMBERED)
def say_date(day: date, tag: str) -> str:
    """`20 Nov 2026`, `2026年11月20日`."""
    return format_date(day, "medium", locale=locale_of(tag))


def say_moment(moment: Instant, tag: str, offset: str = "+00:00") -> str:
    """`20 Nov 2026, 09:00 UTC+8`: on the clock of there, which is `offset` from UTC as the issuer wrote it.

    An offset that is none is taken for UTC.
    """
    found = _OFFSET.fullmatch(offset)
    minutes = 0 if found is None else (int(found["hours"]) * 60 + int(found["minutes"])) * (-1 if found["sign"] == "-" else 1)
    local = _EPOCH + timedelta(milliseconds=moment, minutes=minutes)
    between = " " if tag.startswith("zh") else ", "
    clock = _clock(time(local.hour, local.minute), tag)
    return f"{say_date(local.date(), tag)}{between}{clock} {_zone(minutes)}"


@lru_cache(maxsize=_SAID_REMEMBERED)
def _clock(local: time, tag: str) -> str:
    # Twenty-four hours, as issuers write them; where those are unusual, the clock of there.
    return format_time(local, "short" if tag == "en-US" else "HH:mm", locale=locale_of(tag))


def _zone(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def say_number(value: Decimal | int | str, tag: str) -> str:
    """With the locale's marks and as many digits as were given, `6.50` as 6.50; a text that is no number as it is."""
    text, places = _plain(value)
    return text if places is None else _number(text, places, tag)


def say_percent(hundredths: Decimal | int | str, tag: str) -> str:
    """`6.50` as 6.50 %, in the locale's way."""
    return say_quantity(hundredths, "P1", tag)


def say_quantity(value: Decimal | int | str, unit: str, tag: str) -> str:
    """A number with its unit (UN/ECE Recommendation 20); a unit that has no name here is shown by its code."""
    text, places = _plain(value)
    if unit in UNIT_NAMES:
        if places is None:
            return format_unit(text, UNIT_NAMES[unit], "short", None, locale_of(tag))
        return _measure(text, places, unit, tag)
    words, number = words_of("vocabulary", tag), say_number(value, tag)
    if f"unit.{unit}" not in words:
        return f"{number} {unit}"
    return words.say(f"unit.{unit}", count=int(text) if places == 0 else None, number=number)


def say_list(texts: Iterable[str], tag: str) -> str:
    """`a, b and c`, `a、b和c`."""
    return format_list(list(texts), locale=locale_of(tag))


def _plain(value: Decimal | int | str) -> tuple[str, int | None]:
    """Digits with a point and how many stand behind it; None where it is no number, or one that nobody could read."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= _EXPONENT_MAX:
        text = f"{value:f}"
    else:
        text = str(value)
    found = _NUMBER.fullmatch(text)
    return text, None if found is None else len(found["places"] or "")


@lru_cache(maxsize=_SAID_REMEMBERED)
def _number(text: str, places: int, tag: str) -> str:
    return format_decimal(Decimal(text), _pattern(places), locale_of(tag))


@lru_cache(maxsize=_SAID_REMEMBERED)
def _measure(text: str, places: int, unit: str, tag: str) -> str:
    return format_unit(Decimal(text), UNIT_NAMES[unit], "short", _pattern(places), locale_of(tag))


def _pattern(places: int) -> str:
    return "#,##0" + (f".{'0' * places}" if places else "")
