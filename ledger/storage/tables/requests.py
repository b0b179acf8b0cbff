"""Requests about money: answers that are given once, proposals that wait for signatures. None of this is evidence."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY


class IdempotencyRow(SQLModel, table=True):
    """A request that a party sent under an `Idempotency-Key`: running while `status` is null, then its answer.

    `request` is a keyed hash of what was sent. `note` is what was signed for it before anything was written, so that
    whoever takes a broken request over says the very same. `server` is the start of a server that runs it.
    """

    __tablename__: ClassVar[str] = "escrow_idempotency"

    party: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: bytes = Field(sa_type=BYTES)
    server: str
    started: int = Field(sa_type=INT64)
    note: bytes = Field(sa_type=BYTES)
    status: int | None = None
    answer: bytes | None = Field(default=None, sa_type=BYTES)


class ProposalRow(SQLModel, table=True):
    """Records that wait for the signatures of several parties. A queue: what counts is the batch that comes of it."""

    __tablename__: ClassVar[str] = "escrow_proposals"

    id: str = Field(primary_key=True)
    issuer: str = Field(index=True)
    text: str
    seed: bytes = Field(sa_type=BYTES)
    document: bytes = Field(sa_type=BYTES)
    created: int = Field(sa_type=INT64)
    expires: int = Field(sa_type=INT64, index=True)
    entry: int | None = Field(default=None, sa_type=INT64)


class ProposalSignerRow(SQLModel, table=True):
    """One party whom a proposal names, in the order of its note; `line` is its signature line once it has signed."""

    __tablename__: ClassVar[str] = "escrow_proposal_signers"
    __table_args__ = KEY_ONLY

    party: str = Field(primary_key=True)
    proposal: str = Field(primary_key=True, index=True)
    place: int
    line: str | None = None
