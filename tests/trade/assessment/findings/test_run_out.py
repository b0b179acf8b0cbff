"""Dates that have passed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ledger.trade.assessment.told import About, Statement
from ledger.trade.dossier.bodies.described import Licence, PartyDescribed
from ledger.trade.dossier.bodies.inspected import CertificateIssued, LicenceChecked
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import NAMES, PLOT, TIN, TODAY, by_laboratory, report, result, said, told

YESTERDAY = TODAY - timedelta(days=1)
LAST_YEAR = date(2025, 1, 1)


def certified(until: date, at: int = 100, standard: str = "GB/T 19630", about: str = PLOT, **more: Any) -> Statement:
    body = CertificateIssued(about, f"C-{at}", standard, NAMES, NAMES, LAST_YEAR, until)
    return by_laboratory(body, at=at, **more)


def licensed(until: date, at: int = 100, issuer: str = "works") -> Statement:
    return said(PartyDescribed("works", NAMES, licences=(Licence(NAMES, "SC-1", "Office", LAST_YEAR, until),)), issuer, at=at)


def looked(answer: str, checked: date, at: int = 100) -> Statement:
    return by_laboratory(LicenceChecked("works", "SC-1", answer, checked), at=at)


def test_a_certificate_holds_on_its_last_day() -> None:
    assert codes_in(certified(TODAY)) == []
    (found,) = found_in(certified(YESTERDAY))
    assert (found.code, found.values) == (
        "expired-certificate",
        {"number": "C-100", "standard": "GB/T 19630", "until": "2026-04-30"},
    )


def test_a_renewed_certificate_is_no_matter() -> None:
    assert codes_in(certified(YESTERDAY), certified(TODAY, at=7)) == []
    assert codes_in(certified(YESTERDAY), certified(TODAY, at=101, standard="HACCP")) == ["expired-certificate"]
    assert codes_in(certified(YESTERDAY), certified(TODAY, at=101, about=TIN)) == ["expired-certificate"]
    assert codes_in(certified(YESTERDAY), certified(TODAY, at=101, withdrawn=True)) == ["expired-certificate", "withdrawn-record"]


def test_the_sellers_word_renews_no_certifiers() -> None:
    own = said(certified(TODAY).body, "works", at=101)
    assert codes_in(certified(YESTERDAY), own) == ["expired-certificate"]


def test_a_licence_of_the_partys_newest_description() -> None:
    (found,) = found_in(licensed(YESTERDAY))
    assert (found.code, found.values) == ("expired-licence", {"party": "works", "number": "SC-1", "until": "2026-04-30"})
    assert codes_in(licensed(TODAY)) == []
    assert codes_in(licensed(YESTERDAY, at=7), licensed(TODAY, at=8)) == []
    assert codes_in(licensed(YESTERDAY, issuer="rival")) == []


def test_the_newest_look_at_a_licence_counts() -> None:
    for answer in ("expired", "revoked", "not-found"):
        (found,) = found_in(looked(answer, TODAY))
        assert (found.code, found.values["result"]) == ("licence-check-failed", answer)
    assert codes_in(looked("revoked", YESTERDAY, at=9), looked("valid", TODAY, at=8)) == []
    assert codes_in(looked("valid", YESTERDAY, at=9), looked("revoked", TODAY, at=8)) == ["licence-check-failed"]


def test_a_report_that_ran_out_unless_a_newer_one_measured_as_much() -> None:
    old = by_laboratory(report(valid_until=YESTERDAY, reported=date(2026, 4, 11)), at=7)
    assert codes_in(old) == ["report-expired"]
    assert codes_in(by_laboratory(report(valid_until=TODAY))) == []
    wider = report(result("moisture", "5", "P1"), result("lead", "0.1", "NA"), number="R-2")
    assert codes_in(old, by_laboratory(wider, at=8)) == []
    for less in (
        by_laboratory(report(result("lead", "0.1", "NA")), at=8),
        by_laboratory(report(about=TIN), at=8),
        said(report(), "works", at=8),
    ):
        assert codes_in(old, less) == ["report-expired"]


def test_goods_past_their_date_of_expiry() -> None:
    def made(until: date, about: About = About.ITEM, name: str = "cbvmda:itemExpirationDate") -> list[str]:
        return codes_in(told(1, about=about, action="ADD", epcList=[TIN], ilmd={name: str(until)}))

    assert made(YESTERDAY) == ["past-its-date"]
    assert made(TODAY) == []
    assert made(YESTERDAY, about=About.ORIGIN) == []
    assert made(YESTERDAY, name="cbvmda:bestBeforeDate") == []
