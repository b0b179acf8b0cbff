"""The card in the page of a shop on another origin, in a real browser; the page of the item itself refuses to be framed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, expect

from ledger.actions.demo_world import identifiers as ids
from ledger.actions.demo_world.build import build_demo_world
from tests.api.serving import listening, serving
from tests.browser.axe import Axe
from tests.browser.phone import page_of, screenshots, serving_data

pytestmark = pytest.mark.browser


@dataclass
class Shop:
    """A shop's page on an origin of its own, which shows whatever `shown` holds."""

    url: str
    shown: str = ""


@dataclass
class Buyer:
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_data(build_demo_world(tmp_path_factory.mktemp("world") / "data").data) as address:
        yield address


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    app = FastAPI()
    with listening() as (bound, url):
        opened = Shop(url)

        @app.get("/")
        def show(request: Request) -> HTMLResponse:
            body = f"<h1>A shop</h1><main>{opened.shown}</main>"
            return HTMLResponse(
                f'<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>Shop</title><body>{body}</body></html>'
            )

        with serving(app, bound):
            yield opened


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def buyer(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Buyer]:
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 520, "height": 560}, locale="en-SG")
    buyer = Buyer(context.new_page())
    buyer.page.on("request", lambda asked: buyer.asked.append(asked.url))
    buyer.page.on("console", lambda message: buyer.complaints.append(message.text))
    yield buyer
    context.close()


def embedded(ledger: str, scene: str, **more: str) -> str:
    """The HTML that the oEmbed answer gives a shop for a scene's item."""
    answer = httpx.get(f"{ledger}/oembed", params={"url": page_of(ledger, scene), **more})
    assert answer.status_code == 200
    html: str = answer.json()["html"]
    return html


@pytest.mark.parametrize(
    ("scene", "says"),
    [
        ("clean", ("Verified", "Duyun Maojian green tea", "Passed", "n = 12")),
        ("recalled", ("Recalled: take it back to the shop", "Do not drink this tea")),
        ("findings", ("Verified, with findings", "6.4%", "differs")),
    ],
)
def test_a_shop_shows_the_verdict(ledger: str, shop: Shop, buyer: Buyer, scene: str, says: tuple[str, ...]) -> None:
    shop.shown = embedded(ledger, scene)
    buyer.page.goto(shop.url)
    card = buyer.page.frame_locator("iframe").locator("body")
    for words in says:
        expect(card).to_contain_text(words)
    expect(card.locator(".verdict, .recall").first).to_be_in_viewport()
    assert [asked for asked in buyer.asked if asked.startswith(ledger)] == [page_of(f"{ledger}/card", scene)]
    assert buyer.complaints == []
    buyer.page.screenshot(path=screenshots() / f"card-{scene}.png")


def test_its_link_opens_the_whole_page_beside_the_shop(ledger: str, shop: Shop, buyer: Buyer) -> None:
    shop.shown = embedded(ledger, "recalled", lang="zh-Hant")
    buyer.page.goto(shop.url)
    card = buyer.page.frame_locator("iframe")
    expect(card.locator("body")).to_contain_text("已召回：請退回商店")
    with buyer.page.expect_popup() as opened:
        card.get_by_role("link", name="開啟完整頁面，查看全部證明").click()
    whole = opened.value
    expect(whole.locator(".recall")).to_contain_text("9 號茶園的鮮葉農藥殘留超標")
    assert whole.url == f"{page_of(ledger, 'recalled')}?lang=zh-Hant"
    assert whole.evaluate("window.opener") is None
    assert buyer.page.url == f"{shop.url}/"


def test_the_page_of_the_item_refuses_the_frame(ledger: str, shop: Shop, buyer: Buyer) -> None:
    shop.shown = f'<iframe src="{page_of(ledger, "clean")}" width="480" height="340"></iframe>'
    buyer.page.goto(shop.url)
    buyer.page.wait_for_load_state("networkidle")
    framed = buyer.page.frames[1]
    assert framed.url.startswith("chrome-error:")
    assert any("frame-ancestors" in complaint for complaint in buyer.complaints)


def test_an_unknown_code_has_a_card_too(ledger: str, shop: Shop, buyer: Buyer) -> None:
    shop.shown = f'<iframe src="{page_of(f"{ledger}/card", "unknown")}" width="480" height="340"></iframe>'
    buyer.page.goto(shop.url)
    expect(buyer.page.frame_locator("iframe").locator("body")).to_contain_text("Unknown code")


@pytest.mark.parametrize("width", [240, 320, 480])
def test_nothing_runs_over_the_edge(ledger: str, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 340})
    for scene in ("clean", "recalled", "findings", "missing", "unknown"):
        for tag in ("en", "zh-Hant"):
            page.goto(f"{page_of(f'{ledger}/card', scene)}?lang={tag}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (scene, tag)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(ledger: str, browser: Browser, axe: Axe, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 480, "height": 640})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    places = [f"{ledger}{ids.PLOT_7.removeprefix('https://id.gs1.org')}", f"{ledger}/parties/tea.example/party/{ids.LABORATORY}"]
    cards = [page_of(f"{ledger}/card", scene) for scene in ("clean", "recalled", "findings", "missing", "unknown")]
    for address in (*cards, *places):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert axe(page) == [], address
    page.screenshot(path=screenshots() / "place.png", full_page=True)
    page.close()
