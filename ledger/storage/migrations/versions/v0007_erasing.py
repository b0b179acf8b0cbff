"""Disclosures of withheld fields, and files that wait to be deleted after an erasure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.storage.tables.columns import BYTES, INT64

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosures",
        sa.Column("position", INT64, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", BYTES, nullable=True),
        sa.Column("disclosure", BYTES, nullable=True),
        sa.Column("ground", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("position", "number"),
    )
    op.create_table(
        "erased_media",
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
