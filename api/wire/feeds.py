"""Feeds: a list of news as JSON Feed 1.1 and as Atom (RFC 4287), every text escaped, every identifier stable."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree

from ledger.evidence.instant import Instant, format_instant

JSON_FEED: Final = "application/feed+json"
ATOM: Final = "application/atom+xml"

_VERSION: Final = "https://jsonfeed.org/version/1.1"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold in any spelling (section 2.2).
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One piece of news. id: stable for ever. more: members of our own, for the JSON form only."""

    id: str
    url: str
    title: str
    text: str
    author: str
    published: Instant
    updated: Instant
    tags: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in one language. id: stable for ever. url: its own address. next_url: of what is older, where there is more."""

    id: str
    url: str
    home: str
    title: str
    about: str
    author: str
    language: str
    updated: Instant
    items: tuple[FeedItem, ...]
    next_url: str | None = None


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1."""
    body: dict[str, Any] = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "description": feed.about,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        **({} if feed.next_url is None else {"next_url": feed.next_url}),
        "items": [_json_item(item, feed.language) for item in feed.items],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def atom_feed(feed: Feed) -> bytes:
    """Atom, RFC 4287."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, _LANGUAGE: feed.language})
    for name, text in (
        ("id", feed.id),
        ("title", feed.title),
        ("subtitle", feed.about),
        ("updated", format_instant(feed.updated)),
    ):
        _text(root, name, text)
    _text(ElementTree.SubElement(root, "author"), "name", feed.author)
    _link(root, "self", feed.url, ATOM)
    _link(root, "alternate", feed.home, "text/html")
    if feed.next_url is not None:
        _link(root, "next", feed.next_url, ATOM)
    for item in feed.items:
        _atom_entry(root, item)
    return written(root)


def written(root: ElementTree.Element) -> bytes:
    """A whole XML document."""
    content: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + content


def _json_item(item: FeedItem, language: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_text": item.text,
        "date_published": format_instant(item.published),
        "date_modified": format_instant(item.updated),
        "language": language,
        "authors": [{"name": item.author}],
        "tags": list(item.tags),
        "_suyuan": dict(item.more),
    }


def _atom_entry(root: ElementTree.Element, item: FeedItem) -> None:
    entry = ElementTree.SubElement(root, "entry")
    _text(entry, "id", item.id)
    _text(entry, "title", item.title)
    _text(entry, "published", format_instant(item.published))
    _text(entry, "updated", format_instant(item.updated))
    _text(ElementTree.SubElement(entry, "author"), "name", item.author)
    _link(entry, "alternate", item.url, "text/html")
    for tag in item.tags:
        ElementTree.SubElement(entry, "category", {"term": _writable(tag)})
    _text(entry, "content", item.text, type="text")


def _text(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = _writable(text)


def _link(parent: ElementTree.Element, rel: str, href: str, media_type: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": rel, "href": _writable(href), "type": media_type})


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
