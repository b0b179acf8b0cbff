"""Scans counted coarsely, PINs of items, words of reports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine[Any] | type[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "scan_days",
        _column("day", sa.Integer()),
        _column("salt", BYTES, null=True),
        _column("strangers", INT64),
        _column("reports", INT64),
        _column("closed", INT64, null=True),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "scans",
        _column("item", BYTES),
        _column("day", sa.Integer()),
        _column("area", sa.String()),
        _column("device", BYTES),
        _column("travel", sa.Integer()),
        _column("owner", sa.Boolean()),
        sa.PrimaryKeyConstraint("item", "day", "area", "device"),
        **KEY_ONLY,
    )
    op.create_index("ix_scans_day", "scans", ["day"])
    op.create_table(
        "item_pins",
        _column("item", BYTES),
        _column("hash", sa.String()),
        _column("tries", sa.Integer()),
        _column("locked", INT64, null=True),
        _column("again", INT64),
        sa.PrimaryKeyConstraint("item"),
    )
    op.create_table(
        "label_words",
        _column("digest", BYTES),
        _column("item", BYTES),
        _column("text", sa.String()),
        _column("created", INT64),
        sa.PrimaryKeyConstraint("digest", "item"),
    )
    op.create_index("ix_label_words_created", "label_words", ["created"])
