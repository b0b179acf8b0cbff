"""Reporting a label over HTTP: a record, words beside it, no trace of the person, and an end to how often."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.own_limits import REPORTS_PER_CODE_MAX, REPORTS_PER_RANGE_MAX
from ledger.storage.database import reading
from ledger.storage.label_words import words_about
from ledger.storage.scans import scanned_key
from tests.api.conftest import Founded
from tests.api.owner_world import TIN_PATH, UNKNOWN_PATH, OwnerWorld, found_owner_world, owner_world
from tests.api.tea_world import TIN

REPORT = f"/report{TIN_PATH}"


@pytest.fixture
def owners(tmp_path: Path, founded: Founded) -> Iterator[OwnerWorld]:
    found_owner_world(founded.data, tmp_path / "data")
    with owner_world(tmp_path / "data") as world:
        yield world


def words_kept(owners: OwnerWorld) -> list[str]:
    with reading(owners.ledger.engine) as connection:
        return list(words_about(connection, scanned_key(owners.ledger.event_secret, TIN)).values())


def from_place(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"198.51.{number}.7"}


def test_a_report_becomes_a_record_that_the_holder_of_the_code_can_read(owners: OwnerWorld) -> None:
    assert "What is wrong?" in owners.open(REPORT).text
    page = owners.press({"fault": "copied", "words": "Two tins,\r\none number."}, REPORT, **{"X-Area": "SG/Singapore"})
    assert page.status_code == 200
    assert "Your report is recorded" in page.text
    address = re.search(r'href="(/records/[^"]+)"', page.text)
    assert address is not None
    said = owners.client.get(address[1].replace("&amp;", "&")).json()
    digest = hashlib.sha256(b"Two tins,\none number.").hexdigest()
    assert said == {"type": "LabelReported", "item": TIN, "fault": "copied", "territory": "SG", "words": digest}
    assert owners.client.get(address[1].partition("?")[0]).status_code == 403
    assert words_kept(owners) == ["Two tins,\none number."]


def test_an_unknown_code_and_a_product_can_be_reported(owners: OwnerWorld) -> None:
    assert owners.press({"fault": "wrong-address"}, f"/report{UNKNOWN_PATH}").status_code == 200
    product = owners.press({"fault": "other"}, "/report/01/09521234000013")
    assert product.status_code == 200
    assert "/records/" not in product.text


def test_what_was_typed_is_there_again_after_a_refusal(owners: OwnerWorld) -> None:
    page = owners.press({"fault": "", "words": "</textarea><script>alert(1)</script>"}, REPORT)
    assert page.status_code == 400
    assert "Choose what is wrong" in page.text
    assert "&lt;/textarea&gt;&lt;script&gt;" in page.text
    assert "<script" not in page.text
    long = owners.press({"fault": "other", "words": "x" * 1_001}, REPORT, **from_place(2))
    assert (long.status_code, "Your words are too long" in long.text) == (413, True)
    assert words_kept(owners) == []


def test_reports_from_one_range_and_of_one_code_end(owners: OwnerWorld) -> None:
    for _ in range(REPORTS_PER_RANGE_MAX):
        assert owners.press({"fault": "damaged"}, REPORT).status_code == 200
    stopped = owners.press({"fault": "damaged"}, REPORT)
    assert (stopped.status_code, "Too many reports within a minute" in stopped.text) == (503, True)
    for number in range(REPORTS_PER_CODE_MAX - REPORTS_PER_RANGE_MAX):
        assert owners.press({"fault": "damaged"}, REPORT, **from_place(number)).status_code == 200
    assert owners.press({"fault": "damaged"}, REPORT, **from_place(99)).status_code == 503
    assert owners.press({"fault": "damaged"}, f"/report{UNKNOWN_PATH}", **from_place(99)).status_code == 200


def test_a_program_reports_in_json(owners: OwnerWorld) -> None:
    answer = owners.ask({"fault": "copied", "words": "one"}, REPORT)
    assert (answer.status_code, answer.json()["item"]) == (201, TIN)
    refused = owners.ask({"fault": "ugly"}, REPORT)
    assert (refused.status_code, refused.json()["code"]) == (400, "FaultUnknown")


@pytest.mark.parametrize(("language", "says"), [("zh-Hans", "您的举报已记录"), ("zh-Hant", "您的檢舉已記錄")])
def test_in_every_language(owners: OwnerWorld, language: str, says: str) -> None:
    assert owners.open(f"{REPORT}?lang={language}").status_code == 200
    page = owners.press({"fault": "copied"}, f"{REPORT}?lang={language}")
    assert says in page.text
    assert "no-store" in page.headers["cache-control"]
