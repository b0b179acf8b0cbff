"""oEmbed: how to show the card of an item, for this server's items only, in JSON and XML."""

from __future__ import annotations

import html
import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from tests.api.tea_world import GTIN, TeaWorld, document, made, seen

PAGE = f"/01/{GTIN}/21/T1"


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    attributes = [{"id": "cbvmda:descriptionShort", "attribute": 'Cloud "tea" <50 g> & more'}]
    element = {"id": f"https://id.gs1.org/01/{GTIN}", "attributes": attributes}
    master = {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]}
    world.captured("factory", document(made(), epcisHeader={"epcisMasterData": master}))
    return world


def asked(world: TeaWorld, url: str, more: str = "") -> str:
    return f"/oembed?url={quote(url, safe='')}{more}"


def test_the_answer_has_what_the_specification_wants(traded: TeaWorld) -> None:
    answer = traded.get(asked(traded, traded.url + PAGE))
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = answer.json()
    assert (body["type"], body["version"]) == ("rich", "1.0")
    assert (body["width"], body["height"]) == (480, 400)
    frame = re.fullmatch(r'<iframe src="([^"]*)" title="([^"]*)" ([^<>]*)></iframe>', body["html"])
    assert frame is not None, body["html"]
    assert frame[1] == f"{traded.url}/card{PAGE}"
    assert html.unescape(frame[2]) == body["title"] == 'Cloud "tea" <50 g> & more: what the ledger says of it now'
    assert "allow-scripts" not in frame[3]
    card = traded.get(frame[1].removeprefix(traded.url))
    assert "Cloud &#34;tea&#34; &lt;50 g&gt; &amp; more" in card.text


def test_xml_says_the_same(traded: TeaWorld) -> None:
    answer = traded.get(asked(traded, traded.url + PAGE, "&format=xml"))
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    found = {element.tag: element.text for element in root}
    said = traded.get(asked(traded, traded.url + PAGE)).json()
    assert found == {name: str(value) for name, value in said.items()}


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ("&maxwidth=300", (300, 400)),
        ("&maxheight=120", (480, 120)),
        ("&maxwidth=1&maxheight=1", (1, 1)),
        ("&maxwidth=9000&maxheight=9000", (480, 400)),
    ],
)
def test_it_is_never_larger_than_asked(traded: TeaWorld, more: str, size: tuple[int, int]) -> None:
    body = traded.get(asked(traded, traded.url + PAGE, more)).json()
    assert (body["width"], body["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in body["html"]


def test_the_language_goes_into_the_frame(traded: TeaWorld) -> None:
    body = traded.get(asked(traded, traded.url + PAGE, "&lang=zh-Hant")).json()
    assert body["title"].endswith("：帳本中的最新情況")
    assert f"/card{PAGE}?lang=zh-Hant" in body["html"]


def test_the_verdict_is_not_in_what_a_shop_keeps(traded: TeaWorld) -> None:
    said = str(traded.get(asked(traded, traded.url + PAGE)).json())
    assert not re.search("verified|incomplete|recall", said, re.IGNORECASE)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/01/09521234000013/21/T1",
        "{root}.evil.example/01/09521234000013/21/T1",
        "{root}@evil.example/01/09521234000013/21/T1",
        "{root}/",
        "{root}/log/checkpoint",
        "{root}/01/123",
        "{root}/01/09521234000013/21/T1%00",
        "{root}/01/09521234000013/21/%3Cscript%3E%zz",
        "{root}/414/9521234000006",
        "//x/01/09521234000013",
        "javascript:alert(1)",
        "",
    ],
)
def test_other_addresses_are_not_found(traded: TeaWorld, url: str) -> None:
    answer = traded.get(asked(traded, url.format(root=traded.url)))
    assert (answer.status_code, answer.json()["code"]) == (404, "NotAnItem")


def test_what_nobody_recorded_is_not_found(traded: TeaWorld) -> None:
    answer = traded.get(asked(traded, f"{traded.url}/01/{GTIN}/21/nobody"))
    assert (answer.status_code, answer.json()["code"]) == (404, "ItemUnknown")


@pytest.mark.parametrize("kind", ["yaml", "", "JSON", "jsonp"])
def test_an_unknown_format_is_not_implemented(traded: TeaWorld, kind: str) -> None:
    answer = traded.get(asked(traded, traded.url + PAGE, f"&format={kind}"))
    assert (answer.status_code, answer.json()["code"]) == (501, "FormatUnimplemented")


@pytest.mark.parametrize("more", ["&maxwidth=0", "&maxwidth=-5", "&maxheight=x", "&maxheight=1e9"])
def test_nonsense_is_refused(traded: TeaWorld, more: str) -> None:
    assert traded.get(asked(traded, traded.url + PAGE, more)).status_code == 400
    assert traded.get("/oembed").status_code == 400


def test_the_page_tells_where_to_ask(traded: TeaWorld) -> None:
    traded.captured("shop", document(seen(step="receiving")))
    text = traded.get(PAGE).text
    (link,) = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', text)
    assert traded.client.get(html.unescape(link)).json()["type"] == "rich"
    for ending, kind in (("json", "application/feed+json"), ("atom", "application/atom+xml")):
        (feed,) = re.findall(rf'<link rel="alternate" type="{re.escape(kind)}" href="([^"]+\.{ending})"', text)
        assert traded.client.get(html.unescape(feed)).status_code == 200
