"""The newest published checkpoint, for those whose record cites one."""

from __future__ import annotations

from ledger.actions.open_ledger import Ledger
from ledger.evidence.merkle import Digest
from ledger.storage.checkpoints import latest_size
from ledger.storage.database import reading
from ledger.storage.tiles import tree_root


def newest_checkpoint(ledger: Ledger) -> tuple[int, Digest] | None:
    """(size, root) of the newest published checkpoint, or None before the first."""
    with reading(ledger.engine) as connection:
        size = latest_size(connection)
        return (size, tree_root(connection, size)) if size else None
