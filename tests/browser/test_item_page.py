"""What a person sees after a scan, in a real browser: without scripts, without requests elsewhere, at phone size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.tea_world import CASE, GTIN, TeaWorld, document, made, packed, picked, seen

pytestmark = pytest.mark.browser

PAGE = f"/01/{GTIN}/21/T1"
_PHONE = {"width": 360, "height": 740}
_PAGE_BYTES_MAX = 30_000


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


def test_the_answer_stands_on_the_first_screen(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url + PAGE)
    answer = visit.page.get_by_text("5 records, and every proof holds.")
    expect(answer).to_be_in_viewport()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Duyun Maojian, 50 g tin")
    expect(visit.page.get_by_role("listitem").filter(has_text="receiving")).to_be_visible()
    assert visit.complaints == []
    assert {url.removeprefix(traded.url) for url in visit.asked} <= {PAGE, f"/codes{PAGE}.svg", "/mark.svg"}


def test_everything_asked_for_is_light(traded: TeaWorld, visit: Visit) -> None:
    weights: list[int] = []
    visit.page.on("response", lambda answer: weights.append(len(answer.body())) if answer.ok else None)
    visit.page.goto(traded.url + PAGE)
    visit.page.get_by_role("img").scroll_into_view_if_needed()
    visit.page.wait_for_load_state("networkidle")
    assert 0 < sum(weights) < _PAGE_BYTES_MAX


def test_nothing_runs_over_the_edge_of_a_phone(traded: TeaWorld, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for path in (PAGE, f"{PAGE}?lang=zh", "/", "/01/123"):
        page.goto(traded.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.close()


def test_the_other_language_is_one_click_away(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url + PAGE)
    visit.page.get_by_role("link", name="中文").click()
    expect(visit.page.get_by_text("共 5 条记录，全部证明成立。")).to_be_visible()
    assert visit.page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_code_is_typed_and_found_by_keyboard_alone(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url)
    visit.page.get_by_label("Enter the code from the package").fill(f"(01){GTIN}(21)T1")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Duyun Maojian, 50 g tin")
    assert visit.page.url == traded.url + PAGE


def test_the_style_is_let_in_by_its_own_policy(traded: TeaWorld, visit: Visit) -> None:
    visit.page.goto(traded.url + PAGE)
    answer = visit.page.locator(".answer")
    assert float((answer.bounding_box() or {})["width"]) <= _PHONE["width"]
    assert visit.complaints == []
    assert answer.evaluate("e => getComputedStyle(e).borderLeftColor") == "rgb(15, 107, 60)"


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
