"""What one round of sequencing writes to the escrow journal, in few statements however many records it judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection

from ledger.errors import Conflict
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import ROWS_PER_STATEMENT_MAX, chunks, insert_rows
from ledger.storage.tables.escrow import (
    AccountRow,
    ClosingRow,
    LegRow,
    LinePartyRow,
    LineRow,
    OwnerRow,
    SettlementRow,
    StatementRow,
    VerdictRow,
)
from ledger.trade.escrow.accounts import kind_of
from ledger.trade.escrow.clock import due_at
from ledger.trade.escrow.line import Line, Terms, line_to_json
from ledger.trade.escrow.regions import Guarantee


class LineMoved(Conflict):
    title = "another writer moved an order line on first; nothing was written"
    default_hint = "read the line again"


@dataclass
class JournalRound:
    """Rows in the order of their tables' columns, or by their keys where a later record of the round may change them."""

    verdicts: list[tuple[int, str, str | None, str | None, int | None, str | None, str]] = field(default_factory=list)
    legs: list[tuple[int, int, str, str, int]] = field(default_factory=list)
    settled: dict[tuple[str, str], int] = field(default_factory=dict)
    closings: list[tuple[str, str, int, int]] = field(default_factory=list)
    owners: dict[Digest, tuple[str, int]] = field(default_factory=dict)
    statements: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    balances: dict[tuple[str, str], int] = field(default_factory=dict)
    readers: set[tuple[str, str]] = field(default_factory=set)
    agreed: dict[str, int] = field(default_factory=dict)
    """Lines that begin in this round, to the position of their terms."""
    seqs: dict[str, int] = field(default_factory=dict)
    """Lines that were there before, to their `seq` in the database."""

    def write(self, connection: Connection, *, lines: Mapping[str, Line | None], terms: Callable[[str], Terms]) -> None:
        """Write everything; `lines` are as the round left them. The caller commits.

        Raises:
            LineMoved: a line in the database is not the one that was judged.
        """
        insert_rows(connection, VerdictRow, self.verdicts)
        insert_rows(connection, LegRow, self.legs)
        insert_rows(connection, SettlementRow, [(*key, position) for key, position in sorted(self.settled.items())])
        insert_rows(connection, ClosingRow, self.closings)
        self._write_caches(connection)
        moved = [_moved(lines[name], terms(name), before) for name, before in sorted(self.seqs.items())]
        _move_lines(connection, moved)
        insert_rows(connection, LineRow, [_begun(lines[name], terms(name), at) for name, at in sorted(self.agreed.items())])

    def _write_caches(self, connection: Connection) -> None:
        balances = [(*key, kind_of(key[0]).value, balance) for key, balance in sorted(self.balances.items())]
        insert_rows(connection, AccountRow, balances, on_conflict=_PUT_BALANCE)
        insert_rows(connection, OwnerRow, [(key, *value) for key, value in sorted(self.owners.items())], on_conflict=_PUT_OWNER)
        statements = [(*key, *value) for key, value in sorted(self.statements.items())]
        insert_rows(connection, StatementRow, statements, on_conflict=_PUT_STATEMENT)
        insert_rows(connection, LinePartyRow, sorted(self.readers), on_conflict=_KEEP)


def _moved(line: Line | None, terms: Terms, seq_before: int) -> tuple[Any, ...]:
    if line is None:
        raise AssertionError("a round moved a line that it does not have")
    return (
        line.name,
        seq_before,
        line.seq,
        line.currency,
        line.own.value,
        *_guarantee(line),
        due_at(line, terms),
        line_to_json(line),
    )


def _begun(line: Line | None, terms: Terms, position: int) -> tuple[Any, ...]:
    """In the order of `LineRow`."""
    if line is None:
        raise AssertionError("a round began a line that it does not have")
    agreed, due = terms.agreed, due_at(line, terms)
    named = (terms.merchant, agreed.buyer, agreed.custodian)
    last = (due, position, agreed.serial, line_to_json(line))
    return (line.name, line.seq, *named, line.currency, line.own.value, *_guarantee(line), *last)


def _guarantee(line: Line) -> tuple[str | None, int]:
    return (line.guarantor, line.cover) if line.guarantee is Guarantee.LOCKED else (None, 0)


def _move_lines(connection: Connection, moved: list[tuple[Any, ...]]) -> None:
    for chunk in chunks(moved, ROWS_PER_STATEMENT_MAX):
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        row = "(" + ", ".join([mark] * len(_MOVED)) + ")"
        statement = _MOVE_LINES.format(rows=", ".join([row] * len(chunk)))
        found = connection.exec_driver_sql(statement, tuple(chain.from_iterable(chunk))).rowcount
        # The transaction holds the write lock, so nobody can have been first; a lost lock must not become a lost step.
        if found != len(chunk):
            raise LineMoved(seen=f"{found} lines", wanted=f"{len(chunk)} lines as they were judged")


_MOVED: Final = ("name", "before", "seq", "currency", "own", "guarantor", "cover", "due", "state")
"""The columns of `VALUES`, which SQL itself calls column1, column2 and so on."""
_MOVE_LINES: Final = (
    "UPDATE escrow_lines SET "  # noqa: S608 - our own names
    + ", ".join(f"{column} = new.column{number}" for number, column in enumerate(_MOVED, 1) if number > 2)
    + " FROM (VALUES {rows}) AS new WHERE escrow_lines.name = new.column1 AND escrow_lines.seq = new.column2"
)
_PUT_BALANCE: Final = "ON CONFLICT (account, currency) DO UPDATE SET balance = excluded.balance"
_PUT_OWNER: Final = "ON CONFLICT (serial) DO UPDATE SET owner = excluded.owner, position = excluded.position"
_PUT_STATEMENT: Final = (
    "ON CONFLICT (bank, currency) DO UPDATE SET difference = excluded.difference, position = excluded.position"
)
_KEEP: Final = "ON CONFLICT DO NOTHING"
