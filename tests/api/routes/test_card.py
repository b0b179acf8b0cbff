"""The card that shops frame: small, without scripts, recall first, always as things are now, and framed by anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from ledger.actions.demo_world.build import build_demo_world
from ledger.actions.demo_world.scenes.table import SCENES
from ledger.actions.dossier.submit_dossier import submit_held
from ledger.actions.log.own_turn import OwnTurn
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.evidence.instant import Instant
from ledger.trade.dossier.bodies.kinds import Words
from ledger.trade.dossier.bodies.recalled import RecallIssued
from tests.api.serving import listening, serving
from tests.api.tea_world import GTIN, LEAF, TeaWorld, document, made, picked, seen

CARD = f"/card/01/{GTIN}/21/T1"
BYTES_MAX = 8_192


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data: Path = build_demo_world(tmp_path_factory.mktemp("demo") / "data", clock=lambda: Instant(1_790_000_000_000)).data
    with listening() as (bound, url):
        app = create_app(Settings(data=data, public_url=url, escrow_tick_s=0))
        with serving(app, bound), httpx.Client(base_url=url, timeout=60) as client:
            yield client


def card_of(client: httpx.Client, scene: str, **params: str) -> httpx.Response:
    return client.get(f"/card{SCENES[scene].item.removeprefix('https://id.gs1.org')}", params=params)


@pytest.mark.parametrize(
    ("scene", "says"),
    [
        ("clean", ("Verified<span>", "Duyun Maojian green tea", "Independent check", "Passed", "n = ")),
        ("findings", ("Verified, with findings<span>", "6.4%", "differs", "declared: ")),
        ("recalled", ('<section class="recall">', "take it back to the shop", "Do not drink this tea", "Food Office")),
        ("missing", ("Incomplete<span>", "Mountain honey")),
        ("copied", ("this code was likely copied",)),
        ("unknown", ("Unknown code<span>", "(21) ")),
    ],
)
def test_each_scene_in_a_few_lines(demo: httpx.Client, scene: str, says: tuple[str, ...]) -> None:
    answer = card_of(demo, scene)
    assert answer.status_code == (404 if scene == "unknown" else 200)
    assert [words for words in says if words not in answer.text] == []
    assert int(answer.headers["Content-Length"]) <= BYTES_MAX
    assert "genuine" not in answer.text.lower()


def test_the_recall_comes_before_everything_else(demo: httpx.Client) -> None:
    body = card_of(demo, "recalled").text.partition("<body>")[2]
    assert body.index('class="recall"') < body.index("<h1>")
    assert 'class="verdict' not in body
    assert "n = " not in body, "no reassuring values beside a recall"


@pytest.mark.parametrize(
    ("params", "header", "tag", "says"),
    [
        ({"lang": "zh-Hant"}, "en", "zh-Hant", ("已召回：請退回商店", "農藥殘留超標", "開啟完整頁面")),
        ({}, "zh-CN,zh;q=0.9", "zh-Hans", ("已召回：请退回商店", "农药残留超标", "打开完整页面")),
        ({}, "fr", "en", ("Recalled: take it back", "Open the full page")),
    ],
)
def test_it_speaks_three_languages(
    demo: httpx.Client, params: dict[str, str], header: str, tag: str, says: tuple[str, ...]
) -> None:
    path = f"/card{SCENES['recalled'].item.removeprefix('https://id.gs1.org')}"
    answer = demo.get(path, params=params, headers={"Accept-Language": header})
    assert f'<html lang="{tag}">' in answer.text
    assert [words for words in says if words not in answer.text] == []
    assert ("?lang=" in re.findall(r'<a href="([^"]+)" target="_blank" rel="noopener">', answer.text)[0]) == bool(params)


@pytest.mark.parametrize("scene", ["clean", "recalled", "unknown"])
def test_it_may_be_framed_runs_nothing_and_asks_nobody(demo: httpx.Client, scene: str) -> None:
    answer = card_of(demo, scene)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert re.findall(r'src="(?!data:image/webp)[^"]*"', answer.text) == []
    assert re.findall(r"<form|<link|<iframe|url\(", answer.text) == []


def test_only_the_card_may_be_framed(demo: httpx.Client) -> None:
    path = SCENES["clean"].item.removeprefix("https://id.gs1.org")
    for other in (path, "/", "/recalls.json", "/epcis", f"/oembed?url={demo.base_url}{path}", "/card/01/123", "/log/checkpoint"):
        answer = demo.get(other)
        assert answer.headers["X-Frame-Options"] == "DENY", other
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], other


def test_it_says_what_is_known_now(world: TeaWorld) -> None:
    world.captured("garden", document(picked()))
    world.captured("factory", document(made()))
    before = world.get(CARD)
    assert before.headers["Cache-Control"] == "no-cache"
    assert 'class="recall"' not in before.text
    ledger = open_ledger(world.data, clock=world.clock)
    office = admit_party(ledger, Admission("office", ["authority"], "SG")).party
    recall = RecallIssued(world.clock(), (LEAF,), "safety", "stop-using", (Words("en", "<b>Lead</b> & more"),))
    submit_held(ledger, [recall.to_body()], issuer=office, queue=OwnTurn(ledger))
    ledger.close()
    after = world.get(CARD).text
    assert "Recalled: do not use it" in after
    assert "&lt;b&gt;Lead&lt;/b&gt; &amp; more" in after


def test_a_foreign_name_stays_a_name(world: TeaWorld) -> None:
    attributes = [{"id": "cbvmda:descriptionShort", "attribute": '<script>alert(1)</script>" onload="x\u202e'}]
    element = {"id": f"https://id.gs1.org/01/{GTIN}", "attributes": attributes}
    master = {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]}
    world.captured("factory", document(made(), epcisHeader={"epcisMasterData": master}))
    text = world.get(CARD).text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert 'onload="' not in text
    assert "\u202e" not in text


def test_a_card_is_no_scan(world: TeaWorld) -> None:
    world.captured("shop", document(seen()))
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile", "Sec-Fetch-Dest": "iframe"}
    for _ in range(5):
        assert world.get(CARD, **phone).status_code == 200
    code = world.get(CARD.removeprefix("/card"), Accept="application/json").json()["code"]
    assert (code["scans"], code["firstScan"]) == (0, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/card/01/123", 422), ("/card/", 400), ("/card/414/9521234000006", 404), (f"/card/01/{GTIN}/21/%00", 422)],
)
def test_what_is_no_item_has_no_card(world: TeaWorld, path: str, status: int) -> None:
    assert world.get(path).status_code == status
