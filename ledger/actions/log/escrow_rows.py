"""The escrow journal of a data directory as an audit reads it: every row as it lies there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from ledger.actions.log.damaged_rows import bytes_in, naming, number_in
from ledger.audit.escrow_rows import LegColumns, LineColumns, VerdictColumns
from ledger.audit.finding import Place
from ledger.evidence.merkle import Digest
from ledger.storage import whole_journal
from ledger.storage.position import unpack


class EscrowDataRows:
    """Reads inside the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def verdicts(self, start: int, stop: int) -> Iterator[tuple[Place, VerdictColumns]]:
        with naming("escrow_verdicts"):
            for position, *columns in whole_journal.verdict_rows(self._connection, start, stop):
                yield _place(position), VerdictColumns(*columns)

    def legs(self, start: int, stop: int) -> Iterator[tuple[Place, LegColumns]]:
        with naming("escrow_legs"):
            for position, *columns in whole_journal.leg_rows(self._connection, start, stop):
                yield _place(position), LegColumns(*columns)

    def leg_sums(self, start: int, stop: int) -> Iterator[tuple[Place, tuple[str, int]]]:
        with naming("escrow_leg_sums"):
            for position, currency, total in whole_journal.leg_sum_rows(self._connection, start, stop):
                yield _place(position), (currency, total)

    def sums_allowed(self) -> Sequence[object]:
        with naming("escrow_zero"):
            return [total for (total,) in whole_journal.zero_rows(self._connection)]

    def accounts(self) -> Iterator[tuple[tuple[str, str], tuple[str, int]]]:
        with naming("escrow_accounts"):
            for account, currency, kind, balance in whole_journal.account_rows(self._connection):
                yield (account, currency), (kind, balance)

    def lines(self) -> Iterator[tuple[str, LineColumns]]:
        with naming("escrow_lines"):
            for name, terms, serial, state, *columns in whole_journal.line_rows(self._connection):
                yield name, LineColumns(_place(terms), serial, bytes_in(state) or b"", *columns)

    def readers(self) -> Iterator[tuple[tuple[str, str], None]]:
        with naming("escrow_line_parties"):
            for party, line in whole_journal.reader_rows(self._connection):
                yield (party, line), None

    def settlements(self) -> Iterator[tuple[tuple[str, str], Place]]:
        with naming("escrow_settlements"):
            for bank, reference, position in whole_journal.settlement_rows(self._connection):
                yield (bank, reference), _place(position)

    def closings(self) -> Iterator[tuple[tuple[str, str, Place], int]]:
        with naming("escrow_closings"):
            for guarantor, merchant, position, time in whole_journal.closing_rows(self._connection):
                yield (guarantor, merchant, _place(position)), time

    def owners(self) -> Iterator[tuple[Digest, tuple[str, Place]]]:
        with naming("escrow_owners"):
            for serial, owner, position in whole_journal.owner_rows(self._connection):
                yield bytes_in(serial) or b"", (owner, _place(position))

    def statements(self) -> Iterator[tuple[tuple[str, str], tuple[int, Place]]]:
        with naming("escrow_statements"):
            for bank, currency, difference, position in whole_journal.statement_rows(self._connection):
                yield (bank, currency), (difference, _place(position))

    def strays(self, size: int) -> Iterator[tuple[str, Place]]:
        with naming("rows of the journal beyond the log's end"):
            for table, position in whole_journal.journal_rows_beyond(self._connection, size):
                yield table, _place(position)


def _place(position: Any) -> Place:  # noqa: ANN401 - whatever lies in the column
    return unpack(number_in(position))
