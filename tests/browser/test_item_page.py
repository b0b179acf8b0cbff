"""What a person sees after a scan, in a real browser: without scripts, without requests elsewhere, at phone size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.pages.made_facts import WORLDS, heavy
from tests.api.pages.rendered import page_of
from tests.api.tea_world import CASE, GTIN, TeaWorld, document, made, packed, picked, seen
from tests.browser.axe import Axe

pytestmark = pytest.mark.browser

PAGE = f"/01/{GTIN}/21/T1"
_PHONE = {"width": 360, "height": 740}
_PAGE_BYTES_MAX = 30_000
_OPEN_ALL = "document.querySelectorAll('details').forEach(e => { e.open = true })"
_BOTTOM = "selector => [...document.querySelectorAll(selector)].pop().getBoundingClientRect().bottom"


@dataclass
class Visit:
    """A page, and what the browser had to complain of and to ask for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(java_script_enabled=request.param, viewport=_PHONE, locale="en-GB")
    visit = Visit(context.new_page())
    visit.page.on("console", lambda message: visit.complaints.append(message.text))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    visit.page.on("request", lambda asked: visit.asked.append(asked.url))
    yield visit
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=_PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture
def traded(world: TeaWorld) -> TeaWorld:
    attributes = [{"id": "cbvmda:descriptionShort", "attribute": "Duyun Maojian, 50 g tin"}]
    place = {"id": "https://id.gs1.org/414/9521234000006", "attributes": [{"id": "cbvmda:name", "attribute": "Tea works, Duyun"}]}
    elements = [{"id": f"https://id.gs1.org/01/{GTIN}", "attributes": attributes}, place]
    master = {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": elements}]}
    world.captured("garden", document(picked()))
    events = (made(bizLocation={"id": place["id"]}), packed(), seen(CASE, step="shipping", at="2026-11-19T12:00:00+08:00"))
    world.captured("factory", document(*events, epcisHeader={"epcisMasterData": master}))
    world.captured("shop", document(seen(step="receiving", at="2026-11-20T09:00:00+08:00")))
    return world


def test_one_request_brings_the_answer_to_the_first_screen(traded: TeaWorld, visit: Visit) -> None:
    weights: list[int] = []
    visit.page.on("requestfinished", lambda asked: weights.append(asked.sizes()["responseBodySize"]))
    visit.page.goto(traded.url + PAGE, wait_until="networkidle")
    expect(visit.page.locator("#verdict")).to_have_text("Incomplete")
    expect(visit.page.locator("#verdict")).to_be_in_viewport()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Duyun Maojian, 50 g tin")
    expect(visit.page.locator(".facts > div").last).to_be_in_viewport(ratio=1)
    assert visit.page.get_by_text("Receiving").count() + visit.page.get_by_text("receiving").count() >= 1
    assert visit.complaints == []
    assert visit.asked == [traded.url + PAGE]
    assert 0 < sum(weights) < _PAGE_BYTES_MAX


def test_nothing_runs_over_the_edge_of_a_phone(traded: TeaWorld, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for path in (PAGE, f"{PAGE}?lang=zh-Hant", f"/01/{GTIN}/21/nobody"):
        page.goto(traded.url + path)
        page.evaluate(_OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.close()


def test_the_other_languages_are_one_click_away(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url + PAGE)
    for name, tag, verdict in (
        ("繁體中文", "zh-Hant", "不完整"),
        ("简体中文", "zh-Hans", "不完整"),
        ("English", "en", "Incomplete"),
    ):
        visit.page.get_by_role("link", name=name).click()
        expect(visit.page.locator("#verdict")).to_have_text(verdict)
        assert visit.page.locator("html").get_attribute("lang") == tag


def test_a_code_is_typed_and_found_by_keyboard_alone(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url)
    visit.page.get_by_label("Enter the code from the package").fill(f"(01){GTIN}(21)T1")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Duyun Maojian, 50 g tin")
    assert visit.page.url.startswith(traded.url + PAGE)


def test_the_first_tab_stop_leads_past_the_top(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url + PAGE)
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(visit.page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    assert visit.page.url.endswith("#main")


def test_the_styles_are_let_in_by_the_page_s_own_policy(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url + PAGE)
    assert visit.page.locator(".verdict").evaluate("e => getComputedStyle(e).color") == "rgb(35, 80, 127)"
    assert visit.complaints == []


def test_no_script_of_anybody_runs(world: TeaWorld, visit: Visit) -> None:
    attributes = [{"id": "cbvmda:descriptionShort", "attribute": "<img src=x onerror=alert(1)><script>alert(2)</script>"}]
    element = {"id": f"https://id.gs1.org/01/{GTIN}", "attributes": attributes}
    master = {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]}
    world.captured("factory", document(made(), epcisHeader={"epcisMasterData": master}))
    visit.page.goto(world.url + PAGE)
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("<script>alert(2)")
    assert visit.complaints == []


def test_a_person_is_told_about_a_wrong_code(world: TeaWorld, visit: Visit) -> None:
    visit.page.goto(f"{world.url}/01/{GTIN[:-1]}5")
    expect(visit.page.get_by_text("its last digit should be 3")).to_be_visible()
    visit.page.get_by_role("link", name="Enter another code").click()
    expect(visit.page.get_by_label("Enter the code from the package")).to_be_visible()


def test_an_unknown_code_leads_to_the_field_for_another(world: TeaWorld, visit: Visit) -> None:
    visit.page.goto(f"{world.url}{PAGE}nobody")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Nothing is known here about this code")
    visit.page.get_by_role("textbox").fill("(01)")
    visit.page.get_by_role("button").click()
    assert visit.page.url.startswith(f"{world.url}/?code=")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_axe_finds_no_barrier_whatever_the_facts(phone: Page, axe: Axe, tag: str, scheme: str) -> None:
    phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for name, facts in {**WORLDS, "heavy": heavy()}.items():
        phone.set_content(page_of(facts, tag))
        phone.evaluate(_OPEN_ALL)
        assert axe(phone) == [], name


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_the_first_screen_holds_what_matters_whatever_the_facts(phone: Page, tag: str) -> None:
    for name in ("clean", "findings", "lacking", "copied", "bare"):
        phone.set_content(page_of(WORLDS[name], tag))
        assert phone.evaluate(_BOTTOM, ".facts > div") <= _PHONE["height"], name
    phone.set_content(page_of(WORLDS["recalled"], tag))
    assert phone.evaluate(_BOTTOM, ".recall") < phone.evaluate(_BOTTOM, ".product") <= _PHONE["height"]


@pytest.mark.parametrize(("width", "percent"), [(360, 200), (320, 100)])
def test_twice_the_text_stays_within_the_page(phone: Page, width: int, percent: int) -> None:
    phone.set_viewport_size({"width": width, "height": 740})
    for tag in ("en", "zh-Hant"):
        for name, facts in {**WORLDS, "heavy": heavy()}.items():
            phone.set_content(page_of(facts, tag))
            phone.evaluate(_OPEN_ALL)
            phone.evaluate("size => { document.documentElement.style.fontSize = size }", f"{percent}%")
            assert phone.evaluate("document.documentElement.scrollWidth") <= width, (name, tag)


def test_on_paper_everything_is_open_in_black_on_white(phone: Page) -> None:
    phone.set_content(page_of(WORLDS["recalled"]))
    for hidden in (".printed", "text=GB 23200.113"):
        expect(phone.locator(hidden).first).not_to_be_visible()
    phone.emulate_media(media="print", color_scheme="dark")
    expect(phone.locator(".printed")).to_have_text("https://scan.example/01/09521234000013/10/MAO26/21/T1")
    expect(phone.get_by_text("GB 23200.113")).to_be_visible()
    expect(phone.locator(".chips")).not_to_be_visible()
    style = phone.locator(".recall").evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    assert style == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert phone.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_in_forced_colours_the_verdict_keeps_its_edge_and_its_icon(phone: Page) -> None:
    phone.emulate_media(forced_colors="active")
    phone.set_content(page_of(WORLDS["findings"]))
    assert phone.locator(".verdict").evaluate("e => parseFloat(getComputedStyle(e).borderTopWidth)") >= 4
    box = phone.locator(".verdict .icon").bounding_box()
    assert box is not None and box["width"] >= 40
