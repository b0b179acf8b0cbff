"""Deeds of disputes: what is frozen, how a case moves on, and what its end moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ledger.trade.escrow.accounts import Box, recourse
from ledger.trade.escrow.books import Change
from ledger.trade.escrow.deeds.cash_out import decide_if_nothing_is_left, end_if_empty, to_buyer, to_merchant
from ledger.trade.escrow.deeds.deed import Deed
from ledger.trade.escrow.draft import Draft
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.line import Case
from ledger.trade.escrow.regions import Advance, Dispute, Hold, Own, Recall
from ledger.trade.escrow.table.goods import UNDECIDED
from ledger.trade.escrow.table.row import Row


def _open(hearing: Hearing, row: Row) -> Change:
    """P9: only the disputed part is frozen. A late claim freezes nothing."""
    draft, body = Draft(hearing), hearing.body
    late = row.record == "ClaimOpened"
    opener = hearing.said.parties[0]
    if not late:
        draft.post("P9").out_of(Box.HELD, body.amount.minor).into(Box.DISPUTED, body.amount.minor)
    case = Case(opener, body.amount.minor, int(hearing.now), late=late, evidence=body.evidence)
    if not late:
        side = "disputes_buyer" if opener == hearing.terms.agreed.buyer else "disputes_merchant"
        draft.note(**{side: getattr(draft.line, side) + 1})
    return draft.done(dispute=row.after, case=case, disputes=draft.line.disputes + 1)


def _withdraw(hearing: Hearing, row: Row) -> Change:
    """What was frozen is held again; where the rest was refunded meanwhile, it is refunded too.

    A merchant that takes back its refusal of a return has the return again, and not a delivery that nobody disputes.
    """
    draft = Draft(hearing)
    frozen = draft.line.disputed
    if draft.line.own in UNDECIDED:
        draft.post("P9").out_of(Box.DISPUTED, frozen).into(Box.HELD, frozen)
        if hearing.case.of_return and draft.line.own is Own.DELIVERED:
            draft.note(own=Own.RETURNING, noticed_at=int(hearing.now))
    elif frozen:
        to_buyer(draft.post("P7").out_of(Box.DISPUTED, frozen), frozen)
    return draft.done(dispute=row.after, case=None)


def _offer(hearing: Hearing, _: Row) -> Change:
    share = hearing.body.buyer_share.minor
    by_buyer = hearing.terms.agreed.buyer in hearing.said.parties
    return _argue(hearing, **{"buyer_offer" if by_buyer else "merchant_offer": share})


def _file(hearing: Hearing, _: Row) -> Change:
    filed = hearing.case.evidence
    return _argue(hearing, evidence=(*filed, *(digest for digest in hearing.body.evidence if digest not in filed)))


def _escalate(hearing: Hearing, row: Row) -> Change:
    return _argue(hearing, row, escalated=int(hearing.now))


def _replace(hearing: Hearing, row: Row) -> Change:
    return _argue(hearing, row, turn=hearing.case.turn + 1, turn_since=int(hearing.now))


def _rule(hearing: Hearing, row: Row) -> Change:
    arbiters = hearing.said.parties if row.after is Dispute.RULED else hearing.case.arbiters
    share = hearing.body.buyer_share.minor
    return _argue(hearing, row, ruled=int(hearing.now), buyer_share=share, arbiters=arbiters)


def _appeal(hearing: Hearing, row: Row) -> Change:
    return _argue(hearing, row, appealed=int(hearing.now))


def _keep_ruling(hearing: Hearing, row: Row) -> Change:
    return _argue(hearing, row)


def _argue(hearing: Hearing, row: Row | None = None, **fields: Any) -> Change:  # noqa: ANN401 - the fields' own types
    state = hearing.line.dispute if row is None else row.after
    return Draft(hearing).done(dispute=state, case=msgspec.structs.replace(hearing.case, **fields))


def _settle(hearing: Hearing, row: Row) -> Change:
    return end_case(hearing, row, hearing.body.buyer_share.minor)


def _execute(hearing: Hearing, row: Row) -> Change:
    return end_case(hearing, row, hearing.case.buyer_share or 0)


def end_case(hearing: Hearing, row: Row, share: int) -> Change:
    """Split the disputed amount: `share` for the buyer, the rest for the merchant.

    P10 where nothing was advanced. An advance counts as paid on the buyer's share: what is frozen for the fund stays so
    up to the share, and what was advanced beyond it turns against the buyer (P20), its frozen part going to the merchant.
    """
    draft, case, line = Draft(hearing), hearing.case, hearing.line
    advanced = case.advanced
    turned = max(advanced - share, 0)
    if turned:
        _turn_against_buyer(hearing, draft, turned, frozen=not line.late_advance)
    if not case.late:
        left = line.disputed
        buyer_now = min(max(share - advanced, 0), left)
        draft.post("P10").out_of(Box.DISPUTED, left)
        to_merchant(to_buyer(draft, buyer_now), left - buyer_now)
    decide_if_nothing_is_left(draft, int(hearing.now))
    return end_if_empty(draft).done(dispute=row.after, case=None)


def _turn_against_buyer(hearing: Hearing, draft: Draft, turned: int, *, frozen: bool) -> None:
    """P20: the fund's claim on the merchant becomes one on the buyer."""
    fund, terms, line = hearing.terms.agreed.fund or "", hearing.terms, draft.line
    draft.post("P20").debit(recourse(fund, terms.agreed.buyer), turned).credit(recourse(fund, terms.merchant), turned)
    owed = line.owed_merchant - turned
    draft.note(owed_merchant=owed, owed_buyer=line.owed_buyer + turned)
    if frozen:
        to_merchant(draft.out_of(Box.REC, turned), turned)
    if owed == 0:
        draft.note(advance=Advance.RECOVERED)


def _place_hold(hearing: Hearing, _: Row) -> Change:
    return Draft(hearing).done(hold=Hold.HELD, held_by=hearing.said.parties[0])


def _lift_hold(hearing: Hearing, _: Row) -> Change:
    return Draft(hearing).done(hold=Hold.FREE, held_by=None)


def _recall(hearing: Hearing, _: Row) -> Change:
    """P9: what is still held is frozen; where it was released, a late claim begins on the buyer's behalf."""
    draft, line, now = Draft(hearing), hearing.line, int(hearing.now)
    draft.note(recall=Recall.RECALLED, recall_reason=hearing.body.reason, recalled_by=hearing.said.parties[0])
    buyer = hearing.terms.agreed.buyer
    if line.own in UNDECIDED and line.held and line.dispute in (Dispute.NONE, Dispute.OPEN, Dispute.ARBITRATION):
        draft.post("P9").out_of(Box.HELD, line.held).into(Box.DISPUTED, line.held)
        if line.case is None:
            draft.note(case=Case(buyer, line.held, now, recall=True), dispute=Dispute.OPEN, disputes=line.disputes + 1)
        else:
            more = msgspec.structs.replace(line.case, amount=line.case.amount + line.held, recall=True)
            draft.note(case=more)
    elif line.own in (Own.RELEASING, Own.RELEASED) and line.dispute is Dispute.NONE and line.paid_merchant + line.rel:
        claim = Case(buyer, line.paid_merchant + line.rel, now, late=True, recall=True)
        draft.note(case=claim, dispute=Dispute.OPEN, disputes=line.disputes + 1)
    return draft.done()


def _lift_recall(hearing: Hearing, _: Row) -> Change:
    return Draft(hearing).done(recall=Recall.NONE, recall_reason=None)


DISPUTE_DEEDS: Final[Mapping[str, Deed]] = {
    "DisputeOpened": _open,
    "ClaimOpened": _open,
    "DisputeWithdrawn": _withdraw,
    "OfferMade": _offer,
    "OfferAccepted": _settle,
    "EvidenceFiled": _file,
    "DisputeEscalated": _escalate,
    "ArbiterReplaced": _replace,
    "RulingMade": _rule,
    "AppealOpened": _appeal,
    "AppealRuled": _rule,
    "AppealLapsed": _keep_ruling,
    "RulingExecuted": _execute,
    "LegalHoldPlaced": _place_hold,
    "LegalHoldLifted": _lift_hold,
    "LineRecalled": _recall,
    "RecallLifted": _lift_recall,
}
