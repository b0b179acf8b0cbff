"""The page of an item: what is known, who said so, what is missing; and every value on it escaped."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from tests.api.conftest import Founded
from tests.api.serving import listening, serving
from tests.api.tea_world import CASE, GTIN, TIN, SettableClock, TeaWorld, document, made, packed, picked, seen

PAGE = f"/01/{GTIN}/21/T1"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made(), packed(), seen(CASE, step="shipping", at="2026-11-19T12:00:00+08:00")))
    world.captured("shop", document(seen(step="receiving", at="2026-11-20T09:00:00+08:00")))
    return world


def test_the_page_says_what_is_known_and_who_said_it(traded: TeaWorld) -> None:
    text = traded.get(PAGE).text
    assert '<p class="big" id="verdict">Incomplete</p>' in text
    assert text.count('<span class="yes">proof holds</span>') == 5
    assert "Duyun Tea Works" in text
    assert "Cloud Garden" in text
    assert "ledger.example/party/shop" in text
    assert text.count("· key held by the operator") >= 5
    assert "receiving" in text
    assert "No list: nobody described this product" in text
    assert "Anybody can copy a code onto another pack." in text


def test_links_on_the_page_open_receipts_and_records(traded: TeaWorld) -> None:
    links = re.findall(r'href="(/(?:receipts|records)/[^"]+)"', traded.get(PAGE).text)
    assert len(links) == 10
    for link in links:
        assert traded.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_same_as_json(traded: TeaWorld) -> None:
    facts = traded.get(PAGE, Accept="application/json").json()
    assert facts["identifier"] == TIN
    assert [step["proof"]["holds"] for step in facts["steps"]] == ["yes"] * 5
    assert facts["custody"]["holder"]["party"] == "ledger.example/party/shop"
    assert {said["custody"] for step in facts["steps"] for said in step["said"]} == {"operator"}


def test_the_page_speaks_chinese_when_asked(traded: TeaWorld) -> None:
    for answer in (traded.get(PAGE, **{"Accept-Language": "zh-CN,zh;q=0.9"}), traded.get(f"{PAGE}?lang=zh")):
        assert '<html lang="zh-Hans">' in answer.text
        assert '<p class="big" id="verdict">不完整</p>' in answer.text
        assert "收货" in answer.text
    assert '<html lang="en">' in traded.get(f"{PAGE}?lang=en", **{"Accept-Language": "zh"}).text


def test_the_page_is_light_and_loads_nothing_from_elsewhere(traded: TeaWorld) -> None:
    answer = traded.get(PAGE)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 12_000
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert traded.get(PAGE, **{"Accept-Encoding": "identity"}).text.startswith("<!DOCTYPE html>")
    assert "<script" not in answer.text
    assert re.findall(rf'(?:src|href)="(?!/|#|data:image/|{re.escape(traded.url)}/)[^"]*"', answer.text) == []
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_what_is_withheld_or_missing_is_said(world: TeaWorld) -> None:
    world.captured("shop", document(seen(step="inspecting")))
    world.captured("shop", document(seen(step="retail_selling")), read="parties")
    text = world.get(PAGE).text
    assert text.count('<span class="yes">proof holds</span>') == 1
    assert "One more record names this item and is not open to you." in text
    assert "No record open to you says where this item began." in text
    assert "<dt>Who has it now</dt><dd><b>Nobody says</b>" in text


def test_withdrawn_events_are_marked(world: TeaWorld) -> None:
    wrong = seen(eventID="urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427")
    world.captured("shop", document(wrong))
    world.captured("shop", document({**wrong, "errorDeclaration": {"declarationTime": "2026-11-20T12:00:00Z"}}))
    text = world.get(PAGE).text
    assert text.count('<span class="tag">withdrawn by whoever said it</span>') == 2
    assert "Records were withdrawn by those who made them: <bdi>2</bdi>." in text


def test_a_gtin_alone_shows_public_facts_only(world: TeaWorld) -> None:
    product = f"https://id.gs1.org/01/{GTIN}"
    kind = {"quantityList": [{"epcClass": product, "quantity": 5}], "epcList": []}
    world.captured("shop", document({**seen(step="stocking"), **kind}))
    hidden = world.get(f"/01/{GTIN}").text
    assert "There are records, but none is open to you." in hidden
    world.captured("shop", document({**seen(step="stocking", at="2026-11-20T11:00:00+08:00"), **kind}), read="public")
    text = world.get(f"/01/{GTIN}").text
    assert text.count('<span class="yes">proof holds</span>') == 1
    assert "Only what is open to everybody is shown." in text


def test_names_come_from_master_data(world: TeaWorld) -> None:
    attributes = [{"id": "cbvmda:descriptionShort", "attribute": "Cloud tea, 50 g"}]
    element = {"id": f"https://id.gs1.org/01/{GTIN}", "attributes": attributes}
    master = {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]}
    world.captured("factory", document(made(), epcisHeader={"epcisMasterData": master}))
    assert "<h1><bdi>Cloud tea, 50 g</bdi></h1>" in world.get(PAGE).text


def tamper(world: TeaWorld, change: str, *values: bytes | str) -> None:
    """Change a table as only somebody with the disk in his hands can."""
    with sqlite3.connect(world.data / "ledger.sqlite") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        assert database.execute(change, values).rowcount == 1


def test_a_tampered_body_is_said_on_the_page(traded: TeaWorld) -> None:
    body = traded.get("/records/8/1", "shop").content
    tamper(traded, "UPDATE records SET body = ? WHERE body = ?", body.replace(b"receiving", b"stocking"), body)
    text = traded.get(PAGE).text
    assert '<p class="big" id="verdict">Verified, with findings</p>' in text
    assert "Not every record could be checked." in text
    assert "One proof does not hold." in text
    assert '<span class="no">proof does not hold (<code>' in text


@pytest.mark.parametrize("other", [b"no longer JSON", b"{}", b"T2", None])
def test_a_body_that_is_gone_or_names_something_else_is_missed(traded: TeaWorld, other: bytes | None) -> None:
    body = traded.get("/records/8/1", "shop").content
    changed = body.replace(b"/21/T1", b"/21/T2") if other == b"T2" else other
    tamper(traded, "UPDATE records SET body = ? WHERE body = ?", changed, body)  # type: ignore[arg-type]
    assert "The content of one record is gone or was changed behind the ledger's back." in traded.get(PAGE).text
    assert traded.get(f"/trace/01/{GTIN}/21/T1").json()["damaged"] == [[8, 1]]


def test_an_unknown_item_is_a_page_for_people(world: TeaWorld) -> None:
    answer = world.get(f"/01/{GTIN}/21/nobody")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Nothing is known here about this code" in answer.text
    assert "does not mean the product is false" in answer.text
    assert f'<a href="/report/01/{GTIN}/21/nobody">' in answer.text
    assert '<form action="/" method="get">' in answer.text
    assert "这里" not in answer.text
    assert "此处没有这个代码的记录" in world.get(f"/01/{GTIN}/21/nobody?lang=zh-Hans").text
    assert world.get(f"/01/{GTIN}/21/nobody", Accept="application/json").json()["code"] == "ItemUnknown"


def test_a_wrong_check_digit_is_named(world: TeaWorld) -> None:
    answer = world.get(f"/01/{GTIN[:-1]}5/21/T1")
    assert answer.status_code == 422
    assert "CheckDigitWrong" in answer.text
    assert "its last digit should be 3" in answer.text
    chinese = world.get(f"/01/{GTIN[:-1]}5/21/T1?lang=zh").text
    assert "最后一位应为 3" in chinese
    assert "check digit" not in chinese
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/01/",
        "/01/123",
        f"/01/{GTIN}/",
        f"/01/{GTIN}/21/",
        f"/01/{GTIN}/21/a/10/b",
        f"/01/{GTIN}/99/x",
        f"/01/{GTIN}/21/%2e%2e",
        f"/01/{GTIN}/21/a%00",
        f"/01/{GTIN}/21/%zz",
        f"/01/{GTIN}/21/{'a' * 21}",
    ],
)
def test_codes_that_are_none_are_refused(world: TeaWorld, path: str) -> None:
    answer = world.get(path)
    assert answer.status_code in (400, 422), answer.text
    assert "<script>" not in answer.text


def test_nobody_injects_markup_through_any_field(world: TeaWorld) -> None:
    place = {"id": "https://evil.example/%3Cscript%3E"}
    attributes = [{"id": "cbvmda:descriptionShort", "attribute": SCRIPT + "\u202e" + '" onmouseover="x'}]
    elements = [{"id": f"https://id.gs1.org/01/{GTIN}", "attributes": attributes}, {"id": place["id"], "attributes": attributes}]
    master = {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": elements}]}
    events = (
        made(bizLocation=place, **{"ilmd": {"ex:productName": SCRIPT}}),
        seen(step="https://evil.example/javascript:alert(1)", disposition="https://evil.example/?%22%3E"),
        seen(step="ex:'onclick='", at="2026-11-20T09:00:00+08:00", readPoint={"id": "javascript:alert(1)"}),
    )
    world.captured("factory", document(*events, epcisHeader={"epcisMasterData": master}))
    serial = world.get(f"/01/{GTIN}/21/%3Cscript%3E%22'").text
    text = world.get(PAGE).text
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in text
    for page in (text, serial, world.get(f"{PAGE}?lang=%3Cscript%3E").text):
        assert "<script" not in page
        assert 'onmouseover="' not in page
        assert 'href="javascript' not in page


def test_a_party_cannot_inject_through_its_label(tmp_path: Path, founded: Founded) -> None:
    data = tmp_path / "labelled"
    shutil.copytree(founded.data, data)
    ledger = open_ledger(data)
    key = admit_party(ledger, Admission("evil", ["shop"], "SG", label='<img src=x onerror="alert(1)">')).api_key
    ledger.close()
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url))
        with serving(app, bound), httpx.Client(base_url=url, timeout=30) as client:
            world = TeaWorld(data, SettableClock(), client, url, {"evil": key}, founded.lab_key, founded.first_entry)
            world.captured("evil", document(seen()))
            text = world.get(PAGE).text
    assert "&lt;img src=x" in text
    assert "<img src=x" not in text
