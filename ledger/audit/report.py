"""What an audit says in the end: everything found, how much was checked, what was not, and one verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from ledger.audit.finding import POLICY_KINDS, Finding
from ledger.audit.journal import Checked
from ledger.evidence.merkle import Digest
from ledger.evidence.spelling import format_base64
from ledger.trade.parties.bodies import LedgerContinued
from ledger.trade.parties.state import Closing, Governance
from ledger.trade.shapes.members import write_members

_FIRST_WORDS: Final = ("entry", "checkpoint", "tile")
_PARTS: Final = re.compile(r"([0-9]+)")


class AuditVerdict(StrEnum):
    """`BROKEN` outweighs `DISTRUSTED`, which outweighs `INCOMPLETE`."""

    CLEAN = "clean"
    BROKEN = "broken"
    DISTRUSTED = "distrusted"
    INCOMPLETE = "incomplete"


def in_log_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted: by entry and place, then checkpoints, tiles and rows beside the log by their names; at one position by kind."""
    return tuple(sorted(findings, key=_order_of))


def _order_of(finding: Finding) -> tuple[Any, ...]:
    words = finding.position.split()
    rank = next((rank for rank, word in enumerate(_FIRST_WORDS) if words[:1] == [word]), len(_FIRST_WORDS))
    parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _PARTS.split(finding.position) if part]
    return (rank, parts, finding.kind.value, finding.message)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome of one audit.

    Args:
        source: where the log was read from.
        size, root: of the checkpoint the log was checked against; 0 and None where no checkpoint could be used.
        not_checked: what would have to be seen for the audit to be complete, in words.
        with_tables: whether the tables that the operator keeps beside the log were part of the source.
        governance: what the governance records led to; None where one of them could not be read.
        since: the entry at which this audit began, because an earlier one of the same auditor checked those before it.
    """

    source: str
    size: int
    root: Digest | None
    findings: tuple[Finding, ...]
    checked: Checked
    not_checked: tuple[str, ...]
    with_tables: bool
    governance: Governance | None = field(default=None, repr=False, compare=False)
    since: int = 0

    @property
    def continues(self) -> LedgerContinued | None:
        """The last checkpoint of the ledger that this one says it continues."""
        return None if self.governance is None else self.governance.continues

    @property
    def closed(self) -> Closing | None:
        """The entry that closed this ledger, and where it goes on."""
        return None if self.governance is None else self.governance.closed

    @property
    def verdict(self) -> AuditVerdict:
        kinds = {finding.kind for finding in self.findings}
        if kinds - POLICY_KINDS:
            return AuditVerdict.BROKEN
        if kinds:
            return AuditVerdict.DISTRUSTED
        return AuditVerdict.INCOMPLETE if self.not_checked else AuditVerdict.CLEAN

    @property
    def clean(self) -> bool:
        """Everything that the source shows was checked and holds."""
        return self.verdict is AuditVerdict.CLEAN

    def to_json(self) -> dict[str, Any]:
        """Members as docs/FORMATS.md, "Audit report", has them; the root is base64, or null."""
        return {
            "clean": self.clean,
            "size": self.size,
            "root": None if self.root is None else format_base64(self.root),
            "findings": [
                {"kind": f.kind.value, "position": f.position, "message": f.message, "hint": f.hint} for f in self.findings
            ],
            "checked": asdict(self.checked),
            "not_checked": list(self.not_checked),
            **({"since": self.since} if self.since else {}),
            **({} if self.continues is None else {"continues": write_members(self.continues)}),
            **({} if self.closed is None else {"closed": write_members(self.closed)}),
        }
