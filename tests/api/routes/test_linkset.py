"""What a Digital Link leads to, for machines: linksets, single types, the way up from item to product, headers of all answers."""

from __future__ import annotations

import re

import pytest

from api.wire.linkset import VOC
from tests.api.tea_world import GTIN, TeaWorld, document, made, packed, picked, seen

PAGE = f"/01/{GTIN}/21/T1"
LOT = f"/01/{GTIN}/10/L1"
WHOLE = "application/linkset+json"
CONTEXT = "http://www.w3.org/ns/json-ld#context"


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made(), packed()))
    lot = {"quantityList": [{"epcClass": f"https://id.gs1.org{LOT}", "quantity": 5}], "epcList": []}
    world.captured("shop", document({**seen(step="stocking"), **lot}))
    return world


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("?linkType=linkset", "text/html"),
        ("?linktype=LINKSET", "*/*"),
        ("?LINKTYPE=all", "text/html"),
        ("", WHOLE),
        ("", f"text/html;q=0.5, {WHOLE}"),
    ],
)
def test_the_linkset_is_had_by_type_and_by_accept(traded: TeaWorld, query: str, accept: str) -> None:
    answer = traded.get(PAGE + query, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == WHOLE
    (whole,) = answer.json()["linkset"]
    assert whole["anchor"] == traded.url + PAGE
    pages = whole[f"{VOC}pip"]
    assert [page.get("hreflang") for page in pages] == [None, ["en"], ["zh", "zh-CN"], ["zh-TW", "zh-HK"]]
    assert {f"{VOC}{name}" for name in ("defaultLink", "traceability", "epcis", "recallStatus", "verificationService")} <= set(
        whole
    )
    assert f"{VOC}certificationInfo" not in whole
    assert f"{VOC}masterData" not in whole


def test_as_plain_json_only_where_the_linkset_was_asked_for(traded: TeaWorld) -> None:
    answer = traded.get(f"{PAGE}?linkType=linkset", Accept="application/json")
    assert answer.headers["Content-Type"] == "application/json"
    assert "linkset" in answer.json()
    assert "verdict" in traded.get(PAGE, Accept="application/json").json()


def test_a_scan_is_answered_at_once(traded: TeaWorld) -> None:
    for accept in ("", "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"):
        answer = traded.client.get(PAGE, headers={"Accept": accept} if accept else {}, follow_redirects=False)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")


def test_every_link_leads_somewhere(traded: TeaWorld) -> None:
    whole = traded.get(f"{PAGE}?linkType=linkset").json()["linkset"][0]
    links = {link["href"] for rel in whole if rel.startswith("https:") for link in whole[rel]}
    assert len(links) > 10
    assert {href: code for href in links if (code := traded.client.get(href).status_code) != 200} == {}


@pytest.mark.parametrize(
    ("asked", "language", "leads"),
    [
        ("gs1:pip", "", PAGE),
        ("gs1:pip", "fr-CH, fr;q=0.9", PAGE),
        ("gs1:pip", "*", PAGE),
        ("gs1:pip", "en-GB", f"{PAGE}?lang=en"),
        ("GS1:pip", "zh-HK", f"{PAGE}?lang=zh-Hant"),
        ("pip", "fr, zh-CN;q=0.4, en;q=0.2", f"{PAGE}?lang=zh-Hans"),
        ("https://gs1.org/voc/pip", "en", f"{PAGE}?lang=en"),
        ("http://gs1.org/voc/pip", "en", f"{PAGE}?lang=en"),
        ("https://ref.gs1.org/voc/pip", "en", f"{PAGE}?lang=en"),
        ("gs1:defaultLink", "zh", PAGE),
    ],
)
def test_a_type_leads_to_the_link_that_fits_best(traded: TeaWorld, asked: str, language: str, leads: str) -> None:
    answer = traded.client.get(PAGE, params={"linkType": asked}, headers={"Accept-Language": language})
    assert answer.status_code == 307
    assert answer.headers["Location"] == traded.url + leads
    assert traded.client.get(answer.headers["Location"]).status_code == 200


def test_what_was_asked_beside_the_type_goes_along(traded: TeaWorld) -> None:
    answer = traded.get(f"{PAGE}?17=271231&linkType=gs1:traceability&x=%C3%A9%26&lang=zh", Accept="text/html")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"{traded.url}{PAGE}?lang=zh-Hans&17=271231&x=%C3%A9%26#journey"


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("application/atom+xml", "atom"),
        ("application/feed+json, */*;q=0.1", "json"),
        ("application/atom+xml;q=0.2, application/feed+json;q=0.1", "atom"),
    ],
)
def test_the_media_type_tells_equal_links_apart(traded: TeaWorld, accept: str, ending: str) -> None:
    answer = traded.get(f"{PAGE}?linkType=gs1:recallStatus", Accept=accept)
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"{traded.url}/recalls{PAGE}.{ending}"


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/*"])
def test_of_equal_links_all_are_listed(traded: TeaWorld, accept: str) -> None:
    answer = traded.get(f"{PAGE}?linkType=gs1:recallStatus", Accept=accept)
    assert answer.status_code == 300
    assert [link["type"] for link in answer.json()["linkset"][0][f"{VOC}recallStatus"]] == [
        "application/feed+json",
        "application/atom+xml",
    ]
    assert CONTEXT in answer.headers["Link"]


@pytest.mark.parametrize("asked", ["gs1:recipeInfo", "gs1:certificationInfo", "schema:image", "https://example.org/voc/pip"])
def test_what_is_not_there_is_not_replaced(traded: TeaWorld, asked: str) -> None:
    answer = traded.client.get(PAGE, params={"linkType": asked}, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "LinkTypeAbsent"
    assert "gs1:pip" in answer.json()["wanted"]


@pytest.mark.parametrize(
    "asked", ["", " ", "gs1:", "gs1:a b", ":pip", "javascript:alert(1)", "<script>", "https://x", "pip\n", "ftp://a.example/pip"]
)
def test_what_is_no_type_is_refused(traded: TeaWorld, asked: str) -> None:
    answer = traded.client.get(PAGE, params={"linkType": asked}, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "LinkTypeMalformed"


def test_two_types_at_once_are_refused(traded: TeaWorld) -> None:
    twice = traded.get(f"{PAGE}?linkType=gs1:pip&linktype=gs1:epcis", Accept="application/json")
    assert (twice.status_code, twice.json()["code"]) == (400, "LinkTypeMalformed")
    assert traded.get(f"{PAGE}?linkType=gs1:pip&linktype=gs1:pip").status_code == 307


def test_an_item_leads_up_to_its_lot_and_its_product(traded: TeaWorld) -> None:
    traded.captured("shop", document(seen(f"https://id.gs1.org{LOT}/21/T7")), read="public")
    product = {"quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}", "quantity": 5}], "epcList": []}
    traded.captured("shop", document({**seen(step="stocking"), **product}), read="public")
    levels = traded.get(f"{LOT}/21/T7?linkType=linkset").json()["linkset"]
    assert [level["anchor"].removeprefix(traded.url) for level in levels] == [f"{LOT}/21/T7", LOT, f"/01/{GTIN}"]
    only_lot = traded.get(f"{LOT}?linkType=linkset").json()["linkset"]
    assert [level["anchor"].removeprefix(traded.url) for level in only_lot] == [LOT, f"/01/{GTIN}"]


@pytest.mark.parametrize("query", ["?linkType=linkset", "?linkType=gs1:pip"])
def test_an_unknown_number_does_not_become_its_product(traded: TeaWorld, query: str) -> None:
    assert traded.get(f"{LOT}{query}").status_code in (200, 307)
    for path in (f"/01/{GTIN}/21/nobody", f"/01/{GTIN}/10/NONE", "/01/09521234000037"):
        answer = traded.get(path + query, Accept="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "ItemUnknown"), path


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        (PAGE, "text/html", 200),
        (PAGE, "application/json", 200),
        (f"{PAGE}?linkType=linkset", "*/*", 200),
        (f"{PAGE}?linkType=gs1:pip", "*/*", 307),
        (f"{PAGE}?linkType=gs1:recallStatus", "*/*", 300),
        (f"{PAGE}?linkType=gs1:recipeInfo", "*/*", 404),
        (f"{PAGE}?linkType=%00", "*/*", 400),
        (f"/01/{GTIN}/21/nobody", "text/html", 404),
        ("/01/123", "text/html", 422),
        (PAGE, "image/png", 406),
        ("/00/095212345678901235", "text/html", 200),
    ],
)
def test_every_answer_names_the_linkset(traded: TeaWorld, path: str, accept: str, status: int) -> None:
    for method in ("GET", "HEAD"):
        answer = traded.client.request(method, path, headers={"Accept": accept})
        assert answer.status_code == status
        bare = path.partition("?")[0]
        assert f'<{traded.url}{bare}?linkType=linkset>; rel="linkset"; type="{WHOLE}"' in answer.headers["Link"]
        assert (CONTEXT in answer.headers["Link"]) == (
            "linkset" in answer.headers["Content-Type"] if "Content-Type" in answer.headers else False
        )
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert method == "GET" or answer.content == b""


def test_nothing_in_a_path_breaks_out_of_the_header(traded: TeaWorld) -> None:
    link = traded.get(f"/01/{GTIN}/21/%3E;rel=%22evil%22").headers["Link"]
    assert link == f'<{traded.url}/01/{GTIN}/21/%3E%3Brel=%22evil%22?linkType=linkset>; rel="linkset"; type="{WHOLE}"'


@pytest.mark.parametrize("path", [PAGE, "/00/095212345678901235", "/414/9521234000006", "/8003/nonsense"])
def test_other_sites_may_ask_first(traded: TeaWorld, path: str) -> None:
    answer = traded.client.options(path, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"})
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]


def test_posting_to_an_item_is_refused(traded: TeaWorld) -> None:
    answer = traded.client.post(PAGE)
    assert answer.status_code == 405


def test_the_resolver_describes_itself(traded: TeaWorld) -> None:
    answer = traded.get("/.well-known/gs1resolver")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["resolverRoot"] == traded.url
    for key in answer.json()["supportedPrimaryKeys"]:
        assert traded.client.options(f"/{key}/1").status_code == 204, key


def test_other_keys_have_pages_too(traded: TeaWorld) -> None:
    page = traded.get("/00/095212345678901235")
    assert "proof holds" in page.text
    links = re.findall(r'href="(/(?!recalls)[^"?#]+)', page.text)
    assert {link: code for link in links if (code := traded.get(link).status_code) not in (200, 403)} == {}
    pallet = traded.get("/00/095212345678901235?linkType=linkset").json()["linkset"]
    assert [level["anchor"] for level in pallet] == [f"{traded.url}/00/095212345678901235"]
    unknown = traded.get("/8003/09521234000006X1", Accept="text/html")
    assert unknown.status_code == 404
    assert "Nothing is known here about this code" in unknown.text
