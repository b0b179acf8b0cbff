"""Media types and languages are chosen by q-values."""

from __future__ import annotations

import pytest

from api.negotiation import preferred_language, preferred_type

_OFFERS = ("text/html", "application/json")


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
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.3, zh-Hant-TW;q=0.4", "zh"),
        ("fr, de", "en"),
        ("zh;q=0", "en"),
    ],
)
def test_languages(header: str, chosen: str) -> None:
    assert preferred_language(header, ("en", "zh")) == chosen
