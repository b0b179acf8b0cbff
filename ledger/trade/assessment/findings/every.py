"""Every family of findings, asked one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ledger.trade.assessment.finding import CODES, ItemFinding, Weight
from ledger.trade.assessment.findings.balance import balance_findings
from ledger.trade.assessment.findings.causes import cause_findings
from ledger.trade.assessment.findings.cold_chain import cold_chain_findings
from ledger.trade.assessment.findings.files import file_findings
from ledger.trade.assessment.findings.hands import custody_findings, hand_over_findings
from ledger.trade.assessment.findings.harvest import harvest_findings
from ledger.trade.assessment.findings.reports import report_findings
from ledger.trade.assessment.findings.run_out import run_out_findings
from ledger.trade.assessment.findings.speakers import speaker_findings
from ledger.trade.assessment.findings.travel import travel_findings
from ledger.trade.assessment.matter import Matter

FAMILIES: Final[tuple[Callable[[Matter], Iterator[ItemFinding]], ...]] = (
    cold_chain_findings,
    harvest_findings,
    travel_findings,
    custody_findings,
    hand_over_findings,
    cause_findings,
    run_out_findings,
    report_findings,
    balance_findings,
    file_findings,
    speaker_findings,
)


def findings_of(matter: Matter) -> tuple[ItemFinding, ...]:
    """Everything found: cautions first, then in the order of the table of codes, then by position.

    No family stops another; the same matter gives the same findings in the same order.
    """
    order = tuple(CODES)
    found = (finding for family in FAMILIES for finding in family(matter))
    return tuple(sorted(found, key=lambda one: (one.weight is Weight.NOTE, order.index(one.code), one.positions)))
