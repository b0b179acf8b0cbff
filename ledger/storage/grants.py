"""Reading grants: an issuer lets another party read its records."""

from __future__ import annotations

from sqlalchemy import Connection, delete, text
from sqlmodel import col

from ledger.evidence.instant import Instant
from ledger.storage.bulk import marks, run
from ledger.storage.tables.access import GrantRow


def grant_reading(connection: Connection, *, issuer: str, reader: str, now: Instant) -> None:
    """Let `reader` read all records of `issuer`; granting again changes nothing. The caller commits."""
    put = text("INSERT INTO grants (issuer, reader, created) VALUES (:issuer, :reader, :created) ON CONFLICT DO NOTHING")
    connection.execute(put, {"issuer": issuer, "reader": reader, "created": int(now)})


def withdraw_reading(connection: Connection, *, issuer: str, reader: str) -> None:
    connection.execute(delete(GrantRow).where(col(GrantRow.issuer) == issuer, col(GrantRow.reader) == reader))


def issuers_granting(connection: Connection, reader: str) -> frozenset[str]:
    """The issuers whose records `reader` may read."""
    rows = run(connection, f"SELECT issuer FROM grants WHERE reader = {marks(connection, 1)}", (reader,)).fetchall()  # noqa: S608 - a mark
    return frozenset(issuer for (issuer,) in rows)
