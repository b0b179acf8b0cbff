"""The card: the verdict on an item in a few lines, made to stand in the page of a shop or beside a live stream."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.guards import FRAMED_ANYWHERE
from api.pages.foreign_text import isolated, shown
from api.pages.item_evidence import Evidence
from api.pages.item_first import RecallWords, Row, banner_of, recalls_of, rows_of
from api.pages.item_words import ItemWords
from api.pages.language import kept_language, language_of, spelling_of
from api.pages.rendering import pages_of
from api.pages.words import words_of
from ledger.actions.media.thumbnail import make_smaller
from ledger.actions.trace.item_facts import ItemFacts
from ledger.trade.digital_link import DigitalLink

_SIDE: Final = 96
_VALUES_MAX: Final = 3
# A shop shows it as it is now, wherever the shop is; what it says is what anybody who holds the code may read.
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A property as it was measured, and how; declared: empty where the seller claims nothing about it."""

    name: str
    measured: Markup
    how: Markup
    agrees: bool | None
    declared: Markup


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. style: names colour and icon of the verdict. inspected: the last independent check."""

    title: str
    name: Markup
    style: str
    verdict: str
    says: Markup
    keys: tuple[str, ...] = ()
    brand: str | None = None
    thumbnail: str = ""
    picture_alt: str = ""
    recalls: tuple[RecallWords, ...] = ()
    inspected: Row | None = None
    values: tuple[Value, ...] = ()
    live: str = ""


def show_card(request: Request, facts: ItemFacts, *, public_url: str) -> HTMLResponse:
    """The card of one item."""
    words = ItemWords(facts, language_of(request), spelling_of(request))
    return _shown(request, _card_of(words), link=facts.link, public_url=public_url)


def show_unknown_card(request: Request, link: DigitalLink, *, public_url: str) -> HTMLResponse:
    """The card of a code that nothing is known of: whoever frames it shall see that, and not an empty frame."""
    item = words_of("item", language_of(request))
    card = Card(
        title=item["verdict.unknown code"],
        name=isolated(" · ".join(f"({ai}) {value}" for ai, value in link.keys)),
        style="none",
        verdict=item["verdict.unknown code"],
        says=isolated(item["unknown.says"], 400),
    )
    return _shown(request, card, link=link, public_url=public_url, status=404)


def _card_of(words: ItemWords) -> Card:
    facts, banner, language = words.facts, banner_of(words), words_of("card", words.tag)
    name, names = facts.name or words["name.unknown"], None if facts.product is None else facts.product.names
    keys = facts.link.keys
    return Card(
        title=language.say("title", name=shown(name), verdict=banner.word),
        name=words.own_text(name, names),
        style=banner.style,
        verdict=banner.word,
        says=banner.says,
        keys=tuple(words.key(ai, value) for ai, value in keys[1:] or keys),
        brand=facts.brand,
        thumbnail=_thumbnail(facts),
        picture_alt=shown(words.say("picture.alt", name=name).striptags()),
        recalls=tuple(recalls_of(words)),
        inspected=next(row for row in rows_of(words) if row.label == words["row.inspected"]),
        # Beside a recall, values that are in order would only speak against it.
        values=() if facts.recalls else _values_of(words),
        live=language.say("live", time=words.moment(facts.checked)),
    )


def _values_of(words: ItemWords) -> tuple[Value, ...]:
    """What was both declared and measured first, then what was measured: it says more than what the seller declares."""
    pairs = zip(words.facts.measurements, Evidence(words).measurements, strict=False)
    values = [
        Value(row.name, row.measured, row.how, row.agrees, Markup("") if found.declared is None else row.declared)
        for found, row in pairs
    ]
    return tuple(sorted(values, key=lambda value: (not value.how, not value.declared))[:_VALUES_MAX])


def _thumbnail(facts: ItemFacts) -> str:
    picture = facts.picture
    if picture is None or picture.intact is not True or picture.thumbnail is None:
        return ""
    return f"data:image/webp;base64,{base64.b64encode(make_smaller(picture.thumbnail, _SIDE)).decode('ascii')}"


def _shown(request: Request, card: Card, *, link: DigitalLink, public_url: str, status: int = 200) -> HTMLResponse:
    language = language_of(request)
    page = link.uri(root=public_url, with_attributes=False) + kept_language(request)
    response = pages_of(request).show(
        "card.html",
        request,
        status=status,
        headers=_HEADERS,
        card=card,
        words=words_of("card", language),
        w=words_of("item", language),
        page=page,
        host=urlsplit(public_url).netloc,
    )
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", FRAMED_ANYWHERE)
    return response
