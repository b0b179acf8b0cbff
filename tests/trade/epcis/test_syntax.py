"""URIs and times are told from others exactly as the reference validators do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc3339_validator import validate_rfc3339
from rfc3986_validator import validate_rfc3986

from ledger.trade.epcis import syntax
from ledger.trade.epcis.syntax import MOMENT, ORDINARY_URI, URI, instant_of, own_offset_minutes, read_moment

SEEDS = [
    "http://[::1]:80/a?b#c",
    "http://[1:2:3:4:5:6:1.2.3.4]/",
    "urn:a:b",
    "ex:foo",
    "a:",
    "a:/",
    "a://",
    "http://u:p@h:1/%20",
    "ni:///sha-256;x?ver=1",
    "http://[v1.a:b]/",
    "http://[1::2:3]/",
    "http://[1:2:3:4:5:6:7::]",
    "http://[::2:3:4:5:6:7:8]",
]


def _bent(seeds: list[str], alphabet: str) -> st.SearchStrategy[str]:
    def bend(seed: str, changes: list[tuple[float, str]]) -> str:
        for place, inserted in changes:
            cut = int(place * len(seed))
            seed = seed[:cut] + inserted + (seed[cut + 1 :] if len(inserted) != 1 else seed[cut:])
        return seed

    change = st.tuples(st.floats(0, 1), st.sampled_from([*alphabet, ""]))
    return st.builds(bend, st.sampled_from(seeds), st.lists(change, max_size=3))


@settings(max_examples=200)
@given(_bent(SEEDS, "ab:/?#[]@%4F.-_~!$ é1v+{}\"'"))
def test_uris_as_the_reference_has_them(text: str) -> None:
    assert bool(URI.search(text)) == bool(validate_rfc3986(text))
    # The quick spelling may know fewer, never others.
    assert not ORDINARY_URI.fullmatch(text) or URI.search(text)


@settings(max_examples=200)
@given(_bent(["2026-02-28T23:59:59.123456+14:00", "2024-02-29T00:00:00Z", "0001-01-01t00:00:00-23:59"], "0123456789:-+TtZz. ,W"))
def test_times_as_the_reference_has_them(text: str) -> None:
    ours = MOMENT.search(text) is not None and read_moment(text) is not None
    assert ours == validate_rfc3339(text.upper())


@pytest.mark.parametrize(
    "pattern", ["URI_PATTERN", "MOMENT_PATTERN", "OFFSET_PATTERN", "UNIT_PATTERN", "VERSION_PATTERN", "HEX_PATTERN"]
)
def test_no_pattern_lets_a_line_break_through(pattern: str) -> None:
    good = {"URI": "urn:a:b", "MOMENT": "2026-01-01T00:00:00Z", "OFFSET": "+08:00", "UNIT": "KGM", "VERSION": "2.0", "HEX": "0f"}
    compiled = syntax.re.compile(getattr(syntax, pattern))
    text = good[pattern.removesuffix("_PATTERN")]
    assert compiled.search(text)
    assert not compiled.search(text + "\n")


@pytest.mark.parametrize(
    ("text", "instant", "offset"),
    [
        ("1970-01-01T00:00:00.0009Z", 0, None),
        ("1970-01-01T08:00:00.001+08:00", 1, 480),
        ("1969-12-31T23:59:59.999-00:00", -1, None),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000, 840),
        ("9999-12-31T23:59:59.9999999-23:59", 253_402_387_139_999, -1439),
    ],
)
def test_moments(text: str, instant: int, offset: int | None) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert instant_of(moment) == instant
    assert own_offset_minutes(text, moment) == offset
