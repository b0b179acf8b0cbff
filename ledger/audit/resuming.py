"""A fold as plain values, and the same fold again from them."""

from __future__ import annotations

from ledger.audit.folding import Fold
from ledger.audit.heads import StatedHead
from ledger.audit.kept_state import KeptEntries, KeptFold, KeptJournal, KeptRecords
from ledger.audit.state import AuditStateDamaged
from ledger.errors import SuyuanError


def keep_fold(fold: Fold) -> KeptFold:
    """Everything that the next entries are judged by, and everything that was found so far."""
    entries = KeptEntries(
        origin=fold.origin,
        first_entry=fold.first_entry,
        last_leaf=fold.last_leaf,
        time=int(fold.entries.time),
        false_register=fold.entries.false_register,
        run=fold.alignment.keep(),
    )
    records = KeptRecords(sorted(fold.records.absent), fold.records.withheld, sorted(fold.repeats.declared))
    return KeptFold(
        journal=KeptJournal(**fold.journal.keep()),
        entries=entries,
        governance=fold.governance.keep(),
        tree=fold.heads.keep(fold.tiles),
        records=records,
        escrow=fold.escrow.keep(),
    )


def resume_fold(fold: Fold, kept: KeptFold) -> list[StatedHead]:
    """Go on as if the entries so far had just been folded; return the auditor's own heads that lie before that.

    Raises:
        AuditStateDamaged: a part is not what such a state holds.
    """
    try:
        fold.governance.resume(kept.governance)
        fold.escrow.resume(kept.escrow)
    except (SuyuanError, KeyError, ValueError) as reason:
        raise AuditStateDamaged(seen=reason, wanted="a state that this release wrote") from reason
    fold.journal.resume(kept.journal)
    fold.origin, fold.first_entry, fold.last_leaf = kept.entries.origin, kept.entries.first_entry, kept.entries.last_leaf
    fold.alignment.resume(kept.entries.run)
    fold.records.absent, fold.records.withheld = set(kept.records.absent), kept.records.withheld
    fold.repeats.declared = set(kept.records.declared)
    fold.heads.origin = fold.origin
    passed = fold.heads.resume(kept.tree)
    fold.tiles.resume(kept.tree)
    fold.entries.resume(fold.last_leaf, kept.entries.time, kept.entries.false_register)
    return passed
