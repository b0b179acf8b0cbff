"""The page of an item, scene by scene, for those who see little, hear it read, or have no pointer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ledger.actions.demo_world.scenes.table import SCENES
from tests.browser.axe import Axe
from tests.browser.barriers import out_of_place, tabbed
from tests.browser.phone import Phone, phone_at

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[Phone]:
    with phone_at(browser, url) as opened:
        yield opened


def opened_wide(phone: Phone) -> None:
    """Unfold everything that opens on a tap."""
    phone.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_no_barrier(phone: Phone, axe: Axe, scene: str) -> None:
    phone.scan(scene, "?lang=en")
    assert axe(phone.page) == []
    opened_wide(phone)
    assert axe(phone.page) == [], "unfolded"
    phone.page.emulate_media(color_scheme="dark")
    phone.scan(scene, "?lang=zh-Hans")
    opened_wide(phone)
    assert axe(phone.page) == [], "in Chinese, dark, unfolded"


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("width", "percent"), [(360, 200), (320, 100)])
def test_text_of_twice_the_size_stays_within_the_page(phone: Phone, scene: str, width: int, percent: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": 740})
    for tag in ("en", "zh-Hant"):
        phone.scan(scene, f"?lang={tag}")
        phone.page.evaluate("size => { document.documentElement.style.fontSize = size }", f"{percent}%")
        opened_wide(phone)
        assert out_of_place(phone.page) == [], tag


@pytest.mark.parametrize("colours", ["none", "active"])
def test_everything_can_be_reached_by_keyboard_and_shows_it(phone: Phone, colours: str) -> None:
    phone.page.emulate_media(forced_colors="active" if colours == "active" else "none")
    phone.scan("clean")
    stops = tabbed(phone.page, most=200)
    reachable = phone.page.evaluate("document.querySelectorAll('a[href], summary, button, input:not([type=hidden])').length")
    # Links inside what is folded are reached when it is opened.
    assert 5 < len(stops) <= reachable


@pytest.mark.parametrize("scene", SCENES)
def test_headings_come_in_order(phone: Phone, scene: str) -> None:
    phone.scan(scene)
    levels = phone.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
