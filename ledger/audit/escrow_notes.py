"""What the fold of the escrow's records leaves: the books, and which record left each part of them."""

from __future__ import annotations

from typing import NamedTuple

from ledger.audit.finding import Place
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.accounts import Leg
from ledger.trade.escrow.books import Accepted, Change, Verdict
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.reading import named_in


class Judged(NamedTuple):
    """The verdict on one record: a step of a line, a posting of no line, or a refusal."""

    type: str
    subject: str | None
    line: str | None
    seq: int | None
    refusal: str | None
    postings: tuple[str, ...]
    legs: tuple[Leg, ...]


class EscrowNotes:
    """The books, and by each key the place of the record that set it last."""

    def __init__(self) -> None:
        self.books = MemoryBooks()
        self.terms: dict[str, Place] = {}
        self.readers: dict[tuple[str, str], None] = {}
        self.settlements: dict[tuple[str, str], Place] = {}
        self.closings: dict[tuple[str, str, Place], int] = {}
        self.owners: dict[Digest, tuple[str, Place]] = {}
        self.statements: dict[tuple[str, str], tuple[int, Place]] = {}

    def take(self, said: Said, verdict: Verdict) -> Judged:
        """Book what an accepted record changes, and return the verdict in one value."""
        kind, subject = type(said.body).__name__, getattr(said.body, "line", None)
        if not isinstance(verdict, Accepted):
            return Judged(kind, subject, None, None, verdict.code, (), ())
        change = verdict.change
        self.books.take(change, said.now)
        self._note(change, said)
        line = change.line
        name, seq = (None, None) if line is None else (line.name, line.seq)
        return Judged(kind, subject, name, seq, None, change.posting, change.legs)

    def _note(self, change: Change, said: Said) -> None:
        at = said.position
        if change.line is not None:
            self._note_line(change.line, change.terms, at)
        if change.settled is not None:
            self.settlements[change.settled] = at
        if change.points is not None:
            self.closings[(*change.points, at)] = int(said.now)
        if change.owner is not None:
            self.owners[change.owner[0]] = (change.owner[1], at)
        if change.statement is not None:
            bank, currency, difference = change.statement
            self.statements[bank, currency] = (difference, at)

    def _note_line(self, line: Line, terms: Terms | None, at: Place) -> None:
        if terms is not None:
            fund = terms.agreed.fund
            self.terms[line.name] = at
            self.readers.update(((party, line.name), None) for party in named_in(terms))
            if fund is not None:
                self.readers[f"fund {fund}", line.name] = None
        if line.guarantor is not None:
            self.readers[line.guarantor, line.name] = None
