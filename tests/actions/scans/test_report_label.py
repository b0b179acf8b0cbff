"""Reported labels: a record of the operator, words beside it by their hash, and an end to how many there may be."""

from __future__ import annotations

import hashlib

import pytest

from ledger.actions.parties.change_party import suspend_party
from ledger.actions.scans import report_label as module
from ledger.actions.scans.claim_item import ClaimsClosed
from ledger.actions.scans.report_label import (
    WORDS_CHARACTERS_MAX,
    FaultUnknown,
    Report,
    ReportsTooMany,
    WordsTooLong,
    report_label,
)
from ledger.storage.database import reading
from ledger.storage.label_words import words_about
from ledger.storage.position import Position
from ledger.storage.scans import scanned_key
from ledger.trade.shapes.refusals import BodyMemberWrong
from tests.actions.scans.conftest import ITEM, Codes

WORDS = "The tin says 100 g, the page 50 g.\n两个编号一样。"


def report(codes: Codes, fault: str = "copied", words: str = "", territory: str = "-", item: str = ITEM) -> Position:
    return report_label(codes.ledger, Report(item, fault, words, territory), desks=codes.desks)


def test_the_record_has_the_hash_of_the_words_and_nothing_of_the_person(codes: Codes) -> None:
    position = report(codes, words=f"  {WORDS}\n", territory="SG")
    digest = hashlib.sha256(WORDS.encode()).digest()
    assert codes.records(position.entry) == [
        {"type": "LabelReported", "item": ITEM, "fault": "copied", "territory": "SG", "words": digest.hex()}
    ]
    with reading(codes.ledger.engine) as connection:
        assert words_about(connection, scanned_key(codes.ledger.event_secret, ITEM)) == {digest: WORDS}


def test_words_may_be_left_out_and_the_same_may_be_found_twice(codes: Codes) -> None:
    first = report(codes, "damaged")
    assert codes.records(first.entry) == [{"type": "LabelReported", "item": ITEM, "fault": "damaged"}]
    assert report(codes, "damaged").entry == first.entry + 1


def test_an_unknown_code_is_reported_too(codes: Codes) -> None:
    assert report(codes, item=f"{ITEM}9").entry == codes.ledger.head().size - 1


def test_a_product_is_reported_where_the_label_has_no_serial(codes: Codes) -> None:
    assert codes.records(report(codes, item="https://id.gs1.org/01/09506000134352").entry)[0]["type"] == "LabelReported"


def test_what_makes_no_sense_is_refused(codes: Codes) -> None:
    size = codes.ledger.head().size
    with pytest.raises(FaultUnknown):
        report(codes, "ugly")
    with pytest.raises(WordsTooLong):
        report(codes, words="x" * (WORDS_CHARACTERS_MAX + 1))
    with pytest.raises(BodyMemberWrong):
        report(codes, item="https://example.com/")
    assert codes.ledger.head().size == size


def test_broken_text_is_kept_as_text(codes: Codes) -> None:
    report(codes, words="a\udcffb")
    with reading(codes.ledger.engine) as connection:
        assert list(words_about(connection, scanned_key(codes.ledger.event_secret, ITEM)).values()) == ["a?b"]


def test_there_is_an_end_to_reports_of_a_day(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "A_DAY_MAX", 2)
    report(codes)
    report(codes)
    with pytest.raises(ReportsTooMany):
        report(codes)


def test_without_a_party_of_the_operator_nothing_is_taken(codes: Codes) -> None:
    suspend_party(codes.ledger, codes.operator, reason="key-compromised")
    with pytest.raises(ClaimsClosed):
        report(codes)
