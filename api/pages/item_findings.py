"""Findings and the reasons of a code's standing as sentences: each value written as what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from api.pages.foreign_text import isolated
from api.pages.item_words import ItemWords
from ledger.storage.position import Position
from ledger.trade.assessment.finding import ItemFinding, Weight
from ledger.trade.scans import Reason

_NAMES: Final = re.compile(r"\{([a-z-]+)\}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_UNIT_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lowest": "unit",
        "highest": "unit",
        "low": "unit",
        "high": "unit",
        "in": "unit",
        "out": "unit",
        "declared": "declared-unit",
        "measured": "measured-unit",
    }
)
"""Which value holds the unit of which."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """`steps`: numbers in the timeline; `records`: what it rests on beside them."""

    careful: bool
    sentence: Markup
    steps: tuple[int, ...]
    records: tuple[Position, ...]


def shown_findings(words: ItemWords, numbers: Mapping[Position, int]) -> list[ShownFinding]:
    """Cautions first, each with the records that it rests on; what reads the same is said once."""
    ordered = sorted(words.facts.findings, key=lambda finding: finding.weight is not Weight.CAUTION)
    found: dict[Markup, ShownFinding] = {}
    for finding in ordered:
        one = _shown(finding, words, numbers)
        same = found.get(one.sentence)
        if same is not None:
            steps = tuple(sorted({*same.steps, *one.steps}))
            one = ShownFinding(same.careful, one.sentence, steps, tuple(dict.fromkeys(same.records + one.records)))
        found[one.sentence] = one
    return list(found.values())


def say_reason(reason: Reason, words: ItemWords) -> Markup:
    """Why a code stands as it does."""
    return _sentence(f"reason.{reason.code}", reason.code, reason.values, words)


def _shown(finding: ItemFinding, words: ItemWords, numbers: Mapping[Position, int]) -> ShownFinding:
    positions = [Position(*position) for position in finding.positions]
    return ShownFinding(
        careful=finding.weight is Weight.CAUTION,
        sentence=_sentence(f"finding.{finding.code}", finding.code, finding.values, words),
        steps=tuple(sorted(numbers[position] for position in positions if position in numbers)),
        records=tuple(position for position in positions if position not in numbers),
    )


def _sentence(key: str, code: str, values: Mapping[str, str], words: ItemWords) -> Markup:
    if not words.has(key):
        return words.say("finding.unknown", code=code)
    # A rule may leave a value out, such as a limit that is open to one side: its sentence is left out, else a dash stands.
    keys = [key, *(f"{key}.{name}" for name in values if words.has(f"{key}.{name}"))]
    said = {name: _say(name, values, words) for name in values}
    between = Markup("") if words.tag.startswith("zh") else Markup(" ")
    return between.join(words.say(one, **dict.fromkeys(_NAMES.findall(words[one]), "–") | said) for one in keys)


def _say(name: str, values: Mapping[str, str], words: ItemWords) -> Markup:
    text = values[name]
    if name in _UNIT_OF:
        return isolated(words.quantity(text, values.get(_UNIT_OF[name], "C62")))
    return _SAID[name](text, words) if name in _SAID else isolated(text)


def _day(text: str, words: ItemWords) -> Markup:
    if _DAY.fullmatch(text) is None:
        return isolated(text)
    try:
        return isolated(words.date(date.fromisoformat(text)))
    except ValueError:
        return isolated(text)


def _duration(text: str, words: ItemWords) -> Markup:
    """Minutes as long as they are few, then hours, then days."""
    if _COUNT.fullmatch(text) is None:
        return isolated(text)
    minutes = int(text)
    for unit, length in (("DAY", 1440), ("HUR", 60)):
        if minutes >= 2 * length:
            return isolated(words.quantity(Decimal(minutes // length), unit))
    return isolated(words.quantity(minutes, "MIN"))


def _thing(text: str, words: ItemWords) -> Markup:
    return words.about(text)


def _known(text: str, words: ItemWords) -> Markup:
    return isolated(words[f"value.{text}"] if words.has(f"value.{text}") else text)


def _parameter(text: str, words: ItemWords) -> Markup:
    named = (row.name for row in words.facts.measurements if row.parameter == text)
    return isolated(next(filter(None, named), text))


def _territories(text: str, words: ItemWords) -> Markup:
    codes: Iterable[str] = text.split(", ")
    return isolated(text if text.isdigit() else words.listed(words.territory(code) for code in codes))


_SAID: Final[Mapping[str, Callable[[str, ItemWords], Markup]]] = MappingProxyType(
    {
        **dict.fromkeys(("applied", "harvested", "until", "checked", "date", "day", "scan"), _day),
        **dict.fromkeys(("thing", "about", "holder", "taker", "sender", "receiver", "party", "issuer"), _thing),
        **dict.fromkeys(("result", "standing"), _known),
        "minutes": _duration,
        "kilometres": lambda text, words: isolated(words.quantity(text, "KMT")),
        "days": lambda text, words: isolated(words.quantity(text, "DAY")),
        "kind": lambda text, words: isolated(words.sensed(text)),
        "disposition": lambda text, words: isolated(words.disposition(text)),
        "parameter": _parameter,
        "countries": _territories,
    }
)
"""How a value of this name is said; the others are written as they are."""
