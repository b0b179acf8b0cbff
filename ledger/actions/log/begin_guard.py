"""A ledger's store and its guard: begin to guard with the newest published checkpoint, and ask whether the store may go on."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.actions.log.guard import RootAt, SignedLater
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
        checkpoint = newest_signed(connection)
        ledger.guard.begin(checkpoint, root_at(connection))
    return checkpoint


def guarded_store(ledger: Ledger) -> None:
    """Return if this store may go on: it holds everything that was ever signed for the ledger.

    Raises:
        GuardAbsent, SignedLater, HistoryForked, GuardMalformed, GuardUnusable.
    """
    while True:
        signed_before = ledger.guard.newest()
        with reading(ledger.engine) as connection:
            head = read_head(connection)
            if head is None:
                raise NothingToGuard(wanted="a founded ledger")
            try:
                ledger.guard.refuse_older(head.size, root_at(connection))
            except SignedLater:
                # Another process may have written and signed since the head was read: then the store holds it by now.
                if signed_before is None or signed_before.size > head.size:
                    raise
            else:
                return


def root_at(connection: Connection) -> RootAt:
    """The roots of the store behind `connection`, as a guard asks for them."""
    return lambda size: tree_root(connection, size)


def newest_signed(connection: Connection) -> Checkpoint:
    """What the store behind `connection` knows to be signed last; before the first publication, its head."""
    size = latest_size(connection)
    if size:
        return Checkpoint.parse(SignedNote.parse(checkpoint_of(connection, size)).text)
    head = read_head(connection)
    if head is None:
        raise NothingToGuard(wanted="a founded ledger")
    return Checkpoint(head.origin, head.size, head.frontier.root())
