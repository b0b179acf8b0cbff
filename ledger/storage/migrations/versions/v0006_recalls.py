"""Recalls found without reading through every batch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_batches_recall", "batches", ["entry"], sqlite_where=sa.text("record_class = 'recall'"))
