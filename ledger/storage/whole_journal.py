"""Reading the whole escrow journal in order, as an audit does: rows as they lie there, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, TextClause, text

from ledger.storage.position import first_of

_ROWS_AT_ONCE: Final = 512


def verdict_rows(connection: Connection, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
    """(packed position, type, subject, line, seq, refusal, postings) of the entries from `start` to below `stop`."""
    return _streamed(connection, _VERDICTS, start=first_of(start), stop=first_of(stop))


def leg_rows(connection: Connection, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
    """(packed position, number, account, currency, amount), in order."""
    return _streamed(connection, _LEGS, start=first_of(start), stop=first_of(stop))


def leg_sum_rows(connection: Connection, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
    """(packed position, currency, total), in order."""
    return _streamed(connection, _LEG_SUMS, start=first_of(start), stop=first_of(stop))


def zero_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(total,) of the values that sums of legs may have; an honest journal has one row, 0."""
    return _streamed(connection, _ZERO)


def account_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(account, currency, kind, balance)."""
    return _streamed(connection, _ACCOUNTS)


def line_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(name, packed position of the terms, serial, state, and the columns from seq to due in the table's order)."""
    return _streamed(connection, _LINES)


def reader_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(party, line) of whom the terms of a line let read it."""
    return _streamed(connection, _READERS)


def settlement_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(bank, reference, packed position)."""
    return _streamed(connection, _SETTLEMENTS)


def closing_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(guarantor, merchant, packed position, time)."""
    return _streamed(connection, _CLOSINGS)


def owner_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(serial, owner, packed position)."""
    return _streamed(connection, _OWNERS)


def statement_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """(bank, currency, difference, packed position)."""
    return _streamed(connection, _STATEMENTS)


def journal_rows_beyond(connection: Connection, size: int) -> Iterator[tuple[str, Any]]:
    """(table, packed position) of verdicts and legs at entries that a log of `size` does not have."""
    for table, query in _BEYOND.items():
        for (position,) in connection.execute(query, {"stop": first_of(size)}):
            yield table, position


def _streamed(connection: Connection, query: TextClause, **values: int) -> Iterator[tuple[Any, ...]]:
    for rows in connection.execute(query, values).partitions(_ROWS_AT_ONCE):
        yield from (tuple(row) for row in rows)


_VERDICTS: Final = text(
    "SELECT position, type, subject, line, seq, refusal, postings FROM escrow_verdicts "
    "WHERE position >= :start AND position < :stop ORDER BY position"
)
_LEGS: Final = text(
    "SELECT position, number, account, currency, amount FROM escrow_legs "
    "WHERE position >= :start AND position < :stop ORDER BY position, number"
)
_LEG_SUMS: Final = text(
    "SELECT position, currency, total FROM escrow_leg_sums "
    "WHERE position >= :start AND position < :stop ORDER BY position, currency"
)
_ZERO: Final = text("SELECT total FROM escrow_zero ORDER BY total")
_ACCOUNTS: Final = text("SELECT account, currency, kind, balance FROM escrow_accounts ORDER BY account, currency")
_LINES: Final = text(
    "SELECT name, terms, serial, state, seq, merchant, buyer, custodian, currency, own, guarantor, cover, due "
    "FROM escrow_lines ORDER BY name"
)
_READERS: Final = text("SELECT party, line FROM escrow_line_parties ORDER BY party, line")
_SETTLEMENTS: Final = text("SELECT bank, reference, position FROM escrow_settlements ORDER BY bank, reference")
_CLOSINGS: Final = text("SELECT guarantor, merchant, position, time FROM escrow_closings ORDER BY guarantor, merchant, position")
_OWNERS: Final = text("SELECT serial, owner, position FROM escrow_owners ORDER BY serial")
_STATEMENTS: Final = text("SELECT bank, currency, difference, position FROM escrow_statements ORDER BY bank, currency")
_BEYOND: Final = {
    "escrow_verdicts": text(
        "SELECT DISTINCT position FROM escrow_verdicts WHERE position >= :stop OR position < 0 ORDER BY position"
    ),
    "escrow_legs": text("SELECT DISTINCT position FROM escrow_legs WHERE position >= :stop OR position < 0 ORDER BY position"),
    "escrow_leg_sums": text(
        "SELECT DISTINCT position FROM escrow_leg_sums WHERE position >= :stop OR position < 0 ORDER BY position"
    ),
}
