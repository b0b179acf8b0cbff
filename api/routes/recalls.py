"""Feeds of recalls: all of them, and those that reach one product, lot or item, for whoever wants to be told."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response

from api.dependencies import ServiceDep
from api.pages.language import kept_language, language_of
from api.pages.recall_words import RecallNews
from api.pages.words import words_of
from api.problems import RouteAbsent
from api.routes.capture import addresses_of
from api.routes.resolver import link_in
from api.wire.feeds import ATOM, JSON_FEED, Feed, atom_feed, json_feed
from ledger.actions.dossier.list_recalls import RecallList, list_recalls, list_recalls_of
from ledger.storage.position import Position

router: Final = APIRouter(tags=["recalls"])

_WRITERS: Final[dict[str, tuple[str, Callable[[Feed], bytes]]]] = {
    "json": (JSON_FEED, json_feed),
    "atom": (ATOM, atom_feed),
}
_ROOT: Final = "/recalls"

Before = Annotated[
    str | None, Query(pattern="^[0-9]{1,15}-[0-9]{1,5}$", description="`entry-place` of a recall: what is older than it.")
]
IfNoneMatch = Annotated[str | None, Header(max_length=1_024)]


@router.get("/recalls.{ending}", response_class=Response)
def show_recalls(
    ending: str, request: Request, service: ServiceDep, before: Before = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Every recall, those that stand and those that were lifted, newest first: `/recalls.json` or `/recalls.atom`."""
    if ending not in _WRITERS:
        raise RouteAbsent(seen=request.url.path, wanted="/recalls.json or /recalls.atom")
    start = None if before is None else Position(*map(int, before.split("-")))
    found = list_recalls(service.ledger, before=start, language=language_of(request))
    root = service.settings.public_url
    feed = _feed(request, service, found, path=f"{_ROOT}.{ending}", home=f"{root}/", page=None, title="all")
    return _answer(feed, ending, if_none_match)


@router.get("/recalls/{rest:path}", response_class=Response)
def show_recalls_of(rest: str, request: Request, service: ServiceDep, if_none_match: IfNoneMatch = None) -> Response:
    """The recalls that reach one thing: `/recalls/01/{gtin}[/10/{lot}][/21/{serial}].json` or `.atom`."""
    ending = rest.rpartition(".")[2]
    if ending not in _WRITERS:
        raise RouteAbsent(seen=request.url.path, wanted="an address that ends in .json or .atom")
    root = service.settings.public_url
    link = link_in(request, service.settings, drop_start=_ROOT, drop_end=f".{ending}")
    found = list_recalls_of(service.ledger, link, language=language_of(request))
    page = link.uri(root=root, with_attributes=False)
    path = f"{_ROOT}{link.uri(root='', with_attributes=False)}.{ending}"
    return _answer(_feed(request, service, found, path=path, home=page, page=page, title=link.identifier), ending, if_none_match)


def _feed(
    request: Request, service: ServiceDep, found: RecallList, *, path: str, home: str, page: str | None, title: str
) -> Feed:
    """`title`: `all`, or the canonical identifier that the feed is about."""
    tag, root, origin = language_of(request), service.settings.public_url, service.ledger.origin
    words = words_of("feeds", tag)
    news = RecallNews(tag, names=found.names, addresses=addresses_of(origin, root), public_url=root)
    items = tuple(news.item(recall, page) for recall in found.recalls)
    chosen = kept_language(request)
    older = None if found.older is None else f"{found.older.entry}-{found.older.place}"
    return Feed(
        id=f"https://{origin}{path}",
        url=root + path + chosen,
        home=home,
        title=words["feed.all"] if title == "all" else words.say("feed.one", thing=news.thing(title)),
        about=words.say("feed.about", origin=origin),
        author=origin,
        language=tag,
        # Of a feed without news it is when the ledger began: as long as nothing happens, the same bytes.
        updated=max((item.updated for item in items), default=found.founded),
        items=items,
        next_url=None if older is None else f"{root}{path}{chosen or '?'}{'&' if chosen else ''}{urlencode({'before': older})}",
    )


def _answer(feed: Feed, ending: str, if_none_match: str | None) -> Response:
    media_type, write = _WRITERS[ending]
    content = write(feed)
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, no-cache",
        "Vary": "Accept-Language",
        "Content-Language": feed.language,
        "Access-Control-Allow-Origin": "*",
    }
    if if_none_match is not None and tag in (part.strip().removeprefix("W/") for part in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=f"{media_type}; charset=utf-8" if ending == "atom" else media_type)
