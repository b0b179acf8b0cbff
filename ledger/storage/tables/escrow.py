"""The journal of the escrow: verdicts and legs (append-only), and the caches that the fold of the ledger recomputes."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY


class VerdictRow(SQLModel, table=True):
    """What became of one escrow record: a step of its line, or a refusal. Append-only.

    `line` and `seq` stand where a line moved on, and are unique together; `refusal` where it was refused.
    """

    __tablename__: ClassVar[str] = "escrow_verdicts"
    __table_args__ = (UniqueConstraint("line", "seq", name="uq_escrow_verdicts_line_seq"),)

    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    type: str
    subject: str | None = Field(default=None, index=True)
    line: str | None = None
    seq: int | None = Field(default=None, sa_type=INT64)
    refusal: str | None = None
    postings: str


class LegRow(SQLModel, table=True):
    """One leg of a posting: debit positive, never zero; per record and currency the legs sum to zero. Append-only."""

    __tablename__: ClassVar[str] = "escrow_legs"
    __table_args__ = KEY_ONLY

    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    account: str
    currency: str
    amount: int = Field(sa_type=INT64)


class LegSumRow(SQLModel, table=True):
    """The running sum of a record's legs in one currency; the commit fails unless it refers to the one allowed value."""

    __tablename__: ClassVar[str] = "escrow_leg_sums"
    __table_args__ = (
        ForeignKeyConstraint(
            ["total"], ["escrow_zero.total"], name="fk_escrow_leg_sums_zero", deferrable=True, initially="DEFERRED"
        ),
        KEY_ONLY,
    )

    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    currency: str = Field(primary_key=True)
    total: int = Field(sa_type=INT64)


class ZeroRow(SQLModel, table=True):
    """The one value that sums of legs may have at commit."""

    __tablename__: ClassVar[str] = "escrow_zero"

    total: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class AccountRow(SQLModel, table=True):
    """An account's balance, debit positive, whose sign its kind decides. Cache."""

    __tablename__: ClassVar[str] = "escrow_accounts"
    __table_args__ = KEY_ONLY

    account: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    kind: str
    balance: int = Field(sa_type=INT64)


class LineRow(SQLModel, table=True):
    """An order line as its records left it, whole in `state`, with the columns that are asked for. Cache.

    `due` is the first moment at which the operator's clock may have something to say about it.
    """

    __tablename__: ClassVar[str] = "escrow_lines"
    __table_args__ = (Index("ix_escrow_lines_due", "due", "name"),)

    name: str = Field(primary_key=True)
    seq: int = Field(sa_type=INT64)
    merchant: str = Field(index=True)
    buyer: str = Field(index=True)
    custodian: str = Field(index=True)
    currency: str
    own: str
    guarantor: str | None = None
    cover: int = Field(sa_type=INT64)
    due: int | None = Field(default=None, sa_type=INT64)
    terms: int = Field(sa_type=INT64)
    serial: bytes | None = Field(default=None, sa_type=BYTES, index=True)
    state: bytes = Field(sa_type=BYTES)


class LinePartyRow(SQLModel, table=True):
    """A party that may read a line because its terms name it (`fund <name>`: whoever runs that fund). Cache."""

    __tablename__: ClassVar[str] = "escrow_line_parties"
    __table_args__ = KEY_ONLY

    party: str = Field(primary_key=True)
    line: str = Field(primary_key=True)


class SettlementRow(SQLModel, table=True):
    """A bank's reference that a record has booked; no other may book it again. Cache."""

    __tablename__: ClassVar[str] = "escrow_settlements"
    __table_args__ = KEY_ONLY

    bank: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    position: int = Field(sa_type=INT64)


class ClosingRow(SQLModel, table=True):
    """A guarantee that ended clean, for the points of the next ones. Cache."""

    __tablename__: ClassVar[str] = "escrow_closings"
    __table_args__ = KEY_ONLY

    guarantor: str = Field(primary_key=True)
    merchant: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    time: int = Field(sa_type=INT64)


class OwnerRow(SQLModel, table=True):
    """To whom the title of a second-hand serial last passed. Cache."""

    __tablename__: ClassVar[str] = "escrow_owners"

    serial: bytes = Field(primary_key=True, sa_type=BYTES)
    owner: str
    position: int = Field(sa_type=INT64)


class StatementRow(SQLModel, table=True):
    """How far a bank's last statement differed from the books, in minor units. Cache."""

    __tablename__: ClassVar[str] = "escrow_statements"
    __table_args__ = KEY_ONLY

    bank: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    difference: int = Field(sa_type=INT64)
    position: int = Field(sa_type=INT64)
