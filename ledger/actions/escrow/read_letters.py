"""What a buyer wrote about a line, for those who argue or decide about it."""

from __future__ import annotations

from ledger.actions.escrow.read_terms import read_terms
from ledger.actions.open_ledger import Ledger
from ledger.errors import Untrusted
from ledger.evidence.merkle import Digest
from ledger.storage.database import reading
from ledger.storage.journal_reading import KeptLine, read_line
from ledger.storage.letters import letters_about
from ledger.storage.position import pack
from ledger.trade.escrow.line import Terms
from ledger.trade.parties.state import Governance


class LettersForbidden(Untrusted):
    title = "what a buyer wrote is read by the two sides of the order and its arbiters"


def read_letters(ledger: Ledger, line: str, *, reader: str) -> dict[Digest, str]:
    """Digest, as it stands in the evidence of a record, to words; oldest first.

    Raises:
        LineAbsent: no such line.
        LettersForbidden: the reader is neither a side of the order nor one of its arbiters.
    """
    with reading(ledger.engine) as connection:
        kept = read_line(connection, line)
        terms = read_terms(connection, pack(*kept.terms))
        if not _may_read(ledger.governance.load(connection), kept, terms, reader):
            raise LettersForbidden(seen=reader, wanted="the buyer, the merchant or an arbiter")
        return letters_about(connection, line)


def _may_read(state: Governance, kept: KeptLine, terms: Terms, reader: str) -> bool:
    if reader in (kept.merchant, kept.buyer, *terms.agreed.arbiters):
        return True
    appealed = kept.line.case is not None and kept.line.case.appealed is not None
    return appealed and state.is_ally(reader, "arbiter", terms.agreed.territory)
