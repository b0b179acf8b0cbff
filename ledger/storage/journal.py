"""The escrow journal in the database: read lazily while records are judged, written once at the end of a round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, text

from ledger.errors import Conflict
from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import KEYS_PER_QUERY_MAX, chunks, insert_rows
from ledger.storage.position import first_of, pack
from ledger.storage.tables.escrow import ClosingRow, LegRow, SettlementRow, VerdictRow
from ledger.trade.escrow.accounts import kind_of
from ledger.trade.escrow.books import Accepted, Change, Verdict
from ledger.trade.escrow.clock import due_at
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.line import Line, Terms, line_from_json, line_to_json
from ledger.trade.escrow.reading import named_in
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.regions import Guarantee


class LineMoved(Conflict):
    title = "another writer moved an order line on first; nothing was written"
    default_hint = "read the line again"


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one record: accepted with its postings' codes, or refused with a code.

    `reason` is the refusal with what was seen and wanted, known only where the record was judged just now.
    """

    position: int
    refusal: str | None
    postings: tuple[str, ...] = ()
    reason: EscrowRefused | None = field(default=None, compare=False)


ReadTerms = Callable[[Connection, int], Terms]
"""The terms of the OrderAgreed record at a packed position."""


@dataclass
class _Round:
    """What one round writes."""

    verdicts: list[tuple[int, str, str | None, str | None, int | None, str | None, str]] = field(default_factory=list)
    legs: list[tuple[int, int, str, str, int]] = field(default_factory=list)
    settled: dict[tuple[str, str], int] = field(default_factory=dict)
    closings: list[tuple[str, str, int, int]] = field(default_factory=list)
    owners: dict[Digest, tuple[str, int]] = field(default_factory=dict)
    statements: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    balances: set[tuple[str, str]] = field(default_factory=set)
    readers: set[tuple[str, str]] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)
    """Line to its `seq` in the database before the round; -1 for a new one."""


class JournalBooks:
    """`Books` as of one write transaction, with what its round has accepted so far on top."""

    def __init__(self, connection: Connection, read_terms: ReadTerms) -> None:
        self._connection, self._read_terms = connection, read_terms
        self._lines: dict[str, Line | None] = {}
        self._terms_at: dict[str, int] = {}
        self._terms: dict[str, Terms] = {}
        self._balances: dict[tuple[str, str], int] = {}
        self._settled: dict[tuple[str, str], bool] = {}
        self._breaks: dict[tuple[str, str], int] = {}
        self._owners: dict[Digest, str | None] = {}
        self._round = _Round()

    # What the kernel asks

    def line(self, name: str) -> Line | None:
        if name not in self._lines:
            self.load([name])
        return self._lines[name]

    def terms(self, name: str) -> Terms:
        found = self._terms.get(name)
        if found is None:
            found = self._terms[name] = self._read_terms(self._connection, self._terms_at[name])
        return found

    def balance(self, account: str, currency: str) -> int:
        key = (account, currency)
        if key not in self._balances:
            row = self._connection.execute(_BALANCE, {"account": account, "currency": currency}).one_or_none()
            self._balances[key] = row[0] if row else 0
        return self._balances[key]

    def is_settled(self, bank: str, reference: str) -> bool:
        key = (bank, reference)
        if key not in self._settled:
            found = self._connection.execute(_SETTLED, {"bank": bank, "reference": reference}).one_or_none()
            self._settled[key] = found is not None
        return self._settled[key]

    def cover_of(self, merchant: str, guarantor: str | None, currency: str) -> int:
        covered = self._covered(merchant)
        return sum(line.cover for line in covered if line.currency == currency and guarantor in (None, line.guarantor))

    def backers(self, merchant: str) -> Sequence[str]:
        return sorted({line.guarantor for line in self._covered(merchant) if line.guarantor})

    def closings(self, guarantor: str, merchant: str, since: Instant) -> int:
        values = {"guarantor": guarantor, "merchant": merchant, "since": int(since)}
        before = self._connection.execute(_CLOSINGS, values).scalar_one()
        now = [row for row in self._round.closings if row[:2] == (guarantor, merchant) and row[3] >= since]
        return int(before) + len(now)

    def owner(self, serial: Digest) -> str | None:
        if serial not in self._owners:
            self._owners[serial] = self._connection.execute(_OWNER, {"serial": serial}).scalar_one_or_none()
        return self._owners[serial]

    def has_break(self, bank: str, currency: str) -> bool:
        key = (bank, currency)
        if key not in self._breaks:
            row = self._connection.execute(_BREAK, {"bank": bank, "currency": currency}).one_or_none()
            self._breaks[key] = row[0] if row else 0
        return self._breaks[key] != 0

    # The round

    def load(self, names: Iterable[str]) -> None:
        """Read many lines with few queries; those that are loaded already stay as the round left them."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._lines]
        for chunk in chunks(wanted, KEYS_PER_QUERY_MAX):
            self._lines.update(dict.fromkeys(chunk))
            marks = ", ".join(f":n{place}" for place in range(len(chunk)))
            query = text(f"SELECT name, terms, state FROM escrow_lines WHERE name IN ({marks})")  # noqa: S608 - marks only
            for name, terms, state in self._connection.execute(query, {f"n{at}": one for at, one in enumerate(chunk)}):
                self._lines[name] = line_from_json(state)
                self._terms_at[name] = terms

    def take(self, said: Said, verdict: Verdict) -> Judged:
        """Keep the verdict on one record, and what an accepted one changes, for the end of the round."""
        position, kind = pack(*said.position), type(said.body).__name__
        subject = getattr(said.body, "line", None)
        if not isinstance(verdict, Accepted):
            self._round.verdicts.append((position, kind, subject, None, None, verdict.code, ""))
            return Judged(position, verdict.code, reason=verdict.reason)
        change = verdict.change
        line = change.line
        step = (None, None) if line is None else (line.name, line.seq)
        self._round.verdicts.append((position, kind, subject, *step, None, " ".join(change.posting)))
        self._book(change, position, said.now)
        return Judged(position, None, change.posting)

    def _book(self, change: Change, position: int, now: Instant) -> None:
        rows = self._round
        for number, (account, currency, amount) in enumerate(change.legs):
            rows.legs.append((position, number, account, currency, amount))
            self._balances[account, currency] = self.balance(account, currency) + amount
            rows.balances.add((account, currency))
        if change.settled is not None:
            self._settled[change.settled] = True
            rows.settled[change.settled] = position
        if change.points is not None:
            rows.closings.append((*change.points, position, int(now)))
        if change.owner is not None:
            self._owners[change.owner[0]] = change.owner[1]
            rows.owners[change.owner[0]] = (change.owner[1], position)
        if change.statement is not None:
            bank, currency, difference = change.statement
            self._breaks[bank, currency] = difference
            rows.statements[bank, currency] = (difference, position)
        if change.line is not None:
            self._move(change.line, change.terms, position)

    def _move(self, line: Line, terms: Terms | None, position: int) -> None:
        before = self._lines.get(line.name)
        self._round.lines.setdefault(line.name, -1 if before is None else before.seq)
        if terms is not None:
            self._terms[line.name], self._terms_at[line.name] = terms, position
            behind = () if terms.agreed.fund is None else (f"fund {terms.agreed.fund}",)
            self._round.readers |= {(party, line.name) for party in (*named_in(terms), *behind)}
        if line.guarantor is not None and (before is None or before.guarantor != line.guarantor):
            self._round.readers.add((line.guarantor, line.name))
        self._lines[line.name] = line

    def verdicts_of(self, entry: int) -> list[Judged]:
        """The verdicts that this round gave on the records of `entry`, in order of place."""
        start, stop = first_of(entry), first_of(entry + 1)
        return [Judged(row[0], row[5], tuple(row[6].split())) for row in self._round.verdicts if start <= row[0] < stop]

    def write(self) -> None:
        """Write the round's rows. The caller commits.

        Raises:
            LineMoved: a line in the database is not the one that was judged.
        """
        connection, rows = self._connection, self._round
        insert_rows(connection, VerdictRow, rows.verdicts)
        insert_rows(connection, LegRow, rows.legs)
        insert_rows(connection, SettlementRow, [(*key, position) for key, position in rows.settled.items()])
        insert_rows(connection, ClosingRow, rows.closings)
        self._write_caches()
        for name, seq in rows.lines.items():
            self._write_line(name, seq)

    def _write_caches(self) -> None:
        rows = self._round
        balances = [
            {
                "account": account,
                "currency": currency,
                "kind": kind_of(account).value,
                "balance": self._balances[account, currency],
            }
            for account, currency in rows.balances
        ]
        owners = [{"serial": serial, "owner": owner, "position": at} for serial, (owner, at) in rows.owners.items()]
        statements = [
            {"bank": bank, "currency": currency, "difference": difference, "position": at}
            for (bank, currency), (difference, at) in rows.statements.items()
        ]
        readers = [{"party": party, "line": line} for party, line in sorted(rows.readers)]
        puts = ((_PUT_BALANCE, balances), (_PUT_OWNER, owners), (_PUT_STATEMENT, statements), (_PUT_READER, readers))
        for statement, values in puts:
            if values:
                self._connection.execute(statement, values)

    def _write_line(self, name: str, seq_before: int) -> None:
        line, terms = self._lines[name], self.terms(name)
        if line is None:
            raise AssertionError("a round moved a line that it does not have")
        locked = line.guarantee is Guarantee.LOCKED
        values = {
            "name": name,
            "seq": line.seq,
            "currency": line.currency,
            "own": line.own.value,
            "guarantor": line.guarantor if locked else None,
            "cover": line.cover if locked else 0,
            "due": due_at(line, terms),
            "state": line_to_json(line),
        }
        if seq_before < 0:
            agreed = terms.agreed
            values |= {"merchant": terms.merchant, "buyer": agreed.buyer, "custodian": agreed.custodian, "serial": agreed.serial}
            self._connection.execute(_NEW_LINE, values | {"terms": self._terms_at[name]})
            return
        # The transaction holds the write lock, so nobody can have been first; a lost lock must not become a lost step.
        if self._connection.execute(_MOVE_LINE, values | {"before": seq_before}).rowcount != 1:
            raise LineMoved(seen=name, wanted=f"sequence {seq_before}")

    def _covered(self, merchant: str) -> list[Line]:
        """Lines of `merchant` with a locked guarantee, the round's own changes included."""
        names = [name for (name,) in self._connection.execute(_COVERED, {"merchant": merchant})]
        self.load(names)
        names += [name for name in self._round.lines if name not in names and self.terms(name).merchant == merchant]
        found = (self._lines[name] for name in names)
        return [line for line in found if line is not None and line.guarantee is Guarantee.LOCKED]


_BALANCE: Final = text("SELECT balance FROM escrow_accounts WHERE account = :account AND currency = :currency")
_SETTLED: Final = text("SELECT position FROM escrow_settlements WHERE bank = :bank AND reference = :reference")
_CLOSINGS: Final = text(
    "SELECT count(*) FROM escrow_closings WHERE guarantor = :guarantor AND merchant = :merchant AND time >= :since"
)
_OWNER: Final = text("SELECT owner FROM escrow_owners WHERE serial = :serial")
_BREAK: Final = text("SELECT difference FROM escrow_statements WHERE bank = :bank AND currency = :currency")
_COVERED: Final = text("SELECT name FROM escrow_lines WHERE merchant = :merchant AND guarantor IS NOT NULL")
_PUT_BALANCE: Final = text(
    "INSERT INTO escrow_accounts (account, currency, kind, balance) VALUES (:account, :currency, :kind, :balance) "
    "ON CONFLICT (account, currency) DO UPDATE SET balance = excluded.balance"
)
_PUT_OWNER: Final = text(
    "INSERT INTO escrow_owners (serial, owner, position) VALUES (:serial, :owner, :position) "
    "ON CONFLICT (serial) DO UPDATE SET owner = excluded.owner, position = excluded.position"
)
_PUT_STATEMENT: Final = text(
    "INSERT INTO escrow_statements (bank, currency, difference, position) VALUES (:bank, :currency, :difference, :position) "
    "ON CONFLICT (bank, currency) DO UPDATE SET difference = excluded.difference, position = excluded.position"
)
_PUT_READER: Final = text("INSERT INTO escrow_line_parties (party, line) VALUES (:party, :line) ON CONFLICT DO NOTHING")
_NEW_LINE: Final = text(
    "INSERT INTO escrow_lines (name, seq, merchant, buyer, custodian, currency, own, guarantor, cover, due, terms, serial, "
    "state) VALUES (:name, :seq, :merchant, :buyer, :custodian, :currency, :own, :guarantor, :cover, :due, :terms, :serial, "
    ":state)"
)
_MOVE_LINE: Final = text(
    "UPDATE escrow_lines SET seq = :seq, currency = :currency, own = :own, guarantor = :guarantor, cover = :cover, "
    "due = :due, state = :state WHERE name = :name AND seq = :before"
)
