"""Deeds of guarantors and of the guarantee fund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from ledger.evidence.instant import Instant
from ledger.trade.escrow.accounts import (
    POINTS,
    Box,
    claims,
    custody,
    deposit,
    fund_cash,
    fund_equity,
    points,
    recourse,
    stake,
)
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.calendar import add_days
from ledger.trade.escrow.deeds.cash_out import end_if_empty
from ledger.trade.escrow.deeds.deed import Deed
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.regions import Guarantee, Own
from ledger.trade.escrow.table.row import Row

POINT: Final = 1_000_000
"""Points are counted in millionths."""
BURN_TIMES: Final = 10
POINTS_WINDOW_DAYS: Final = 365


def _lock(hearing: Hearing, row: Row) -> Change:
    """P16."""
    body, fund, draft = hearing.body, hearing.terms.agreed.fund or "", Draft(hearing)
    cover = body.cover.minor
    draft.post("P16").debit(stake(fund, body.guarantor, "free"), cover).credit(stake(fund, body.guarantor, "locked"), cover)
    return draft.done(guarantee=row.after, guarantor=body.guarantor, cover=cover, cover_until=int(body.until))


def _unlock(hearing: Hearing, row: Row) -> Change:
    """P16 back, and P19: the k-th clean line of the same pair within a year earns 1/k point."""
    draft, line = Draft(hearing), hearing.line
    guarantor = line.guarantor or ""
    _free_cover(hearing, draft, line.cover)
    earned = None
    if line.own is Own.RELEASED and line.disputes == 0:
        earned = (guarantor, hearing.terms.merchant)
        start = Instant(max(add_days(hearing.now, -POINTS_WINDOW_DAYS), 0))
        worth = POINT // (hearing.books.closings(*earned, start) + 1)
        draft.post("P19").debit(points("issued"), worth, POINTS).credit(points(guarantor), worth, POINTS)
    return draft.done(guarantee=row.after, cover=0, points=earned)


def _free_cover(hearing: Hearing, draft: Draft, minor: int) -> None:
    fund, guarantor = hearing.terms.agreed.fund or "", hearing.line.guarantor or ""
    draft.post("P16").debit(stake(fund, guarantor, "locked"), minor).credit(stake(fund, guarantor, "free"), minor)


def _advance(hearing: Hearing, row: Row) -> Change:
    """P11: the fund promises the buyer and may recover from the merchant; P11b freezes as much for it. P21 if late."""
    fund, minor, draft = hearing.terms.agreed.fund or "", hearing.body.amount.minor, Draft(hearing)
    late = hearing.case.late
    draft.post("P21" if late else "P11").debit(recourse(fund, hearing.terms.merchant), minor).credit(claims(fund), minor)
    if not late:
        draft.out_of(Box.DISPUTED, minor).into(Box.REC, minor)
    return draft.done(
        advance=row.after,
        advanced=minor,
        advance_unpaid=minor,
        late_advance=late,
        owed_merchant=draft.line.owed_merchant + minor,
        case=msgspec.structs.replace(hearing.case, advanced=minor),
    )


def _pay_advance(hearing: Hearing, row: Row) -> Change:
    """P12, or the second half of P21."""
    fund, minor, draft = hearing.terms.agreed.fund or "", hearing.body.money.minor, Draft(hearing)
    draft.post("P21" if draft.line.late_advance else "P12").debit(claims(fund), minor).credit(fund_cash(fund), minor)
    bank = hearing.fund.bank if hearing.fund is not None else ""
    return draft.done(advance=row.after, advance_unpaid=0, settled=(bank, hearing.body.reference))


def _settle_recourse(hearing: Hearing, row: Row) -> Change:
    """P13: the custodian's money and the fund's each sum to zero, since the box and the claim shrink alike."""
    agreed, minor, draft = hearing.terms.agreed, hearing.body.money.minor, Draft(hearing)
    fund = agreed.fund or ""
    draft.post("P13").out_of(Box.REC, minor).credit(custody(agreed.custodian), minor)
    draft.debit(fund_cash(fund), minor).credit(recourse(fund, hearing.terms.merchant), minor)
    draft.note(to_fund=draft.line.to_fund + minor, owed_merchant=draft.line.owed_merchant - minor, advance=row.after)
    return end_if_empty(draft).done(settled=(agreed.custodian, hearing.body.reference))


def _take_recourse(hearing: Hearing, row: Row) -> Change:
    """P14: the merchant's deposit, then the guarantor's cover, then the fund's own capital, each as far as it goes."""
    fund, terms, draft, line = hearing.terms.agreed.fund or "", hearing.terms, Draft(hearing), hearing.line
    owed = line.owed_merchant
    from_deposit = min(owed, max(-hearing.balance(deposit(fund, terms.merchant)), 0))
    from_stake = min(owed - from_deposit, _answerable(hearing))
    draft.post("P14").credit(recourse(fund, terms.merchant), owed).debit(deposit(fund, terms.merchant), from_deposit)
    draft.debit(fund_equity(fund, "loss"), owed - from_deposit - from_stake)
    if from_stake:
        _slash(hearing, draft, from_stake)
    draft.note(owed_merchant=0, **{"advance" if row.record == "RecourseTaken" else "chargeback": row.after})
    return draft.done()


def _answerable(hearing: Hearing) -> int:
    """What the guarantor still answers for: the cover, until the day that the guarantee names."""
    line = hearing.line
    in_time = line.cover_until is not None and hearing.now < line.cover_until
    return line.cover if line.guarantee is Guarantee.LOCKED and in_time else 0


def _slash(hearing: Hearing, draft: Draft, minor: int) -> None:
    """The rest of the cover is free again, the guarantor's points burn, and its own claim on the merchant is noted."""
    fund, line = hearing.terms.agreed.fund or "", hearing.line
    guarantor = line.guarantor or ""
    draft.debit(stake(fund, guarantor, "locked"), minor)
    if line.cover > minor:
        _free_cover(hearing, draft, line.cover - minor)
    burnt = min(BURN_TIMES * POINT, max(-hearing.books.balance(points(guarantor), POINTS), 0))
    if burnt:
        draft.post("P19").debit(points(guarantor), burnt, POINTS).credit(points("issued"), burnt, POINTS)
    draft.note(guarantee=Guarantee.SLASHED, cover=0, guarantor_claim=minor)


def _repay(hearing: Hearing, row: Row) -> Change:
    """P25: cash for the fund instead of its claim."""
    fund, body, draft = hearing.terms.agreed.fund or "", hearing.body, Draft(hearing)
    minor = body.money.minor
    draft.post("P25").debit(fund_cash(fund), minor).credit(recourse(fund, body.party), minor)
    owed = "owed_buyer" if body.party == hearing.terms.agreed.buyer else "owed_merchant"
    bank = hearing.fund.bank if hearing.fund is not None else ""
    draft.note(**{owed: getattr(draft.line, owed) - minor})
    return draft.done(advance=row.after, settled=(bank, body.reference))


def _write_off(hearing: Hearing, _: Row) -> Change:
    """P14, for what the buyer owes."""
    fund, draft = hearing.terms.agreed.fund or "", Draft(hearing)
    owed = draft.line.owed_buyer
    draft.post("P14").debit(fund_equity(fund, "loss"), owed).credit(recourse(fund, hearing.terms.agreed.buyer), owed)
    return draft.done(owed_buyer=0)


FUND_DEEDS: Final[Mapping[str, Deed]] = {
    "GuaranteeLocked": _lock,
    "GuaranteeReleased": _unlock,
    "FundAdvanced": _advance,
    "AdvancePaid": _pay_advance,
    "RecourseSettled": _settle_recourse,
    "RecourseTaken": _take_recourse,
    "ChargebackRecovered": _take_recourse,
    "RecourseRepaid": _repay,
    "RecourseWrittenOff": _write_off,
}
