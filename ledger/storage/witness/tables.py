"""The tables of a witness. Their metadata is their own: a ledger's schema knows nothing of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, MetaData, Table, Text, UniqueConstraint

from ledger.storage.tables.columns import BYTES, INT64

FORM: Final = 1
"""Of these tables; a database that says another number is not read."""

WITNESS_TABLES: Final = MetaData()

IDENTITY: Final = Table(
    "witness_identity",
    WITNESS_TABLES,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("form", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("vkey", Text),
    Column("mldsa_vkey", Text),
)
"""One row: the name and the public keys that this witness has told the world."""

LOGS: Final = Table(
    "witness_logs",
    WITNESS_TABLES,
    Column("origin", Text, primary_key=True),
    Column("origin_hash", BYTES, nullable=False, unique=True),
    Column("vkeys", Text, nullable=False),
    Column("keys_size", INT64, nullable=False),
    Column("added", INT64, nullable=False),
    # Moves with every change of the row, so that one comparison sees them all.
    Column("revision", INT64, nullable=False),
    Column("size", INT64),
    Column("root", BYTES),
    Column("time_s", INT64),
    Column("note", BYTES),
)
"""A log, its keys (one a line, in the order learned; none: taken off by hand), and what was cosigned last.

A row is never deleted: who forgot what it cosigned would cosign a second history.
"""

CONFLICTS: Final = Table(
    "witness_conflicts",
    WITNESS_TABLES,
    Column("id", Integer, primary_key=True),
    Column("origin", Text, nullable=False, index=True),
    Column("proven", Boolean, nullable=False),
    Column("seen", INT64, nullable=False),
    Column("size", INT64, nullable=False),
    Column("root", BYTES, nullable=False),
    Column("old_size", INT64, nullable=False),
    Column("proof", BYTES, nullable=False),
    Column("cosigned", BYTES, nullable=False),
    Column("refused", BYTES, nullable=False),
    UniqueConstraint("origin", "size", "root"),
    sqlite_autoincrement=True,
)
"""A head that the log signed and that was refused, beside the one that stood against it."""
