"""Files kept beside the ledger: what each is, who keeps it, and a small picture of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine[Any] | type[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "media",
        _column("digest", BYTES),
        _column("media_type", sa.String()),
        _column("size", INT64),
        _column("kept", INT64),
        _column("width_mm", INT64, null=True),
        _column("height_mm", INT64, null=True),
        _column("depth_mm", INT64, null=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "media_keepers",
        _column("party", sa.String()),
        _column("digest", BYTES),
        sa.PrimaryKeyConstraint("party", "digest"),
        **KEY_ONLY,
    )
    op.create_index("ix_media_keepers_digest", "media_keepers", ["digest"])
    op.create_table(
        "media_thumbnails",
        _column("digest", BYTES),
        _column("picture", BYTES),
        _column("picture_hash", BYTES),
        sa.PrimaryKeyConstraint("digest"),
    )
