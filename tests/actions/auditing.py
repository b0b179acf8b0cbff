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
    return audited_by(data, Policy.parse((data / POLICY_FILE).read_text()))


def audited_by(data: Path, policy: Policy, *, kept: bytes | None = None) -> AuditReport:
    """The same by another policy, or against a checkpoint that was kept."""
    with open_source(str(data)) as source:
        return audit(source, policy, kept=kept)
