"""Serial numbers drawn for products: what the operator prints from; the ledger has only their count and their root."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY


class SerialIssueRow(SQLModel, table=True):
    """One drawing of serial numbers. It is issued once `position`, that of its record in the log, is known.

    `request` is random, or follows from the request, so that a request sent again finds what was drawn for it. `root` is
    null while the drawing goes on.
    """

    __tablename__: ClassVar[str] = "serial_issues"

    number: int = Field(primary_key=True, sa_type=INT64)
    request: bytes = Field(sa_type=BYTES, index=True, unique=True)
    issuer: str = Field(index=True)
    product: str
    lot: str | None = None
    count: int = Field(sa_type=INT64)
    created: int = Field(sa_type=INT64)
    root: bytes | None = Field(default=None, sa_type=BYTES, index=True)
    position: int | None = Field(default=None, sa_type=INT64, index=True, unique=True)


class IssuedSerialRow(SQLModel, table=True):
    """A serial number, found by its drawing in ascending order, and by itself: no two drawings have the same."""

    __tablename__: ClassVar[str] = "issued_serials"
    __table_args__: ClassVar[Any] = (Index("ix_issued_serials_serial", "serial", unique=True), KEY_ONLY)

    issue: int = Field(primary_key=True, sa_type=INT64)
    serial: str = Field(primary_key=True)
