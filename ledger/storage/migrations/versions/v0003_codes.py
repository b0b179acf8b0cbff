"""Serial numbers drawn for products."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine[Any] | type[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "serial_issues",
        _column("number", INT64),
        _column("request", BYTES),
        _column("issuer", sa.String()),
        _column("product", sa.String()),
        _column("lot", sa.String(), null=True),
        _column("count", INT64),
        _column("created", INT64),
        _column("root", BYTES, null=True),
        _column("position", INT64, null=True),
        sa.PrimaryKeyConstraint("number"),
    )
    for column, unique in (("request", True), ("issuer", False), ("root", False), ("position", True)):
        op.create_index(f"ix_serial_issues_{column}", "serial_issues", [column], unique=unique)
    op.create_table(
        "issued_serials",
        _column("issue", INT64),
        _column("serial", sa.String()),
        sa.PrimaryKeyConstraint("issue", "serial"),
        **KEY_ONLY,
    )
    op.create_index("ix_issued_serials_serial", "issued_serials", ["serial"], unique=True)
