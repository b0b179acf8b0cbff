"""The audit's report as a table: RFC 4180, one row a finding, and one for each thing that was not checked."""

from __future__ import annotations

import csv
import io
from typing import Final

from ledger.actions.codes.sheet_csv import guarded
from ledger.audit.report import AuditReport

COLUMNS: Final = ("kind", "position", "message", "hint")
NOT_CHECKED: Final = "NotChecked"
"""Stands for a kind in rows that are no findings, so that no reader takes a short table for a clean log."""


def csv_of(report: AuditReport) -> str:
    """The rows in the order of the report, lines ended by CR LF; no cell is one that a spreadsheet takes for a formula.

    Source: docs/FORMATS.md, "Audit report"; RFC 4180.
    """
    rows = [(finding.kind.value, finding.position, finding.message, finding.hint) for finding in report.findings]
    rows += [(NOT_CHECKED, "", what, "") for what in report.not_checked]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows([guarded(cell.replace("\0", "\\0")) for cell in row] for row in rows)
    return written.getvalue()
