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
from ledger.trade.escrow.refusals.standing import WrongSignerRole
from ledger.trade.escrow.refusals.states import AlreadyRecalled, DisputeOpen, DisputesExhausted, NotSettled
from ledger.trade.escrow.regions import Advance, Chargeback, Dispute, Guarantee, Hold, Recall

COPIED: Final = "copied"
DISPUTES_OF_SIDE_MAX: Final = 3
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


def _recalled_by_signer(hearing: Hearing) -> EscrowRefused | None:
    """Otherwise a merchant would lift what its inspector found, or what an authority ordered."""
    line, (signer, *_) = hearing.line, hearing.said.parties
    if signer == line.recalled_by or hearing.rules.has_role(signer, "authority"):
        return None
    return WrongSignerRole(seen=signer, wanted=f"{line.recalled_by}, who recalled it, or an authority")


def _recalled_once(hearing: Hearing) -> EscrowRefused | None:
    """A merchant that recalls and lifts without end would move the line on before any ruling could be signed by all."""
    again = hearing.said.parties[0] == hearing.terms.merchant == hearing.line.recalled_by
    return AlreadyRecalled(seen="recalled and lifted by the merchant before") if again else None


def _dispute_of_other_side(hearing: Hearing) -> EscrowRefused | None:
    """A dispute of the merchant's does not keep the buyer from the right to withdraw while its days run out."""
    case = hearing.line.case
    if case is None or (case.opener == hearing.terms.merchant and not case.of_return):
        return None
    return DisputeOpen(seen=hearing.line.dispute.value, wanted="none but one that the merchant opened")


def _clock_undisputed(hearing: Hearing) -> EscrowRefused | None:
    """While the merchant's own dispute keeps the buyer from opening one, only people release the rest."""
    case = hearing.line.case
    by_clock = any(hearing.rules.has_role(party, "operator") for party in hearing.said.parties)
    if by_clock and case is not None and case.opener == hearing.terms.merchant:
        return DisputeOpen(seen=f"{hearing.line.dispute.value}, opened by the merchant", wanted="none, or the buyer's signature")
    return None


def _disputes_left(hearing: Hearing) -> EscrowRefused | None:
    """Without an end to them one side could freeze for ever what is due to the other."""
    by_buyer = hearing.terms.agreed.buyer in hearing.said.parties
    opened = hearing.line.disputes_buyer if by_buyer else hearing.line.disputes_merchant
    return None if opened < DISPUTES_OF_SIDE_MAX else DisputesExhausted(seen=opened, wanted=f"fewer than {DISPUTES_OF_SIDE_MAX}")


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
    "disputes_left": guard(_disputes_left, "this side has opened fewer than three disputes", DisputesExhausted),
    "dispute_of_other_side": guard(_dispute_of_other_side, "no dispute is open but one of the merchant's", DisputeOpen),
    "clock_undisputed": guard(_clock_undisputed, "by the clock only while the merchant disputes nothing", DisputeOpen),
    "recalled_by_signer": guard(_recalled_by_signer, "by whoever recalled it, or by an authority", WrongSignerRole),
    "recalled_once": guard(_recalled_once, "the merchant has not recalled it before", AlreadyRecalled),
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
