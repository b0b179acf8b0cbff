"""Published checkpoints, every one kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection, select, text
from sqlmodel import col

from ledger.errors import Absent, Unavailable
from ledger.storage.bulk import marks, run
from ledger.storage.tables.log import CheckpointRow

# One that was published without its quorum gives way to the same with it, nothing else ever does.
_PUT: Final = text(
    "INSERT INTO checkpoints (size, note, met) VALUES (:size, :note, :met) ON CONFLICT (size) "
    "DO UPDATE SET note = excluded.note, met = excluded.met WHERE checkpoints.met IS NULL AND excluded.met IS NOT NULL"
)

_OVER: Final = "SELECT note FROM checkpoints WHERE size > {0} ORDER BY size LIMIT 1"
_OVER_AND_MET: Final = "SELECT note FROM checkpoints WHERE size > {0} AND met = {0} ORDER BY size LIMIT 1"
_NEWEST: Final = (
    select(col(CheckpointRow.size), col(CheckpointRow.note), col(CheckpointRow.met))
    .order_by(col(CheckpointRow.size).desc())
    .limit(1)
)


class CheckpointAbsent(Absent):
    title = "no checkpoint of this size was published"


class NotPublishedYet(Unavailable):
    title = "the entry is sequenced, but no checkpoint over it is published yet"
    default_hint = "a running server publishes within a second; ask again"


class KeptCheckpoint(NamedTuple):
    """A published checkpoint; `met` marks the witness policy whose quorum cosigned it, None where none did."""

    size: int
    note: bytes
    met: bytes | None


def keep_checkpoint(connection: Connection, *, size: int, note: bytes, met: bytes | None = None) -> None:
    """Keep a checkpoint. The caller commits.

    Where another process kept one of the same size first, that one stays, unless it lacks a quorum and this one has it.
    """
    connection.execute(_PUT, {"size": size, "note": note, "met": met})


def checkpoint_of(connection: Connection, size: int) -> bytes:
    note = connection.execute(select(col(CheckpointRow.note)).where(col(CheckpointRow.size) == size)).scalar_one_or_none()
    if note is None:
        raise CheckpointAbsent(seen=size, wanted="the size of a published checkpoint")
    return note


def latest_size(connection: Connection) -> int:
    """The size of the newest published checkpoint, 0 before the first."""
    row = run(connection, "SELECT max(size) FROM checkpoints").fetchone()
    return 0 if row is None else row[0] or 0


def newest_kept(connection: Connection) -> KeptCheckpoint | None:
    """The newest published checkpoint, None before the first."""
    row = connection.execute(_NEWEST).one_or_none()
    return None if row is None else KeptCheckpoint(*row)


def covering(connection: Connection, index: int, *, met: bytes | None) -> bytes:
    """The checkpoint for receipts of entry `index`, so that they are the same bytes as long as a policy is in force.

    The first published one over the entry that meets the policy marked `met`; where there is none, the first over it.

    Raises:
        NotPublishedYet: none covers the entry.
    """
    note = None
    if met is not None:
        note = run(connection, _OVER_AND_MET.format(marks(connection, 1)), (index, met)).fetchone()
    if note is None:
        note = run(connection, _OVER.format(marks(connection, 1)), (index,)).fetchone()
    if note is None:
        raise NotPublishedYet(seen=f"entry {index}")
    return bytes(note[0])


def every_checkpoint(connection: Connection) -> Iterator[tuple[int, bytes]]:
    """All published checkpoints as (size, note), smallest first."""
    yield from connection.execute(select(col(CheckpointRow.size), col(CheckpointRow.note)).order_by(col(CheckpointRow.size)))


def newest_checkpoints(connection: Connection, count: int) -> Iterator[tuple[int, bytes]]:
    """At most `count` published checkpoints as (size, note), largest first."""
    newest = select(col(CheckpointRow.size), col(CheckpointRow.note)).order_by(col(CheckpointRow.size).desc()).limit(count)
    yield from connection.execute(newest)


def checkpoints_after(connection: Connection, size: int, count: int) -> Iterator[tuple[int, bytes]]:
    """At most `count` published checkpoints above `size` as (size, note), smallest first."""
    above = select(col(CheckpointRow.size), col(CheckpointRow.note)).where(col(CheckpointRow.size) > size)
    yield from connection.execute(above.order_by(col(CheckpointRow.size)).limit(count))
