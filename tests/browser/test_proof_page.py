"""A proof to keep checks itself in a real Chromium, from disk and without a network, as `suyuan verify` checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import pytest
from playwright.sync_api import Browser, Error, expect

from ledger.evidence.proof_file import ProofFile, proof_in_page
from tests.browser.proof_page import ProofPage, downloaded, judged_here, proof_page, with_proof
from tests.evidence.odd_proofs import ODD_PROOFS, two_kinds_of_log_keys
from tests.evidence.proof_mutations import MUTATIONS
from tests.evidence.proof_world import (
    ERASED,
    PLACES,
    Bend,
    bent,
    honest_proof,
    of_entry,
    of_extra,
    of_receipt,
    proof_of,
    told_ledger,
)

pytestmark = pytest.mark.browser

CHANGED_FILES: Final = 400
SCENES: Final = ("clean", "findings", "recalled", "missing", "erased", "manufactured", "second-hand")


@pytest.fixture(scope="module")
def page_bytes(url: str) -> bytes:
    return downloaded(url, "missing")


@pytest.fixture(scope="module")
def opened(browser: Browser, page_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProofPage]:
    """One open page, whose script is asked about many proofs."""
    path = tmp_path_factory.mktemp("proof") / "proof.html"
    path.write_bytes(page_bytes)
    with proof_page(browser) as page:
        page.open(path)
        assert page.complaints == []
        yield page


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_holds_offline_and_asks_nobody(browser: Browser, url: str, tmp_path: Path, scene: str) -> None:
    path = tmp_path / "proof.html"
    path.write_bytes(downloaded(url, scene))
    count = len(ProofFile.parse(proof_in_page(path.read_bytes())).records)
    with proof_page(browser) as page:
        page.open(path)
        page.page.locator("summary").first.click()
        assert f"All {count} records hold" in page.verdict()
        assert page.looks() == ("waits" if scene == "recalled" else "holds")
        assert page.page.locator("#records > li").count() == count
        assert page.page.locator("#records .yes").count() == count
        assert re.fullmatch(r"(?:[0-9a-f]{4} ?){16}", page.page.inner_text("#fingerprint"))
        assert page.asked == [path.as_uri()]
        assert page.complaints == []


def test_it_says_what_it_does_not_prove(browser: Browser, url: str, tmp_path: Path) -> None:
    path = tmp_path / "proof.html"
    path.write_bytes(downloaded(url, "recalled"))
    with proof_page(browser) as page:
        page.open(path)
        said = page.page.inner_text("main")
        assert "There is a recall among these records" in page.verdict()
        assert "Ask again whether it was recalled" in said
        assert "This file knows nothing of what came after" in said
        assert "The keys of the log stand in this file itself" in said
        page.page.locator("summary").first.click()
        opened = page.page.locator("#records > li").first
        expect(opened).to_contain_text("Not that it is true, complete, still uncorrected, or not recalled.")
        expect(opened).to_contain_text("This shows that tea.example/party/")


def test_an_erased_record_is_told(browser: Browser, url: str, tmp_path: Path) -> None:
    path = tmp_path / "proof.html"
    path.write_bytes(downloaded(url, "erased"))
    with proof_page(browser) as page:
        page.open(path)
        assert "One record was erased" in page.page.inner_text("#open")
        assert "Mei Ling" not in page.page.inner_text("body")


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_changed_field_is_noticed(opened: ProofPage, name: str) -> None:
    changed = bent(honest_proof().to_bytes(), MUTATIONS[name])
    ((error, records),) = opened.judge([changed])
    assert error or not records or any(code for code, _ in records) or not any(named for _, named in records), name
    assert (error is None, [code is None for code, _ in records]) == _outline(changed)


def test_the_honest_proof_holds_in_both(opened: ProofPage) -> None:
    for proof in (honest_proof(), proof_of(told_ledger(), PLACES, erased=[ERASED])):
        assert opened.judge([proof.to_bytes()]) == [judged_here(proof.to_bytes())]
        assert {code for code, _ in judged_here(proof.to_bytes())[1]} == {None}


@pytest.mark.parametrize("name", ["body byte", "signature of the co-signer", "checkpoint root", "origin", "extra member", "item"])
def test_the_page_of_a_changed_proof_shows_it(browser: Browser, page_bytes: bytes, tmp_path: Path, name: str) -> None:
    path = tmp_path / "proof.html"
    path.write_bytes(with_proof(page_bytes, bent(honest_proof().to_bytes(), MUTATIONS[name])))
    with proof_page(browser) as page:
        page.open(path)
        assert page.looks() == ("waits" if name == "item" else "fails")
        assert page.complaints == []
        assert page.asked == [path.as_uri()]


@pytest.mark.parametrize("group", ODD_PROOFS)
def test_odd_records_that_are_rightly_signed_are_judged_alike(opened: ProofPage, group: str) -> None:
    """A log and an issuer in one plot can sign anything: then the rules of the formats decide, in both verifiers alike."""
    proofs = ODD_PROOFS[group]()
    for (name, data), found in zip(proofs.items(), opened.judge(list(proofs.values())), strict=True):
        assert found == judged_here(data), name


def test_one_line_of_the_log_that_a_browser_can_check_is_enough(opened: ProofPage) -> None:
    """No browser knows ML-DSA-44 yet; a log that signs with it too must not make every page unreadable."""
    both = two_kinds_of_log_keys()
    assert opened.judge([both]) == [judged_here(both)]
    assert {code for code, _ in judged_here(both)[1]} == {None}
    with pytest.raises(Error, match="ML-DSA-44"):
        opened.judge([two_kinds_of_log_keys(stripped=True)])


def test_hundreds_of_changed_files_are_judged_alike(opened: ProofPage) -> None:
    files = [_changed_at_random(Random(number)) for number in range(CHANGED_FILES)]
    found = opened.judge(files)
    apart = [number for number in range(CHANGED_FILES) if _shape(found[number]) != _outline(files[number])]
    assert apart == []
    held = sum(error is None and all(code is None for code, _ in records) for error, records in found)
    assert held < CHANGED_FILES // 20, "nearly every change is noticed"
    codes = {code for error, records in found for code in (error, *(one for one, _ in records)) if code}
    assert len(codes) > 12, codes
    assert "VerifierFault" not in codes


def _shape(outcome: tuple[str | None, tuple[tuple[str | None, bool], ...]]) -> tuple[bool, list[bool]]:
    error, records = outcome
    return error is None, [code is None for code, _ in records]


def _outline(proof: bytes) -> tuple[bool, list[bool]]:
    return _shape(judged_here(proof))


@cache
def _small_proof() -> bytes:
    return proof_of(told_ledger(), PLACES, erased=[ERASED]).to_bytes()


def _changed_at_random(random: Random) -> bytes:
    """A byte of the file, of a receipt, of its JSON, or of the entry inside it."""

    def one_character(text: str) -> str:
        at = random.randrange(len(text))
        other = random.choice([chr(random.randrange(33, 127)), "\n", " ", "A", "0", "\u2028", "\ufeff", "茶"])
        return text[:at] + random.choice([other, other + text[at], ""]) + text[at + 1 :]

    def surely(text: str) -> str:
        changed = text
        while changed == text:
            changed = one_character(text)
        return changed

    at = random.randrange(len(PLACES) + 1)
    bends: list[Bend] = [of_receipt(at, surely), of_entry(at, surely), of_extra(at, lambda extra: _bend_extra(extra, random))]
    kind = random.randrange(4)
    if kind == len(bends):
        return surely(_small_proof().decode()).encode()
    return bent(_small_proof(), bends[kind])


def _bend_extra(extra: dict[str, object], random: Random) -> None:
    name = random.choice(sorted(extra))
    value = extra[name]
    choices: list[object] = [None, "", "AAAA", 0, 1, 1.5, -1, True, [], {}, [value], str(value)]
    if isinstance(value, list) and value:
        choices += [value[:-1], [*value, value[-1]], value[::-1]]
    if isinstance(value, str) and value:
        choices += [value[:-1], value[:-4], value.swapcase(), value + "\n"]
    extra[name] = random.choice(choices)
