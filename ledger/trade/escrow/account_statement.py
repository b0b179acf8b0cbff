"""The statement of account of an order line: every leg of its records with what stood before and after, as signed text.

    suyuan.statement/v1
    log ledger.example/main <base64 leaf hash of entry 0>
    line <line>
    size <entries of the log that it shows>
    time 2026-11-20T08:00:00.000Z                      of the last of them
    account <account> <currency>                       accounts ascending, then currencies
    opening <minor units, debit positive>              0: what a line moves begins with the line
    leg <entry>/<place> <type> <minor units>           in log order
    closing <minor units>

    — <operator's party> <base64 key ID and signature>

It says what the journal shows to whoever signs it; who replays the ledger can prove it right or wrong. Source:
docs/FORMATS.md, "Statement of account"; C2SP signed-note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, Untrusted
from ledger.evidence.instant import Instant, format_instant, parse_instant
from ledger.evidence.lines import LineReader
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.spelling import format_base64, parse_base64, parse_size
from ledger.trade.escrow.accounts import Leg

HEADER: Final = "suyuan.statement/v1"
_AMOUNT: Final = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_RECORD: Final = re.compile(r"(0|[1-9][0-9]{0,18})/(0|[1-9][0-9]{0,4})", re.ASCII)


class StatementMalformed(Malformed):
    title = "a statement of account is not in its one accepted form"


class StatementSumWrong(Untrusted):
    title = "a statement of account does not add up"


@dataclass(frozen=True, slots=True)
class StatedLeg:
    """One leg: the record that moved it, at (entry, place), and minor units, debit positive."""

    entry: int
    place: int
    type: str
    amount: int


@dataclass(frozen=True, slots=True)
class StatedAccount:
    """One account in one currency.

    Raises, when built:
        StatementSumWrong: opening and legs do not sum to the closing.
    """

    account: str
    currency: str
    opening: int
    legs: tuple[StatedLeg, ...]
    closing: int

    def __post_init__(self) -> None:
        total = self.opening + sum(leg.amount for leg in self.legs)
        if total != self.closing:
            raise StatementSumWrong(seen=self.closing, wanted=f"{total} {self.currency} on {self.account}")


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """The statement of one line after `size` entries, the last of them at `time`; accounts ascending."""

    origin: str
    first_entry: Digest
    line: str
    size: int
    time: Instant
    accounts: tuple[StatedAccount, ...]

    @property
    def text(self) -> str:
        lines = [HEADER, f"log {self.origin} {format_base64(self.first_entry)}", f"line {self.line}"]
        lines += [f"size {self.size}", f"time {format_instant(self.time)}"]
        for one in self.accounts:
            lines += [f"account {one.account} {one.currency}", f"opening {one.opening}"]
            lines += [f"leg {leg.entry}/{leg.place} {leg.type} {leg.amount}" for leg in one.legs]
            lines.append(f"closing {one.closing}")
        return "\n".join([*lines, ""])

    @classmethod
    def parse(cls, text: str) -> AccountStatement:
        """Read exactly what `text` prints.

        Raises:
            LineUnexpected, StatementMalformed: another form.
            StatementSumWrong: its figures do not add up.
        """
        lines = LineReader(text)
        lines.take(HEADER, 0)
        origin, first_entry = lines.take("log", 2)
        name, size, time = lines.take("line")[0], lines.take("size")[0], lines.take("time")[0]
        accounts = []
        while heads := lines.take_while("account", 2):
            if len(heads) > 1:
                raise StatementMalformed(seen="two accounts in a row", wanted="opening, legs and closing of each")
            accounts.append(_read_account(lines, *heads[0]))
        first = parse_base64(first_entry, length=DIGEST_BYTES)
        statement = cls(origin, first, name, parse_size(size), parse_instant(time), tuple(accounts))
        order = [(one.account, one.currency) for one in accounts]
        if statement.text != text or order != sorted(set(order)):
            raise StatementMalformed(seen=text[-60:], wanted="each account once, ascending, and nothing after the last")
        return statement


def state_accounts(legs: Iterable[tuple[int, int, str, Leg]]) -> tuple[StatedAccount, ...]:
    """The accounts that (entry, place, type, leg) move, each opened at zero; legs come in log order."""
    found: dict[tuple[str, str], list[StatedLeg]] = {}
    for entry, place, kind, leg in legs:
        found.setdefault((leg.account, leg.currency), []).append(StatedLeg(entry, place, kind, leg.amount))
    return tuple(
        StatedAccount(account, currency, 0, tuple(moved), sum(leg.amount for leg in moved))
        for (account, currency), moved in sorted(found.items())
    )


def _read_account(lines: LineReader, account: str, currency: str) -> StatedAccount:
    opening = _amount(lines.take("opening")[0])
    legs = tuple(_read_leg(*values) for values in lines.take_while("leg", 3))
    return StatedAccount(account, currency, opening, legs, _amount(lines.take("closing")[0]))


def _read_leg(record: str, kind: str, amount: str) -> StatedLeg:
    found = _RECORD.fullmatch(record)
    if found is None:
        raise StatementMalformed(seen=record, wanted="<entry>/<place>")
    return StatedLeg(int(found[1]), int(found[2]), kind, _amount(amount))


def _amount(text: str) -> int:
    if _AMOUNT.fullmatch(text) is None:
        raise StatementMalformed(seen=text, wanted="whole minor units")
    return int(text)
