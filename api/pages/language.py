"""In which language a page is written, and how it spells dates and numbers."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request

from api.negotiation import language_among, preferred_language
from api.pages.words import LANGUAGES

_AMERICAN: Final = "en-US"
_SPELLING: Final = "suyuan.spelling"
_OFFERS: Final = (*LANGUAGES, _AMERICAN)
_PATH_CHARACTERS: Final = "/%:@!$&'()*+,;=~"


def language_of(request: Request) -> str:
    """The language of the answer, one of `LANGUAGES`: what `?lang=` says, else what the browser likes best."""
    spelling = spelling_of(request)
    return "en" if spelling == _AMERICAN else spelling


def spelling_of(request: Request) -> str:
    """The tag by which dates, numbers and units are written: the language, or `en-US` where just that is asked for."""
    known = request.scope.get(_SPELLING)
    if known is None:
        # Asked for several times a page.
        liked = preferred_language(request.headers.get("accept-language", ""), _OFFERS)
        known = request.scope[_SPELLING] = _chosen(request) or liked
    return str(known)


def kept_language(request: Request) -> str:
    """`?lang=…` to hang on an address, where this request has chosen a language; else nothing."""
    chosen = _chosen(request)
    return f"?lang={chosen}" if chosen else ""


def address_in(request: Request, language: str, path: str | None = None) -> str:
    """The address of this very page in another language; of `path` instead, where that is given, without its query."""
    query = [] if path is not None else parse_qsl(request.url.query, keep_blank_values=True, encoding="latin-1")
    pairs = [*((name, value) for name, value in query if name != "lang"), ("lang", language)]
    return f"{_path(request) if path is None else path}?{urlencode(pairs, encoding='latin-1')}"


def _chosen(request: Request) -> str | None:
    # `zh` was the tag of the simplified writing, and stands in addresses that were handed on.
    return language_among(request.query_params.get("lang", ""), _OFFERS) if request.scope["query_string"] else None


def _path(request: Request) -> str:
    """The path as it was sent: decoded, `%2F` would name another page. One slash first: two would name another server."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    return "/" + quote(raw.decode("latin-1"), safe=_PATH_CHARACTERS).lstrip("/")
