"""One record before the rules: who says what about which line, when, and what the books know."""

from __future__ import annotations

from typing import Any

import msgspec

from ledger.evidence.instant import Instant
from ledger.trade.alliance.state import Fund
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.books import Books, Rules
from ledger.trade.escrow.line import Case, Line, Terms


class Said(msgspec.Struct, frozen=True):
    """A record as the ledger has it.

    Attributes:
        body: the record, read by `bodies.every.read_escrow_body`.
        data: its bytes as received.
        position: (entry, place).
        parties: all who signed its batch.
        seen: whether the batch note cites a checkpoint.
        now: the time of its entry.
    """

    body: EscrowBody
    data: bytes
    position: tuple[int, int]
    parties: tuple[str, ...]
    seen: bool
    now: Instant


class Hearing(msgspec.Struct, frozen=True):
    """A record about a line that exists (or, for OrderAgreed, whose terms it brings)."""

    said: Said
    rules: Rules
    books: Books
    line: Line
    terms: Terms

    @property
    def body(self) -> Any:  # noqa: ANN401 - each guard and deed is registered for its record's own type
        return self.said.body

    @property
    def now(self) -> Instant:
        return self.said.now

    @property
    def case(self) -> Case:
        """The open dispute or claim; the caller's row has said that there is one."""
        if self.line.case is None:
            raise AssertionError("a dispute is open without a case")
        return self.line.case

    @property
    def fund(self) -> Fund | None:
        """The guarantee fund of the order, as it is constituted now."""
        name = self.terms.agreed.fund
        return None if name is None else self.rules.alliance.fund(name)

    def balance(self, account: str) -> int:
        """In the line's currency, debit positive."""
        return self.books.balance(account, self.line.currency)
