"""Linksets of a GS1-Conformant Resolver: what a Digital Link leads to, which link fits a request best, and who answers here.

Source: GS1-Conformant Resolver 1.2.0 with its linkset and description-file schemas; RFC 9264 (linksets), RFC 8288 (links).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from api.negotiation import preferred_language, preferred_type
from ledger.errors import Malformed

VOC: Final = "https://ref.gs1.org/voc/"
LINKSET_TYPE: Final = "application/linkset+json"
CONTEXT: Final = "https://ref.gs1.org/standards/resolver/linkset-context"
WHOLE: Final = ("linkset", "all")
"""Values of `linkType` that ask for the linkset itself."""

# GS1's schema takes `xx` and `xx-XX` only: the two writings of Chinese are told by the regions that use them.
HREFLANG: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"en": ("en",), "zh-Hans": ("zh", "zh-CN"), "zh-Hant": ("zh-TW", "zh-HK")}
)

_SPELLINGS: Final = ("https://ref.gs1.org/voc/", "https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/")
_CURIE: Final = re.compile(r"(?P<prefix>[A-Za-z_][A-Za-z0-9_-]{0,31}):(?P<term>[A-Za-z][A-Za-z0-9_-]{0,63})", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)
_IRI: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/[!-~]{0,200}", re.ASCII)
_PREFIXES: Final[Mapping[str, str]] = MappingProxyType({"gs1": VOC})
_OWN_PARAMETERS: Final = frozenset({"linktype"})


class LinkTypeMalformed(Malformed):
    title = "this is no link type"
    default_hint = "ask for gs1:pip, for the address of a type, or for linkset"


@dataclass(frozen=True, slots=True)
class Link:
    """One link. rel: the full address of its type. type: of its target, or empty where that is not said.

    language: one of the pages', or None where the target negotiates itself.
    """

    rel: str
    href: str
    title: str
    type: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """What leads away from one address: the item, its lot or its product."""

    anchor: str
    description: str
    links: tuple[Link, ...] = field(default=())


def read_link_type(asked: str) -> str | None:
    """The full address of the link type that `?linkType=` names; None where it asks for the linkset itself.

    A CURIE, an address in any spelling of GS1's vocabulary, or a bare word, which is taken for one of GS1's.

    Raises:
        LinkTypeMalformed: it is none of them.
    """
    if asked.lower() in WHOLE:
        return None
    if curie := _CURIE.fullmatch(asked):
        prefix = curie["prefix"].lower()
        return _PREFIXES.get(prefix, f"{prefix}:") + curie["term"]
    if _WORD.fullmatch(asked):
        return VOC + asked
    if not _IRI.fullmatch(asked):
        raise LinkTypeMalformed(seen=asked, wanted="a CURIE such as gs1:pip, an address, linkset or all", pointer="linkType")
    start = next((spelling for spelling in _SPELLINGS if asked.startswith(spelling)), None)
    return asked if start is None else VOC + asked.removeprefix(start)


def links_of_type(levels: Sequence[Linked], rel: str) -> tuple[Link, ...]:
    """The links of this type at the finest level that has any."""
    found = (tuple(link for link in level.links if link.rel == rel) for level in levels)
    return next(filter(None, found), ())


def best_links(links: Iterable[Link], *, accept: str, accept_language: str) -> tuple[Link, ...]:
    """The links that fit the request best; several where nothing tells them apart.

    Language decides first, then the media type. A link that says no language negotiates itself: it comes after one in the
    reader's language and before one that the reader did not ask for.
    """
    left = tuple(links)
    return _by_type(_by_language(left, accept_language), accept)


def redirected(href: str, query: str) -> str:
    """`href` with the parameters of the request's query that it does not set itself; `linkType` has served its purpose."""
    parts = urlsplit(href)
    own = parse_qsl(parts.query, keep_blank_values=True)
    taken = {name for name, _ in own} | _OWN_PARAMETERS
    passed = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    kept = [(name, value) for name, value in passed if name not in taken and name.lower() not in _OWN_PARAMETERS]
    joined = "&".join(filter(None, (parts.query, urlencode(kept, encoding="latin-1"))))
    return urlunsplit(parts._replace(query=joined))


def linkset_body(levels: Iterable[Linked]) -> dict[str, Any]:
    """The linkset as JSON, finest level first."""
    return {"linkset": [_level_body(level) for level in levels]}


def link_header(linkset_uri: str) -> str:
    """The `Link` header of every answer under a Digital Link."""
    return f'<{linkset_uri}>; rel="linkset"; type="{LINKSET_TYPE}"'


CONTEXT_HEADER: Final = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
"""The `Link` header by which a linkset becomes JSON-LD."""


def description_file(public_url: str, *, name: str, keys: Iterable[str]) -> dict[str, Any]:
    """What stands at `/.well-known/gs1resolver`. name: of the ledger. keys: AIs whose addresses are answered."""
    return {
        "resolverRoot": public_url,
        "name": name,
        "supportedPrimaryKeys": list(keys),
        "supportedLinkType": [{"namespace": VOC, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT,
    }


def _level_body(level: Linked) -> dict[str, Any]:
    body: dict[str, Any] = {"anchor": level.anchor, "description": level.description}
    for link in level.links:
        body.setdefault(link.rel, []).append(_link_body(link))
    return body


def _link_body(link: Link) -> dict[str, Any]:
    body: dict[str, Any] = {"href": link.href, "title": link.title}
    if link.type:
        body["type"] = link.type
    if link.language is not None:
        body["hreflang"] = list(HREFLANG.get(link.language, (link.language,)))
    return body


def _by_language(links: tuple[Link, ...], accept_language: str) -> tuple[Link, ...]:
    spoken = dict.fromkeys(link.language for link in links if link.language is not None)
    # The empty first offer is what comes back where the reader names none of them.
    wanted = preferred_language(accept_language, ("", *spoken)) or None
    return _some(links, wanted) or _some(links, None) or links


def _some(links: tuple[Link, ...], language: str | None) -> tuple[Link, ...]:
    return tuple(link for link in links if link.language == language)


def _by_type(links: tuple[Link, ...], accept: str) -> tuple[Link, ...]:
    types = tuple(dict.fromkeys(link.type for link in links))
    if len(types) < 2:
        return links
    best = preferred_type(accept, types)
    # Whoever prefers no type above another is given the choice.
    if best is None or preferred_type(accept, types[::-1]) != best:
        return links
    return tuple(link for link in links if link.type == best)
