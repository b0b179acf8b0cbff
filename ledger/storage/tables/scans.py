"""Scans counted coarsely, PINs under scratch-offs, words of reports: the operator's own tables, none of it evidence."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY


class ScanDayRow(SQLModel, table=True):
    """A day in UTC, as its ordinal in the Gregorian calendar, on which something was scanned.

    `salt` makes that day's pseudonyms; once it is forgotten, nothing is added to the day any more. `strangers`: scans of codes
    that nothing here names. `closed`: the entry that says how many scans there were.
    """

    __tablename__: ClassVar[str] = "scan_days"

    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    salt: bytes | None = Field(default=None, sa_type=BYTES)
    strangers: int = Field(sa_type=INT64)
    reports: int = Field(sa_type=INT64)
    closed: int | None = Field(default=None, sa_type=INT64)


class ScanRow(SQLModel, table=True):
    """One device scanned one code in one area on one day; `item` is a keyed hash, `device` a pseudonym of that day."""

    __tablename__: ClassVar[str] = "scans"
    __table_args__ = KEY_ONLY

    item: bytes = Field(primary_key=True, sa_type=BYTES)
    day: int = Field(primary_key=True, index=True, sa_column_kwargs={"autoincrement": False})
    area: str = Field(primary_key=True)
    device: bytes = Field(primary_key=True, sa_type=BYTES)
    travel: int
    owner: bool


class ItemPinRow(SQLModel, table=True):
    """The PIN under an item's scratch-off, as an Argon2id hash; `item` is a keyed hash.

    `again`: how often the right PIN was shown after the item was claimed.
    """

    __tablename__: ClassVar[str] = "item_pins"

    item: bytes = Field(primary_key=True, sa_type=BYTES)
    hash: str
    tries: int
    locked: int | None = Field(default=None, sa_type=INT64)
    again: int = Field(sa_type=INT64)


class LabelWordsRow(SQLModel, table=True):
    """Words of somebody who reported a label, whose SHA-256 stands in the record; `item` is a keyed hash."""

    __tablename__: ClassVar[str] = "label_words"

    digest: bytes = Field(primary_key=True, sa_type=BYTES)
    item: bytes = Field(primary_key=True, sa_type=BYTES)
    text: str
    created: int = Field(sa_type=INT64, index=True)
