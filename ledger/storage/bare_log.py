"""A copied database without its guards: rows read and changed as they lie there, and a tree made to fit the entries."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from ledger.evidence.entry import Entry
from ledger.evidence.frontier import EMPTY_FRONTIER
from ledger.evidence.merkle import Digest, root_of

_TILE: Final = 256


class BareLog:
    """The tables of a log behind one connection, which may do anything to them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, *values: object) -> None:
        self._connection.execute(statement, values)

    def value(self, query: str, *values: object) -> Any:  # noqa: ANN401 - one value of any column
        return self._connection.execute(query, values).fetchone()[0]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    @property
    def size(self) -> int:
        return int(self.value('SELECT max("index") + 1 FROM entries'))

    def entry(self, index: int) -> Entry:
        return Entry.parse(self.value('SELECT body FROM entries WHERE "index" = ?', index))

    def leaves(self) -> list[Digest]:
        return [leaf for (leaf,) in self.rows('SELECT leaf_hash FROM entries ORDER BY "index"')]

    def rebuild_tree(self) -> None:
        """Make tiles and head fit the kept leaf hashes."""
        leaves = self.leaves()
        self.run("DELETE FROM tiles")
        level, hashes = 0, leaves
        while hashes:
            for at in range(0, len(hashes), _TILE):
                self.run("INSERT INTO tiles VALUES (?, ?, ?)", level, at // _TILE, b"".join(hashes[at : at + _TILE]))
            hashes = [root_of(hashes[at : at + _TILE]) for at in range(0, len(hashes) - _TILE + 1, _TILE)]
            level += 1
        frontier, last = EMPTY_FRONTIER.extend(leaves), self.entry(len(leaves) - 1)
        values = (len(leaves), leaves[-1], int(last.time), frontier.to_bytes())
        self.run("UPDATE head SET size = ?, leaf_hash = ?, time = ?, frontier = ?", *values)
