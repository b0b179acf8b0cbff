"""The shape of one row of the table."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.trade.escrow.regions import Own, State
from ledger.trade.escrow.table.seats import Signers


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One transition; a row is itself and equal to no other, so that it can be a quick key.

    Attributes:
        record: the type of the record that makes it.
        before, after: the states of the one region that the record is about.
        signers: who must sign.
        when: the condition that chooses among rows of the same record and state, a key of `conditions.CONDITIONS`.
        guards: keys of `kernel.GUARDS`, checked in the order of precedence of their refusals; each refuses by its own name.
        timeout: key of `deadlines.TIMEOUTS`; the record comes too early before it.
        postings: codes of the postings it may make.
        also: moves of other regions that it may bring with it.
        while_own: own states of the line in which it may happen, for a record about another region.
    """

    record: str
    before: State
    after: State
    signers: Signers
    when: str = "always"
    guards: tuple[str, ...] = ()
    timeout: str | None = None
    postings: tuple[str, ...] = ()
    also: tuple[tuple[State, State], ...] = ()
    while_own: tuple[Own, ...] = ()
