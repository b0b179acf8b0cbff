"""One audit from the name of its source to the report: on as many cores as it is worth, from where an earlier one ended."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ledger.actions.log.audit_jobs import Workers, usual_jobs
from ledger.actions.log.audit_state_file import StateFile
from ledger.actions.log.audit_worker import NamedSource
from ledger.actions.log.open_source import open_source
from ledger.audit.replay import Progress, audit
from ledger.audit.report import AuditReport
from ledger.evidence.policy import Policy


@dataclass(frozen=True, slots=True)
class AuditWay:
    """How to audit; whatever it says, what holds and what does not is the same.

    Args:
        kept: a checkpoint that the log must still begin with.
        since: a checkpoint up to which bodies are not read again.
        state: the file of an earlier audit, or of this one when it was stopped; written again at the end.
        jobs: processes that examine; None for as many as the source is worth.
    """

    kept: bytes | None = None
    since: bytes | None = None
    state: Path | None = None
    jobs: int | None = None


def run_audit(named: NamedSource, policy: Policy, way: AuditWay, *, progress: Progress | None = None) -> AuditReport:
    """Audit what `named` shows.

    Raises:
        What `open_source`, `audit` and `Workers` raise.
    """
    jobs = usual_jobs(named.name) if way.jobs is None else way.jobs
    with ExitStack() as stack:
        source = stack.enter_context(open_source(named.name, api_key=named.api_key, unlock=named.unlock))
        keeper = stack.enter_context(StateFile(way.state)) if way.state is not None else None
        helpers = stack.enter_context(Workers(named, jobs)) if jobs > 1 else None
        return audit(source, policy, kept=way.kept, since=way.since, keeper=keeper, progress=progress, helpers=helpers)
