"""Claim links of buyers, and what they wrote on their page: the operator's own tables, none of it evidence."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64


class ClaimRow(SQLModel, table=True):
    """A claim link by the hash of its secret; the secret itself is shown once and kept nowhere.

    `shared`: the seller who asked for the link was shown its secret.
    """

    __tablename__: ClassVar[str] = "escrow_claims"

    id: str = Field(primary_key=True)
    secret_hash: bytes = Field(sa_type=BYTES)
    buyer: str = Field(index=True)
    merchant: str = Field(index=True)
    created: int = Field(sa_type=INT64)
    expires: int = Field(sa_type=INT64)
    revoked: int | None = Field(default=None, sa_type=INT64)
    shared: bool


class LetterRow(SQLModel, table=True):
    """Words of a buyer whose SHA-256 stands as evidence in a record about the line."""

    __tablename__: ClassVar[str] = "escrow_letters"

    digest: bytes = Field(primary_key=True, sa_type=BYTES)
    line: str = Field(primary_key=True)
    text: str
    created: int = Field(sa_type=INT64)
