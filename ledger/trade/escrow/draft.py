"""A posting in the making: boxes of the line and their legs move together, so that neither can be forgotten."""

from __future__ import annotations

from typing import Any

from ledger.evidence.merkle import Digest
from ledger.trade.escrow.accounts import Box, Leg, box
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.line import Line, Terms


class Draft:
    """Collects legs and changes of one record about `hearing.line`, then makes the `Change` of them."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing, self._line = hearing, hearing.line
        self._legs: dict[tuple[str, str], int] = {}
        self._codes: list[str] = []

    @property
    def line(self) -> Line:
        """The line with all changes so far."""
        return self._line

    def post(self, code: str) -> Draft:
        """Name the posting whose legs follow."""
        if code not in self._codes:
            self._codes.append(code)
        return self

    def debit(self, account: str, minor: int, currency: str | None = None) -> Draft:
        key = (account, currency or self._line.currency)
        self._legs[key] = self._legs.get(key, 0) + minor
        return self

    def credit(self, account: str, minor: int, currency: str | None = None) -> Draft:
        return self.debit(account, -minor, currency)

    def into(self, which: Box, minor: int) -> Draft:
        """Put money into a box: a credit of its account."""
        self.credit(box(self._line.name, which), minor)
        return self.note(**{which.value: self._line.box(which) + minor})

    def out_of(self, which: Box, minor: int) -> Draft:
        """Take money out of a box: a debit of its account."""
        return self.into(which, -minor)

    def note(self, **fields: Any) -> Draft:  # noqa: ANN401 - the fields' own types
        self._line = self._line.change(**fields)
        return self

    def done(
        self,
        *,
        settled: tuple[str, str] | None = None,
        points: tuple[str, str] | None = None,
        owner: tuple[Digest, str] | None = None,
        terms: Terms | None = None,
        **fields: Any,  # noqa: ANN401 - the fields' own types
    ) -> Change:
        """Return the change: the line one record further, and the legs that are not zero, ascending by account."""
        line = self._line.change(seq=self._line.seq + 1, head=self._hearing.said.position, **fields)
        legs = tuple(Leg(*key, amount) for key, amount in sorted(self._legs.items()) if amount)
        codes = tuple(self._codes) if legs else ()
        return Change(line, legs, codes, terms=terms, settled=settled, points=points, owner=owner)
