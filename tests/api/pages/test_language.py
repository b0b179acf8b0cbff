"""In which language a page answers, and its address in the others."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from api.pages.language import address_in, kept_language, language_of, spelling_of


def asked(query: str = "", header: str = "", path: str = "/01/1", raw: str | None = None) -> Request:
    headers = [(b"accept-language", header.encode()), (b"host", b"a.example")]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": (raw or path).encode(), "query_string": query.encode()}
    return Request(scope | {"headers": headers, "scheme": "https", "server": ("a.example", 443)})


@pytest.mark.parametrize(
    ("query", "header", "language", "spelling"),
    [
        ("", "", "en", "en"),
        ("lang=zh", "", "zh-Hans", "zh-Hans"),
        ("lang=zh-Hant", "zh-CN", "zh-Hant", "zh-Hant"),
        ("lang=zh-hk", "en", "zh-Hant", "zh-Hant"),
        ("lang=en", "zh-TW", "en", "en"),
        ("lang=en-US", "zh-TW", "en", "en-US"),
        ("lang=fr", "zh-TW", "zh-Hant", "zh-Hant"),
        ("lang=%3Cscript%3E", "zh", "zh-Hans", "zh-Hans"),
        ("", "en-US,en;q=0.9", "en", "en-US"),
        ("", "en-GB,en-US;q=0.9", "en", "en"),
        ("", "zh-HK,zh;q=0.9,en-US;q=0.8", "zh-Hant", "zh-Hant"),
    ],
)
def test_the_address_decides_before_the_browser(query: str, header: str, language: str, spelling: str) -> None:
    request = asked(query, header)
    assert (language_of(request), spelling_of(request)) == (language, spelling)


@pytest.mark.parametrize(
    ("query", "kept"), [("", ""), ("lang=zh", "?lang=zh-Hans"), ("lang=%22%3E", ""), ("lang=en-us", "?lang=en-US")]
)
def test_only_a_chosen_language_is_kept(query: str, kept: str) -> None:
    assert kept_language(asked(query, "zh-TW")) == kept


@pytest.mark.parametrize(
    ("query", "path", "raw", "address"),
    [
        ("", "/01/1", None, "/01/1?lang=zh-Hant"),
        ("lang=en&code=a%20b&x=", "/", None, "/?code=a+b&x=&lang=zh-Hant"),
        ("17=261231&lang=en&lang=zh", "/01/1", None, "/01/1?17=261231&lang=zh-Hant"),
        ("", "/01/1/21/a/b", "/01/1/21/a%2Fb", "/01/1/21/a%2Fb?lang=zh-Hant"),
        ("", "//evil.example/x", None, "/evil.example/x?lang=zh-Hant"),
        ("", "/\\evil.example", None, "/%5Cevil.example?lang=zh-Hant"),
        ("a=%ff%26", "/", None, "/?a=%FF%26&lang=zh-Hant"),
        ("", '/"><script>', None, "/%22%3E%3Cscript%3E?lang=zh-Hant"),
    ],
)
def test_the_same_page_in_another_language(query: str, path: str, raw: str | None, address: str) -> None:
    assert address_in(asked(query, "", path, raw), "zh-Hant") == address


def test_an_address_that_is_given_is_taken_without_its_query() -> None:
    assert address_in(asked("done=own"), "en", "/escrow/claim/secret") == "/escrow/claim/secret?lang=en"
