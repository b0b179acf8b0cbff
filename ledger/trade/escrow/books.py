"""What the rules may ask of everything recorded so far, and what an accepted record changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from ledger.evidence.instant import Instant
from ledger.evidence.merkle import Digest
from ledger.trade.alliance.state import Alliance
from ledger.trade.escrow.accounts import Leg
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.pack import Pack
from ledger.trade.escrow.refusals.base import EscrowRefused


class Rules(Protocol):
    """What governance says before the entry that is judged."""

    origin: str

    @property
    def alliance(self) -> Alliance: ...

    def is_ally(self, party: str, seat: str, territory: str | None = None) -> bool:
        """Whether the active party sits there, for this territory."""

    def has_role(self, party: str, role: str) -> bool:
        """Whether the party is admitted, active and has the role."""

    def pack(self, digest: Digest, name: str) -> Pack | None:
        """The rule pack of these bytes, if it ships with this software and governance has adopted it under `name`."""


class Books(Protocol):
    """The journal as it stands before the record that is judged."""

    def line(self, name: str) -> Line | None:
        """The line, or None where nothing was agreed under this name."""

    def terms(self, name: str) -> Terms:
        """The terms of a line that exists."""

    def balance(self, account: str, currency: str) -> int:
        """Minor units, debit positive; 0 where nothing was ever posted."""

    def is_settled(self, bank: str, reference: str) -> bool:
        """Whether a record has booked this reference of this bank."""

    def cover_of(self, merchant: str, guarantor: str | None, currency: str) -> int:
        """Cover locked now for this merchant, by this guarantor or by all."""

    def backers(self, merchant: str) -> Sequence[str]:
        """Guarantors with a cover locked now for this merchant, ascending."""

    def closings(self, guarantor: str, merchant: str, since: Instant) -> int:
        """Guarantees of this pair that earned points since then."""

    def owner(self, serial: Digest) -> str | None:
        """To whom the title of a second-hand serial last passed."""

    def has_break(self, bank: str, currency: str) -> bool:
        """Whether the bank's last statement differed from the books."""


class Change(msgspec.Struct, frozen=True):
    """What an accepted record does, all at once.

    Attributes:
        line: the line after it, or None for a record of no line.
        terms: of a line that begins.
        legs: the posting, zero per currency and group; empty where no money moves.
        posting: its codes, such as ("P4",).
        settled: (bank, reference) that is booked by it.
        points: (guarantor, merchant) of a guarantee that ended clean.
        owner: (serial, new owner).
        statement: (bank, currency, the difference of the statement to the books).
    """

    line: Line | None
    legs: tuple[Leg, ...] = ()
    posting: tuple[str, ...] = ()
    terms: Terms | None = None
    settled: tuple[str, str] | None = None
    points: tuple[str, str] | None = None
    owner: tuple[Digest, str] | None = None
    statement: tuple[str, str, int] | None = None


class Accepted(msgspec.Struct, frozen=True):
    """The record moved the line (or the fund) as `change` says."""

    change: Change


@dataclass(frozen=True, slots=True)
class Refused:
    """The record stands in the ledger and moved nothing."""

    reason: EscrowRefused = field(compare=False)

    @property
    def code(self) -> str:
        return self.reason.refusal


Verdict = Accepted | Refused
