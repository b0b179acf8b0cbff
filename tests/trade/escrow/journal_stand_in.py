"""A stand-in for the journal on disk: every write of a step on its own, so that a crash can come between any two of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.evidence.record import read_record
from ledger.trade.escrow import kernel
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.books import Accepted, Change, Rules
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.line import line_to_json
from ledger.trade.escrow.memory_books import MemoryBooks

Write = tuple[Any, ...]
COMMIT: Write = ("commit",)


def writes_of(said: Said, change: Change | None) -> list[Write]:
    """What one step writes, in order: the record, its legs, the line, marks, and the commit at last."""
    writes: list[Write] = [("record", said.data, said.position, said.parties, said.seen, said.now)]
    if change is not None:
        writes += [("leg", *leg) for leg in change.legs]
        if change.line is not None:
            writes.append(("line", change.line.name, line_to_json(change.line)))
        if change.settled is not None:
            writes.append(("settled", change.settled))
        if change.owner is not None:
            writes.append(("owner", change.owner))
        if change.statement is not None:
            writes.append(("break", change.statement))
    return [*writes, COMMIT]


class Disk:
    """An append-only list of writes. What stands after the last commit is lost when the machine comes back."""

    def __init__(self) -> None:
        self.writes: list[Write] = []

    def append(self, writes: Sequence[Write]) -> None:
        self.writes += writes

    def recover(self) -> None:
        while self.writes and self.writes[-1] != COMMIT:
            self.writes.pop()

    def rows(self) -> tuple[object, ...]:
        """The journal as its tables would have it: newest line, balances, marks."""
        lines: dict[str, bytes] = {}
        balances: dict[tuple[str, str], int] = {}
        settled, owners, breaks = set(), {}, {}
        for kind, *values in self.writes:
            if kind == "leg":
                account, currency, amount = values
                balances[account, currency] = balances.get((account, currency), 0) + amount
            elif kind == "line":
                lines[values[0]] = values[1]
            elif kind == "settled":
                settled.add(values[0])
            elif kind == "owner":
                owners[values[0][0]] = values[0][1]
            elif kind == "break":
                breaks[values[0][0], values[0][1]] = values[0][2]
        return lines, {key: amount for key, amount in balances.items() if amount}, settled, owners, breaks

    def replay(self, rules: Rules) -> MemoryBooks:
        """The books out of the records alone, by the kernel."""
        books = MemoryBooks()
        for kind, *values in self.writes:
            if kind == "record":
                data, position, parties, seen, now = values
                said = Said(read_escrow_body(read_record(data)), data, position, parties, seen, now)
                verdict = kernel.apply(books, said, rules)
                if isinstance(verdict, Accepted):
                    books.take(verdict.change, now)
        return books


def rows_of(books: MemoryBooks) -> tuple[object, ...]:
    """The same tables out of books in memory."""
    lines = {name: line_to_json(line) for name, line in books.lines.items()}
    balances = {key: amount for key, amount in books.balances.items() if amount}
    return lines, balances, set(books.settled), dict(books.owners), dict(books.breaks)
