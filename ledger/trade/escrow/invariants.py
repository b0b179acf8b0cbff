"""The invariants I1 to I16 as checks over the whole books: what holds after every record, for any auditor to recompute.

I1, I3, I4 and I5 hold for each posting, so the kernel refuses what breaks them; here they are counted again over all
balances, by another way. Each check yields what is wrong, in words, and goes on. Source: docs/ESCROW.md, "Invariants".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.trade.escrow import accounts
from ledger.trade.escrow.accounts import Box, Kind, Leg, group_of, kind_of
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.regions import Dispute, Guarantee, Own


@dataclass(frozen=True, slots=True)
class Invariant:
    """`says` is the rule, `check` yields each breach of it."""

    says: str
    check: Callable[[MemoryBooks], Iterator[str]]


def broken_legs(legs: Sequence[Leg]) -> Iterator[str]:
    """I1: the legs of one record sum to zero per currency."""
    sums: dict[str, int] = defaultdict(int)
    for leg in legs:
        sums[leg.currency] += leg.amount
    yield from (f"{currency} sums to {total}" for currency, total in sums.items() if total)


def _sum_to_zero(books: MemoryBooks) -> Iterator[str]:
    sums: dict[str, int] = defaultdict(int)
    for (_, currency), amount in books.balances.items():
        sums[currency] += amount
    yield from (f"all accounts in {currency} sum to {total}" for currency, total in sums.items() if total)


def _signs(books: MemoryBooks) -> Iterator[str]:
    for (account, currency), amount in books.balances.items():
        kind = kind_of(account)
        if (kind is Kind.ASSET and amount < 0) or (kind is Kind.LIABILITY and amount > 0):
            yield f"{account} stands at {amount} {currency}"


def _groups(books: MemoryBooks) -> Mapping[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (account, currency), amount in books.balances.items():
        sums[group_of(account, _custodian(books, account)), currency] += amount
    return sums


def _custodian(books: MemoryBooks, account: str) -> str:
    if not account.startswith("ord:"):
        return ""
    line = account.removeprefix("ord:").rpartition(":")[0]
    return books.terms(line).agreed.custodian


def _segregation(books: MemoryBooks) -> Iterator[str]:
    for (group, currency), total in _groups(books).items():
        if total and group.startswith("bank:"):
            yield f"the client money of {group} is {total} {currency} off"


def _fund_equation(books: MemoryBooks) -> Iterator[str]:
    for (group, currency), total in _groups(books).items():
        if total and group.startswith("fund:"):
            yield f"{group} is {total} {currency} off"


def _line_money(books: MemoryBooks) -> Iterator[str]:
    for line in books.lines.values():
        went = line.boxed() + line.paid_merchant + line.paid_buyer + line.fees + line.to_fund
        if line.received != went:
            yield f"{line.name} received {line.received}, and {went} are accounted for"
        for which in Box:
            booked = -books.balance(accounts.box(line.name, which), line.currency)
            if booked != line.box(which):
                yield f"{line.name} has {line.box(which)} in {which}, its account says {booked}"


def _leaves_once(books: MemoryBooks) -> Iterator[str]:
    for line in books.lines.values():
        tallies = (line.held, line.disputed, line.rel, line.ref, line.rec, line.paid_merchant, line.paid_buyer, line.to_fund)
        if min(tallies) < 0 or line.unallocated < 0:
            yield f"{line.name} has a tally below zero"


def _release_earned(books: MemoryBooks) -> Iterator[str]:
    """A release by instruction needs delivery, and the inspection where one was agreed."""
    for line, terms in _with_terms(books):
        released = line.own in (Own.RELEASING, Own.RELEASED) and line.disputes == 0
        if released and line.delivered_at is None:
            yield f"{line.name} was released without delivery"
        if released and terms.agreed.sampling is not None and line.passed is not True:
            yield f"{line.name} was released without a passed inspection"


def _buyer_not_overpaid(books: MemoryBooks) -> Iterator[str]:
    for line, terms in _with_terms(books):
        if line.exchanged:
            continue
        got = line.paid_buyer + line.ref + line.advanced + line.charged_back - line.owed_buyer
        if got > terms.agreed.price.minor:
            yield f"the buyer of {line.name} gets {got} for a price of {terms.agreed.price.minor}"


def _stakes(books: MemoryBooks) -> Iterator[str]:
    covered: dict[tuple[str, str, str], int] = defaultdict(int)
    for line, terms in _with_terms(books):
        if line.guarantee is Guarantee.LOCKED:
            covered[terms.agreed.fund or "", line.guarantor or "", line.currency] += line.cover
    for (account, currency), amount in books.balances.items():
        head, *rest = account.split(":")
        if head == "stake" and rest[-1] == "locked":
            wanted = covered.pop((rest[0], rest[1], currency), 0)
            if -amount != wanted:
                yield f"{account} locks {-amount} {currency}, the lines say {wanted}"
    yield from (f"the cover {key} has no locked stake" for key, cover in covered.items() if cover)


def _unallocated(books: MemoryBooks) -> Iterator[str]:
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    for line, terms in _with_terms(books):
        waiting[accounts.unalloc(terms.agreed.custodian), terms.agreed.price.currency] += line.unallocated
    for (account, currency), total in waiting.items():
        if -books.balance(account, currency) != total:
            yield f"{account} stands at {books.balance(account, currency)} {currency}, the lines say {total}"


def _judges_apart(books: MemoryBooks) -> Iterator[str]:
    for line, terms in _with_terms(books):
        sides = {terms.agreed.buyer, terms.merchant}
        judges = {*terms.agreed.arbiters, terms.agreed.inspector, terms.agreed.reinspector, line.guarantor}
        if sides & judges:
            yield f"{line.name}: {', '.join(sorted(sides & {judge for judge in judges if judge}))} on both sides of the table"


def _cases_match(books: MemoryBooks) -> Iterator[str]:
    for line in books.lines.values():
        if (line.case is None) != (line.dispute is Dispute.NONE):
            yield f"{line.name} has a case without a dispute, or a dispute without a case"
        elif line.case is None and line.disputed:
            yield f"{line.name} has {line.disputed} frozen without a dispute"


def _with_terms(books: MemoryBooks) -> Iterator[tuple[Line, Terms]]:
    for line in books.lines.values():
        yield line, books.terms(line.name)


INVARIANTS: Final[Mapping[str, Invariant]] = {
    "I2": Invariant("per currency all accounts sum to zero", _sum_to_zero),
    "I3": Invariant("no asset below zero, no liability above", _signs),
    "I4": Invariant("custody of a bank is exactly its lines' boxes, its unallocated money and its payables", _segregation),
    "I5": Invariant("a fund's cash and claims are exactly its equity and what it owes", _fund_equation),
    "I6": Invariant("what a line received is in its boxes or accounted for, and its accounts agree", _line_money),
    "I7": Invariant("no minor unit leaves a line twice", _leaves_once),
    "I10": Invariant("nothing is released without delivery, and inspection where agreed", _release_earned),
    "I11": Invariant("the buyer gets no more than the price, all ways together", _buyer_not_overpaid),
    "I12": Invariant("locked stakes are exactly the covers of lines", _stakes),
    "I15": Invariant("judges, inspectors and guarantors are no party of the order", _judges_apart),
    "I17": Invariant("unallocated money is exactly what waits in lines", _unallocated),
    "I18": Invariant("frozen money and an open case go together", _cases_match),
}
"""The invariants of a state. Those of steps and of the ledger are checked where the step is: see docs/ESCROW.md."""


def breaches(books: MemoryBooks) -> list[str]:
    """Every breach of every invariant; empty is right."""
    return [f"{name}: {breach}" for name, invariant in INVARIANTS.items() for breach in invariant.check(books)]
