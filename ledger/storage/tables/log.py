"""The ledger itself (entries, batches, records: append-only) and the caches that follow its head."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY


class EntryRow(SQLModel, table=True):
    """One leaf of the log, byte for byte. Append-only."""

    __tablename__: ClassVar[str] = "entries"

    index: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    body: bytes = Field(sa_type=BYTES)
    leaf_hash: bytes = Field(sa_type=BYTES)


class BatchRow(SQLModel, table=True):
    """What an entry's batch note says, as columns, and the context bytes it commits to. Append-only."""

    __tablename__: ClassVar[str] = "batches"
    # Only the few batches of recalls are in it: the many others cost nothing.
    __table_args__ = (Index("ix_batches_recall", "entry", sqlite_where=text("record_class = 'recall'")),)

    entry: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    issuer: str
    record_class: str
    read: str
    size: int
    root: bytes = Field(sa_type=BYTES)
    context: bytes | None = Field(default=None, sa_type=BYTES)


class RecordRow(SQLModel, table=True):
    """One record: its commitment for ever, its body and salt until they are erased. Append-only but for that."""

    __tablename__: ClassVar[str] = "records"

    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    commitment: bytes = Field(sa_type=BYTES)
    salt: bytes | None = Field(default=None, sa_type=BYTES)
    body: bytes | None = Field(default=None, sa_type=BYTES)


class HeadRow(SQLModel, table=True):
    """The last entry and the tree over all of them; whoever moves it has written the next entries."""

    __tablename__: ClassVar[str] = "head"

    origin: str = Field(primary_key=True)
    size: int = Field(sa_type=INT64)
    leaf_hash: bytes = Field(sa_type=BYTES)
    time: int = Field(sa_type=INT64)
    frontier: bytes = Field(sa_type=BYTES)


class TileRow(SQLModel, table=True):
    """The hashes of one tile, as many as there are; a full one never changes again. Cache."""

    __tablename__: ClassVar[str] = "tiles"

    level: int = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=INT64)
    hashes: bytes = Field(sa_type=BYTES)


class BlocksRow(SQLModel, table=True):
    """Roots over each 256 commitments of a large batch, so that a path needs one block only. Cache."""

    __tablename__: ClassVar[str] = "blocks"

    entry: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    hashes: bytes = Field(sa_type=BYTES)


class CheckpointRow(SQLModel, table=True):
    """A published checkpoint with its signatures; `met` marks the witness policy whose quorum cosigned it."""

    __tablename__: ClassVar[str] = "checkpoints"
    # The first one over an entry that meets a policy must be found among millions that do not.
    __table_args__ = (Index("ix_checkpoints_met", "met", "size", sqlite_where=text("met IS NOT NULL")),)

    size: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    note: bytes = Field(sa_type=BYTES)
    met: bytes | None = Field(default=None, sa_type=BYTES)


class ErasureRow(SQLModel, table=True):
    """Which record was erased, and by which entry: the fold of `RecordErased`, and the permission to drop a body."""

    __tablename__: ClassVar[str] = "erasures"

    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    by_entry: int = Field(sa_type=INT64)
    ground: str


class ErasedNameRow(SQLModel, table=True):
    """64 bits of a keyed hash of an item's code to an erased record that named it, so that the item's page can say so. Cache.

    Without the server's secret the row shows nobody which item it was; who holds the code finds it again.
    """

    __tablename__: ClassVar[str] = "erased_names"
    __table_args__ = KEY_ONLY

    key: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})


class EventKeyRow(SQLModel, table=True):
    """64 bits of a keyed hash of (issuer, eventID), or of the bytes of an event without one, to its positions. Index."""

    __tablename__: ClassVar[str] = "event_keys"
    __table_args__ = KEY_ONLY

    key: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})


class NoteKeyRow(SQLModel, table=True):
    """64 bits of a hash of (issuer, batch root) to the entries that carry them. Index."""

    __tablename__: ClassVar[str] = "note_keys"
    __table_args__ = KEY_ONLY

    key: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    entry: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})


class IdentifierRow(SQLModel, table=True):
    """64 bits of the SHA-256 of a canonical identifier to the positions of events that name it. Index, see `generations`."""

    __tablename__: ClassVar[str] = "identifiers"
    __table_args__ = KEY_ONLY

    generation: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    key: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
