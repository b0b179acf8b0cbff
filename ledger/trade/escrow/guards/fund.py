"""Guards of guarantees, advances, recourse and chargebacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.trade.escrow import accounts
from ledger.trade.escrow.allocation import share
from ledger.trade.escrow.guards.guard import Guard, at_most, guard
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.prima_facie import findings_of
from ledger.trade.escrow.refusals.amounts import (
    AdvanceOverCap,
    AmountDiffers,
    CoverOverCap,
    CurrencyDiffers,
    DoubleRecovery,
    FundFloor,
    GuaranteeCycle,
    StakeInsufficient,
)
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.contents import FindingMissing, FundUnknown, PartyIsArbiter
from ledger.trade.escrow.refusals.obstacles import LineFirst
from ledger.trade.escrow.refusals.states import AlreadyRecovered, DisputeMissing
from ledger.trade.escrow.regions import Chargeback, Dispute
from ledger.trade.escrow.seating import refuse_signers
from ledger.trade.escrow.table.seats import Seat


def _not_paid_twice(hearing: Hearing) -> EscrowRefused | None:
    line = hearing.line
    paid = line.paid_buyer + line.ref + line.advanced
    return DoubleRecovery(seen=f"{paid} minor units paid or promised to the buyer", wanted="0") if paid else None


def _no_chargeback(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.chargeback is Chargeback.NONE else DoubleRecovery(seen="a chargeback", wanted="none")


def _fund_named(hearing: Hearing) -> EscrowRefused | None:
    return FundUnknown(seen=hearing.terms.agreed.fund) if hearing.fund is None else None


def _one_currency(hearing: Hearing) -> EscrowRefused | None:
    """A stake answers in the currency it lies in, so a line that will be exchanged takes no guarantee."""
    other = hearing.terms.agreed.payout_currency
    return None if other is None else CurrencyDiffers(seen=other, wanted="terms without another payout currency")


def _guarantor_apart(hearing: Hearing) -> EscrowRefused | None:
    terms, guarantor = hearing.terms, hearing.body.guarantor
    for side in (terms.agreed.buyer, terms.merchant, terms.agreed.custodian, *terms.agreed.arbiters):
        why = hearing.rules.alliance.related(guarantor, side)
        if why is not None:
            return PartyIsArbiter(
                seen=f"{guarantor} and {side}: {why}", wanted="a guarantor apart from both sides and their judges"
            )
    return None


def _no_circle(hearing: Hearing) -> EscrowRefused | None:
    """Circles of up to three: nobody is backed, directly or by one between, by whom they back."""
    merchant, guarantor = hearing.terms.merchant, hearing.body.guarantor
    for backer in hearing.books.backers(guarantor):
        if backer == merchant or merchant in hearing.books.backers(backer):
            return GuaranteeCycle(seen=f"{merchant} backs {backer}, who backs {guarantor}")
    return None


def _stake(hearing: Hearing, which: str) -> int:
    fund, guarantor = hearing.terms.agreed.fund or "", hearing.body.guarantor
    return -hearing.balance(accounts.stake(fund, guarantor, which))


def _cover_within_caps(hearing: Hearing) -> EscrowRefused | None:
    cover, line, terms = hearing.body.cover.minor, hearing.line, hearing.terms
    reserve = hearing.fund.reserve(line.currency) if hearing.fund is not None else None
    covered = hearing.books.cover_of(terms.merchant, None, line.currency)
    stake = _stake(hearing, "free") + _stake(hearing, "locked")
    caps = (
        terms.agreed.price.minor,
        share(stake, terms.pack.cover_share_bp),
        (reserve.cover_cap if reserve is not None else 0) - covered,
    )
    return at_most(cover, min(caps), CoverOverCap)


def _stake_free(hearing: Hearing) -> EscrowRefused | None:
    free, line = _stake(hearing, "free"), hearing.line
    asked = hearing.rules.alliance.required(hearing.body.guarantor, "stake", line.currency)
    wanted = max(hearing.body.cover.minor, asked - _stake(hearing, "locked"))
    return None if free >= wanted else StakeInsufficient(seen=free, wanted=f"at least {wanted} minor units free")


def _in_dispute(hearing: Hearing) -> EscrowRefused | None:
    return DisputeMissing(wanted="an open dispute or claim") if hearing.line.dispute is Dispute.NONE else None


def _prima_facie_without_trustees(hearing: Hearing) -> EscrowRefused | None:
    if refuse_signers(hearing, ((Seat.TRUSTEES,),)) is None:
        return None
    pack, agreed = hearing.terms.pack, hearing.terms.agreed
    shown = findings_of(hearing.line) & pack.prima_facie & frozenset(hearing.body.findings)
    if pack.first_claimed_pays and agreed.goods_class in pack.first_claimed_classes and shown:
        return None
    return FindingMissing(
        seen=", ".join(hearing.body.findings), wanted="trustees, or a finding that the pack names and the line shows"
    )


def _within_frozen_or_cap(hearing: Hearing) -> EscrowRefused | None:
    reserve = hearing.fund.reserve(hearing.line.currency) if hearing.fund is not None else None
    cap, case = reserve.claim_cap if reserve is not None else 0, hearing.case
    claimed = case.amount if case.late else hearing.line.disputed
    # Once it is ruled what the buyer gets, the fund advances nothing beyond that.
    most = claimed if case.buyer_share is None else min(claimed, case.buyer_share)
    return at_most(hearing.body.amount.minor, min(cap, most), AdvanceOverCap)


def _above_floor(hearing: Hearing) -> EscrowRefused | None:
    fund = hearing.terms.agreed.fund or ""
    reserve = hearing.fund.reserve(hearing.line.currency) if hearing.fund is not None else None
    floor = reserve.floor if reserve is not None else 0
    left = hearing.balance(accounts.fund_cash(fund)) + hearing.balance(accounts.claims(fund)) - hearing.body.amount.minor
    return None if left >= floor else FundFloor(seen=left, wanted=f"at least {floor} minor units left")


def _line_drained(hearing: Hearing) -> EscrowRefused | None:
    return LineFirst(seen=hearing.line.rec, wanted="RecourseSettled first") if hearing.line.rec else None


def _owed_by_party(hearing: Hearing) -> EscrowRefused | None:
    line, party, minor = hearing.line, hearing.body.party, hearing.body.money.minor
    if party == hearing.terms.agreed.buyer:
        return at_most(minor, line.owed_buyer, AmountDiffers)
    owed = line.owed_merchant if party == hearing.terms.merchant else 0
    if minor > owed:
        return AmountDiffers(seen=minor, wanted=f"at most {owed}")
    return at_most(minor, owed - line.rec, LineFirst)


def _buyer_owes(hearing: Hearing) -> EscrowRefused | None:
    return None if hearing.line.owed_buyer else AlreadyRecovered(seen=0, wanted="something the buyer owes")


FUND_GUARDS: Final[Mapping[str, Guard]] = {
    "fund_named": guard(_fund_named, "the order names a constituted fund", FundUnknown),
    "one_currency": guard(_one_currency, "the terms name no other payout currency", CurrencyDiffers),
    "guarantor_apart": guard(_guarantor_apart, "the guarantor is apart from both sides and the judges", PartyIsArbiter),
    "no_circle": guard(_no_circle, "no circle of guarantors closes", GuaranteeCycle),
    "cover_within_caps": guard(_cover_within_caps, "the cover is within price, stake share and merchant cap", CoverOverCap),
    "stake_free": guard(_stake_free, "the guarantor's free stake suffices", StakeInsufficient),
    "in_dispute": guard(_in_dispute, "a dispute or claim is open", DisputeMissing),
    "prima_facie_without_trustees": guard(
        _prima_facie_without_trustees, "trustees, or a finding for which the pack lets the fund pay first", FindingMissing
    ),
    "within_frozen_or_cap": guard(_within_frozen_or_cap, "within what is frozen or ruled, and the fund's cap", AdvanceOverCap),
    "above_floor": guard(_above_floor, "the fund stays above its floor", FundFloor),
    "line_drained": guard(_line_drained, "the line's own money was taken first", LineFirst),
    "owed_by_party": guard(_owed_by_party, "at most what this party owes", AmountDiffers, LineFirst),
    "buyer_owes": guard(_buyer_owes, "the buyer owes the fund", AlreadyRecovered),
    "not_paid_twice": guard(_not_paid_twice, "nothing was refunded or advanced", DoubleRecovery),
    "no_chargeback": guard(_no_chargeback, "there is no chargeback", DoubleRecovery),
}
