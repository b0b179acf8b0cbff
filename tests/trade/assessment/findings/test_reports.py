"""Failed tests, measurements that do not agree, and reports without accreditation."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.measured import measured_of
from tests.trade.assessment.findings.judging import codes_in, found_in
from tests.trade.assessment.scene import LOT, TIN, TODAY, by_laboratory, declared, product, report, result, said, told

FAILED = report(result("lead", "9", "NA", verdict="fail"), verdict="fail")


def test_a_failed_test() -> None:
    (found,) = found_in(by_laboratory(FAILED))
    assert (found.code, found.values) == ("test-failed", {"number": "R-1", "about": LOT})
    assert codes_in(by_laboratory(report(verdict="inconclusive"))) == []
    assert codes_in(by_laboratory(FAILED, withdrawn=True)) == ["withdrawn-record"]


def test_a_makers_own_admission_counts_and_a_rivals_claim_does_not() -> None:
    more = {"speaks_for": lambda party, thing: party == "works"}
    assert codes_in(said(FAILED, "works"), **more) == ["test-failed"]
    assert codes_in(said(FAILED, "rival"), **more) == ["description-by-stranger"]


@pytest.mark.parametrize(
    ("disposition", "role", "codes"),
    [
        ("non_conformant", "customs", ["found-non-conformant"]),
        ("https://ref.gs1.org/cbv/Disp-damaged", "inspector", ["found-non-conformant"]),
        ("non_conformant", "factory", []),
        ("conformant", "laboratory", []),
    ],
)
def test_an_examiner_did_not_find_it_in_order(disposition: str, role: str, codes: list[str]) -> None:
    assert codes_in(told(1, "desk", "inspecting", role=role, epcList=[TIN], disposition=disposition)) == codes


def test_a_report_needs_an_accreditation_of_its_day() -> None:
    (none,) = found_in(by_laboratory(report(accredited_until=None)))
    assert (none.code, none.weight.value, none.values) == ("report-without-accreditation", "note", {"number": "R-1"})
    (old,) = found_in(by_laboratory(report(accredited_until=date(2026, 4, 19))))
    assert old.values == {"number": "R-1", "until": "2026-04-19"}
    assert codes_in(by_laboratory(report(accredited_until=date(2026, 4, 20)))) == []


def test_what_was_measured_outside_what_is_declared() -> None:
    dry = product(declared("moisture", "5.5", "P1", high="6.5"))

    def judged(value: str | None, below: str | None = None) -> list[tuple[str, dict[str, str]]]:
        laboratory = by_laboratory(report(result("moisture", value, "P1", below)))
        rows = measured_of(dry, [laboratory], grade=lambda one: Grade.INDEPENDENT, today=TODAY)
        return [(one.code, dict(one.values)) for one in found_in(laboratory, measured=rows)]

    values = {"parameter": "moisture", "declared": "5.5", "declared-unit": "P1", "measured-unit": "P1"}
    assert judged("6.50") == []
    assert judged("7.20") == [("measured-outside-declared", values | {"measured": "7.20"})]
    assert judged(None, "9") == []


def test_not_found_although_it_was_promised() -> None:
    rich = product(declared("vitamin-c", "40", "MGM", low="30"))
    laboratory = by_laboratory(report(result("vitamin-c", None, "MGM", below="5")))
    rows = measured_of(rich, [laboratory], grade=lambda one: Grade.INDEPENDENT, today=TODAY)
    (found,) = found_in(laboratory, measured=rows)
    assert found.values["measured"] == "<5"
