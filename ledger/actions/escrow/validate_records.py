"""What would become of escrow records by the rules as they stand now; nothing is signed and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.actions.escrow.read_terms import lines_named, read_terms
from ledger.actions.escrow.submit_records import read_bodies
from ledger.actions.open_ledger import Ledger
from ledger.storage.database import reading
from ledger.storage.head import read_head
from ledger.storage.journal import JournalBooks
from ledger.trade.escrow.fold import GovernedRules
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.kernel import apply
from ledger.trade.escrow.pack import shipped_packs
from ledger.trade.escrow.refusals.base import EscrowRefused


@dataclass(frozen=True, slots=True)
class DryVerdict:
    """The verdict on one record if it came now; each is judged after those before it."""

    type: str
    line: str | None
    refused: EscrowRefused | None
    postings: tuple[str, ...]


def validate_records(ledger: Ledger, records: Sequence[bytes], *, parties: Sequence[str]) -> list[DryVerdict]:
    """Judge records as if `parties` had signed them, citing a checkpoint, and it were their turn now.

    Raises:
        what `read_bodies` raises: malformed records never come before the rules.
    """
    bodies = read_bodies(records)
    with reading(ledger.engine) as connection:
        state, head = ledger.governance.load(connection), read_head(connection)
        rules, now = GovernedRules(state, shipped_packs()), ledger.clock()
        books = JournalBooks(connection, read_terms)
        books.load(lines_named(bodies))
        verdicts = []
        for place, (body, data) in enumerate(zip(bodies, records, strict=True)):
            position = (0 if head is None else head.size, place)
            time = now if head is None else max(now, head.time)
            said = Said(body, data, position, tuple(dict.fromkeys(parties)), seen=True, now=time)
            judged = books.take(said, apply(books, said, rules))
            line = getattr(body, "line", None)
            verdicts.append(DryVerdict(type(body).__name__, line, judged.reason, judged.postings))
    return verdicts
