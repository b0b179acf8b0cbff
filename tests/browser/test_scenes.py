"""Ten scenes as a phone sees them: what stands on the first screen, one request, no complaint, and a picture of each."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from cli.exits import ExitCode
from ledger.actions.demo_world.build import DemoWorld
from tests.browser.phone import Phone, page_of, phone_at, screenshots, serving_data
from tests.cli.serving import run

pytestmark = pytest.mark.browser

PAGE_BYTES_MAX = 30 << 10
"""Of a whole page, compressed: everything that is loaded."""


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[Phone]:
    with phone_at(browser, url) as opened:
        yield opened
    assert opened.complaints == []


FIRST_SCREENS = {
    "clean": ("Duyun Maojian green tea", "Verified", "Yunwu Ridge", "Lantern Lane Tea", "Passed", "Nothing: all 8 listed steps"),
    "findings": ("Stone-ground green tea", "Verified, with findings", "2 things need a look"),
    "recalled": ("Recalled: take it back to the shop", "Do not drink this tea", "Food Office", "Duyun Maojian green tea"),
    "spared": ("Duyun Maojian green tea", "Verified", "Nothing: all 8 listed steps"),
    "missing": ("Mountain honey", "Incomplete", "Part of its story is missing", "5 of 7 listed steps"),
    "copied": ("this code was likely copied", "Sold", "likely copied"),
    "erased": ("Duyun Maojian green tea", "Verified"),
    "manufactured": ("Electric kettle", "Verified", "Foshan", "Kitchen of the Strait"),
    "second-hand": ("Electric kettle", "Sold", "passed on to a new owner"),
}
"""What must be seen without scrolling, by scene."""


@pytest.mark.parametrize("scene", FIRST_SCREENS)
def test_the_first_screen_answers(phone: Phone, scene: str) -> None:
    answer = phone.scan(scene)
    phone.keep(scene)
    assert answer.status == 200
    seen = phone.first_screen()
    assert [words for words in FIRST_SCREENS[scene] if words not in seen] == [], seen
    assert "genuine" not in phone.page.inner_text("body").lower()
    assert phone.asked == [page_of(phone.url, scene)]
    assert len(gzip.compress(answer.body(), 6)) <= PAGE_BYTES_MAX


def test_an_unknown_code_condemns_nothing(phone: Phone) -> None:
    answer = phone.scan("unknown")
    phone.keep("unknown")
    assert answer.status == 404
    seen = phone.first_screen()
    for words in ("Unknown code", "Nothing is known here about this code", "That alone does not mean the product is false"):
        assert words in seen
    assert all("404" in complaint for complaint in phone.complaints)
    phone.complaints.clear()
    phone.page.get_by_role("textbox").fill("(01)09506000200033(21)VZV4QRVYNE3P")
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_url(page_of(phone.url, "clean") + "*")
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("Duyun Maojian")


def test_of_the_copied_code_the_page_counts_where_it_was_scanned(phone: Phone) -> None:
    phone.scan("copied")
    body = phone.page.inner_text("main")
    assert re.search(r"[0-9]+ scans in 5 areas", body)
    assert "Scanned at two places sooner than anybody could travel." in body
    assert "fake" not in body.lower() and "counterfeit" not in body.lower()


def test_of_the_erased_record_the_page_says_that_it_was_there(phone: Phone) -> None:
    phone.scan("erased")
    body = phone.page.inner_text("main")
    assert "Erased records" in body and "a person asked for it" in body
    assert "Mei Ling" not in body
    phone.page.get_by_text("Erased records").scroll_into_view_if_needed()
    phone.page.screenshot(path=screenshots() / "erased-record.png")


CHINESE = {
    "zh-CN": ("zh-Hans", "clean", ("都匀毛尖绿茶", "已核验", "云雾岭 7 号茶园", "灯笼巷店面")),
    "zh-TW": ("zh-Hant", "clean", ("都勻毛尖綠茶 100 公克", "雲霧嶺 7 號茶園", "燈籠巷店面")),
    "zh-HK": ("zh-Hant", "recalled", ("9 號茶園的鮮葉農藥殘留超標", "都勻毛尖綠茶")),
}
"""What a browser asks for: the language that answers, a scene, and what must be seen without scrolling."""


@pytest.mark.parametrize("language", CHINESE)
def test_it_is_read_in_chinese(browser: Browser, url: str, language: str) -> None:
    tag, scene, words = CHINESE[language]
    with phone_at(browser, url, language=language) as phone:
        phone.scan(scene)
        phone.keep(f"{scene}-{language}")
        seen = phone.first_screen()
        assert phone.page.locator("html").get_attribute("lang") == tag
        assert [text for text in words if text not in seen] == [], seen
        assert phone.complaints == []


@pytest.mark.parametrize("scene", ["clean", "recalled", "findings"])
def test_nothing_is_lost_without_scripts(browser: Browser, url: str, scene: str) -> None:
    with phone_at(browser, url) as phone:
        phone.scan(scene)  # the page tells of scans before: neither of those compared is the first
    shown = []
    for scripts in (True, False):
        with phone_at(browser, url, scripts=scripts) as phone:
            phone.scan(scene)
            shown.append(phone.first_screen())
            if not scripts:
                phone.keep(f"{scene}-without-scripts")
                summary = phone.page.locator("summary").first
                summary.click()
                assert summary.locator("..").get_attribute("open") is not None
            assert phone.complaints == []
    with_scripts, without = (text.partition("Checked by")[0] for text in shown)
    assert with_scripts == without != ""


def test_a_receipt_is_kept_and_checked_when_the_server_is_gone(browser: Browser, built: DemoWorld, tmp_path: Path) -> None:
    receipt, record = tmp_path / "kept.tlog-proof", tmp_path / "record"
    with serving_data(built.data) as address, phone_at(browser, address) as phone:
        phone.scan("clean")
        step = phone.page.locator("#s1")
        step.scroll_into_view_if_needed()
        phone.page.screenshot(path=screenshots() / "receipt.png")
        with phone.page.expect_download() as download:
            step.get_by_role("link", name="Receipt").click()
        download.value.save_as(receipt)
        read = step.get_by_role("link", name="Record").get_attribute("href")
        record.write_bytes(phone.page.context.request.get(f"{address}{read}").body())
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
    policy = built.data / "policy"
    proven = run("verify", receipt, "--body", record, "--policy", policy)
    assert proven.exit_code == ExitCode.CLEAN, proven.output
    assert "Yunwu Ridge Tea Garden" in proven.output or "yunwu-garden" in proven.output
    record.write_bytes(record.read_bytes().replace(b"61.4", b"71.4", 1))
    assert run("verify", receipt, "--body", record, "--policy", policy).exit_code == ExitCode.INTEGRITY_FAILURE


def test_the_proof_is_kept_and_checks_itself_when_the_server_is_gone(browser: Browser, built: DemoWorld, tmp_path: Path) -> None:
    kept, policy = tmp_path / "proof.html", built.data / "policy"
    with serving_data(built.data) as address, phone_at(browser, address) as phone:
        phone.scan("clean")
        link = phone.page.get_by_role("link", name="Download the proof of everything on this page")
        link.scroll_into_view_if_needed()
        phone.page.screenshot(path=screenshots() / "proof-offered.png")
        with phone.page.expect_download() as download:
            link.click()
        download.value.save_as(kept)
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
    with phone_at(browser, address) as phone:
        phone.page.context.set_offline(True)
        phone.page.goto(kept.as_uri())
        expect(phone.page.locator("#verdict")).to_contain_text(re.compile("All [0-9]+ records hold"))
        phone.keep("proof-offline")
        assert (phone.asked, phone.complaints) == ([kept.as_uri()], [])
    proven = run("verify", kept, "--policy", policy)
    assert proven.exit_code == ExitCode.CLEAN, proven.output


def test_a_proof_that_was_tampered_with_says_so_itself(browser: Browser, url: str, tmp_path: Path) -> None:
    kept = tmp_path / "proof.html"
    with phone_at(browser, url) as phone:
        answer = phone.page.context.request.get(page_of(f"{url}/proof", "clean"), headers={"Accept": "text/html"})
        place = answer.body().index(b'"body":"') + 100
        spoilt = bytearray(answer.body())
        spoilt[place] = ord("A") if spoilt[place] != ord("A") else ord("B")
        kept.write_bytes(spoilt)
        phone.page.goto(kept.as_uri())
        expect(phone.page.locator("#verdict")).to_contain_text("1 of ")
        expect(phone.page.locator("#verdict")).to_contain_text("does not hold")
        phone.keep("proof-tampered")
