"""What was tested and failed, measured and not as declared, or reported without accreditation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.evidence.authority import RecordClass
from ledger.trade.assessment.finding import ItemFinding, finding
from ledger.trade.assessment.grade import EXAMINERS
from ledger.trade.assessment.matter import Matter
from ledger.trade.assessment.measured import Measured
from ledger.trade.assessment.terms import bare
from ledger.trade.assessment.told import Statement
from ledger.trade.dossier.bodies.inspected import TestReported

_NOT_IN_ORDER: Final = frozenset(
    {
        "damaged",
        "expired",
        "mismatch_class",
        "mismatch_instance",
        "mismatch_quantity",
        "no_pedigree_match",
        "non_conformant",
        "recalled",
        "stolen",
    }
)


def report_findings(matter: Matter) -> Iterator[ItemFinding]:
    """A failure counts from an examiner, and from whoever speaks for the thing; a competitor's word is no failure."""
    for said in matter.standing:
        if isinstance(said.body, TestReported) and speaks(said, said.body, matter):
            yield from _of_report(said, said.body)
    for told in matter.events:
        disposition = bare(told.event.disposition)
        if disposition in _NOT_IN_ORDER and EXAMINERS.intersection(told.roles):
            yield finding("found-non-conformant", (told.position,), disposition=disposition)
    for row in matter.measured:
        if row.agrees is False:
            yield _of_measurement(row)


def speaks(said: Statement, report: TestReported, matter: Matter) -> bool:
    """Whether a report is an examiner's, or of somebody who speaks for what it is about."""
    return said.klass is RecordClass.INSPECTION or matter.speaks_for(said.issuer, report.about)


def _of_report(said: Statement, report: TestReported) -> Iterator[ItemFinding]:
    if report.verdict == "fail":
        yield finding("test-failed", (said.position,), number=report.number, about=report.about)
    accreditation = report.accreditation
    if accreditation is None:
        yield finding("report-without-accreditation", (said.position,), number=report.number)
    elif accreditation.valid_until < report.reported:
        until = accreditation.valid_until.isoformat()
        yield finding("report-without-accreditation", (said.position,), number=report.number, until=until)


def _of_measurement(row: Measured) -> ItemFinding:
    values = {"parameter": row.parameter}
    if row.declared is not None:
        values |= {"declared": f"{row.declared.value:f}", "declared_unit": row.declared.unit}
    if row.result is not None:
        read = f"<{row.result.below:f}" if row.result.value is None else f"{row.result.value:f}"
        values |= {"measured": read, "measured_unit": row.result.unit}
    return finding("measured-outside-declared", () if row.report is None else (row.report.position,), **values)
