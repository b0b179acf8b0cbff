"""What an operator keeps of the escrow beside the log, as an audit reads it; all of it follows from the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from ledger.audit.finding import Place
from ledger.evidence.merkle import Digest


class VerdictColumns(NamedTuple):
    """What is kept of one record's verdict. `line` and `seq` stand where a line moved on, `refusal` where it was refused."""

    type: str
    subject: str | None
    line: str | None
    seq: int | None
    refusal: str | None
    postings: str


class LegColumns(NamedTuple):
    number: int
    account: str
    currency: str
    amount: int


class LineColumns(NamedTuple):
    """What is kept of a line: the place of its terms, the whole line as JSON, and columns to look it up by; `due` in ms."""

    terms: Place
    serial: Digest | None
    state: bytes
    seq: int
    merchant: str
    buyer: str
    custodian: str
    currency: str
    own: str
    guarantor: str | None
    cover: int
    due: int | None


class EscrowRows(Protocol):
    """The journal's tables. Values are shown as they lie there; what cannot be read raises `SourceUnreadable`."""

    def verdicts(self, start: int, stop: int) -> Iterator[tuple[Place, VerdictColumns]]:
        """Of the entries from `start` to below `stop`, in order; so do the next two."""

    def legs(self, start: int, stop: int) -> Iterator[tuple[Place, LegColumns]]: ...
    def leg_sums(self, start: int, stop: int) -> Iterator[tuple[Place, tuple[str, int]]]:
        """(currency, total) of each record's legs."""

    def sums_allowed(self) -> Sequence[object]:
        """Every value that the sum of a record's legs may have; honestly 0 alone."""

    def accounts(self) -> Iterator[tuple[tuple[str, str], tuple[str, int]]]:
        """(account, currency) and (kind, balance)."""

    def lines(self) -> Iterator[tuple[str, LineColumns]]: ...
    def readers(self) -> Iterator[tuple[tuple[str, str], None]]:
        """(party or `fund <name>`, line) of whom a line's terms let read it."""

    def settlements(self) -> Iterator[tuple[tuple[str, str], Place]]:
        """(bank, reference) and the record that booked it."""

    def closings(self) -> Iterator[tuple[tuple[str, str, Place], int]]:
        """(guarantor, merchant, record) and its time."""

    def owners(self) -> Iterator[tuple[Digest, tuple[str, Place]]]:
        """Serial, and its owner with the record that passed the title."""

    def statements(self) -> Iterator[tuple[tuple[str, str], tuple[int, Place]]]:
        """(bank, currency), and the difference of its last statement with the record that reported it."""

    def strays(self, size: int) -> Iterator[tuple[str, Place]]:
        """(table, place) of verdicts and legs of entries that a log of `size` does not have."""
