"""What shops and live streams show of an item: a card to be framed, and the oEmbed answer that tells how."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import Service, ServiceDep
from api.link_headers import ITEM_KEYS
from api.pages.card_rendering import show_card, show_unknown_card
from api.pages.foreign_text import shown
from api.pages.language import kept_language, language_of
from api.pages.words import words_of
from api.problems import FormatUnimplemented
from api.routes.resolver import link_in
from api.scan_visits import count_visit
from api.unknown_codes import unknown_codes_of
from api.wire.oembed import Embed, embed_json, embed_of, embed_xml
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import Absent, Malformed
from ledger.trade.digital_link import DigitalLink, parse_digital_link

router: Final = APIRouter(tags=["pages"])

_CARD: Final = "/card"
_PIXELS_MAX: Final = 100_000
_WRITERS: Final = {"json": ("application/json", embed_json), "xml": ("text/xml; charset=utf-8", embed_xml)}

Pixels = Annotated[int | None, Query(ge=1, le=_PIXELS_MAX)]


class NotAnItem(Absent):
    title = "this is not the address of an item on this server"


@router.get("/card/{rest:path}", response_class=Response)
def show_item_card(rest: str, request: Request, service: ServiceDep) -> Response:  # noqa: ARG001
    """The card of an item, which any page may frame: `/card/01/{gtin}[/10/{lot}][/21/{serial}]`. Always as things are now."""
    public_url = service.settings.public_url
    link = link_in(request, service.settings, drop_start=_CARD)
    if link.keys[0][0] not in ITEM_KEYS:
        raise NotAnItem(seen=request.url.path, wanted=f"{_CARD}/01/…")
    try:
        facts = describe_item(service.ledger, link, language=language_of(request))
    except ItemUnknown as unknown:
        count_visit(request, service, link, known=False)
        unknown_codes_of(request).take(request, unknown.seen or "")
        return show_unknown_card(request, link, public_url=public_url)
    return show_card(request, facts, public_url=public_url)


@router.get("/oembed", response_class=Response)
def show_embed(
    request: Request,
    service: ServiceDep,
    url: Annotated[str, Query(max_length=4_096, description="The address of an item's page on this server.")],
    format: Annotated[str, Query(max_length=20)] = "json",  # noqa: A002 - oEmbed names it so
    *,
    maxwidth: Pixels = None,
    maxheight: Pixels = None,
) -> Response:
    """How to embed the card of an item: oEmbed 1.0, type `rich`."""
    if format not in _WRITERS:
        raise FormatUnimplemented(seen=format, wanted=" or ".join(_WRITERS), pointer="format")
    media_type, write = _WRITERS[format]
    embed = _embed(request, service, _item_at(url, service.settings.public_url), maxwidth, maxheight)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language", "Access-Control-Allow-Origin": "*"}
    return Response(write(embed), headers=headers, media_type=media_type)


def _embed(request: Request, service: Service, link: DigitalLink, maxwidth: int | None, maxheight: int | None) -> Embed:
    facts = describe_item(service.ledger, link, language=language_of(request))
    language, root = language_of(request), service.settings.public_url
    name = shown(facts.name or words_of("item", language)["name.unknown"])
    return embed_of(
        f"{root}{_CARD}{link.uri(root='', with_attributes=False)}{kept_language(request)}",
        # No verdict: a shop keeps this answer, and must not go on saying that a thing is in order after it was called back.
        title=words_of("card", language).say("embed", name=name),
        provider=service.ledger.origin,
        root=root,
        width_max=maxwidth,
        height_max=maxheight,
    )


def _item_at(url: str, public_url: str) -> DigitalLink:
    """Raises NotAnItem: the address is of another server, or of no item."""
    if not url.startswith(tuple(f"{public_url}/{key}/" for key in ITEM_KEYS)):
        raise NotAnItem(seen=url, wanted=f"{public_url}/01/…", pointer="url")
    try:
        return parse_digital_link(url)
    except Malformed as reason:
        raise NotAnItem(seen=url, wanted=f"{public_url}/01/…", pointer="url") from reason
