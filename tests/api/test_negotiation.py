"""Media types and languages are chosen by q-values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.negotiation import language_among, preferred_language, preferred_type

_OFFERS = ("text/html", "application/json")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/*;q=0.9, */*;q=0.1", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("image/png", None),
        (";;;q=,,", "text/html"),
    ],
)
def test_types(header: str, chosen: str | None) -> None:
    assert preferred_type(header, _OFFERS) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ZH-hant", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("en;q=0.3, zh-Hant-TW;q=0.4", "zh-Hant"),
        ("zh-TW;q=0.4, zh-CN;q=0.5", "zh-Hans"),
        ("zh-CN, zh-TW", "zh-Hans"),
        ("zh-TW, zh-CN", "zh-Hant"),
        ("en-GB, zh-TW;q=0.9", "en"),
        ("fr, de", "en"),
        ("fr, *;q=0.5", "en"),
        ("en;q=0, *", "zh-Hans"),
        ("zh;q=0", "en"),
        ("fr, " * 40 + "zh", "en"),
        (";;;q=,,", "en"),
    ],
)
def test_languages(header: str, chosen: str) -> None:
    assert preferred_language(header, LANGUAGES) == chosen


@pytest.mark.parametrize(
    ("tag", "offer"),
    [("zh", "zh-Hans"), ("zh_TW", "zh-Hant"), (" en-AU ", "en"), ("en-us", "en-US"), ("zhx", None), ("", None), ("-", None)],
)
def test_a_tag_takes_the_nearest_offer(tag: str, offer: str | None) -> None:
    assert language_among(tag, (*LANGUAGES, "en-US")) == offer


@given(st.text(max_size=60))
def test_any_header_has_an_answer(header: str) -> None:
    assert preferred_language(header, LANGUAGES) in LANGUAGES
