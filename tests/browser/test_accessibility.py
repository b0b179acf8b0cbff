"""The pages for those who see little, hear them read, or have no pointer: axe, larger text, keyboard, forced colours."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.buying import Buying
from tests.api.tea_world import GTIN, TeaWorld
from tests.browser.axe import Axe
from tests.browser.barriers import focused, out_of_place, outlined, tabbed

pytestmark = pytest.mark.browser

_PHONE = {"width": 360, "height": 740}
SWAPPED = GTIN[:4] + GTIN[5] + GTIN[4] + GTIN[6:]
OPEN_PAGES = (
    "/", "/?code=hello", f"/?code={SWAPPED}", "/?code=7ZK3M-9QH2T-4VX*", "/01/123", f"/01/{GTIN}", "/nothing", "/escrow/claim",
    "/escrow/claim/wrong",
)  # fmt: skip

BELOW = ("Atom", "JSON Feed", "The log's newest checkpoint", "EPCIS", "OpenAPI")
"""The links under the field of the first page."""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=_PHONE, locale="en-SG", has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def claim_pages(buying: Buying) -> list[str]:
    """A page with an order, an offer and every kind of form; and one whose link the seller knows too."""
    path, buyer = buying.claim()
    buying.offer(buying.market.terms(buyer, order="another"), buyer)
    buying.market.delivered(buyer)
    shared, other = buying.shared_claim()
    buying.offer(buying.market.terms(other, order="third"), other)
    return [buying.url + path, f"{buying.url}{path}?done=own", buying.url + shared]


def in_language(address: str, tag: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={tag}"


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_axe_finds_no_barrier_on_the_open_pages(world: TeaWorld, phone: Page, axe: Axe, tag: str) -> None:
    for path in OPEN_PAGES:
        phone.goto(in_language(world.url + path, tag))
        assert axe(phone) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_on_the_pages_of_a_buyer(claim_pages: list[str], phone: Page, axe: Axe, scheme: str) -> None:
    phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in claim_pages:
        phone.goto(in_language(address, "zh-Hant" if scheme == "dark" else "en"))
        phone.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert axe(phone) == [], address


@pytest.mark.parametrize(("width", "percent"), [(360, 200), (320, 100), (1280, 200)])
def test_text_of_twice_the_size_stays_within_the_page(
    world: TeaWorld, claim_pages: list[str], phone: Page, width: int, percent: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 740})
    for address in (*(world.url + path for path in OPEN_PAGES), *claim_pages):
        for tag in ("en", "zh-Hant"):
            phone.goto(in_language(address, tag))
            phone.evaluate("size => { document.documentElement.style.fontSize = size }", f"{percent}%")
            phone.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
            assert out_of_place(phone) == [], (address, tag)


def test_the_first_page_is_used_by_keyboard_alone(world: TeaWorld, phone: Page) -> None:
    phone.goto(world.url)
    assert tabbed(phone) == ["Provenance ledger", "简体中文", "繁體中文", "code", "Look up", *BELOW]


def test_an_error_has_the_focus_and_the_field_says_what_is_wrong(world: TeaWorld, phone: Page) -> None:
    phone.goto(world.url)
    field = phone.get_by_label("Enter the code from the package")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.fill(SWAPPED)
    phone.keyboard.press("Enter")
    field = phone.get_by_label("Enter the code from the package")
    expect(phone.get_by_role("alert")).to_be_focused()
    expect(phone.get_by_role("alert")).to_be_in_viewport(ratio=1)
    expect(field).to_have_value(SWAPPED)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("^This code was mistyped or misprinted: its last digit should be 1"))
    expect(phone.get_by_role("alert")).to_contain_text("Did you mean one of these?")
    expect(phone).to_have_title("Error: This code was mistyped or misprinted: its last digit should be 1 · Provenance ledger")
    phone.get_by_role("link", name="Correct the code").click()
    expect(field).to_be_focused()
    phone.get_by_role("alert").get_by_role("link", name=GTIN).click()
    expect(phone).to_have_url(f"{world.url}/01/{GTIN}?lang=en")


def test_the_field_asks_for_the_right_keyboard(world: TeaWorld, phone: Page) -> None:
    phone.goto(world.url)
    field = phone.get_by_role("search").get_by_role("textbox")
    for name, value in {
        "inputmode": "text", "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search",
    }.items():  # fmt: skip
        expect(field).to_have_attribute(name, value)
    box = field.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert float(field.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 20


def test_a_doubtful_character_is_marked_by_more_than_colour(world: TeaWorld, phone: Page) -> None:
    phone.goto(f"{world.url}/?code=7ZK3M-9QH2T-4VX*")
    mark = phone.get_by_role("alert").locator("mark")
    expect(mark).to_have_text("*")
    assert mark.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"


def test_an_order_is_used_by_keyboard_alone(claim_pages: list[str], phone: Page) -> None:
    phone.goto(claim_pages[0])
    stops = tabbed(phone)
    assert stops[:4] == ["Provenance ledger", "简体中文", "繁體中文", "I agree"]
    assert {"Accept the delivery", "Something is wrong"} <= set(stops)
    phone.locator("summary", has_text="Something is wrong").focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")
    assert focused(phone).startswith("reason-")
    assert outlined(phone)


@pytest.mark.parametrize("path", ["/", "/?code=hello"])
def test_forced_colours_keep_fields_buttons_and_focus(world: TeaWorld, phone: Page, path: str) -> None:
    phone.emulate_media(forced_colors="active")
    phone.goto(world.url + path)
    assert phone.evaluate("matchMedia('(forced-colors: active)').matches")
    assert tabbed(phone)[-6:] == ["Look up", *BELOW]
    for control in (phone.get_by_role("textbox"), phone.get_by_role("button", name="Look up")):
        assert control.evaluate("e => getComputedStyle(e).borderTop").startswith(("1px solid", "2px solid"))


def test_headings_and_landmarks_come_in_order(world: TeaWorld, claim_pages: list[str], phone: Page) -> None:
    for address in (*(world.url + path for path in OPEN_PAGES), *claim_pages):
        phone.goto(address)
        levels = phone.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(e => Number(e.tagName[1]))")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below - above <= 1 for above, below in itertools.pairwise(levels)), address
        for role in ("banner", "main", "navigation"):
            expect(phone.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
