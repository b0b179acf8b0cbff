"""Published checkpoints, every one kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, text
from sqlmodel import col

from ledger.errors import Absent, Unavailable
from ledger.storage.tables.log import CheckpointRow

_PUT: Final = text("INSERT INTO checkpoints (size, note) VALUES (:size, :note) ON CONFLICT (size) DO NOTHING")

_COVERING: Final = (
    select(col(CheckpointRow.note)).where(col(CheckpointRow.size) > bindparam("index")).order_by(col(CheckpointRow.size)).limit(1)
)


class CheckpointAbsent(Absent):
    title = "no checkpoint of this size was published"


class NotPublishedYet(Unavailable):
    title = "the entry is sequenced, but no checkpoint over it is published yet"
    default_hint = "a running server publishes within a second; ask again"


def keep_checkpoint(connection: Connection, *, size: int, note: bytes) -> None:
    """Keep a checkpoint; where another process kept one of the same size first, that one stays. The caller commits."""
    connection.execute(_PUT, {"size": size, "note": note})


def checkpoint_of(connection: Connection, size: int) -> bytes:
    note = connection.execute(select(col(CheckpointRow.note)).where(col(CheckpointRow.size) == size)).scalar_one_or_none()
    if note is None:
        raise CheckpointAbsent(seen=size, wanted="the size of a published checkpoint")
    return note


def latest_size(connection: Connection) -> int:
    """The size of the newest published checkpoint, 0 before the first."""
    return connection.execute(select(func.max(col(CheckpointRow.size)))).scalar_one() or 0


def covering(connection: Connection, index: int) -> bytes:
    """The first published checkpoint over entry `index`, so that its receipt is the same bytes for ever."""
    note = connection.execute(_COVERING, {"index": index}).scalar_one_or_none()
    if note is None:
        raise NotPublishedYet(seen=f"entry {index}")
    return note


def every_checkpoint(connection: Connection) -> Iterator[tuple[int, bytes]]:
    """All published checkpoints as (size, note), smallest first."""
    yield from connection.execute(select(col(CheckpointRow.size), col(CheckpointRow.note)).order_by(col(CheckpointRow.size)))
