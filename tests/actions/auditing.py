"""Audit a data directory against its own policy file, as the last step of a test."""

from __future__ import annotations

from pathlib import Path

from ledger.actions.log.open_source import open_source
from ledger.actions.parties.found_ledger import POLICY_FILE
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.evidence.policy import Policy


def audited(data: Path) -> AuditReport:
    """The report on everything published so far."""
    with open_source(str(data)) as source:
        return audit(source, Policy.parse((data / POLICY_FILE).read_text()))
