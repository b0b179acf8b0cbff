"""Follow a ledger that moved: two audits, and what each of the two says of the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.audit.report import AuditReport, AuditVerdict
from ledger.evidence.merkle import Digest
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64

_WORST_FIRST = (AuditVerdict.BROKEN, AuditVerdict.DISTRUSTED, AuditVerdict.INCOMPLETE)


class LinkFault(StrEnum):
    """What can be wrong between two ledgers."""

    NOT_CONTINUED = "NotContinued"
    NOT_CLOSED = "NotClosed"
    SUCCESSOR_DIFFERS = "SuccessorDiffers"
    END_DIFFERS = "EndDiffers"
    NOT_KNOWN = "NotKnown"


@dataclass(frozen=True, slots=True)
class Followed:
    """Two audits and the link between the two.

    `faults` are empty where the old ledger ends by naming the new one, and the new one begins with that very end.
    """

    old: AuditReport
    new: AuditReport
    faults: tuple[tuple[LinkFault, str], ...]

    @property
    def verdict(self) -> AuditVerdict:
        """The worst of the two audits; broken too where the link does not hold."""
        if {fault for fault, _ in self.faults} - {LinkFault.NOT_KNOWN}:
            return AuditVerdict.BROKEN
        verdicts = {self.old.verdict, self.new.verdict}
        found = next((verdict for verdict in _WORST_FIRST if verdict in verdicts), AuditVerdict.CLEAN)
        return AuditVerdict.INCOMPLETE if self.faults and found is AuditVerdict.CLEAN else found


def follow(old: AuditReport, new: AuditReport, *, old_policy: Policy, policy: Policy) -> Followed:
    """Hold the end of `old`, audited by `old_policy`, against the beginning of `new`, audited by `policy`."""
    faults = (*_faults_of_beginning(old, new, old_policy), *_faults_of_end(old, policy))
    return Followed(old, new, faults)


def _faults_of_beginning(old: AuditReport, new: AuditReport, old_policy: Policy) -> list[tuple[LinkFault, str]]:
    if new.governance is None:
        return [(LinkFault.NOT_KNOWN, "the new ledger's governance could not be read, so what it continues is not known")]
    named = new.continues
    if named is None:
        return [(LinkFault.NOT_CONTINUED, "entry 1 of the new ledger names no ledger that it continues")]
    if (named.origin, named.first_entry) != (old_policy.origin, old_policy.first_entry):
        message = f"the new ledger continues {named.origin}, first entry {format_base64(named.first_entry)}"
        return [(LinkFault.NOT_CONTINUED, f"{message}, not {old_policy.origin}, {format_base64(old_policy.first_entry)}")]
    if (named.size, named.root) != (old.size, old.root):
        message = f"the new ledger goes on from {_head(named.size, named.root)}, the old one ends with"
        return [(LinkFault.END_DIFFERS, f"{message} {_head(old.size, old.root)}")]
    return []


def _faults_of_end(old: AuditReport, policy: Policy) -> list[tuple[LinkFault, str]]:
    if old.governance is None:
        return [(LinkFault.NOT_KNOWN, "the old ledger's governance could not be read, so how it ends is not known")]
    closed = old.closed
    if closed is None:
        return [(LinkFault.NOT_CLOSED, f"the old ledger, of {old.size} entries, was not closed: it may go on elsewhere")]
    if closed.successor != policy.origin:
        message = f"entry {closed.entry} of the old ledger names {closed.successor or 'no successor'}, not {policy.origin}"
        return [(LinkFault.SUCCESSOR_DIFFERS, message)]
    if closed.entry + 1 != old.size:
        return [
            (LinkFault.END_DIFFERS, f"the old ledger was closed by entry {closed.entry}, its checkpoint is of size {old.size}")
        ]
    return []


def _head(size: int, root: Digest | None) -> str:
    return f"size {size}, root {'unknown' if root is None else format_base64(root)}"
