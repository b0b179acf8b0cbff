"""Guards of disputes: offers, evidence, rulings and appeals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.evidence.instant import format_instant
from ledger.trade.escrow import deadlines
from ledger.trade.escrow.guards.amounts import amounts_in
from ledger.trade.escrow.guards.guard import Guard, at_most, before, guard
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.refusals.amounts import Unbalanced
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.contents import AppellantNotLoser, EvidenceHashMismatch, EvidenceTooMuch, OfferMissing
from ledger.trade.escrow.refusals.obstacles import EvidenceAfterClose, SerialRecalled, WindowClosed
from ledger.trade.escrow.refusals.standing import RulePackUnknown
from ledger.trade.escrow.refusals.states import AdvanceUnpaid, AlreadyAdvanced
from ledger.trade.escrow.regions import Advance, Recall

EVIDENCE_OF_CASE_MAX: Final = 512


def _within_appeal(hearing: Hearing) -> EscrowRefused | None:
    return before(hearing, deadlines.end_of_appeal(hearing.line, hearing.terms))


def _no_advance(hearing: Hearing) -> EscrowRefused | None:
    return AlreadyAdvanced(seen=hearing.case.advanced, wanted="0") if hearing.case.advanced else None


def _case_not_of_recall(hearing: Hearing) -> EscrowRefused | None:
    stands = hearing.case.recall and hearing.line.recall is Recall.RECALLED
    return SerialRecalled(seen=hearing.line.recall_reason, wanted="a recall that was lifted") if stands else None


def _evidence_open(hearing: Hearing) -> EscrowRefused | None:
    if hearing.case.escalated is None:
        return None
    end = deadlines.end_of_evidence(hearing.line, hearing.terms)
    return (
        None
        if hearing.now < end
        else EvidenceAfterClose(seen=format_instant(hearing.now), wanted=f"before {format_instant(end)}")
    )


def _evidence_fits(hearing: Hearing) -> EscrowRefused | None:
    """Every record of a line carries its whole case on, so a case must not grow without end."""
    filed = len({*hearing.case.evidence, *hearing.body.evidence})
    return None if filed <= EVIDENCE_OF_CASE_MAX else EvidenceTooMuch(seen=filed, wanted=f"at most {EVIDENCE_OF_CASE_MAX}")


def _pack_pinned(hearing: Hearing) -> EscrowRefused | None:
    wanted = hearing.terms.pack.digest
    return (
        None
        if hearing.body.pack == wanted
        else RulePackUnknown(seen=hearing.body.pack.hex(), wanted=wanted.hex(), pointer="/pack")
    )


def _evidence_filed(hearing: Hearing) -> EscrowRefused | None:
    strange = [digest.hex() for digest in hearing.body.evidence if digest not in hearing.case.evidence]
    return EvidenceHashMismatch(seen=", ".join(strange), wanted="evidence filed in this dispute") if strange else None


def _appellant_lost(hearing: Hearing) -> EscrowRefused | None:
    case, share = hearing.case, hearing.case.buyer_share or 0
    lost = share < case.amount if hearing.terms.agreed.buyer in hearing.said.parties else share > 0
    return None if lost else AppellantNotLoser(seen=", ".join(hearing.said.parties))


def _share_within_case(hearing: Hearing) -> EscrowRefused | None:
    return at_most(hearing.body.buyer_share.minor, hearing.case.amount, Unbalanced)


def _offer_stands(hearing: Hearing) -> EscrowRefused | None:
    case = hearing.case
    by_buyer = hearing.terms.agreed.buyer in hearing.said.parties
    offered = case.merchant_offer if by_buyer else case.buyer_offer
    seen = hearing.body.buyer_share.minor
    return None if offered == seen else OfferMissing(seen=seen, wanted="no offer" if offered is None else str(offered))


def _advance_settled(hearing: Hearing) -> EscrowRefused | None:
    unpaid = hearing.line.advance is Advance.DECIDED
    return AdvanceUnpaid(seen=hearing.line.advance_unpaid, wanted="AdvancePaid first") if unpaid else None


def _shares_sum(hearing: Hearing) -> EscrowRefused | None:
    shares = hearing.body.buyer_share.minor + hearing.body.merchant_share.minor
    same = all(money.currency == hearing.line.currency for _, money in amounts_in(hearing.body))
    return None if same and shares == hearing.case.amount else Unbalanced(seen=shares, wanted=str(hearing.case.amount))


def _basis_holds(hearing: Hearing) -> EscrowRefused | None:
    body, case = hearing.body, hearing.case
    if body.basis == "amounts":
        return None
    offer = case.buyer_offer if body.basis == "buyer_offer" else case.merchant_offer
    if offer == body.buyer_share.minor:
        return None
    return OfferMissing(seen=body.buyer_share.minor, wanted="no offer" if offer is None else str(offer), pointer="/basis")


CASES_GUARDS: Final[Mapping[str, Guard]] = {
    "within_appeal": guard(_within_appeal, "within appeal_days", WindowClosed),
    "no_advance": guard(_no_advance, "no advance is under way", AlreadyAdvanced),
    "case_not_of_recall": guard(_case_not_of_recall, "no recall stands behind it", SerialRecalled),
    "evidence_open": guard(_evidence_open, "the evidence is open", EvidenceAfterClose),
    "offers_open": guard(_evidence_open, "the evidence, and with it the time of offers, is open", EvidenceAfterClose),
    "evidence_fits": guard(_evidence_fits, "with what was filed before it is not too much", EvidenceTooMuch),
    "pack_pinned": guard(_pack_pinned, "the ruling names the pinned pack", RulePackUnknown),
    "evidence_filed": guard(_evidence_filed, "all cited evidence was filed", EvidenceHashMismatch),
    "appellant_lost": guard(_appellant_lost, "the appellant did not get all", AppellantNotLoser),
    "share_within_case": guard(_share_within_case, "at most what is disputed", Unbalanced),
    "offer_stands": guard(_offer_stands, "the other side's last offer", OfferMissing),
    "advance_settled": guard(_advance_settled, "no advance waits to be paid", AdvanceUnpaid),
    "shares_sum": guard(_shares_sum, "the shares sum to what is disputed", Unbalanced),
    "basis_holds": guard(_basis_holds, "a ruling by offer repeats that offer", OfferMissing),
}
