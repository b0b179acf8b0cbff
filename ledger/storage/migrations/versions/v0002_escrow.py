"""The escrow journal: verdicts, legs whose sums are zero at commit, and the caches of the fold."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.storage.sqlite import JOURNAL_GUARDS
from ledger.storage.tables.columns import BYTES, INT64, KEY_ONLY

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine[Any] | type[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    _create_journal()
    _create_caches()
    _create_lines()
    _create_claims()
    _create_requests()
    op.execute("INSERT INTO escrow_zero (total) VALUES (0)")
    if op.get_context().dialect.name == "sqlite":
        for guard in JOURNAL_GUARDS:
            op.execute(guard)


def _create_journal() -> None:
    op.create_table(
        "escrow_verdicts",
        _column("position", INT64),
        _column("type", sa.String()),
        _column("subject", sa.String(), null=True),
        _column("line", sa.String(), null=True),
        _column("seq", INT64, null=True),
        _column("refusal", sa.String(), null=True),
        _column("postings", sa.String()),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("line", "seq", name="uq_escrow_verdicts_line_seq"),
        sa.CheckConstraint("(line IS NULL) = (seq IS NULL)", name="ck_escrow_verdicts_step"),
        sa.CheckConstraint("refusal IS NULL OR (line IS NULL AND postings = '')", name="ck_escrow_verdicts_refused"),
    )
    op.create_index("ix_escrow_verdicts_subject", "escrow_verdicts", ["subject"])
    op.create_table("escrow_zero", _column("total", INT64), sa.PrimaryKeyConstraint("total"))
    op.create_table(
        "escrow_legs",
        _column("position", INT64),
        _column("number", sa.Integer()),
        _column("account", sa.String()),
        _column("currency", sa.String()),
        _column("amount", INT64),
        sa.PrimaryKeyConstraint("position", "number"),
        sa.CheckConstraint("amount <> 0", name="ck_escrow_legs_amount"),
        **KEY_ONLY,
    )
    # The sum of a record's legs must be the one value of escrow_zero, not at every insert but at commit.
    op.create_table(
        "escrow_leg_sums",
        _column("position", INT64),
        _column("currency", sa.String()),
        _column("total", INT64),
        sa.PrimaryKeyConstraint("position", "currency"),
        sa.ForeignKeyConstraint(
            ["total"], ["escrow_zero.total"], name="fk_escrow_leg_sums_zero", deferrable=True, initially="DEFERRED"
        ),
        **KEY_ONLY,
    )


def _create_caches() -> None:
    op.create_table(
        "escrow_accounts",
        _column("account", sa.String()),
        _column("currency", sa.String()),
        _column("kind", sa.String()),
        _column("balance", INT64),
        sa.PrimaryKeyConstraint("account", "currency"),
        sa.CheckConstraint("kind <> 'asset' OR balance >= 0", name="ck_escrow_accounts_asset"),
        sa.CheckConstraint("kind <> 'liability' OR balance <= 0", name="ck_escrow_accounts_liability"),
        **KEY_ONLY,
    )
    op.create_table(
        "escrow_settlements",
        _column("bank", sa.String()),
        _column("reference", sa.String()),
        _column("position", INT64),
        sa.PrimaryKeyConstraint("bank", "reference"),
        **KEY_ONLY,
    )
    op.create_table(
        "escrow_closings",
        _column("guarantor", sa.String()),
        _column("merchant", sa.String()),
        _column("position", INT64),
        _column("time", INT64),
        sa.PrimaryKeyConstraint("guarantor", "merchant", "position"),
        **KEY_ONLY,
    )
    op.create_table(
        "escrow_owners",
        _column("serial", BYTES),
        _column("owner", sa.String()),
        _column("position", INT64),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_table(
        "escrow_statements",
        _column("bank", sa.String()),
        _column("currency", sa.String()),
        _column("difference", INT64),
        _column("position", INT64),
        sa.PrimaryKeyConstraint("bank", "currency"),
        **KEY_ONLY,
    )


def _create_lines() -> None:
    op.create_table(
        "escrow_lines",
        _column("name", sa.String()),
        _column("seq", INT64),
        _column("merchant", sa.String()),
        _column("buyer", sa.String()),
        _column("custodian", sa.String()),
        _column("currency", sa.String()),
        _column("own", sa.String()),
        _column("guarantor", sa.String(), null=True),
        _column("cover", INT64),
        _column("due", INT64, null=True),
        _column("terms", INT64),
        _column("serial", BYTES, null=True),
        _column("state", BYTES),
        sa.PrimaryKeyConstraint("name"),
    )
    for column in ("merchant", "buyer", "custodian", "serial"):
        op.create_index(f"ix_escrow_lines_{column}", "escrow_lines", [column])
    op.create_index("ix_escrow_lines_due", "escrow_lines", ["due", "name"])


def _create_claims() -> None:
    op.create_table(
        "escrow_claims",
        _column("id", sa.String()),
        _column("secret_hash", BYTES),
        _column("buyer", sa.String()),
        _column("merchant", sa.String()),
        _column("created", INT64),
        _column("expires", INT64),
        _column("revoked", INT64, null=True),
        _column("shared", sa.Boolean()),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("buyer", "merchant"):
        op.create_index(f"ix_escrow_claims_{column}", "escrow_claims", [column])
    op.create_table(
        "escrow_letters",
        _column("digest", BYTES),
        _column("line", sa.String()),
        _column("text", sa.String()),
        _column("created", INT64),
        sa.PrimaryKeyConstraint("digest", "line"),
    )


def _create_requests() -> None:
    op.create_table(
        "escrow_idempotency",
        _column("party", sa.String()),
        _column("key", sa.String()),
        _column("request", BYTES),
        _column("server", sa.String()),
        _column("started", INT64),
        _column("note", BYTES),
        _column("status", sa.Integer(), null=True),
        _column("answer", BYTES, null=True),
        sa.PrimaryKeyConstraint("party", "key"),
    )
    op.create_table(
        "escrow_proposals",
        _column("id", sa.String()),
        _column("issuer", sa.String()),
        _column("text", sa.String()),
        _column("seed", BYTES),
        _column("document", BYTES),
        _column("created", INT64),
        _column("expires", INT64),
        _column("entry", INT64, null=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("issuer", "expires"):
        op.create_index(f"ix_escrow_proposals_{column}", "escrow_proposals", [column])
    op.create_table(
        "escrow_proposal_signers",
        _column("party", sa.String()),
        _column("proposal", sa.String()),
        _column("place", sa.Integer()),
        _column("line", sa.String(), null=True),
        sa.PrimaryKeyConstraint("party", "proposal"),
        **KEY_ONLY,
    )
    op.create_index("ix_escrow_proposal_signers_proposal", "escrow_proposal_signers", ["proposal"])
    op.create_table(
        "escrow_line_parties",
        _column("party", sa.String()),
        _column("line", sa.String()),
        sa.PrimaryKeyConstraint("party", "line"),
        **KEY_ONLY,
    )
