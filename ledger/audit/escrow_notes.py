"""What the fold of the escrow's records leaves: the books, and which record left each part of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger.audit.finding import Place
from ledger.audit.kept_state import KeptEscrow, KeptTerms
from ledger.evidence.merkle import Digest
from ledger.evidence.record import read_record
from ledger.trade.escrow.accounts import Leg
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.every import read_escrow_body
from ledger.trade.escrow.bodies.kinds import merchant_of
from ledger.trade.escrow.books import Accepted, Change, Verdict
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.line import Line, Terms, line_from_json, line_to_json
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.pack import Pack
from ledger.trade.escrow.reading import named_in
from ledger.trade.shapes.refusals import BodyTypeUnknown


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

    def keep(self) -> dict[str, Any]:
        """The members of `KeptEscrow` that are about books, in the order in which they were booked."""
        books = self.books
        return {
            "lines": [line_to_json(line).decode() for line in books.lines.values()],
            "terms": {name: _kept_terms(books.terms(name), at) for name, at in self.terms.items()},
            "balances": [(*key, balance) for key, balance in books.balances.items()],
            "readers": list(self.readers),
            "settlements": [(*key, at) for key, at in self.settlements.items()],
            "closings": [(*key, time) for key, time in self.closings.items()],
            "owners": [(serial, *owner) for serial, owner in self.owners.items()],
            "statements": [(*key, *found) for key, found in self.statements.items()],
        }

    def resume(self, kept: KeptEscrow, packs: Mapping[Digest, Pack]) -> None:
        """Take the books as they were kept.

        Raises:
            SuyuanError leaves: a record of an order cannot be read. KeyError: a rule pack is not among `packs`.
        """
        self.terms = {name: terms.at for name, terms in kept.terms.items()}
        self.readers = dict.fromkeys(kept.readers)
        self.settlements = {(bank, reference): at for bank, reference, at in kept.settlements}
        self.closings = {(guarantor, merchant, at): time for guarantor, merchant, at, time in kept.closings}
        self.owners = {serial: (owner, at) for serial, owner, at in kept.owners}
        self.statements = {(bank, currency): (difference, at) for bank, currency, difference, at in kept.statements}
        self.books = MemoryBooks.of(
            [line_from_json(line.encode()) for line in kept.lines],
            {name: _terms_of(terms, packs) for name, terms in kept.terms.items()},
            {(account, currency): balance for account, currency, balance in kept.balances},
            settled=self.settlements,
            owners={serial: owner for serial, (owner, _) in self.owners.items()},
            breaks={key: difference for key, (difference, _) in self.statements.items()},
            closings=[(guarantor, merchant, time) for guarantor, merchant, _, time in kept.closings],
        )

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


def _kept_terms(terms: Terms, at: Place) -> KeptTerms:
    return KeptTerms(terms.agreed.to_body().decode(), terms.digest, at)


def _terms_of(kept: KeptTerms, packs: Mapping[Digest, Pack]) -> Terms:
    agreed = read_escrow_body(read_record(kept.body.encode()))
    if not isinstance(agreed, OrderAgreed):
        raise BodyTypeUnknown(seen=type(agreed).__name__, wanted=OrderAgreed.__name__)
    return Terms(agreed, merchant_of(agreed.line), packs[agreed.pack.sha256], kept.digest)
