"""Books in memory: the journal folded record by record, for replays, audits and simulations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.regions import Guarantee


class MemoryBooks:
    """`Books` that `take` each accepted change. Balances are integers of minor units, debit positive."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.balances: dict[tuple[str, str], int] = {}
        self.settled: set[tuple[str, str]] = set()
        self.owners: dict[Digest, str] = {}
        self.breaks: dict[tuple[str, str], int] = {}
        self._terms: dict[str, Terms] = {}
        self._closings: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._covered: dict[str, dict[str, Line]] = defaultdict(dict)

    @classmethod
    def of(
        cls,
        lines: Iterable[Line],
        terms: Mapping[str, Terms],
        balances: Mapping[tuple[str, str], int],
        *,
        settled: Iterable[tuple[str, str]],
        owners: Mapping[Digest, str],
        breaks: Mapping[tuple[str, str], int],
        closings: Iterable[tuple[str, str, int]],
    ) -> MemoryBooks:
        """Books as they were left once; `closings` are (guarantor, merchant, time)."""
        books = cls()
        books.balances, books._terms = dict(balances), dict(terms)
        books.settled, books.owners, books.breaks = set(settled), dict(owners), dict(breaks)
        for guarantor, merchant, time in closings:
            books._closings[guarantor, merchant].append(time)
        for line in lines:
            books._take_line(line, None)
        return books

    def line(self, name: str) -> Line | None:
        return self.lines.get(name)

    def terms(self, name: str) -> Terms:
        return self._terms[name]

    def balance(self, account: str, currency: str) -> int:
        return self.balances.get((account, currency), 0)

    def is_settled(self, bank: str, reference: str) -> bool:
        return (bank, reference) in self.settled

    def cover_of(self, merchant: str, guarantor: str | None, currency: str) -> int:
        covered = self._covered.get(merchant, {}).values()
        return sum(line.cover for line in covered if line.currency == currency and guarantor in (None, line.guarantor))

    def backers(self, merchant: str) -> Sequence[str]:
        return sorted({line.guarantor for line in self._covered.get(merchant, {}).values() if line.guarantor})

    def closings(self, guarantor: str, merchant: str, since: Instant) -> int:
        return sum(1 for time in self._closings.get((guarantor, merchant), ()) if time >= since)

    def owner(self, serial: Digest) -> str | None:
        return self.owners.get(serial)

    def has_break(self, bank: str, currency: str) -> bool:
        return self.breaks.get((bank, currency), 0) != 0

    def by_currency(self) -> Mapping[str, Mapping[str, int]]:
        """Currency to account to minor units; accounts whose balance is zero are left out."""
        found: dict[str, dict[str, int]] = {}
        for (account, currency), amount in sorted(self.balances.items()):
            if amount:
                found.setdefault(currency, {})[account] = amount
        return found

    def take(self, change: Change, now: Instant) -> None:
        """Book an accepted change of an entry at `now`."""
        for account, currency, amount in change.legs:
            key = (account, currency)
            self.balances[key] = self.balances.get(key, 0) + amount
        if change.settled is not None:
            self.settled.add(change.settled)
        if change.points is not None:
            self._closings[change.points].append(now)
        if change.owner is not None:
            self.owners[change.owner[0]] = change.owner[1]
        if change.statement is not None:
            bank, currency, difference = change.statement
            self.breaks[bank, currency] = difference
        if change.line is not None:
            self._take_line(change.line, change.terms)

    def _take_line(self, line: Line, terms: Terms | None) -> None:
        if terms is not None:
            self._terms[line.name] = terms
        self.lines[line.name] = line
        merchant = self._terms[line.name].merchant
        if line.guarantee is Guarantee.LOCKED:
            self._covered[merchant][line.name] = line
        elif line.name in self._covered.get(merchant, ()):
            del self._covered[merchant][line.name]
