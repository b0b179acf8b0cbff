"""Records of no line: fees paid out, the custodian's statement, money paid into and out of a fund."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ledger.trade.alliance.state import Fund
from ledger.trade.escrow import accounts
from ledger.trade.escrow.accounts import Leg
from ledger.trade.escrow.bodies.cash import FeePaid, StatementReported
from ledger.trade.escrow.bodies.fund import FundMovement, FundPaidIn, FundPaidOut
from ledger.trade.escrow.books import Books, Change, Rules
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.refusals.amounts import DepositInsufficient, FundFloor, StakeInsufficient
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.contents import AllyUnknown, FundUnknown, ReferenceSettled
from ledger.trade.escrow.refusals.standing import PartyInTwoRoles, ThresholdNotMet, WrongSignerRole


def judge_off_line(said: Said, rules: Rules, books: Books) -> Change | EscrowRefused:
    """Judge a record of no line; the checks come in the order of the refusals' precedence."""
    return _JUDGES[type(said.body)](said.body, said, rules, books)


def _pay_fee(body: FeePaid, said: Said, rules: Rules, books: Books) -> Change | EscrowRefused:
    """P18."""
    refused = _refuse_bank(body.custodian, body.reference, said, rules, books)
    if refused is not None:
        return refused
    minor, currency = body.money.minor, body.money.currency
    legs = (
        Leg(accounts.custody(body.custodian), currency, -minor),
        Leg(accounts.payable(body.payable, body.custodian), currency, minor),
    )
    return Change(None, legs, ("P18",), settled=(body.custodian, body.reference))


def _report(body: StatementReported, said: Said, rules: Rules, books: Books) -> Change | EscrowRefused:
    """A difference is noted, not refused: it is the bank's word against the books."""
    refused = _refuse_bank(body.custodian, body.reference, said, rules, books)
    if refused is not None:
        return refused
    currency = body.closing.currency
    difference = body.closing.minor - books.balance(accounts.custody(body.custodian), currency)
    return Change(None, statement=(body.custodian, currency, difference), settled=(body.custodian, body.reference))


def _refuse_bank(custodian: str, reference: str, said: Said, rules: Rules, books: Books) -> EscrowRefused | None:
    if said.parties != (custodian,):
        return WrongSignerRole(seen=", ".join(said.parties), wanted=custodian)
    if not rules.is_ally(custodian, "custodian"):
        return AllyUnknown(seen=custodian, wanted="an ally with the seat custodian", pointer="/custodian")
    return ReferenceSettled(seen=f"{custodian} {reference}") if books.is_settled(custodian, reference) else None


def _pay_in(body: FundPaidIn, said: Said, rules: Rules, books: Books) -> Change | EscrowRefused:
    """P22."""
    found = _fund(body, said, rules, books)
    return found if isinstance(found, EscrowRefused) else _move(body, found, "P22", sign=1)


def _pay_out(body: FundPaidOut, said: Said, rules: Rules, books: Books) -> Change | EscrowRefused:
    """P23: never below the floor, beyond the fund's own capital, below the deposit or stake asked for, or what is locked."""
    found = _fund(body, said, rules, books)
    if isinstance(found, EscrowRefused):
        return found
    currency, minor = body.money.currency, body.money.minor
    if body.purpose == "capital":
        reserve = found.reserve(currency)
        cash = books.balance(accounts.fund_cash(body.fund), currency) + books.balance(accounts.claims(body.fund), currency)
        floor = reserve.floor if reserve is not None else 0
        if cash - minor < floor:
            return FundFloor(seen=cash - minor, wanted=f"at least {floor} minor units left")
        own = -sum(books.balance(accounts.fund_equity(body.fund, which), currency) for which in ("capital", "loss"))
        if minor > own:
            # What lies there for merchants and guarantors is not the fund's to pay out.
            return FundFloor(seen=minor, wanted=f"at most {max(own, 0)} minor units of the fund's own")
    else:
        left = -books.balance(_counter_account(body), currency) - minor
        wanted = rules.alliance.required(body.party or "", body.purpose, currency)
        if left < wanted:
            short = DepositInsufficient if body.purpose == "deposit" else StakeInsufficient
            return short(seen=left, wanted=f"at least {wanted} minor units left")
    return _move(body, found, "P23", sign=-1)


def _fund(body: FundMovement, said: Said, rules: Rules, books: Books) -> Fund | EscrowRefused:
    fund = rules.alliance.fund(body.fund)
    if fund is None:
        return FundUnknown(seen=body.fund, pointer="/fund")
    refused = _refuse_fund_signers(fund, said, with_trustees=isinstance(body, FundPaidOut))
    if refused is not None:
        return refused
    role = {"deposit": ("merchant", "factory", "shop"), "stake": ("guarantor",)}.get(body.purpose, ())
    # Whoever left the alliance gets back what is theirs; only paying in takes the role.
    seated = isinstance(body, FundPaidOut) or not role or any(rules.has_role(body.party or "", one) for one in role)
    if (body.party is None) != (not role) or not seated:
        return AllyUnknown(seen=body.party, wanted=" or ".join(role) or "null", pointer="/party")
    if books.is_settled(fund.bank, body.reference):
        return ReferenceSettled(seen=f"{fund.bank} {body.reference}")
    return fund


def _refuse_fund_signers(fund: Fund, said: Said, *, with_trustees: bool) -> EscrowRefused | None:
    wanted = f"{fund.bank}" + (f" and {fund.threshold} trustees" if with_trustees else "")
    if with_trustees and fund.bank in fund.trustees:
        return PartyInTwoRoles(seen=fund.bank, wanted="a bank that is no trustee")
    trustees = [party for party in said.parties if party in fund.trustees]
    others = [party for party in said.parties if party not in fund.trustees and party != fund.bank]
    if others or (trustees and not with_trustees):
        return WrongSignerRole(seen=", ".join(said.parties), wanted=wanted)
    if fund.bank not in said.parties or (with_trustees and len(trustees) < fund.threshold):
        return ThresholdNotMet(seen=", ".join(said.parties), wanted=wanted)
    return None


def _counter_account(body: FundMovement) -> str:
    party = body.party or ""
    if body.purpose == "deposit":
        return accounts.deposit(body.fund, party)
    if body.purpose == "stake":
        return accounts.stake(body.fund, party, "free")
    return accounts.fund_equity(body.fund, "capital")


def _move(body: FundMovement, fund: Fund, code: str, *, sign: int) -> Change:
    minor, currency = sign * body.money.minor, body.money.currency
    legs = (Leg(_counter_account(body), currency, -minor), Leg(accounts.fund_cash(body.fund), currency, minor))
    return Change(None, legs, (code,), settled=(fund.bank, body.reference))


_Judge = Callable[[Any, Said, Rules, Books], Change | EscrowRefused]

_JUDGES: Final[Mapping[type, _Judge]] = {
    FeePaid: _pay_fee,
    StatementReported: _report,
    FundPaidIn: _pay_in,
    FundPaidOut: _pay_out,
}
