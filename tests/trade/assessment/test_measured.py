"""Declared properties against what was measured."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.trade.assessment.grade import Grade
from ledger.trade.assessment.measured import Measured, agrees, measured_of
from ledger.trade.assessment.told import Statement
from tests.trade.assessment.scene import TODAY, by_laboratory, declared, product, report, result, said

MOISTURE = declared("moisture", "5.5", "P1", high="6.5")


def grade(statement: Statement) -> Grade:
    return Grade.INDEPENDENT if statement.issuer == "lab" else Grade.SELF_DECLARED


def rows(*reports: Statement, parameter: object = MOISTURE) -> tuple[Measured, ...]:
    return measured_of(product(parameter), reports, grade=grade, today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "value", "unit", "wanted"),
    [
        (None, "6.5", "6.5", "P1", True),
        (None, "6.5", "6.6", "P1", False),
        ("5.0", None, "4.9", "P1", False),
        ("5.0", "6.0", "5.0", "P1", True),
        (None, "6.5", "65000", "59", True),
        (None, "6.5", "65001", "59", False),
        (None, None, "5.54", "P1", True),
        (None, None, "5.56", "P1", False),
        (None, None, "5.4", "P1", False),
        (None, "6.5", "6.0", "KGM", None),
    ],
)
def test_a_value_within_or_outside(low: str | None, high: str | None, value: str, unit: str, wanted: bool | None) -> None:
    assert agrees(declared("moisture", "5.5", "P1", low, high), result("moisture", value, unit)) is wanted


@pytest.mark.parametrize(
    ("value", "low", "high", "below", "wanted"),
    [
        ("0", None, None, "0.01", True),
        ("1", None, "5", "0.01", True),
        ("1", None, "0.005", "0.01", None),
        ("1", None, None, "0.01", False),
        ("1", None, None, "3", None),
        ("8", "5", "9", "0.01", False),
        ("8", "5", "9", "6", None),
        ("0", None, "0", "0.01", True),
    ],
)
def test_not_found_below_a_limit_of_detection(
    value: str, low: str | None, high: str | None, below: str, wanted: bool | None
) -> None:
    assert agrees(declared("lead", value, "NA", low, high), result("lead", None, "NA", below=below)) is wanted


def test_declared_and_never_measured() -> None:
    assert rows() == (Measured("moisture", MOISTURE, None, None, None),)


def test_measured_and_never_declared_comes_after_by_name() -> None:
    found = rows(by_laboratory(report(result("lead", "0.6", "NA"), result("ash", "6", "P1"))))
    assert [(row.parameter, row.declared is None, row.agrees) for row in found] == [
        ("moisture", False, None),
        ("ash", True, None),
        ("lead", True, None),
    ]


def test_the_strongest_grade_counts_before_the_newest() -> None:
    laboratory = by_laboratory(report(result("moisture", "7.0", "P1"), reported=date(2026, 4, 11)), at=5)
    seller = said(report(result("moisture", "5.0", "P1"), reported=date(2026, 4, 30)), at=9)
    (row,) = rows(seller, laboratory)
    assert (row.report, row.agrees) == (laboratory, False)


def test_of_equal_grades_the_newest() -> None:
    old = by_laboratory(report(result("moisture", "7.0", "P1"), reported=date(2026, 4, 11)), at=9)
    new = by_laboratory(report(result("moisture", "5.0", "P1"), reported=date(2026, 4, 12)), at=5)
    assert rows(old, new)[0].report == rows(new, old)[0].report == new


def test_what_can_be_compared_comes_before_what_cannot() -> None:
    other = by_laboratory(report(result("moisture", "7.0", "KGM"), reported=date(2026, 4, 30)))
    seller = said(report(result("moisture", "5.0", "P1")))
    assert rows(other, seller)[0].agrees is True
    assert rows(other)[0].agrees is None


def test_withdrawn_and_expired_reports_count_no_more() -> None:
    gone = by_laboratory(report(), withdrawn=True)
    expired = by_laboratory(report(valid_until=date(2026, 4, 30)))
    assert rows(gone, expired)[0].result is None
    assert rows(by_laboratory(report(valid_until=TODAY)))[0].result is not None


def test_without_a_description_there_is_still_what_was_measured() -> None:
    (row,) = measured_of(None, [by_laboratory(report())], grade=grade, today=TODAY)
    assert (row.parameter, row.declared, row.agrees) == ("moisture", None, None)
