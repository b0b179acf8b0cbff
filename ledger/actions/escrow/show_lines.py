"""What a reader is shown of the journal: lines, their steps, the feed of what happened to them, and balances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from ledger.actions.escrow.read_terms import read_terms
from ledger.actions.open_ledger import Ledger
from ledger.errors import Malformed, Untrusted
from ledger.evidence.entry import Entry
from ledger.evidence.instant import Instant
from ledger.storage.database import reading
from ledger.storage.entries import read_entry
from ledger.storage.head import read_head
from ledger.storage.journal_of_party import (
    Happening,
    as_reader,
    balances_after,
    happenings_page,
    lines_held_by,
    lines_page,
)
from ledger.storage.journal_reading import KeptLine, LineAbsent, Step, read_line, steps_of
from ledger.storage.position import Position, first_of, pack
from ledger.trade.alliance.state import Fund
from ledger.trade.escrow.line import Terms
from ledger.trade.escrow.next_steps import NextStep, next_steps
from ledger.trade.escrow.reading import BALANCE_ROLES, LINE_ROLES, is_own_account, may_read_line
from ledger.trade.parties.party import Standing
from ledger.trade.parties.state import Governance

PAGE_MAX: Final = 1_000


class BalancesForbidden(Untrusted):
    title = "balances are shown to the operator, authorities, arbiters, and to a bank those of its own accounts"


class CursorMalformed(Malformed):
    title = "this is not where a page of this list ended"
    default_hint = "leave `after` out, or send the `next` of the page before"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with everything that its readers may know.

    Attributes:
        terms_at: where its OrderAgreed record stands.
        steps: every record about it in log order, refused ones too.
        next: what the table lets come now or later.
        size: entries of the log that this shows.
    """

    kept: KeptLine
    terms: Terms
    steps: tuple[Step, ...]
    next: tuple[NextStep, ...]
    times: dict[int, Instant]
    size: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Minor units, debit positive."""

    account: str
    currency: str
    balance: int


def show_line(ledger: Ledger, name: str, *, reader: str | None) -> ShownLine:
    """A line for a party that may read it. `reader` None: whoever has the data directory.

    Raises:
        LineAbsent: there is none, or not for this reader: who may not read it learns nothing of it.
    """
    with reading(ledger.engine) as connection:
        state, head = ledger.governance.load(connection), read_head(connection)
        kept = read_line(connection, name)
        terms = read_terms(connection, pack(*kept.terms))
        fund = _fund(state, terms)
        if reader is not None and not may_read_line(reader, roles_of(state, reader), line=kept.line, terms=terms, fund=fund):
            raise LineAbsent(seen=name, wanted="the name of an agreed order line")
        steps = tuple(steps_of(connection, name))
        times = times_of(connection, (step.position for step in steps))
    size = 0 if head is None else head.size
    return ShownLine(kept, terms, steps, tuple(next_steps(kept.line, terms)), times, size)


def list_lines(ledger: Ledger, *, reader: str | None, after: str = "", limit: int = 100) -> list[KeptLine]:
    """The lines that a reader has a part in, or all for roles that see all; by name, those after `after`."""
    with reading(ledger.engine) as connection:
        names = _names(ledger.governance.load(connection), reader)
        return lines_page(connection, names, after=after, limit=limit)


def list_events(
    ledger: Ledger, *, reader: str | None, after: str = "", limit: int = 100
) -> tuple[list[Happening], dict[int, Instant]]:
    """What happened to those lines, in log order after a cursor `<entry>/<place>`, and the times of the entries.

    Raises:
        CursorMalformed.
    """
    start = -1 if not after else pack(*_position(after))
    with reading(ledger.engine) as connection:
        names = _names(ledger.governance.load(connection), reader)
        found = happenings_page(connection, names, after=start, limit=limit)
        return found, times_of(connection, (one.position for one in found))


def list_balances(ledger: Ledger, *, reader: str | None, after: str = "", limit: int = 100) -> list[AccountBalance]:
    """Balances by currency and account, after a cursor `<currency> <account>`.

    Raises:
        BalancesForbidden: the reader holds no role that sees them.
        CursorMalformed.
    """
    currency, space, account = after.partition(" ")
    if bool(after) != bool(space) or not after.isprintable():
        raise CursorMalformed(seen=after, wanted="<currency> <account>", pointer="after")
    with reading(ledger.engine) as connection:
        own = _OwnAccounts.of(connection, ledger.governance.load(connection), reader)
        found: list[AccountBalance] = []
        for name, unit, balance in balances_after(connection, currency=currency, account=account):
            if len(found) == limit:
                break
            if own is None or own.holds(name):
                found.append(AccountBalance(name, unit, balance))
        return found


@dataclass(frozen=True, slots=True)
class _OwnAccounts:
    bank: str
    lines: frozenset[str]
    funds: frozenset[str]

    @classmethod
    def of(cls, connection: Connection, state: Governance, reader: str | None) -> _OwnAccounts | None:
        """What a bank may see; None for a reader that sees everything."""
        roles = frozenset[str]() if reader is None else roles_of(state, reader)
        if reader is None or not BALANCE_ROLES.isdisjoint(roles):
            return None
        if "bank" not in roles:
            raise BalancesForbidden(seen=", ".join(sorted(roles)) or "no role", wanted="operator, authority, arbiter or bank")
        funds = frozenset(name for name, fund in state.alliance.funds.items() if fund.bank == reader)
        return cls(reader, lines_held_by(connection, reader), funds)

    def holds(self, account: str) -> bool:
        return is_own_account(account, bank=self.bank, lines=self.lines, funds=self.funds)


def roles_of(state: Governance, party: str) -> frozenset[str]:
    """The roles that open something to a party now: none while it is suspended or expelled."""
    found = state.party(party)
    return frozenset(found.roles) if found.standing is Standing.ACTIVE else frozenset()


def times_of(connection: Connection, positions: Iterator[Position]) -> dict[int, Instant]:
    """Entry index to its time."""
    entries = {position.entry for position in positions}
    return {entry: Entry.parse(read_entry(connection, entry)).time for entry in sorted(entries)}


def _fund(state: Governance, terms: Terms) -> Fund | None:
    return None if terms.agreed.fund is None else state.alliance.fund(terms.agreed.fund)


def _names(state: Governance, reader: str | None) -> list[str] | None:
    """Under which names the reader's lines are listed; None where it sees all."""
    if reader is None or not LINE_ROLES.isdisjoint(roles_of(state, reader)):
        return None
    runs = [name for name, fund in state.alliance.funds.items() if reader == fund.bank or reader in fund.trustees]
    return as_reader(reader, runs)


def _position(cursor: str) -> Position:
    entry, _, place = cursor.partition("/")
    if not (entry.isdecimal() and place.isdecimal() and cursor.isascii() and len(entry) < 15 and len(place) < 6):
        raise CursorMalformed(seen=cursor, wanted="<entry>/<place>", pointer="after")
    if int(place) >= first_of(1):
        raise CursorMalformed(seen=cursor, wanted=f"a place below {first_of(1)}", pointer="after")
    return Position(int(entry), int(place))
