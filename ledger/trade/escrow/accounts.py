"""The chart of accounts: names, what kind each is, and the groups within which every posting sums to zero.

Debit is positive, credit negative, in minor units. Every account belongs to one group: the client money of one custodian
bank, one guarantee fund, or the unit ledger of points. A record's legs sum to zero per currency within each group, so
client money can never be lent to another bank, to a fund or to a fee that was not decided: segregation and the fund's
equation hold after every record because they hold for each. Source: docs/ESCROW.md, "Accounts".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

POINTS: Final = "POINTS"
"""The unit of the points ledger; it is no currency, and no money account knows it."""


class Kind(StrEnum):
    """Which sign a balance may have."""

    ASSET = "asset"
    """Never below zero."""
    LIABILITY = "liability"
    """Never above zero."""
    NEUTRAL = "neutral"


class Box(StrEnum):
    """The five boxes of a line: where the buyer's money lies until it leaves."""

    HELD = "held"
    DISPUTED = "disputed"
    REL = "rel"
    REF = "ref"
    REC = "rec"


class Leg(NamedTuple):
    """One line of a posting: `amount` minor units of `currency`, debit positive, never zero."""

    account: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Account:
    """An account's kind and the group whose legs sum to zero."""

    name: str
    kind: Kind
    group: str


def custody(bank: str) -> str:
    return f"custody:{bank}"


def unalloc(bank: str) -> str:
    return f"unalloc:{bank}"


def payable(kind: str, bank: str) -> str:
    """`kind`: platform, inspection, tax or spread."""
    return f"payable:{kind}:{bank}"


def box(line: str, which: Box) -> str:
    return f"ord:{line}:{which.value}"


def fund_cash(fund: str) -> str:
    return f"fund_cash:{fund}"


def fund_equity(fund: str, which: str) -> str:
    """`which`: capital or loss."""
    return f"fundeq:{fund}:{which}"


def recourse(fund: str, party: str) -> str:
    return f"recourse:{fund}:{party}"


def claims(fund: str) -> str:
    """What the fund has promised to buyers and not paid yet; the lines say how much of it is whose."""
    return f"claim:{fund}"


def deposit(fund: str, merchant: str) -> str:
    return f"dep:{fund}:{merchant}"


def stake(fund: str, guarantor: str, which: str) -> str:
    """`which`: free or locked."""
    return f"stake:{fund}:{guarantor}:{which}"


def card_payable(fund: str, psp: str) -> str:
    return f"cbpay:{fund}:{psp}"


def points(holder: str) -> str:
    """`holder`: a guarantor, or `issued`."""
    return f"pts:{holder}"


_KINDS: Final = {
    "custody": Kind.ASSET,
    "unalloc": Kind.LIABILITY,
    "payable": Kind.LIABILITY,
    "ord": Kind.LIABILITY,
    "fund_cash": Kind.ASSET,
    "recourse": Kind.ASSET,
    "fundeq": Kind.NEUTRAL,
    "claim": Kind.LIABILITY,
    "dep": Kind.LIABILITY,
    "stake": Kind.LIABILITY,
    "cbpay": Kind.LIABILITY,
    "pts": Kind.NEUTRAL,
}
_OF_A_FUND: Final = frozenset({"fund_cash", "recourse", "fundeq", "claim", "dep", "stake", "cbpay"})


def kind_of(account: str) -> Kind:
    """Which sign the balance of `account` may have.

    Raises:
        KeyError: no account begins like this.
    """
    return _KINDS[account.partition(":")[0]]


def group_of(account: str, custodian: str) -> str:
    """The group of `account`; a line's boxes stand with the line's `custodian`, "" for records of no line."""
    head, _, rest = account.partition(":")
    if head in _OF_A_FUND:
        return f"fund:{rest.partition(':')[0]}"
    if head == "ord":
        return f"bank:{custodian}"
    if head == "pts":
        return "points"
    return f"bank:{rest.rpartition(':')[2]}"
