"""The kernel: one record against the books gives a change or a refusal; pure, the same on every machine.

The checks come in the order of precedence of `refusals`: which line, who signs, what was seen, what state the line is in,
what stands in the way, time, what is said, amounts. The last check is the posting itself: zero per currency and group, no
account beyond its sign. Source: docs/ESCROW.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.evidence.instant import format_instant
from ledger.trade.escrow.accounts import Kind, group_of, kind_of
from ledger.trade.escrow.bodies.agreement import OrderAgreed
from ledger.trade.escrow.bodies.base import LineBody
from ledger.trade.escrow.books import Accepted, Books, Change, Refused, Rules, Verdict
from ledger.trade.escrow.conditions import CONDITIONS
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.deeds.agreement import AGREEMENT_DEEDS
from ledger.trade.escrow.deeds.deed import Deed
from ledger.trade.escrow.deeds.disputes import DISPUTE_DEEDS
from ledger.trade.escrow.deeds.fund import FUND_DEEDS
from ledger.trade.escrow.deeds.goods import GOODS_DEEDS
from ledger.trade.escrow.deeds.money import MONEY_DEEDS
from ledger.trade.escrow.guards.amounts import AMOUNTS_GUARDS
from ledger.trade.escrow.guards.cases import CASES_GUARDS
from ledger.trade.escrow.guards.fund import FUND_GUARDS
from ledger.trade.escrow.guards.goods import GOODS_GUARDS
from ledger.trade.escrow.guards.guard import Check, Guard
from ledger.trade.escrow.guards.standing import STANDING_GUARDS
from ledger.trade.escrow.guards.terms import TERMS_GUARDS
from ledger.trade.escrow.hearing import Hearing, Said
from ledger.trade.escrow.line import Line, Terms
from ledger.trade.escrow.off_line import judge_off_line
from ledger.trade.escrow.refusals.amounts import BalanceOverflow, NegativeAsset, Unbalanced
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.obstacles import ClockNotWitnessed, WindowOpen
from ledger.trade.escrow.refusals.precedence import RANK
from ledger.trade.escrow.refusals.standing import LineExists, LineUnknown, RulePackUnknown, StalePrev
from ledger.trade.escrow.regions import Own, State
from ledger.trade.escrow.seating import refuse_signers, sits
from ledger.trade.escrow.table.every import REGION_OF_RECORD, ROWS, refusal_for, rows_while
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Seat, Signers

GUARDS: Final[Mapping[str, Guard]] = {
    **TERMS_GUARDS,
    **STANDING_GUARDS,
    **GOODS_GUARDS,
    **CASES_GUARDS,
    **AMOUNTS_GUARDS,
    **FUND_GUARDS,
}
DEEDS: Final[Mapping[str, Deed]] = {**AGREEMENT_DEEDS, **GOODS_DEEDS, **MONEY_DEEDS, **DISPUTE_DEEDS, **FUND_DEEDS}
BALANCE_LIMIT: Final = 1 << 63


def apply(books: Books, said: Said, rules: Rules) -> Verdict:
    """Judge one record at the time of its entry.

    Args:
        books: the journal before it; not changed.
        said: the record, its position, who signed, and the entry's time.
        rules: governance before its entry.

    Returns:
        `Accepted` with everything that changes, or `Refused` with the reason of the highest precedence.
    """
    found = _judge(books, said, rules)
    return Refused(found) if isinstance(found, EscrowRefused) else Accepted(found)


def _judge(books: Books, said: Said, rules: Rules) -> Change | EscrowRefused:
    body = said.body
    if isinstance(body, OrderAgreed):
        hearing = _new_line(books, said, rules, body)
    elif isinstance(body, LineBody):
        hearing = _known_line(books, said, rules, body)
    else:
        change = judge_off_line(said, rules, books)
        return change if isinstance(change, EscrowRefused) else _balanced(books, change, "")
    if isinstance(hearing, EscrowRefused):
        return hearing
    row = _choose(hearing)
    if isinstance(row, EscrowRefused):
        return row
    change = DEEDS[row.record](hearing, row)
    return _balanced(books, change, hearing.terms.agreed.custodian)


def _new_line(books: Books, said: Said, rules: Rules, body: OrderAgreed) -> Hearing | EscrowRefused:
    if books.line(body.line) is not None:
        return LineExists(seen=body.line, pointer="/line")
    pack = rules.pack(body.pack.sha256, body.pack.name)
    if pack is None:
        return RulePackUnknown(seen=body.pack.name, wanted="a rule pack that this ledger has adopted", pointer="/pack")
    line = Line(body.line, body.price.currency, seq=-1, head=said.position, own=Own.NONE)
    return Hearing(said, rules, books, line, Terms.of(body, body=said.data, pack=pack))


def _known_line(books: Books, said: Said, rules: Rules, body: LineBody) -> Hearing | EscrowRefused:
    line = books.line(body.line)
    if line is None:
        return LineUnknown(seen=body.line, pointer="/line")
    return Hearing(said, rules, books, line, books.terms(body.line))


def _choose(hearing: Hearing) -> Row | EscrowRefused:
    """The one row that the record takes."""
    record = type(hearing.said.body).__name__
    state = hearing.line.state(REGION_OF_RECORD[record])
    row = _row_of(hearing, record, state)
    if isinstance(row, EscrowRefused):
        # Whoever may sign the record in no state at all is told so first, then that the line moved on, then the rest.
        return refuse_signers(hearing, _SIGNERS[record]) or _refuse_stale(hearing) or row
    refused = _refuse_stale(hearing)
    if refused is not None:
        return refused
    for _, check in _CHECKS[row]:
        refused = check(hearing)
        if refused is not None:
            return refused
    return row


def _row_of(hearing: Hearing, record: str, state: State) -> Row | EscrowRefused:
    """Of the rows of this state the one whose condition holds and whose signers signed."""
    own = hearing.line.own
    refusal = refusal_for(record, state, own)
    if refusal is not None:
        return refusal(seen=f"{record} while {state.value}", wanted=_where(record))
    fitting = [row for row in rows_while(record, state, own) if CONDITIONS[row.when].holds(hearing)]
    for row in fitting:
        if refuse_signers(hearing, row.signers) is None:
            return row
    refused = refuse_signers(hearing, tuple(alternative for row in fitting for alternative in row.signers))
    if refused is None:
        raise AssertionError(f"no row of {record} fits its own signers")
    return refused


def _refuse_stale(hearing: Hearing) -> EscrowRefused | None:
    body = hearing.said.body
    if not isinstance(body, LineBody):
        return None
    prev, line = body.prev, hearing.line
    if (prev.entry, prev.place) == line.head and prev.origin == hearing.rules.origin:
        return None
    return StalePrev(seen=str(prev), wanted=str(line.address(hearing.rules.origin)), pointer="/prev")


def _refuse_early(row: Row) -> Check:
    timeout = TIMEOUTS[row.timeout or ""]

    def check(hearing: Hearing) -> EscrowRefused | None:
        at = timeout.at(hearing.line, hearing.terms)
        if hearing.now >= at:
            return None
        return WindowOpen(seen=format_instant(hearing.now), wanted=f"{format_instant(at)}: {timeout.says}")

    return check


def _refuse_unwitnessed(hearing: Hearing) -> EscrowRefused | None:
    by_clock = any(sits(hearing, Seat.OPERATOR, party) for party in hearing.said.parties)
    return ClockNotWitnessed(wanted="a `seen` line") if by_clock and not hearing.said.seen else None


def _checks_of(row: Row) -> tuple[tuple[int, Check], ...]:
    """The guards of a row in the order of their refusals' precedence."""
    checks = [(min(RANK[refusal] for refusal in GUARDS[name].refusals), GUARDS[name].check) for name in row.guards]
    if row.timeout is not None:
        checks.append((RANK[WindowOpen], _refuse_early(row)))
    if any(Seat.OPERATOR in seats for seats in row.signers):
        checks.append((RANK[ClockNotWitnessed], _refuse_unwitnessed))
    return tuple(sorted(checks, key=lambda check: check[0]))


def _where(record: str) -> str:
    return "one of " + ", ".join(dict.fromkeys(row.before.value for row in ROWS if row.record == record))


def _balanced(books: Books, change: Change, custodian: str) -> Change | EscrowRefused:
    """I1, I3, I4 and I5: no posting leaves this room that breaks one of them."""
    sums: dict[tuple[str, str], int] = {}
    for account, currency, amount in change.legs:
        group = (group_of(account, custodian), currency)
        sums[group] = sums.get(group, 0) + amount
        after = books.balance(account, currency) + amount
        if not -BALANCE_LIMIT < after < BALANCE_LIMIT:
            return BalanceOverflow(seen=after, wanted="a balance within 64 bits", pointer=account)
        kind = kind_of(account)
        if (kind is Kind.ASSET and after < 0) or (kind is Kind.LIABILITY and after > 0):
            return NegativeAsset(seen=f"{account} {after} {currency}", wanted="enough on this account")
    wrong = [f"{group} {currency} {total}" for (group, currency), total in sums.items() if total]
    return Unbalanced(seen=", ".join(wrong), wanted="0 in every group and currency") if wrong else change


def _all_signers(record: str) -> Signers:
    """Every alternative of a record, the larger first, so that a co-signer is not taken for a stranger."""
    every = {seats for row in ROWS if row.record == record for seats in row.signers}
    return tuple(sorted(every, key=lambda seats: (-len(seats), [seat.name for seat in seats])))


_SIGNERS: Final[Mapping[str, Signers]] = {record: _all_signers(record) for record in REGION_OF_RECORD}
_CHECKS: Final[Mapping[Row, tuple[tuple[int, Check], ...]]] = {row: _checks_of(row) for row in ROWS}
