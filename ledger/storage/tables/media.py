"""Files kept beside the ledger: the operator's own tables, none of it evidence."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY


class MediaRow(SQLModel, table=True):
    """A file by the SHA-256 of its bytes; the box is that of a 3D model, in millimetres."""

    __tablename__: ClassVar[str] = "media"

    digest: bytes = Field(primary_key=True, sa_type=BYTES)
    media_type: str
    size: int = Field(sa_type=INT64)
    kept: int = Field(sa_type=INT64)
    width_mm: int | None = Field(default=None, sa_type=INT64)
    height_mm: int | None = Field(default=None, sa_type=INT64)
    depth_mm: int | None = Field(default=None, sa_type=INT64)


class MediaKeeperRow(SQLModel, table=True):
    """Who sent a file in: the file counts against the share of each of them."""

    __tablename__: ClassVar[str] = "media_keepers"
    __table_args__ = KEY_ONLY

    party: str = Field(primary_key=True)
    digest: bytes = Field(primary_key=True, sa_type=BYTES, index=True)


class MediaThumbnailRow(SQLModel, table=True):
    """A small WebP picture of a picture, and its SHA-256. A table of its own: what counts files need not read past it."""

    __tablename__: ClassVar[str] = "media_thumbnails"

    digest: bytes = Field(primary_key=True, sa_type=BYTES)
    picture: bytes = Field(sa_type=BYTES)
    picture_hash: bytes = Field(sa_type=BYTES)
