"""Who may call the server, which keys it holds for others, and what it answered: none of this is evidence."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64


class ApiKeyRow(SQLModel, table=True):
    """An API key by the hash of its secret; the secret itself is shown once and kept nowhere."""

    __tablename__: ClassVar[str] = "api_keys"

    id: str = Field(primary_key=True)
    party: str = Field(index=True)
    name: str
    secret_hash: bytes = Field(sa_type=BYTES)
    created: int = Field(sa_type=INT64)
    expires: int | None = Field(default=None, sa_type=INT64)
    revoked: int | None = Field(default=None, sa_type=INT64)


class HeldKeyRow(SQLModel, table=True):
    """A signing key that the operator holds for a party, sealed with the unlock secret."""

    __tablename__: ClassVar[str] = "held_keys"

    vkey: str = Field(primary_key=True)
    party: str = Field(index=True)
    sealed: bytes = Field(sa_type=BYTES)


class SecretRow(SQLModel, table=True):
    """A server secret, sealed with the unlock secret."""

    __tablename__: ClassVar[str] = "secrets"

    name: str = Field(primary_key=True)
    sealed: bytes = Field(sa_type=BYTES)


class GrantRow(SQLModel, table=True):
    """An issuer lets another party read its records."""

    __tablename__: ClassVar[str] = "grants"

    issuer: str = Field(primary_key=True)
    reader: str = Field(primary_key=True)
    created: int = Field(sa_type=INT64)


class JobRow(SQLModel, table=True):
    """A finished capture job: its answer, compressed, but for the entry that its accepted events went into."""

    __tablename__: ClassVar[str] = "capture_jobs"

    id: str = Field(primary_key=True)
    party: str = Field(index=True)
    created: int = Field(sa_type=INT64)
    finished: int = Field(sa_type=INT64)
    entry: int | None = Field(default=None, sa_type=INT64)
    answer: bytes = Field(sa_type=BYTES)
