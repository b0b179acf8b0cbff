"""One reader, one language: chosen by the browser or by hand, the same from page to page, said to every cache."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages.words import LANGUAGES, words_of
from tests.api.buying import Buying
from tests.api.tea_world import GTIN, TeaWorld, document, made

pytestmark = pytest.mark.browser

_PHONE = {"width": 360, "height": 740}
ITEM = f"/01/{GTIN}/21/T1"
PAGES = ("/", f"/?code={GTIN[:-1]}5", ITEM, "/01/123", "/escrow/claim", "/escrow/claim/wrong")

Reader = Callable[[str], Page]


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    """A phone without scripts whose owner reads a language."""
    contexts = []

    def open_page(locale: str) -> Page:
        contexts.append(browser.new_context(java_script_enabled=False, viewport=_PHONE, locale=locale))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def told(world: TeaWorld) -> TeaWorld:
    world.captured("factory", document(made()))
    return world


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en-SG", "en"),
        ("en-US", "en"),
        ("fr-FR", "en"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
    ],
)
def test_every_page_speaks_what_the_browser_asks_for(told: TeaWorld, reader: Reader, locale: str, tag: str) -> None:
    page = reader(locale)
    for path in PAGES:
        answer = page.goto(told.url + path)
        assert answer is not None
        assert page.locator("html").get_attribute("lang") == tag, path
        assert answer.headers["content-language"] == tag, path
        assert "accept-language" in answer.headers["vary"].lower(), path
        expect(page.get_by_role("banner").get_by_role("link").first).to_have_text(words_of("layout", tag)["ledger"])


def test_every_page_offers_every_language_by_its_own_name(told: TeaWorld, reader: Reader) -> None:
    page = reader("en-GB")
    for path in PAGES:
        page.goto(told.url + path)
        switch = page.get_by_role("navigation", name="Language")
        expect(switch).to_be_in_viewport()
        expect(switch.locator("[aria-current]")).to_have_text("English")
        for tag, own in LANGUAGES.items():
            assert switch.get_by_text(own, exact=True).get_attribute("lang") == tag
        links = page.locator("link[rel=alternate][hreflang]").all()
        alternates = {link.get_attribute("hreflang"): link.get_attribute("href") for link in links}
        assert {tag: alternates[tag] for tag in LANGUAGES} == {
            tag: f"{path}{'&' if '?' in path else '?'}lang={tag}" for tag in LANGUAGES
        }


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_switch_leads_to_the_same_page(told: TeaWorld, reader: Reader, tag: str) -> None:
    page = reader("en-GB" if tag != "en" else "zh-TW")
    for path in PAGES:
        page.goto(told.url + path)
        page.get_by_role("banner").get_by_role("link", name=LANGUAGES[tag]).click()
        assert page.locator("html").get_attribute("lang") == tag
        assert page.url == f"{told.url}{path}{'&' if '?' in path else '?'}lang={tag}"


def test_a_language_chosen_by_hand_stays_from_page_to_page(told: TeaWorld, reader: Reader) -> None:
    page = reader("en-GB")
    page.goto(told.url)
    page.get_by_role("link", name="繁體中文").click()
    page.get_by_label("輸入包裝上的代碼").fill("hello")
    page.get_by_role("button", name="查詢").click()
    expect(page.get_by_role("alert")).to_contain_text("這不像是包裝上的代碼")
    page.get_by_label("輸入包裝上的代碼").fill(f"(01){GTIN}(21)T1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{told.url}{ITEM}?lang=zh-Hant")
    page.get_by_role("banner").get_by_role("link", name="溯源帳本").click()
    expect(page).to_have_url(f"{told.url}/?lang=zh-Hant")


def test_addresses_of_the_old_tag_are_still_read(told: TeaWorld, reader: Reader) -> None:
    page = reader("zh-TW")
    page.goto(f"{told.url}{ITEM}?lang=zh")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
def test_nothing_english_is_left_on_a_chinese_page(told: TeaWorld, buying: Buying, reader: Reader, tag: str) -> None:
    path, buyer = buying.claim()
    buying.offer(buying.market.terms(buyer, order="another"), buyer)
    buying.market.delivered(buyer)
    page = reader("en-GB")
    addresses = [told.url + path for path in PAGES if path != ITEM] + [buying.url + path]
    for address in addresses:
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={tag}")
        for element in page.locator("h1, h2, h3, p, dt, li, label, button, summary, option").all():
            text = element.evaluate("e => [...e.childNodes].filter(n => n.nodeType == 3).map(n => n.textContent).join(' ')")
            words = re.findall(r"[A-Za-z]{3,}", re.sub(r"\S*[./]\S*", "", text))
            # Names of parties, currencies and standards are what they are.
            assert set(words) <= _NAMES, (address, text)


_NAMES = {"UTC", "SGD", "EPCIS", "GTIN", "OpenAPI", "Harbour", "Bank", "Cloud", "Garden", "Teas", "tea", "another"}


def test_dates_are_written_as_the_reader_writes_them(buying: Buying, reader: Reader) -> None:
    path, buyer = buying.claim()
    buying.market.delivered(buyer)
    for locale, spelt in (
        ("en-SG", r"by [0-9]{1,2} \w{3,4} [0-9]{4}, [0-9]{2}:[0-9]{2} UTC"),
        ("en-US", r"by \w{3} [0-9]{1,2}, [0-9]{4}, [0-9]{1,2}:[0-9]{2}\s[AP]M UTC"),
        ("zh-TW", r"請在 [0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日 [0-9]{2}:[0-9]{2} UTC 前確認收貨"),
    ):
        page = reader(locale)
        page.goto(buying.url + path)
        expect(page.get_by_text(re.compile(spelt))).to_be_visible()
