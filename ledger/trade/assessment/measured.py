"""Declared properties beside what standing reports measured of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ledger.trade.assessment.grade import Grade, strength
from ledger.trade.assessment.told import Statement
from ledger.trade.assessment.units import converted
from ledger.trade.dossier.bodies.described import Parameter, ProductDescribed
from ledger.trade.dossier.bodies.inspected import Result, TestReported


@dataclass(frozen=True, slots=True)
class Measured:
    """One parameter: what is declared, and the result that counts with the report it stands in.

    agrees: None where nobody measured, nothing was declared, the units do not compare, or a limit of detection says too
    little.
    """

    parameter: str
    declared: Parameter | None
    result: Result | None
    report: Statement | None
    agrees: bool | None


def measured_of(
    product: ProductDescribed | None, reports: Iterable[Statement], *, grade: Callable[[Statement], Grade], today: date
) -> tuple[Measured, ...]:
    """Declared parameters in the order of the description, then what was measured without being declared, by name.

    Of several results the one of the strongest grade counts, of those the newest; one whose unit can be compared with
    the declared one comes before all others. Reports that were withdrawn or have run out count no more.
    """
    results = list(_standing_results(reports, grade, today))
    declared = (product.parameters or ()) if product else ()
    rows = [_against(parameter, results) for parameter in declared]
    named = {parameter.parameter for parameter in declared}
    for name in sorted({result.parameter for _, _, result in results} - named):
        _, report, result = max((found for found in results if found[2].parameter == name), key=lambda found: found[0])
        rows.append(Measured(name, None, result, report, None))
    return tuple(rows)


_Found = tuple[tuple[int, date, tuple[int, int], int], Statement, Result]


def _standing_results(reports: Iterable[Statement], grade: Callable[[Statement], Grade], today: date) -> Iterator[_Found]:
    """Each result with what it is ranked by."""
    for report in reports:
        body = report.body
        if report.withdrawn or not isinstance(body, TestReported) or has_run_out(body, today):
            continue
        for place, result in enumerate(body.results):
            yield (strength(grade(report)), body.reported, report.position, -place), report, result


def has_run_out(report: TestReported, today: date) -> bool:
    """Whether the report says itself that it counts no more."""
    return report.valid_until is not None and report.valid_until < today


def _against(declared: Parameter, results: Iterable[_Found]) -> Measured:
    candidates = [found for found in results if found[2].parameter == declared.parameter]
    if not candidates:
        return Measured(declared.parameter, declared, None, None, None)
    _, report, result = max(candidates, key=lambda found: (_compares(declared, found[2]), found[0]))
    return Measured(declared.parameter, declared, result, report, agrees(declared, result))


def _compares(declared: Parameter, result: Result) -> bool:
    return converted(Decimal(0), result.unit, declared.unit) is not None


def agrees(declared: Parameter, result: Result) -> bool | None:
    """Whether a result is what was declared.

    With limits it must lie within them. Without, it must round to the declared value at the digits that the declaration
    gives: 6.47 is a declared 6.5. "Not found" agrees where even the limit of detection would lie within, and disagrees
    where it lies at or below the lowest value declared.
    """
    if result.value is not None:
        value = converted(result.value, result.unit, declared.unit)
        return None if value is None else _is_within(declared, value)
    below = None if result.below is None else converted(result.below, result.unit, declared.unit)
    return None if below is None else _stays_within(declared, below)


def _is_within(declared: Parameter, value: Fraction) -> bool:
    if declared.low is None and declared.high is None:
        return _rounds_to(value, declared.value)
    return (declared.low is None or Fraction(declared.low) <= value) and (
        declared.high is None or value <= Fraction(declared.high)
    )


def _stays_within(declared: Parameter, below: Fraction) -> bool | None:
    low = declared.low
    if declared.low is None and declared.high is None:
        low = declared.value
    if low is not None and low > 0:
        return False if below <= Fraction(low) else None
    high = declared.value if declared.high is None else declared.high
    return True if below <= Fraction(high) or high == 0 else None


def _rounds_to(value: Fraction, wanted: Decimal) -> bool:
    exponent = wanted.as_tuple().exponent
    digit = Fraction(10) ** exponent if isinstance(exponent, int) else Fraction(1)
    return round(value / digit) == Fraction(wanted) / digit
