"""Floors: what this machine does without the ledger, for the same bytes and in the same round."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.made_events import IDENTIFIERS, Made

_BLOCK: Final = 4_096
_STATEMENT_ROWS: Final = 500
_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -131072;
PRAGMA wal_autocheckpoint = 20000;
CREATE TABLE IF NOT EXISTS records (position INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS identifiers (key INTEGER, position INTEGER, PRIMARY KEY (key, position)) WITHOUT ROWID;
"""


def syncs_per_second(folder: Path, *, seconds: float) -> float:
    """How often 4 KiB more of a file can be made durable."""
    path = folder / "fdatasync"
    block, done = os.urandom(_BLOCK), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            done += 1
        return done / (time.perf_counter() - begin)
    finally:
        os.close(descriptor)
        path.unlink()


def inserts_per_second(database: Path, documents: Sequence[Made]) -> float:
    """Events a second through the bare driver: their bytes and 5 index rows each, one durable commit per document.

    The file is kept and grows from round to round, as the ledger's does.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)
        (start,) = connection.execute("SELECT coalesce(max(position), -1) + 1 FROM records").fetchone()
        prepared = []
        for made in documents:
            positions = range(start, start + len(made.events))
            prepared.append((list(zip(positions, made.events, strict=True)), _index_rows(positions)))
            start = positions.stop
        begin = time.perf_counter()
        for records, index in prepared:
            connection.execute("BEGIN IMMEDIATE")
            _insert(connection, "records", records)
            _insert(connection, "identifiers", sorted(index))
            connection.execute("COMMIT")
        return sum(len(made.events) for made in documents) / (time.perf_counter() - begin)


def parses_per_second(documents: Sequence[Made]) -> float:
    """Events a second through the JSON decoder alone."""
    decode = msgspec.json.Decoder().decode
    begin = time.perf_counter()
    for made in documents:
        decode(made.data)
    return sum(len(made.events) for made in documents) / (time.perf_counter() - begin)


def hashes_per_second(documents: Sequence[Made]) -> float:
    """Events a second, each decoded and hashed once: no audit can do less."""
    decode = msgspec.json.Decoder().decode
    begin = time.perf_counter()
    for made in documents:
        for event in made.events:
            decode(event)
            sha256(event).digest()
    return sum(len(made.events) for made in documents) / (time.perf_counter() - begin)


def _index_rows(positions: range) -> list[tuple[int, int]]:
    spread = sha256(str(positions).encode()).digest()
    return [
        (int.from_bytes(sha256(spread + f"{position}/{n}".encode()).digest()[:8], "big", signed=True), position)
        for position in positions
        for n in range(IDENTIFIERS)
    ]


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[int, bytes | int]]) -> None:
    for start in range(0, len(rows), _STATEMENT_ROWS):
        chunk = rows[start : start + _STATEMENT_ROWS]
        values = ", ".join(["(?, ?)"] * len(chunk))
        connection.execute(f"INSERT INTO {table} VALUES {values}", [value for row in chunk for value in row])
