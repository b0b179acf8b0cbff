"""What can go without a trace: disclosures of withheld fields, and files that wait to be deleted. None of it is evidence."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64


class DisclosureRow(SQLModel, table=True):
    """A disclosure of one withheld field of a record. Rows are emptied, never deleted.

    Rows that only ever come at the end are never moved, so that no older page keeps a copy of what is emptied here.
    `ground` says why a disclosure was erased by itself; with its record the digest goes too.
    """

    __tablename__: ClassVar[str] = "disclosures"

    position: int = Field(primary_key=True, sa_type=INT64, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: bytes | None = Field(default=None, sa_type=BYTES)
    disclosure: bytes | None = Field(default=None, sa_type=BYTES)
    ground: str | None = None


class ErasedMediaRow(SQLModel, table=True):
    """A file that an erased record of `party` named: it goes too, unless somebody else has to do with it."""

    __tablename__: ClassVar[str] = "erased_media"

    digest: bytes = Field(primary_key=True, sa_type=BYTES)
    party: str
