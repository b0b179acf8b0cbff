"""Whether an order line is at stake, so that nobody alone may let go of a record that it rests on."""

from __future__ import annotations

from collections.abc import Container

from ledger.evidence.merkle import Digest
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.regions import Dispute, Hold, Recall


def is_at_stake(line: Line) -> bool:
    """A dispute, a late claim, a legal hold or a recall of the line is open."""
    return line.dispute is not Dispute.NONE or line.hold is Hold.HELD or line.recall is Recall.RECALLED


def rests_on(line: Line, digests: Container[Digest]) -> bool:
    """The dispute or claim that is open now has one of `digests` among its evidence."""
    if line.dispute is Dispute.NONE or line.case is None:
        return False
    return any(digest in digests for digest in line.case.evidence)
