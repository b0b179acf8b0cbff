"""The exit code that a report ends a command with, in whatever format it is printed."""

from __future__ import annotations

from typing import Final

from cli.exits import ExitCode
from ledger.actions.log.follow_ledger import Followed
from ledger.audit.report import AuditReport, AuditVerdict

_EXIT: Final = {
    AuditVerdict.CLEAN: ExitCode.CLEAN,
    AuditVerdict.BROKEN: ExitCode.INTEGRITY_FAILURE,
    AuditVerdict.INCOMPLETE: ExitCode.INCOMPLETE,
    AuditVerdict.DISTRUSTED: ExitCode.POLICY_FAILURE,
}


def exit_of(report: AuditReport | Followed) -> ExitCode:
    return _EXIT[report.verdict]
