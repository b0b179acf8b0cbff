"""A proof to keep in the hands of its readers: without scripts, in old browsers, in three languages, and with hostile content."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import Axe
from tests.browser.phone import screenshots
from tests.browser.proof_page import ProofPage, downloaded, proof_page, with_proof
from tests.evidence.proof_world import ERASED, ITEM, PLACES, bare_ledger, proof_of, say, told_ledger
from tests.scenario import json_body

pytestmark = pytest.mark.browser

NO_ED25519 = """
const known = crypto.subtle.generateKey.bind(crypto.subtle);
crypto.subtle.generateKey = (algorithm, ...rest) =>
  algorithm.name === "Ed25519" ? Promise.reject(new DOMException("", "NotSupportedError")) : known(algorithm, ...rest);
"""
NO_WEBCRYPTO = "Object.defineProperty(crypto, 'subtle', {value: undefined});"
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<!--<script>",
    "]]><svg onload=alert(3)>",
    "{count} $& $1 \\u003cb\\u003e",
    "\u202egnp.eveer\u202c\u200b\u2028",
    "javascript:alert(4)",
)


@pytest.fixture(scope="module")
def page_bytes(url: str) -> bytes:
    return downloaded(url, "clean")


def put(folder: Path, page: bytes) -> Path:
    path = folder / "proof.html"
    path.write_bytes(page)
    return path


def test_without_scripts_it_says_how_to_check_it(browser: Browser, page_bytes: bytes, tmp_path: Path) -> None:
    with proof_page(browser, java_script_enabled=False) as page:
        page.page.goto(put(tmp_path, page_bytes).as_uri())
        assert page.looks() == "waits"
        assert "Nothing was checked yet" in page.verdict()
        assert "suyuan verify proof-09506000200033-" in page.verdict()
        assert "The file holds 85 records." in page.page.inner_text("main")
        assert "holds" not in page.page.inner_text("#records").split()[:2]


@pytest.mark.parametrize(("without", "what"), [(NO_ED25519, "Ed25519"), (NO_WEBCRYPTO, "WebCrypto")])
def test_a_browser_that_cannot_check_claims_nothing(
    browser: Browser, page_bytes: bytes, tmp_path: Path, without: str, what: str
) -> None:
    with proof_page(browser) as page:
        page.page.add_init_script(without)
        page.open(put(tmp_path, page_bytes))
        assert page.looks() == "waits"
        assert "This browser cannot check it" in page.verdict()
        assert f"It lacks {what}." in page.verdict()
        assert "suyuan verify" in page.verdict()
        assert page.page.locator("#records .yes").count() == 0
        assert page.complaints == []


def test_what_stands_in_a_record_is_text_and_nothing_else(browser: Browser, page_bytes: bytes, tmp_path: Path) -> None:
    ledger = bare_ledger()
    records = [json_body(type="ObjectEvent", epcList=[ITEM], **{text: text}) for text in HOSTILE]
    entry = say(ledger, records)
    proof = proof_of(ledger, [(entry, place) for place in range(len(records))])
    with proof_page(browser) as page:
        page.open(put(tmp_path, with_proof(page_bytes, proof.to_bytes())))
        assert f"All {len(records)} records hold" in page.verdict()
        for summary in page.page.locator("summary").all():
            summary.click()
        expect(page.page.locator("#records pre")).to_have_count(len(records))
        shown = page.page.locator("#records pre").all_inner_texts()
        assert [text in content for text, content in zip(HOSTILE[:4], shown, strict=False)] == [True] * 4
        assert not set("\u202e\u202c\u200b\u2028") & set(page.page.inner_text("body"))
        assert page.page.locator("main script, main img, main svg, main b b").count() == 0
        assert (page.complaints, len(page.asked)) == ([], 1)


def test_a_script_that_was_changed_does_not_run(browser: Browser, page_bytes: bytes, tmp_path: Path) -> None:
    """By accident, or by who overlooked the hash; whoever changes both owns the page."""
    changed = page_bytes.replace(
        b"return { position: record.position, holds: false", b"return { position: record.position, holds: true "
    )
    assert changed != page_bytes
    with proof_page(browser) as page:
        page.page.goto(put(tmp_path, changed).as_uri())
        assert "Nothing was checked yet" in page.verdict()
        assert any("Content Security Policy" in complaint for complaint in page.complaints)


WORDS = {
    "en": ("All 85 records hold", "Proof to keep", "Ask again whether it was recalled"),
    "zh-Hans": ("85 条记录全部成立", "可保存的证明", "请再次查询是否被召回"),
    "zh-Hant": ("85 筆紀錄全部成立", "可保存的證明", "請再次查詢是否遭召回"),
}


@pytest.mark.parametrize("tag", WORDS)
def test_it_speaks_and_has_no_barrier(browser: Browser, url: str, tmp_path: Path, axe: Axe, tag: str) -> None:
    path = put(tmp_path, downloaded(url, "clean", **{"Accept-Language": tag}))
    with proof_page(browser, color_scheme="dark" if tag == "en" else "light", bypass_csp=True) as page:
        page.open(path)
        page.page.locator("summary").nth(2).click()
        expect(page.page.locator("#records pre")).to_have_count(1)
        said = page.page.inner_text("main")
        assert [text for text in WORDS[tag] if text not in said] == []
        assert "undefined" not in said and "{" not in page.verdict()
        assert axe(page.page) == []
        page.page.screenshot(path=screenshots() / f"proof-file-{tag}.png", full_page=False)
        assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_outcome_has_its_words(browser: Browser, page_bytes: bytes, tmp_path: Path) -> None:
    whole = proof_of(told_ledger(), PLACES, erased=[ERASED])
    with proof_page(browser) as page:
        for proof, looks, said in (
            (whole.to_bytes(), "holds", "All 6 records hold"),
            (proof_of(told_ledger(), [(4, 2)]).to_bytes(), "waits", "none of them names this very item"),
            (proof_of(told_ledger(), [], records=()).to_bytes(), "waits", "The file holds no record"),
            (whole.to_bytes().replace(b"suyuan.proof/v1", b"suyuan.proof/v2"), "fails", "(ProofMalformed)"),
        ):
            page.open(put(tmp_path, with_proof(page_bytes, proof)))
            assert (page.looks(), said in page.verdict()) == (looks, True), said
        assert page.complaints == []


def test_opening_it_leaves_nothing_behind(browser: Browser, page_bytes: bytes, tmp_path: Path) -> None:
    with proof_page(browser) as page:
        page.open(put(tmp_path, page_bytes))
        _click_through(page)
        assert page.page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"
        assert page.asked == [(tmp_path / "proof.html").as_uri()]


def _click_through(page: ProofPage) -> None:
    for summary in page.page.locator("summary").all()[:12]:
        summary.click()
    expect(page.page.locator("#records pre")).to_have_count(12)
