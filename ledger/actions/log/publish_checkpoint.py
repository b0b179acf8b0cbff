"""Publish a checkpoint: sign the head as it is, and keep it before anyone sees it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.actions.log.begin_guard import root_at
from ledger.actions.open_ledger import Ledger, LedgerUnfounded
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.storage.checkpoints import checkpoint_of, keep_checkpoint, latest_size
from ledger.storage.database import reading, writing
from ledger.storage.head import Head, read_head
from ledger.storage.held_keys import open_key


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that is durable and may be shown."""

    size: int
    note: bytes


def publish_checkpoint(ledger: Ledger) -> Published:
    """Sign the head unless a checkpoint of its size is published already; return the newest published one.

    Only what is committed is signed, and a signature is shown only after it is durable here.
    """
    with reading(ledger.engine) as connection:
        head = _head(connection, ledger)
        if latest_size(connection) == head.size:
            return Published(head.size, checkpoint_of(connection, head.size))
    with writing(ledger.engine) as connection:
        head = _head(connection, ledger)
        keep_checkpoint(connection, size=head.size, note=_sign(ledger, connection, head))
        note = checkpoint_of(connection, head.size)
    return Published(head.size, note)


def _sign(ledger: Ledger, connection: Connection, head: Head) -> bytes:
    keys = ledger.governance.load(connection).log_keys_at(head.size)
    signing = [open_key(connection, ledger.seal, key) for key in keys]
    checkpoint = Checkpoint(head.origin, head.size, head.frontier.root())
    # Before anything is signed: a signature that was made may be shown, whatever breaks afterwards.
    ledger.guard.advance(checkpoint, root_at(connection))
    return sign_checkpoint(checkpoint, signing, time_s=ledger.clock() // 1_000).to_bytes()


def _head(connection: Connection, ledger: Ledger) -> Head:
    head = read_head(connection)
    if head is None:
        raise LedgerUnfounded(seen=str(ledger.data))
    return head
