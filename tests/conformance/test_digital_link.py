"""Digital Link parsing against the published verdicts, and our AI table against the published dictionary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import SuyuanError
from ledger.trade.application_identifiers import CHECKED, CHECKED_PAIR, KEYS, NOT_AN_ATTRIBUTE, PATTERNS, PREDEFINED_LENGTH
from ledger.trade.digital_link import CheckDigitWrong, DigitalLink, QualifierMisplaced, parse_digital_link
from ledger.trade.element_string import bracketed, parse_element_string

pytestmark = pytest.mark.conformance

_LINE = re.compile(r"(?P<first>\d{2,4})(?:-(?P<last>\d{2,4}))?\s+(?P<flags>[*?]*)\s+(?P<rest>[^#]+)")
_COMPONENT = re.compile(r"^(\[)?([NXYZ])(\.\.)?(\d+)\]?(?:,|$)")


def test_published_verdicts(conformance: Path) -> None:
    vectors = json.loads((conformance / "digital-link" / "uri-vectors.json").read_bytes())
    assert len(vectors) > 30
    for vector in vectors:
        uri, spelling = vector["uri"], vector.get("element_string_bracketed")
        if uri is None:
            assert bracketed(parse_element_string(spelling)) == vector["json"]
        elif not vector["valid"]:
            with pytest.raises(SuyuanError):
                parse_digital_link(uri)
        else:
            _refuse_or_agree(uri, spelling, dict(json.loads(vector["json"])))


def _refuse_or_agree(uri: str, spelling: str, values: dict[str, str]) -> None:
    try:
        link = parse_digital_link(uri)
    except CheckDigitWrong as refused:
        # The published parser does not look at check digits; we do, on everything that is scanned.
        assert values[refused.ai][-len(refused.digit_wanted) :] != refused.digit_wanted or len(values[refused.ai]) > 13
    except QualifierMisplaced:
        # It takes any number in the path for a qualifier; we take those of the key, for another could change what is meant.
        assert any(ai not in KEYS and not any(ai in sequence for sequence in KEYS[next(iter(values))]) for ai in values)
    else:
        assert bracketed(link) == spelling
        assert dict((*link.keys, *link.attributes)) == values
        assert parse_element_string(spelling) == DigitalLink(link.keys, link.attributes)
        assert parse_digital_link(link.uri()) == link


def test_the_ai_table_is_that_of_the_dictionary(conformance: Path) -> None:
    entries = dict(_dictionary(conformance))
    assert set(PATTERNS) == set(entries)
    for ai, (flags, rest) in entries.items():
        assert ("?" not in flags) == (ai in NOT_AN_ATTRIBUTE), ai
        assert ("*" in flags) == (ai[:2] in PREDEFINED_LENGTH), ai
        assert ("csum," in f"{rest},".replace(" ", ",")) == (ai in CHECKED), ai
        assert ("csumalpha" in rest) == (ai in CHECKED_PAIR), ai
        least, most = _lengths(rest)
        assert _accepts(ai, least), ai
        assert _accepts(ai, most), ai
        assert not _accepts(ai, least - 1), ai
        assert not _accepts(ai, most + 1), ai


def test_keys_and_qualifiers_are_those_of_the_dictionary(conformance: Path) -> None:
    published = {}
    for ai, (_, rest) in _dictionary(conformance):
        if found := re.search(r"\bdlpkey(?:=(\S+))?", rest):
            published[ai] = tuple(tuple(part.split(",")) for part in found[1].split("|")) if found[1] else ()
    assert dict(KEYS) == published


def _dictionary(conformance: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in (conformance / "digital-link" / "gs1-syntax-dictionary.txt").read_text("utf-8").splitlines():
        if found := _LINE.match(line):
            for number in range(int(found["first"]), int(found["last"] or found["first"]) + 1):
                yield str(number).zfill(len(found["first"])), (found["flags"], found["rest"])


def _lengths(rest: str) -> tuple[int, int]:
    least = most = 0
    for part in rest.split():
        found = _COMPONENT.match(part)
        if found is None:
            break
        optional, _, variable, count = found.groups()
        least += 0 if optional else 1 if variable else int(count)
        most += int(count)
    return least, most


def _accepts(ai: str, length: int) -> bool:
    """Whether some value of this length fits the AI; digits fit all character sets but a lone temperature sign."""
    candidates = ("1" * length, "0" + "1" * (length - 1), "1" * (length - 1) + "-") if length > 0 else ("",)
    return any(PATTERNS[ai].fullmatch(candidate) for candidate in candidates)
