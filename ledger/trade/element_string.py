"""GS1 element strings, what till scanners send: `(01)…(21)…` in print, one run of characters on the wire."""

from __future__ import annotations

import re
from typing import Final

from ledger.errors import Malformed
from ledger.trade.application_identifiers import KEYS, PATTERNS, PREDEFINED_LENGTH, SHAPES, AiValue
from ledger.trade.digital_link import (
    ApplicationIdentifierRepeated,
    ApplicationIdentifierUnknown,
    DigitalLink,
    IdentificationKeyMissing,
    read_attribute,
    read_value,
)

SEPARATOR: Final = "\x1d"
"""ASCII group separator: how a scanner sends the FNC1 that ends a value of variable length."""

_CHARACTERS_MAX: Final = 1_024
_BRACKETED: Final = re.compile(r"\((?P<ai>[0-9]{2,4})\)(?P<value>(?:\\\(|[^(])+)")
_WIRE_START: Final = re.compile(r"(?:\](?:C1|e0|d2|Q3|J1)[\x1d^]?|[\x1d^])")
_SEPARATORS: Final = re.compile(r"[\x1d^]")


class ElementStringMalformed(Malformed):
    title = "this is not a GS1 element string"


def parse_element_string(text: str) -> DigitalLink:
    """Read an element string: bracketed, or as scanned with a symbology identifier, FNC1 as GS or `^`.

    The first key in it is what it identifies; qualifiers of that key may stand anywhere, the rest are attributes.
    In the bracketed form `\\(` stands for a bracket within a value.

    Raises:
        ElementStringMalformed: neither form.
        IdentificationKeyMissing, ApplicationIdentifierRepeated, …: as `parse_digital_link`.
    """
    if len(text) > _CHARACTERS_MAX:
        raise ElementStringMalformed(seen=text, wanted=f"at most {_CHARACTERS_MAX} characters")
    pairs = _split_bracketed(text) if text.startswith("(") else _split_wire(text)
    given: dict[str, str] = {}
    for ai, value in pairs:
        if given.setdefault(ai, value) != value:
            raise ApplicationIdentifierRepeated(seen=value, wanted="each application identifier once", pointer=f"({ai})")
    key = next((ai for ai in given if ai in KEYS), None)
    if key is None:
        raise IdentificationKeyMissing(seen=text, wanted="a GTIN (01), an SSCC (00) or another key")
    # Of the alternative sequences of a key, the one that explains most of what is there.
    chosen = max(([ai for ai in sequence if ai in given] for sequence in KEYS[key]), key=len, default=[])
    keys = tuple((ai, read_value(ai, given.pop(ai))) for ai in (key, *chosen))
    return DigitalLink(keys, tuple((ai, read_attribute(ai, value)) for ai, value in given.items()))


def bracketed(link: DigitalLink) -> str:
    """`(01)09521234000013(21)A1`: the form printed under a code."""
    return "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in (*link.keys, *link.attributes))


def on_the_wire(link: DigitalLink, *, separator: str = SEPARATOR) -> str:
    """The characters of a GS1 code: FNC1 first, and after each value whose length is not known from its AI."""
    pairs = (*link.keys, *link.attributes)
    ends = [separator if ai[:2] not in PREDEFINED_LENGTH else "" for ai, _ in pairs]
    return separator + "".join(f"{ai}{value}{end}" for (ai, value), end in zip(pairs, [*ends[:-1], ""], strict=True))


def _split_bracketed(text: str) -> list[AiValue]:
    pairs: list[AiValue] = []
    place = 0
    while place < len(text):
        found = _BRACKETED.match(text, place)
        if found is None:
            raise ElementStringMalformed(seen=text[place:], wanted="(AI)value", pointer=f"character {place}")
        pairs.append((found["ai"], found["value"].replace("\\(", "(")))
        place = found.end()
    return pairs


def _split_wire(text: str) -> list[AiValue]:
    start = _WIRE_START.match(text)
    if start is None:
        raise ElementStringMalformed(seen=text, wanted="(AI)value…, or a scan that begins with FNC1 or ]d2, ]C1, ]e0, ]Q3, ]J1")
    pairs: list[AiValue] = []
    place = start.end()
    while place < len(text):
        ai = next((text[place : place + length] for length in (2, 3, 4) if text[place : place + length] in PATTERNS), None)
        if ai is None:
            raise ApplicationIdentifierUnknown(seen=text[place : place + 4], wanted="an AI", pointer=f"character {place}")
        begin = place + len(ai)
        separator = _SEPARATORS.search(text, begin)
        end = separator.start() if separator else len(text)
        if ai[:2] in PREDEFINED_LENGTH:
            end = min(end, begin + int(SHAPES[ai][1:]))
        pairs.append((ai, text[begin:end]))
        place = end + 1 if separator and end == separator.start() else end
    return pairs
