"""End a ledger for good: the last entry says why, and where it goes on."""

from __future__ import annotations

from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.record_governance import record_by_held_keys
from ledger.trade.parties.bodies import LedgerClosed


def close_ledger(ledger: Ledger, *, successor: str | None, reason: str) -> Sequenced:
    """Write `LedgerClosed`, after which nothing is ever written. The caller publishes the checkpoint over it.

    Args:
        successor: origin of the ledger that goes on from here, or None.
        reason: one of `CLOSING_REASONS`.

    Raises:
        BodyMalformed: the successor's origin or the reason is none. ContinuationMisplaced: it is this ledger's own.
        NoHeldKey: governance has its keys elsewhere. LedgerIsClosed: it was closed before.
    """
    return record_by_held_keys(ledger, LedgerClosed(successor, reason))
