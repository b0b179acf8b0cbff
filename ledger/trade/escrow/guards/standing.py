"""Guards of what stands in the way from other regions, and of what is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.trade.escrow import deadlines
from ledger.trade.escrow.guards.guard import Guard, before, guard
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.obstacles import (
    AlreadyExchanged,
    BoxesBusy,
    LegalHold,
    NotExchanged,
    SerialCloneSuspect,
    SerialRecalled,
    StatementBreak,
    WindowClosed,
)
from ledger.trade.escrow.refusals.states import DisputeOpen, NotSettled
from ledger.trade.escrow.regions import Advance, Chargeback, Dispute, Guarantee, Hold, Recall

COPIED: Final = "copied"
_ADVANCE_QUIET: Final = (Advance.NONE, Advance.RECOVERED)
_CHARGEBACK_QUIET: Final = (Chargeback.NONE, Chargeback.RECOVERED)


def _no_hold(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.hold is Hold.FREE else LegalHold(seen=f"placed by {hearing.line.held_by}")


def _no_dispute(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.dispute is Dispute.NONE else DisputeOpen(seen=hearing.line.dispute.value, wanted="none")


def _not_recalled(hearing: Hearing) -> EscrowRefused | None:
    if hearing.line.recall is Recall.NONE:
        return None
    refusal = SerialCloneSuspect if hearing.line.recall_reason == COPIED else SerialRecalled
    return refusal(seen=hearing.line.recall_reason)


def _no_break(hearing: Hearing) -> EscrowRefused | None:
    bank = hearing.terms.agreed.custodian
    broken = hearing.books.has_break(bank, hearing.line.currency)
    return StatementBreak(seen=f"{bank}, {hearing.line.currency}") if broken else None


def _settled(hearing: Hearing) -> EscrowRefused | None:
    line = hearing.line
    open_matters = [
        name
        for name, is_open in (
            ("money in its boxes", line.boxed() > 0),
            ("unallocated money", line.unallocated > 0),
            ("a dispute", line.dispute is not Dispute.NONE),
            ("a legal hold", line.hold is not Hold.FREE),
            ("a guarantee", line.guarantee is Guarantee.LOCKED),
            ("an advance", line.advance not in _ADVANCE_QUIET),
            ("a chargeback", line.chargeback not in _CHARGEBACK_QUIET),
        )
        if is_open
    ]
    return NotSettled(seen=", ".join(open_matters), wanted="nothing open") if open_matters else None


def _fund_quiet(hearing: Hearing) -> EscrowRefused | None:
    line = hearing.line
    quiet = line.advance in _ADVANCE_QUIET and line.chargeback in _CHARGEBACK_QUIET
    return None if quiet else NotSettled(seen=f"{line.advance.value}, {line.chargeback.value}", wanted="recovered")


def _exchanged_if_agreed(hearing: Hearing) -> EscrowRefused | None:
    """A line that a dispute has partly paid out already goes on in the currency of its price: it has one currency at a time."""
    line, wanted = hearing.line, hearing.terms.agreed.payout_currency
    whole = line.received == line.boxed()
    return NotExchanged(seen=line.currency, wanted=wanted) if wanted is not None and whole and not line.exchanged else None


def _not_exchanged(hearing: Hearing) -> EscrowRefused | None:
    possible = hearing.terms.agreed.payout_currency is not None and not hearing.line.exchanged
    return None if possible else AlreadyExchanged()


def _boxes_quiet(hearing: Hearing) -> EscrowRefused | None:
    """Also what was paid out counts: if it comes back, it comes back in the currency in which it went."""
    busy = hearing.line.received - hearing.line.held
    return BoxesBusy(seen=f"{busy} minor units outside the box held", wanted="0") if busy else None


def _within_conformity(hearing: Hearing) -> EscrowRefused | None:
    return before(hearing, deadlines.end_of_conformity(hearing.line, hearing.terms))


def _within_chargeback(hearing: Hearing) -> EscrowRefused | None:
    return before(hearing, deadlines.end_of_chargebacks(hearing.line, hearing.terms))


STANDING_GUARDS: Final[Mapping[str, Guard]] = {
    "no_hold": guard(_no_hold, "no legal hold stands", LegalHold),
    "no_dispute": guard(_no_dispute, "no dispute is open", DisputeOpen),
    "not_recalled": guard(_not_recalled, "the goods are not recalled", SerialRecalled, SerialCloneSuspect),
    "no_break": guard(_no_break, "the bank's last statement agrees with the books", StatementBreak),
    "settled": guard(_settled, "no money and no matter is open", NotSettled),
    "fund_quiet": guard(_fund_quiet, "no advance or chargeback is open", NotSettled),
    "exchanged_if_agreed": guard(
        _exchanged_if_agreed, "the money is in the agreed payout currency, or a part of it was paid before", NotExchanged
    ),
    "not_exchanged": guard(_not_exchanged, "another payout currency is agreed and not exchanged yet", AlreadyExchanged),
    "boxes_quiet": guard(_boxes_quiet, "all that was paid for the line is simply held", BoxesBusy),
    "within_conformity": guard(_within_conformity, "within conformity_days", WindowClosed),
    "within_chargeback": guard(_within_chargeback, "within chargeback_days", WindowClosed),
}
