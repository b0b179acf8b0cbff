"""What the parties of every story do with money: pay in, release, settle, pay out fees."""

from __future__ import annotations

from ledger.actions.escrow.alliance_world.build import name_of
from ledger.actions.escrow.stories.stage import Stage
from ledger.actions.escrow.stories.terms import FEES
from ledger.trade.escrow.allocation import share
from ledger.trade.escrow.bodies.cash import (
    FeePaid,
    FundsReceived,
    PayoutSettled,
    RefundSettled,
    ReleaseInstructed,
    Settlement,
)
from ledger.trade.escrow.money import Money


def pay(stage: Stage, bank: str, shape: type[Settlement], line: str, minor: int) -> str:
    """The bank confirms a movement of money about a line; its reference."""
    reference = stage.reference(bank)
    stage.say(bank, shape, line, money=Money(stage.currency(line), minor), reference=reference)
    return reference


def receive(stage: Stage, bank: str, line: str, minor: int) -> str:
    """The bank has money of the buyer; its reference."""
    return pay(stage, bank, FundsReceived, line, minor)


def settle_payout(stage: Stage, bank: str, line: str) -> int:
    """The bank pays out all that is instructed for the merchant; how much that was."""
    minor = stage.line(line).rel
    pay(stage, bank, PayoutSettled, line, minor)
    return minor


def settle_refund(stage: Stage, bank: str, line: str) -> int:
    """The bank pays back all that is instructed for the buyer; how much that was."""
    minor = stage.line(line).ref
    pay(stage, bank, RefundSettled, line, minor)
    return minor


def release(stage: Stage, who: str, line: str, minor: int, *, refusal: str | None = None) -> None:
    """`who` instructs the release of so much, with the fees as the schedule has them."""
    currency = stage.currency(line)
    fees = {"platform": FEES.platform, "inspection": FEES.inspection, "tax": FEES.tax}
    amounts = {name: Money(currency, share(minor, basis_points)) for name, basis_points in fees.items()}
    amount = Money(currency, minor)
    if refusal is None:
        stage.say(who, ReleaseInstructed, line, amount=amount, **amounts)
    else:
        stage.try_to_say(who, ReleaseInstructed, line, refusal=refusal, amount=amount, **amounts)


def pay_fees(stage: Stage, bank: str, currency: str) -> None:
    """The bank pays out every fee that releases put aside."""
    for payable, minor in stage.payables(bank, currency).items():
        members = {"custodian": name_of(bank), "payable": payable, "money": Money(currency, minor)}
        stage.say(bank, FeePaid, None, **members, reference=stage.reference(bank))
