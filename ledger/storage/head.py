"""The head of the log: read it, and move it in a race that exactly one writer wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.errors import Conflict
from ledger.evidence.frontier import EMPTY_FRONTIER, Frontier
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import insert_rows, marks, run
from ledger.storage.tables.log import HeadRow

_HEAD: Final = "SELECT origin, leaf_hash, time, frontier FROM head"

# Two sequencers may both believe it is their turn. The WHERE lets exactly one win, whatever the
# isolation level: a fork must not hang on a database setting.
_MOVE: Final = (
    "UPDATE head SET size = {0}, leaf_hash = {0}, time = {0}, frontier = {0} "
    "WHERE origin = {0} AND size = {0} AND leaf_hash = {0}"
)


class LogMoved(Conflict):
    title = "another writer moved the head of the log first"
    default_hint = "nothing was written; read the head again and retry"


class AlreadyFounded(Conflict):
    title = "this data directory holds a ledger already"
    default_hint = "an origin is never founded twice; choose an empty directory and another origin"


@dataclass(frozen=True, slots=True)
class Head:
    """The log as far as it goes: `leaf_hash` of the last entry, its time, and the tree over all of them."""

    origin: str
    leaf_hash: Digest
    time: Instant
    frontier: Frontier

    @property
    def size(self) -> int:
        return self.frontier.size


def read_head(connection: Connection) -> Head | None:
    """The head, or None before the ledger is founded."""
    rows = run(connection, _HEAD).fetchall()
    if not rows:
        return None
    ((origin, leaf_hash, time, frontier),) = rows
    return Head(origin, leaf_hash, Instant(time), Frontier.from_bytes(frontier))


def advance_head(connection: Connection, before: Head | None, after: Head) -> None:
    """Make `after` the head. The caller commits.

    Raises:
        LogMoved: another writer was first; nothing was written.
        AlreadyFounded: `before` is None and there is a head.
    """
    values = (after.size, after.leaf_hash, int(after.time), after.frontier.to_bytes())
    if before is None:
        if read_head(connection) is not None:
            raise AlreadyFounded(seen=after.origin)
        insert_rows(connection, HeadRow, [(after.origin, *values)])
        return
    expected = (before.origin, before.size, before.leaf_hash)
    moved = run(connection, _MOVE.format(marks(connection, 1)), (*values, *expected))
    if moved.rowcount != 1:
        raise LogMoved(seen=f"a head other than size {before.size}", wanted=f"size {before.size} of {before.origin}")


def empty_head(origin: str, leaf_hash: Digest) -> Head:
    """The head before entry 0."""
    return Head(origin, leaf_hash, Instant(0), EMPTY_FRONTIER)
