"""Run schema migrations on the connection and in the transaction of the caller."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from ledger.storage.tables import access, claims, codes, escrow, log, media, parties, requests, scans

# Importing them fills SQLModel.metadata, against which a new version is compared.
TABLES = (log, parties, access, escrow, claims, requests, codes, media, scans)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
