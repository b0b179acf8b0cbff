"""Projections of the governance records: the state they fold to, and which key lines were valid when."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64


class GovernanceRow(SQLModel, table=True):
    """The governance state after the entries below `upto`, as one snapshot. Projection."""

    __tablename__: ClassVar[str] = "governance"

    origin: str = Field(primary_key=True)
    upto: int = Field(sa_type=INT64)
    version: int = Field(sa_type=INT64)
    snapshot: bytes = Field(sa_type=BYTES)


class RegisterLineRow(SQLModel, table=True):
    """A key line and the entries it stood for: from `valid_from` up to, not including, `valid_until`. Projection."""

    __tablename__: ClassVar[str] = "register_lines"

    line: str = Field(primary_key=True)
    valid_from: int = Field(primary_key=True, sa_type=INT64)
    valid_until: int | None = Field(default=None, sa_type=INT64)
