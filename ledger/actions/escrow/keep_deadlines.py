"""The operator's clock: what is due by the rules alone is said by the operator's own party, and by nobody's judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.capture.submit_document import Queue
from ledger.actions.escrow.read_terms import read_terms
from ledger.actions.escrow.submit_records import RecordVerdict, submit_held
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.find_operator import find_operator
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.head import read_head
from ledger.storage.journal import JournalBooks
from ledger.storage.journal_reading import lines_due
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.clock import clock_says
from ledger.trade.escrow.fold import GovernedRules
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.kernel import apply
from ledger.trade.escrow.pack import shipped_packs

LINES_PER_BATCH: Final = 500
LINES_PER_TICK_MAX: Final = 20_000

DueFrom = tuple[int, str]
"""(due, name) of a line: where a tick begins, or goes on."""

BEGINNING: Final[DueFrom] = (-1, "")


@dataclass(frozen=True, slots=True)
class Tick:
    """What a tick did.

    Attributes:
        due: how many due lines it looked at.
        written: what it said, with the verdicts.
        resume: where the next tick goes on; `BEGINNING` where this one saw all that is due.
    """

    due: int
    written: tuple[RecordVerdict, ...]
    resume: DueFrom


def keep_deadlines(ledger: Ledger, queue: Queue, *, start: DueFrom = BEGINNING, lines_max: int = LINES_PER_TICK_MAX) -> Tick:
    """Say for every line that is due what the clock may say now, each record judged before it is written.

    What the rules would refuse now is not said, so a line that cannot move is looked at again and never written about. A
    record that is refused all the same lost a race; the line has moved, and the next tick judges it as it then stands.

    Args:
        start: where the last tick ended.
        lines_max: most lines to look at.

    Raises:
        OperatorAbsent: something is due, and nobody can say it.
    """
    due, written, place, operator = 0, list[RecordVerdict](), start, ""
    while due < lines_max:
        limit = min(LINES_PER_BATCH, lines_max - due)
        with reading(ledger.engine) as connection:
            page = lines_due(connection, ledger.clock(), after=place, limit=limit)
            if page:
                operator = operator or find_operator(ledger, connection)
            said = _sayable(ledger, connection, [name for _, name in page], operator)
        if said:
            written += submit_held(ledger, said, issuer=operator, signers=(), queue=queue).verdicts
        due += len(page)
        if len(page) < limit:
            return Tick(due, tuple(written), BEGINNING)
        place = page[-1]
    return Tick(due, tuple(written), place)


def _sayable(ledger: Ledger, connection: Connection, lines: Sequence[str], operator: str) -> list[bytes]:
    """The records that would be accepted now, at most one per line."""
    head = read_head(connection)
    if not lines or head is None:
        return []
    books = JournalBooks(connection, read_terms)
    books.load(lines)
    rules = GovernedRules(ledger.governance.load(connection), shipped_packs())
    trial = _Trial(books, rules, operator, (head.size, 0), max(ledger.clock(), head.time))
    return [record for record in map(trial.first_accepted, lines) if record is not None]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Judges records as their turn would, and writes nothing."""

    books: JournalBooks
    rules: GovernedRules
    operator: str
    position: tuple[int, int]
    now: Instant

    def first_accepted(self, name: str) -> bytes | None:
        line = self.books.line(name)
        if line is None:
            return None
        terms = self.books.terms(name)
        for body in clock_says(line, terms, self.now, origin=self.rules.origin):
            data = body.to_body()
            said = Said(body, data, self.position, (self.operator,), True, self.now)
            if isinstance(apply(self.books, said, self.rules), Accepted):
                return data
        return None
