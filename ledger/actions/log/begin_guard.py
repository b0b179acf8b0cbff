"""Begin the guard of a ledger with what its store knows to be signed: the newest published checkpoint."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.actions.log.guard import RootAt
from ledger.actions.open_ledger import Ledger
from ledger.errors import Unavailable
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.note import SignedNote
from ledger.storage.checkpoints import checkpoint_of, latest_size
from ledger.storage.database import reading
from ledger.storage.head import read_head
from ledger.storage.tiles import tree_root


class NothingToGuard(Unavailable):
    title = "the ledger has no entry, so there is nothing to guard"


def begin_guard(ledger: Ledger) -> Checkpoint:
    """Write the guard where none stands; return the checkpoint that it begins with.

    Raises:
        SignedLater, HistoryForked: a guard stands already, and this store contradicts it; nothing is changed.
    """
    with reading(ledger.engine) as connection:
        checkpoint = _newest(connection)
        ledger.guard.begin(checkpoint, root_at(connection))
    return checkpoint


def root_at(connection: Connection) -> RootAt:
    """The roots of the store behind `connection`, as a guard asks for them."""
    return lambda size: tree_root(connection, size)


def _newest(connection: Connection) -> Checkpoint:
    size = latest_size(connection)
    if size:
        return Checkpoint.parse(SignedNote.parse(checkpoint_of(connection, size)).text)
    head = read_head(connection)
    if head is None:
        raise NothingToGuard(wanted="a founded ledger")
    return Checkpoint(head.origin, head.size, head.frontier.root())
