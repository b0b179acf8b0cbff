"""What an owner sees and presses, in a real browser without scripts, at phone size: claim, scan, pass on, report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ledger.actions.scans.claim_item import read_ownership
from tests.api.conftest import Founded
from tests.api.owner_world import PIN, TIN_PATH, WRONG, OwnerWorld, found_owner_world, owner_world
from tests.api.tea_world import TIN
from tests.browser.axe import Axe
from tests.browser.phone import Phone, phone_at

pytestmark = pytest.mark.browser

SECRET = re.compile(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){4}")
PAGE_BYTES_MAX = 30_000


@pytest.fixture
def owners(tmp_path: Path, founded: Founded) -> Iterator[OwnerWorld]:
    found_owner_world(founded.data, tmp_path / "data")
    with owner_world(tmp_path / "data") as world:
        yield world


@pytest.fixture
def phone(browser: Browser, owners: OwnerWorld) -> Iterator[Phone]:
    with phone_at(browser, owners.url, scripts=False) as opened:
        yield opened
    assert [text for text in opened.complaints if "403" not in text and "409" not in text] == []
    assert {url.split("/")[2] for url in opened.asked} == {owners.url.split("/")[2]}


def claim(phone: Phone, pin: str, label: str = "PIN", go: str = "Claim it") -> None:
    phone.page.get_by_label(label, exact=True).fill(pin)
    phone.page.get_by_role("button", name=go, exact=True).click()


def secret_shown(phone: Phone) -> str:
    code = phone.page.locator("#secret")
    expect(code).to_have_text(SECRET)
    expect(code).to_be_in_viewport()
    return code.inner_text()


def test_a_first_owner_claims_and_passes_on(phone: Phone, owners: OwnerWorld) -> None:
    page = phone.page
    page.goto(f"{owners.url}/own{TIN_PATH}")
    claim(phone, WRONG)
    expect(page.get_by_text("This number and this PIN do not belong together")).to_be_in_viewport()
    claim(phone, PIN)
    expect(page.get_by_text("You are recorded as the first owner")).to_be_in_viewport()
    first = secret_shown(phone)
    phone.keep("owner-claimed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt (.tlog-proof)").click()
    assert download.value.suggested_filename.endswith(".tlog-proof")
    page.goto(f"{owners.url}/own{TIN_PATH}")
    expect(page.get_by_label("The owner's secret: 25 letters and digits").last).not_to_be_visible()
    page.get_by_text("Pass it on", exact=True).click()
    page.locator("#pass-secret").fill(first.lower().replace("-", " "))
    page.get_by_role("button", name="Pass it on and show the new secret").click()
    expect(page.get_by_text("The item has been passed on")).to_be_in_viewport()
    second = secret_shown(phone)
    assert second != first
    page.goto(f"{owners.url}/own{TIN_PATH}")
    page.locator("#scan-secret").fill(second)
    page.get_by_role("button", name="Scan as the owner").click()
    expect(page.get_by_text("Noted: the owner scanned this item today")).to_be_in_viewport()
    assert len(read_ownership(owners.ledger, TIN).links) == 2


def test_a_reloaded_answer_shows_the_same_secret(phone: Phone, owners: OwnerWorld) -> None:
    phone.page.goto(f"{owners.url}/own{TIN_PATH}")
    claim(phone, PIN)
    first = secret_shown(phone)
    phone.page.reload()
    assert secret_shown(phone) == first
    assert len(read_ownership(owners.ledger, TIN).links) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ("这件商品的主人", "PIN 码", "认领", "您已被记录为第一位主人")),
        ("zh-TW", ("這件商品的主人", "PIN 碼", "認領", "您已被記錄為第一位主人")),
    ],
)
def test_in_chinese(browser: Browser, owners: OwnerWorld, language: str, words: tuple[str, str, str, str]) -> None:
    title, pin, go, done = words
    with phone_at(browser, owners.url, language=language, scripts=False) as phone:
        phone.page.goto(f"{owners.url}/own{TIN_PATH}")
        expect(phone.page.get_by_role("heading", level=1)).to_have_text(title)
        claim(phone, PIN, pin, go)
        expect(phone.page.get_by_text(done)).to_be_in_viewport()
        phone.keep(f"owner-claimed-{language}")


def test_a_label_is_reported(phone: Phone, owners: OwnerWorld) -> None:
    page = phone.page
    page.goto(f"{owners.url}/report{TIN_PATH}")
    page.get_by_label("What is wrong?").select_option(label="It looks copied")
    page.get_by_label("In your words (may be left empty)").fill("Two tins with one number.")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("Your report is recorded")).to_be_in_viewport()


def test_pages_are_small_and_for_everybody(browser: Browser, owners: OwnerWorld, axe: Axe) -> None:
    with phone_at(browser, owners.url) as phone:
        for path in (f"/own{TIN_PATH}", f"/report{TIN_PATH}"):
            for language in ("en", "zh-Hans", "zh-Hant"):
                answer = phone.page.goto(f"{owners.url}{path}?lang={language}")
                assert answer is not None
                assert len(answer.body()) < PAGE_BYTES_MAX
                assert axe(phone.page) == []
        phone.page.goto(f"{owners.url}/own{TIN_PATH}")
        claim(phone, WRONG)
        assert axe(phone.page) == []
        claim(phone, PIN)
        secret_shown(phone)
        assert axe(phone.page) == []


def test_everything_can_be_reached_by_keyboard(phone: Phone, owners: OwnerWorld) -> None:
    page = phone.page
    page.goto(f"{owners.url}/own{TIN_PATH}")
    page.get_by_label("PIN", exact=True).focus()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    secret_shown(phone)


def test_nothing_is_cut_off_on_a_narrow_phone_with_large_letters(browser: Browser, owners: OwnerWorld) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=True)
    page = context.new_page()
    page.goto(f"{owners.url}/own{TIN_PATH}")
    page.get_by_label("PIN", exact=True).fill(PIN)
    page.get_by_role("button", name="Claim it", exact=True).click()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
