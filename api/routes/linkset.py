"""What a Digital Link leads to, for machines: its linkset, and the one link of a type that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from api.dependencies import LedgerDep, Service, SettingsDep
from api.link_headers import KEYS_SERVED
from api.negotiation import preferred_type
from api.pages.language import language_of
from api.pages.words import LANGUAGES, words_of
from api.scan_visits import count_visit
from api.wire.linkset import (
    CONTEXT_HEADER,
    LINKSET_TYPE,
    VOC,
    Link,
    Linked,
    LinkTypeMalformed,
    best_links,
    description_file,
    links_of_type,
    linkset_body,
    read_link_type,
    redirected,
)
from ledger.actions.trace.describe_item import describe_item
from ledger.actions.trace.describe_place import PlaceFacts
from ledger.actions.trace.item_facts import ItemFacts
from ledger.actions.trace.known_rungs import known_rungs
from ledger.actions.trace.trace_item import ItemUnknown
from ledger.errors import Absent
from ledger.trade.digital_link import DigitalLink

router: Final = APIRouter(tags=["pages"])

_PARAMETER: Final = "linktype"
_JSON: Final = "application/json"
_HTML: Final = "text/html"
_PUBLIC: Final = {"Access-Control-Allow-Origin": "*"}
_LIVE: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Language, Authorization, X-Api-Key"}
_FEEDS: Final = (("json", "application/feed+json"), ("atom", "application/atom+xml"))
_METHODS: Final = "GET, HEAD, OPTIONS"


class LinkTypeAbsent(Absent):
    title = "nothing of this kind is linked from here"
    default_hint = "ask with `?linkType=linkset` for everything there is"


def asked_link_type(request: Request) -> str | None:
    """What `?linkType=` says, whichever letters its name is written in; None without it: that is a plain scan.

    Raises:
        LinkTypeMalformed: it is given with several values.
    """
    asked = {value for name, value in request.query_params.multi_items() if name.lower() == _PARAMETER}
    if len(asked) > 1:
        raise LinkTypeMalformed(seen=" ".join(sorted(asked)), wanted="linkType once", pointer="linkType")
    return next(iter(asked), None)


def answer_asked(request: Request, asked: str, levels_of: Callable[[], list[Linked]]) -> Response:
    """The linkset for `linkset` and `all`; for a type the way to the link that fits best, or the list where several do.

    Args:
        levels_of: looks up what is linked; called only where the link type makes sense.

    Raises:
        LinkTypeMalformed, LinkTypeAbsent, and what `levels_of` raises.
    """
    rel = read_link_type(asked)
    levels = levels_of()
    if rel is None:
        return answer_linkset(request, levels)
    accept, spoken = request.headers.get("accept", ""), request.headers.get("accept-language", "")
    found = best_links(links_of_type(levels, rel), accept=accept, accept_language=request.query_params.get("lang") or spoken)
    if not found:
        present = ", ".join(dict.fromkeys(one.rel.replace(VOC, "gs1:") for level in levels for one in level.links))
        raise LinkTypeAbsent(seen=asked, wanted=present, pointer="linkType")
    if len(found) > 1:
        return answer_linkset(request, [Linked(levels[0].anchor, levels[0].description, found)], status=300)
    return Response(status_code=307, headers={**_LIVE, "Location": redirected(found[0].href, request.url.query)})


def answer_linkset(request: Request, levels: list[Linked], *, status: int = 200) -> Response:
    accept = request.headers.get("accept", "")
    media_type = preferred_type(accept, (LINKSET_TYPE, _JSON)) or LINKSET_TYPE
    headers = {**_LIVE, "Link": CONTEXT_HEADER}
    return JSONResponse(linkset_body(levels), status, headers=headers, media_type=media_type)


@router.get("/.well-known/gs1resolver")
def describe_resolver(ledger: LedgerDep, settings: SettingsDep) -> Response:
    """What this resolver is and which keys it answers for, as GS1-Conformant Resolver 1.2.0 has it."""
    body = description_file(settings.public_url, name=f"Suyuan {ledger.origin}", keys=KEYS_SERVED)
    return JSONResponse(body, headers={**_PUBLIC, "Cache-Control": "public, max-age=3600"})


def link_options(rest: str) -> Response:  # noqa: ARG001 (the pattern names it)
    """What can be done with a Digital Link, for browsers that ask before they read it across sites."""
    allowed = {"Access-Control-Allow-Methods": _METHODS, "Access-Control-Allow-Headers": "Accept, Accept-Language"}
    return Response(status_code=204, headers={"Allow": _METHODS, **allowed, "Access-Control-Max-Age": "86400"})


for _key in KEYS_SERVED:
    router.add_api_route(f"/{_key}/{{rest:path}}", link_options, methods=["OPTIONS"], include_in_schema=_key == "01")


def item_levels(request: Request, service: Service, link: DigitalLink, *, caller: str | None) -> list[Linked]:
    """Item, lot and product, as far as the ledger knows each.

    Raises:
        ItemUnknown: of an item that it does not know, there is no linkset at all.
    """
    ledger, language = service.ledger, language_of(request)
    try:
        facts = describe_item(ledger, link, party=caller, language=language)
    except ItemUnknown:
        count_visit(request, service, link, known=False, caller=caller)
        raise
    name = facts.name or link.identifier
    linking = _Linking(service, language)
    coarser = (Linked(linking.anchor(one), name, tuple(linking.of_any(one))) for one in known_rungs(ledger, link))
    return [Linked(linking.anchor(link), name, (*linking.of_any(link), *linking.of_described(link, facts))), *coarser]


def place_levels(request: Request, service: Service, link: DigitalLink, facts: PlaceFacts) -> list[Linked]:
    """A place by itself; its site, where it is a part of one, is another place."""
    linking = _Linking(service, language_of(request))
    return [Linked(linking.anchor(link), facts.name or link.identifier, tuple(linking.of_place(link, facts)))]


class _Linking:
    """Writes the links of one address, titled in the language of their target, else in the reader's."""

    def __init__(self, service: Service, language: str) -> None:
        self._root, self._language = service.settings.public_url, language

    def anchor(self, link: DigitalLink) -> str:
        return link.uri(root=self._root, with_attributes=False)

    def of_any(self, link: DigitalLink) -> Iterator[Link]:
        """What there is of everything that the ledger knows."""
        path = link.uri(root="", with_attributes=False)
        # The standard wants the default link bare.
        yield Link(f"{VOC}defaultLink", self.anchor(link), self._title("pip", self._language), "")
        yield from self._pages("defaultLinkMulti", "pip", self.anchor(link), alone=False)
        yield from self._pages("pip", "pip", self.anchor(link))
        yield from self._pages("traceability", "traceability", self.anchor(link), "#journey")
        yield self._file("traceability", f"/trace{path}", "traceability.data", _JSON)
        yield self._file("epcis", "/epcis", "epcis", _JSON)
        for ending, media_type in _FEEDS:
            yield self._file("recallStatus", f"/recalls{path}.{ending}", f"recallStatus.{ending}", media_type)

    def of_described(self, link: DigitalLink, facts: ItemFacts) -> Iterator[Link]:
        """What is linked only where there is something."""
        if facts.certificates or facts.reports:
            yield from self._pages("certificationInfo", "certificationInfo", self.anchor(link), "#tests")
        if facts.described is not None:
            entry, place = facts.described.position
            yield self._file("masterData", f"/records/{entry}/{place}", "masterData", _JSON)
        proof = f"/proof{link.uri(root='', with_attributes=False)}"
        yield self._file("verificationService", proof, "verificationService", _HTML)
        yield self._file("verificationService", f"{proof}.json", "verificationService", _JSON)

    def of_place(self, link: DigitalLink, facts: PlaceFacts) -> Iterator[Link]:
        """What there is of a place."""
        anchor = self.anchor(link)
        yield Link(f"{VOC}defaultLink", anchor, self._title("locationInfo", self._language), "")
        yield from self._pages("defaultLinkMulti", "locationInfo", anchor, alone=False)
        yield from self._pages("locationInfo", "locationInfo", anchor)
        if facts.certificates:
            yield from self._pages("certificationInfo", "certificationInfo", anchor, "#certificates")
        if facts.descriptions:
            entry, place = facts.descriptions[0][1].position
            yield self._file("masterData", f"/records/{entry}/{place}", "masterData.place", _JSON)

    def _pages(self, rel: str, key: str, anchor: str, fragment: str = "", *, alone: bool = True) -> Iterator[Link]:
        """A page in every language; `alone`: and once more without one, which chooses by itself."""
        if alone:
            yield Link(VOC + rel, anchor + fragment, self._title(key, self._language), _HTML)
        for tag in LANGUAGES:
            yield Link(VOC + rel, f"{anchor}?lang={tag}{fragment}", self._title(key, tag), _HTML, tag)

    def _file(self, rel: str, path: str, key: str, media_type: str) -> Link:
        return Link(VOC + rel, self._root + path, self._title(key, self._language), media_type)

    def _title(self, key: str, tag: str) -> str:
        return words_of("links", tag)[key]
