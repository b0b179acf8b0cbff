"""Hostile text in every field that is shown, in every language and on every page: it stays text."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree as ET

import pytest

from ledger.evidence.instant import parse_instant
from ledger.trade.dossier.bodies.base import DossierBody
from ledger.trade.dossier.bodies.described import (
    Capture,
    DroppedStep,
    Licence,
    MediaDescribed,
    Parameter,
    PartyDescribed,
    PlaceDescribed,
    Point,
    ProductDescribed,
    Registration,
    StepsExpected,
)
from ledger.trade.dossier.bodies.inspected import Accreditation, CertificateIssued, Result, Sampling
from ledger.trade.dossier.bodies.inspected import TestReported as Reported
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallIssued
from tests.api.tea_world import CASE, GTIN, LEAF, TIN, TeaWorld, document, made, packed, picked, seen

PRODUCT = f"https://id.gs1.org/01/{GTIN}"
PATH = f"/01/{GTIN}/21/T1"
LONG, SHORT = "Plain words", "PLAIN"
FROM, UNTIL, MOMENT = date(2026, 1, 1), date(2030, 1, 1), parse_instant("2026-11-19T00:00:00.000Z")
PLACE = "https://id.gs1.org/414/9521234000006"
TAGS = ("en", "zh-Hans", "zh-Hant")
MARKUP = "</script></style></title>'\"><img src=x onerror=alert(1)><a href=javascript:alert(1)>{{7*7}}{% raw %}&lt;b&gt;]]><!--"
PAGES = (PATH, f"/card{PATH}", f"/proof{PATH}", f"/own{PATH}", f"/report{PATH}", f"/01/{GTIN}", f"/01/{GTIN}/10/L1", "/")
# Controls but line ends, and the marks that turn the direction of text: BiDi_Control of Unicode.
UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LEADING = ("href", "src", "action", "data", "formaction", "poster", "background", "srcset")
Shapes = set[tuple[str, str]]
# What templates make only where there is much to show, or something is doubtful.
SOMETIMES: Shapes = {
    ("details", "class"),
    ("ol", "start"),
    ("input", "value"),
    ("input", "type"),
    ("input", "name"),
    ("p", "class"),
    ("code", "class"),
    ("mark", ""),
}
EMBEDDED = re.compile(r"data:image/(?:webp|png|jpeg|svg\+xml)[;,]")


class Skeleton(HTMLParser):
    """Which elements with which attributes a page is made of, where it leads, and whether anything in it is raw."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shapes: set[tuple[str, str]] = set()
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shapes |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        self.addresses += [value or "" for name, value in attrs if name in LEADING]


def page_of(world: TeaWorld, path: str, **headers: str) -> str:
    answer = world.client.get(path, headers={"Accept": "text/html", **headers})
    assert answer.headers["content-type"].startswith("text/html"), (path, answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


def refuse_foreign(page: str, known: Shapes) -> None:
    found = Skeleton(page)
    assert found.shapes - known - SOMETIMES == set()
    assert not [name for _, name in found.shapes if name.startswith("on")]
    for address in found.addresses:
        assert address.startswith(("/", "#", "http://127.0.0.1", "https://a.example/")) or EMBEDDED.match(address), address
    assert UNSHOWABLE.search(page) is None


def plain_records() -> list[tuple[str, DossierBody]]:
    """(party, record) of every type that puts words on a page: long ones, and short ones where few characters may stand."""
    words = tuple(Words(tag, LONG) for tag in TAGS)
    accredited = Accreditation(SHORT, SHORT, words, UNTIL)
    parameter = Parameter("moisture", Decimal(4), "P1", Decimal(3), Decimal(5), words)
    result = Result("moisture", SHORT, "P1", "pass", value=Decimal("4.2"), names=words)
    me = "ledger.example/party/factory"
    return [
        ("factory", ProductDescribed(PRODUCT, words, "farm-produce", SHORT, words, "CN-GZ", (parameter,), picture=bytes(32))),
        ("factory", PlaceDescribed(PLACE, words, "factory", "CN-GZ", Point(Decimal("26.2"), Decimal("107.5")))),
        ("factory", PartyDescribed(me, words, (Registration("other", SHORT),), (Licence(words, SHORT, SHORT, FROM, UNTIL),))),
        ("factory", MediaDescribed(b"a" * 32, "image/png", 9, TIN, "captured", Capture(device=SHORT), words)),
        ("factory", StepsExpected(PRODUCT, "farm-produce/1", None, (DroppedStep("cold-chain", words),))),
        ("customs", CertificateIssued(PRODUCT, SHORT, SHORT, words, words, FROM, UNTIL, accredited)),
        ("customs", Reported(TIN, SHORT, Sampling("laboratory", 3, FROM), "sample", (result,), "pass", FROM, None, accredited)),
        ("customs", RecallIssued(MOMENT, (TIN,), "safety", "return", words, SHORT)),
        ("shop", ProductDescribed(TIN, words, "other")),
    ]


def dressed(value: Any, text: str, short: str) -> Any:
    """A JSON value in which every word that may be chosen is replaced."""
    if isinstance(value, dict):
        return {name: dressed(member, text, short) for name, member in value.items()}
    if isinstance(value, list):
        return [dressed(member, text, short) for member in value]
    return {LONG: text, SHORT: short}.get(value, value) if isinstance(value, str) else value


def tell(world: TeaWorld, text: str, short: str, serial: int) -> int:
    """Say everything with these words; how many records were taken. A refusal must be by name."""
    taken = 0
    for party, plain in plain_records():
        record = dressed(json.loads(plain.to_body()), text, short)
        answer = world.post("/records?read=public", party, record)
        assert answer.status_code in (201, 400, 422), answer.text
        assert answer.status_code == 201 or answer.json()["code"], answer.text
        taken += answer.status_code == 201
    name = [{"@value": text, "@language": tag} for tag in TAGS]
    events = (
        made(readPoint={"id": PLACE}, ilmd={"ex:productName": name, "ex:lotNumber": short}, **{"ex:note": {"ex:deep": [text]}}),
        packed(),
        seen(CASE, step="shipping", eventID=f"urn:example:{quote(short)}:{serial}"),
        seen(step=f"https://evil.example/{quote(short)}", disposition=f"https://evil.example/{quote(short)}"),
    )
    world.captured("garden", document(picked()))
    world.captured("factory", document(*({**event, "ex:serial": serial} for event in events)))
    return taken


BIDI = "\u202e\u2066\u200fevil\u2069"


@pytest.mark.parametrize(
    ("text", "taken"), [(MARKUP, 9), (BIDI, 0), ("javascript:alert(1)", 9)], ids=["markup", "bidi", "address"]
)
def test_words_of_parties_make_no_element_and_lead_nowhere(world: TeaWorld, text: str, taken: int) -> None:
    assert tell(world, LONG, SHORT, 1) == len(plain_records())
    known = {path: Shapes() for path in PAGES}
    for path in PAGES:
        for tag in TAGS:
            known[path] |= Skeleton(page_of(world, f"{path}?lang={tag}")).shapes
    before = page_of(world, PATH)
    assert tell(world, text, text[:20], 2) + tell(world, text, SHORT, 3) >= taken
    assert page_of(world, PATH) != before
    for path in PAGES:
        for tag in TAGS:
            refuse_foreign(page_of(world, f"{path}?lang={tag}"), known[path])


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", '"><img src=x>', "zh-Hant'\"", "../../etc/passwd", "\u202e"])
def test_what_a_request_says_of_itself_is_no_markup(world: TeaWorld, said: str) -> None:
    world.captured("factory", document(made()))
    known = {path: Skeleton(page_of(world, path)).shapes for path in PAGES}
    plain = said.encode("ascii", "replace").decode()
    for path in PAGES:
        refuse_foreign(page_of(world, f"{path}?lang={quote_plus(said)}"), known[path])
        for header in ("Accept-Language", "Referer", "User-Agent", "X-Forwarded-Host", "Host"):
            page = page_of(world, path, **{header: plain})
            refuse_foreign(page, known[path])
            assert len(plain) < 5 or plain not in page


@pytest.mark.parametrize("serial", ["<script>", '"onload="', "javascript:", "a&b=c", "{{7*7}}", "%3Cscript%3E"])
def test_codes_in_addresses_are_no_markup(world: TeaWorld, serial: str) -> None:
    spelt = quote(serial[:20], safe="")
    refused = Skeleton(page_of(world, "/01/123")).shapes
    plain = {path: Skeleton(page_of(world, f"{path}/01/{GTIN}/21/plain")).shapes for path in ("", "/own", "/report", "/card")}
    for path, known in plain.items():
        refuse_foreign(page_of(world, f"{path}/01/{GTIN}/21/{spelt}"), known | refused)
    known = Skeleton(page_of(world, "/?code=x")).shapes | Skeleton(page_of(world, "/?code=0952123400001")).shapes
    refuse_foreign(page_of(world, f"/?code={quote_plus(serial)}"), known)


def test_what_programs_read_is_well_formed_whatever_the_words_are(world: TeaWorld) -> None:
    tell(world, MARKUP, MARKUP[:40], 1)
    facts = world.get(PATH, Accept="application/json")
    assert facts.headers["content-type"].startswith("application/json")
    assert UNSHOWABLE.search(facts.text) is None
    root = ET.fromstring(world.get(f"/recalls{PATH}.atom").content)
    assert {element.tag.partition("}")[0] for element in root.iter()} == {"{http://www.w3.org/2005/Atom"}
    feed = world.get(f"/recalls{PATH}.json").json()
    assert all("content_html" not in item for item in feed["items"])
    embedded = world.get(f"/oembed?url={quote_plus(world.url + PATH)}").json()
    assert {tag for tag, _ in Skeleton(embedded["html"]).shapes} <= {"iframe", "a"}
    assert not [name for _, name in Skeleton(embedded["html"]).shapes if name.startswith("on")]
    ET.fromstring(world.get(f"/oembed?format=xml&url={quote_plus(world.url + PATH)}").content)
    linked = json.loads(world.get(f"{PATH}?linkType=all").content)
    hrefs = re.findall(r'"href": ?"([^"]*)"', json.dumps(linked))
    assert hrefs and all(href.startswith((world.url, "https://")) for href in hrefs)
    assert LEAF
