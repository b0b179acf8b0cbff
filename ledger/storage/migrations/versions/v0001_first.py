"""The first schema: ledger tables and their guards, the log's caches, indexes, parties, access."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.storage.sqlite import GUARDS
from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine[Any] | type[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    _create_ledger()
    _create_log_caches()
    _create_indexes()
    _create_parties()
    _create_access()
    if op.get_context().dialect.name == "sqlite":
        for guard in GUARDS:
            op.execute(guard)


def _create_ledger() -> None:
    op.create_table(
        "entries", _column("index", INT64), _column("body", BYTES), _column("leaf_hash", BYTES), sa.PrimaryKeyConstraint("index")
    )
    op.create_table(
        "batches",
        _column("entry", INT64),
        _column("issuer", sa.String()),
        _column("record_class", sa.String()),
        _column("read", sa.String()),
        _column("size", sa.Integer()),
        _column("root", BYTES),
        _column("context", BYTES, null=True),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_table(
        "records",
        _column("position", INT64),
        _column("commitment", BYTES),
        _column("salt", BYTES, null=True),
        _column("body", BYTES, null=True),
        sa.PrimaryKeyConstraint("position"),
    )


def _create_log_caches() -> None:
    op.create_table(
        "head",
        _column("origin", sa.String()),
        _column("size", INT64),
        _column("leaf_hash", BYTES),
        _column("time", INT64),
        _column("frontier", BYTES),
        sa.PrimaryKeyConstraint("origin"),
    )
    op.create_table(
        "tiles",
        _column("level", sa.Integer()),
        _column("index", INT64),
        _column("hashes", BYTES),
        sa.PrimaryKeyConstraint("level", "index"),
    )
    op.create_table("blocks", _column("entry", INT64), _column("hashes", BYTES), sa.PrimaryKeyConstraint("entry"))
    op.create_table(
        "checkpoints",
        _column("size", INT64),
        _column("note", BYTES),
        _column("met", BYTES, null=True),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_index("ix_checkpoints_met", "checkpoints", ["met", "size"], sqlite_where=sa.text("met IS NOT NULL"))
    op.create_table(
        "erasures",
        _column("position", INT64),
        _column("by_entry", INT64),
        _column("ground", sa.String()),
        sa.PrimaryKeyConstraint("position"),
    )


def _create_indexes() -> None:
    for table, target in (
        ("event_keys", "position"),
        ("erased_names", "position"),
        ("note_keys", "entry"),
    ):
        op.create_table(table, _column("key", INT64), _column(target, INT64), sa.PrimaryKeyConstraint("key", target), **KEY_ONLY)
    op.create_table(
        "identifiers",
        *(_column(name, INT64) for name in ("generation", "key", "position")),
        sa.PrimaryKeyConstraint("generation", "key", "position"),
        **KEY_ONLY,
    )


def _create_parties() -> None:
    op.create_table(
        "governance",
        _column("origin", sa.String()),
        _column("upto", INT64),
        _column("version", INT64),
        _column("snapshot", BYTES),
        sa.PrimaryKeyConstraint("origin"),
    )
    op.create_table(
        "register_lines",
        _column("line", sa.String()),
        _column("valid_from", INT64),
        _column("valid_until", INT64, null=True),
        sa.PrimaryKeyConstraint("line", "valid_from"),
    )


def _create_access() -> None:
    op.create_table(
        "api_keys",
        _column("id", sa.String()),
        _column("party", sa.String()),
        _column("name", sa.String()),
        _column("secret_hash", BYTES),
        _column("created", INT64),
        _column("expires", INT64, null=True),
        _column("revoked", INT64, null=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_api_keys_party", "api_keys", ["party"])
    op.create_table(
        "held_keys",
        _column("vkey", sa.String()),
        _column("party", sa.String()),
        _column("sealed", BYTES),
        sa.PrimaryKeyConstraint("vkey"),
    )
    op.create_index("ix_held_keys_party", "held_keys", ["party"])
    op.create_table("secrets", _column("name", sa.String()), _column("sealed", BYTES), sa.PrimaryKeyConstraint("name"))
    op.create_table(
        "grants",
        _column("issuer", sa.String()),
        _column("reader", sa.String()),
        _column("created", INT64),
        sa.PrimaryKeyConstraint("issuer", "reader"),
    )
    op.create_table(
        "capture_jobs",
        _column("id", sa.String()),
        _column("party", sa.String()),
        _column("created", INT64),
        _column("finished", INT64),
        _column("entry", INT64, null=True),
        _column("answer", BYTES),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_capture_jobs_party", "capture_jobs", ["party"])
