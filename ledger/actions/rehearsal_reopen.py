"""A copy of a closed ledger made to go on: most attacks need records that a closed one takes no more."""

from __future__ import annotations

from pathlib import Path

from ledger.actions.log.open_source import open_source
from ledger.actions.open_ledger import UNLOCK_FILE
from ledger.audit.replay import audit
from ledger.audit.report import AuditReport
from ledger.evidence.policy import Policy
from ledger.storage.database import DATABASE_FILE
from ledger.storage.reopening import put_governance, take_last_entry_off


def reopen(data: Path, policy: Policy) -> AuditReport:
    """Take the closing entry off the ledger in `data`; return what an audit said of it while it was closed.

    Where that audit is not clean, nothing is changed.
    """
    closed = _audit(data, policy)
    if closed.clean:
        take_last_entry_off(data / DATABASE_FILE)
        # The state before the end is kept nowhere: it is what the governance records that are left fold to.
        state = _audit(data, policy).governance
        if state is not None:
            put_governance(data / DATABASE_FILE, state.to_json())
    return closed


def _audit(data: Path, policy: Policy) -> AuditReport:
    with open_source(str(data), unlock=data / UNLOCK_FILE) as source:
        return audit(source, policy)
