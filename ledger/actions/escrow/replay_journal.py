"""Replay the escrow of a data directory from its log alone: from entries and bodies, never from the journal's tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger.actions.log.open_source import open_source
from ledger.audit.escrow_report import EscrowReport
from ledger.audit.replay import replay_escrow
from ledger.evidence.policy import Policy


def replay_journal(
    data: Path, policy: Policy, *, signatures: bool = True, progress: Callable[[int, int], None] | None = None
) -> EscrowReport:
    """Judge every escrow record in `data` anew, as an audit does.

    Args:
        policy: whom to trust: log keys, first entry, quorum.
        signatures: False leaves the signatures of all classes but governance unchecked, which the report says.
        progress: told (entries done, entries in all).

    Raises:
        SourceAbsent: no database in the directory. DatabaseNotRead: one that cannot be had now.
    """
    with open_source(str(data)) as source:
        return replay_escrow(source, policy, signatures=signatures, progress=progress)
