"""Who may read the money of an order: the parties that its terms name, and the roles that see every line.

A line is private to those who have a part in it. The rule asks only the terms, the line as it stands, and the fund that
stands behind it, so that a page, a list and a feed cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.trade.alliance.state import Fund
from ledger.trade.escrow.line import Line, Terms

LINE_ROLES: Final = frozenset({"operator", "governance", "authority"})
"""Roles that read every line."""

BALANCE_ROLES: Final = frozenset({"operator", "authority", "arbiter"})
"""Roles that read every account."""

_OF_A_BANK: Final = frozenset({"custody", "unalloc", "payable"})
_OF_A_FUND: Final = frozenset({"fund_cash", "recourse", "fundeq", "claim", "dep", "stake", "cbpay"})


def may_read_line(party: str, roles: Iterable[str], *, line: Line, terms: Terms, fund: Fund | None) -> bool:
    """Whether `party`, which holds `roles` now, may read the line with its terms, steps and statement.

    Args:
        fund: the guarantee fund of the order as it is constituted now, or None where the order has none.
    """
    return party in readers_of(line, terms, fund) or not LINE_ROLES.isdisjoint(roles)


def readers_of(line: Line, terms: Terms, fund: Fund | None) -> frozenset[str]:
    """Every party that may read the line for what it is to it: named in the terms, liable for it, or judging it."""
    readers = set(named_in(terms))
    readers.update(name for name in (line.guarantor, line.inspector) if name is not None)
    if line.case is not None:
        readers.update((line.case.opener, *line.case.arbiters))
    if fund is not None:
        readers.update((fund.bank, *fund.trustees))
    return frozenset(readers)


def named_in(terms: Terms) -> frozenset[str]:
    """The parties whose names both sides signed; those behind the fund are found through its name."""
    agreed = terms.agreed
    names = {terms.merchant, agreed.buyer, agreed.custodian, *agreed.carriers, *agreed.arbiters}
    names.update(name for name in (agreed.inspector, agreed.reinspector, agreed.psp) if name is not None)
    return frozenset(names)


def is_own_account(account: str, *, bank: str, lines: frozenset[str], funds: frozenset[str]) -> bool:
    """Whether an account is one of this bank's: its client money, the boxes of `lines` it holds, `funds` whose bank it is."""
    head, _, rest = account.partition(":")
    if head in _OF_A_BANK:
        return rest.rpartition(":")[2] == bank
    if head == "ord":
        return rest.rpartition(":")[0] in lines
    return head in _OF_A_FUND and rest.partition(":")[0] in funds
