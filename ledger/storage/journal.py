"""The escrow journal in the database: read lazily while records are judged, written once at the end of a round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, bindparam, text

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.storage.bulk import KEYS_PER_QUERY_MAX, chunks
from ledger.storage.journal_round import JournalRound
from ledger.storage.position import first_of, pack
from ledger.trade.escrow.books import Accepted, Change, Verdict
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.line import Line, Terms, line_from_json
from ledger.trade.escrow.reading import named_in
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.regions import Guarantee


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
        self._references: set[str] = set()
        self._round = JournalRound()

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
            self._load_balances(account, currency)
        return self._balances[key]

    def is_settled(self, bank: str, reference: str) -> bool:
        key = (bank, reference)
        if key not in self._settled:
            self._load_settled(bank, reference)
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
        self._lines.update(dict.fromkeys(wanted))
        for chunk in chunks(wanted, KEYS_PER_QUERY_MAX):
            for name, terms, state in self._connection.execute(_LINES, {"names": chunk}):
                self._lines[name] = line_from_json(state)
                self._terms_at[name] = terms

    def expect(self, references: Iterable[str]) -> None:
        """Bank references that will be asked for, so that they are looked up together."""
        self._references.update(references)

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
            after = self.balance(account, currency) + amount
            self._balances[account, currency] = rows.balances[account, currency] = after
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
        if before is not None and line.name not in self._round.agreed:
            self._round.seqs.setdefault(line.name, before.seq)
        if terms is not None:
            self._terms[line.name], self._round.agreed[line.name] = terms, position
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
        self._round.write(self._connection, lines=self._lines, terms=self.terms)

    def agreed(self) -> dict[int, Terms]:
        """The terms of the lines that began in this round, by their packed positions."""
        return {position: self._terms[name] for name, position in self._round.agreed.items()}

    def moved(self) -> dict[str, tuple[Line, Digest | None]]:
        """The lines that this round began or moved, each with the serial that its terms name."""
        names = (*self._round.agreed, *self._round.seqs)
        found = ((name, self._lines[name], self.terms(name).agreed.serial) for name in names)
        return {name: (line, serial) for name, line, serial in found if line is not None}

    def _load_balances(self, account: str, currency: str) -> None:
        """Read one balance; for a box of a line, that box of every line that is loaded, since they are asked for alike."""
        head, _, rest = account.partition(":")
        which = rest.rpartition(":")[2]
        boxes = [f"ord:{name}:{which}" for name, line in self._lines.items() if line is not None] if head == "ord" else []
        wanted = [name for name in {account, *boxes} if (name, currency) not in self._balances]
        for chunk in chunks(wanted, KEYS_PER_QUERY_MAX):
            for name, of, balance in self._connection.execute(_BALANCES, {"accounts": chunk}):
                self._balances.setdefault((name, of), balance)
        for name in wanted:
            self._balances.setdefault((name, currency), 0)

    def _load_settled(self, bank: str, reference: str) -> None:
        wanted = [name for name in {reference, *self._references} if (bank, name) not in self._settled]
        self._settled.update(dict.fromkeys(((bank, name) for name in wanted), False))
        for chunk in chunks(wanted, KEYS_PER_QUERY_MAX):
            for (found,) in self._connection.execute(_SETTLED, {"bank": bank, "references": chunk}):
                self._settled[bank, found] = True

    def _covered(self, merchant: str) -> list[Line]:
        """Lines of `merchant` with a locked guarantee, the round's own changes included."""
        names = [name for (name,) in self._connection.execute(_COVERED, {"merchant": merchant})]
        self.load(names)
        moved = (*self._round.agreed, *self._round.seqs)
        names += [name for name in moved if name not in names and self.terms(name).merchant == merchant]
        found = (self._lines[name] for name in names)
        return [line for line in found if line is not None and line.guarantee is Guarantee.LOCKED]


_LINES: Final = text("SELECT name, terms, state FROM escrow_lines WHERE name IN :names").bindparams(
    bindparam("names", expanding=True)
)
_BALANCES: Final = text("SELECT account, currency, balance FROM escrow_accounts WHERE account IN :accounts").bindparams(
    bindparam("accounts", expanding=True)
)
_SETTLED: Final = text("SELECT reference FROM escrow_settlements WHERE bank = :bank AND reference IN :references").bindparams(
    bindparam("references", expanding=True)
)
_CLOSINGS: Final = text(
    "SELECT count(*) FROM escrow_closings WHERE guarantor = :guarantor AND merchant = :merchant AND time >= :since"
)
_OWNER: Final = text("SELECT owner FROM escrow_owners WHERE serial = :serial")
_BREAK: Final = text("SELECT difference FROM escrow_statements WHERE bank = :bank AND currency = :currency")
_COVERED: Final = text("SELECT name FROM escrow_lines WHERE merchant = :merchant AND guarantor IS NOT NULL")
