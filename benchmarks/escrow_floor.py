"""The floor of durable transitions: the rows that the ledger wrote, once more into a bare database, as durably."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ledger.storage.database import DATABASE_FILE
from ledger.storage.position import first_of

_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -131072;
PRAGMA wal_autocheckpoint = 20000;
CREATE TABLE IF NOT EXISTS records (position INTEGER PRIMARY KEY, commitment BLOB, salt BLOB, body BLOB);
CREATE TABLE IF NOT EXISTS verdicts (position INTEGER PRIMARY KEY, type, line, seq, refusal, postings, UNIQUE (line, seq));
CREATE TABLE IF NOT EXISTS legs (position, number, account, currency, amount, PRIMARY KEY (position, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (account, currency, balance, PRIMARY KEY (account, currency)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lines (name PRIMARY KEY, seq, state BLOB);
"""
_ROWS_PER_STATEMENT: Final = 500
_READ: Final = {
    "records": "SELECT position, commitment, salt, body FROM records WHERE position >= ? AND position < ?",
    "verdicts": "SELECT position, type, line, seq, refusal, postings FROM escrow_verdicts WHERE position >= ? AND position < ?",
    "legs": "SELECT position, number, account, currency, amount FROM escrow_legs WHERE position >= ? AND position < ?",
    "accounts": "SELECT account, currency, balance FROM escrow_accounts WHERE (account, currency) IN "
    "(SELECT account, currency FROM escrow_legs WHERE position >= ? AND position < ?)",
    "lines": "SELECT name, seq, state FROM escrow_lines WHERE name IN "
    "(SELECT line FROM escrow_verdicts WHERE position >= ? AND position < ?)",
}


class BareJournal:
    """Reads from the ledger in `data`, writes into `database`; nothing is computed, checked or looked up."""

    def __init__(self, data: Path, database: Path) -> None:
        self._source, self._database = data / DATABASE_FILE, database

    def insert(self, entries: Sequence[int], *, together: int) -> float:
        """Write the rows of `entries` with `together` entries a commit; return the seconds of it."""
        groups = [sorted(entries[start : start + together]) for start in range(0, len(entries), together)]
        with closing(sqlite3.connect(self._source)) as source:
            prepared = [_rows_of(source, group) for group in groups]
        with closing(sqlite3.connect(self._database, isolation_level=None)) as connection:
            connection.executescript(_SCHEMA)
            begin = time.perf_counter()
            for tables in prepared:
                connection.execute("BEGIN IMMEDIATE")
                for table, rows in tables.items():
                    _put(connection, table, rows)
                connection.execute("COMMIT")
            return time.perf_counter() - begin


def _rows_of(source: sqlite3.Connection, entries: Iterable[int]) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: [row for entry in entries for row in source.execute(query, (first_of(entry), first_of(entry + 1)))]
        for table, query in _READ.items()
    }


def _put(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        chunk = rows[start : start + _ROWS_PER_STATEMENT]
        marks = ", ".join(["(" + ", ".join("?" * len(chunk[0])) + ")"] * len(chunk))
        connection.execute(f"REPLACE INTO {table} VALUES {marks}", [value for row in chunk for value in row])
