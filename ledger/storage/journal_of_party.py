"""Reading the escrow journal for one reader: its lines, what happened to them, and accounts page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, text

from ledger.storage.journal_reading import KeptLine
from ledger.storage.position import Position, unpack
from ledger.trade.escrow.line import line_from_json


class Happening(NamedTuple):
    """One record of the journal: accepted, or refused with a code."""

    position: Position
    type: str
    line: str | None
    refusal: str | None
    postings: tuple[str, ...]


def as_reader(party: str, funds: Sequence[str]) -> list[str]:
    """Under which names a party finds its lines: its own, and those of the funds that it runs."""
    return [party, *(f"fund {fund}" for fund in funds)]


def lines_page(connection: Connection, names: Sequence[str] | None, *, after: str, limit: int) -> list[KeptLine]:
    """Lines that `names` may read (every line if None), by name, those after `after`."""
    values = {"after": after, "limit": limit}
    rows = connection.execute(_ALL_LINES, values) if names is None else connection.execute(_LINES, values | {"names": names})
    return [KeptLine(line_from_json(row[4]), row[0], row[1], row[2], unpack(row[3])) for row in rows]


def happenings_page(connection: Connection, names: Sequence[str] | None, *, after: int, limit: int) -> list[Happening]:
    """Records after a packed position, in log order: those about lines that `names` may read, or all if None."""
    values: dict[str, Any] = {"after": after, "limit": limit}
    rows = connection.execute(_ALL_EVENTS, values) if names is None else connection.execute(_EVENTS, values | {"names": names})
    return [Happening(unpack(at), kind, line, refusal, tuple(postings.split())) for at, kind, line, refusal, postings in rows]


def balances_after(connection: Connection, *, currency: str, account: str) -> Iterator[tuple[str, str, int]]:
    """(account, currency, balance) of the accounts after one, by currency and account."""
    for row in connection.execute(_BALANCES, {"currency": currency, "account": account}):
        yield row[0], row[1], row[2]


def lines_held_by(connection: Connection, bank: str) -> frozenset[str]:
    """Names of the lines whose money this bank holds."""
    return frozenset(name for (name,) in connection.execute(_HELD_BY, {"bank": bank}))


_KEPT: Final = "SELECT merchant, buyer, custodian, terms, state FROM escrow_lines "
_ALL_LINES: Final = text(_KEPT + "WHERE name > :after ORDER BY name LIMIT :limit")
_LINES: Final = text(
    _KEPT + "WHERE name IN (SELECT DISTINCT line FROM escrow_line_parties "  # noqa: S608 - our own words only
    "WHERE party IN :names AND line > :after ORDER BY line LIMIT :limit) ORDER BY name"
).bindparams(bindparam("names", expanding=True))
_HAPPENING: Final = "SELECT position, type, subject, refusal, postings FROM escrow_verdicts "
_ALL_EVENTS: Final = text(_HAPPENING + "WHERE position > :after ORDER BY position LIMIT :limit")
_EVENTS: Final = text(
    _HAPPENING + "WHERE position > :after AND subject IN "  # noqa: S608 - our own words only
    "(SELECT line FROM escrow_line_parties WHERE party IN :names) ORDER BY position LIMIT :limit"
).bindparams(bindparam("names", expanding=True))
_BALANCES: Final = text(
    "SELECT account, currency, balance FROM escrow_accounts "
    "WHERE currency > :currency OR (currency = :currency AND account > :account) ORDER BY currency, account"
)
_HELD_BY: Final = text("SELECT name FROM escrow_lines WHERE custodian = :bank")
