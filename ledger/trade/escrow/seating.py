"""Whether those who signed are those whom a row asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.line import Case, Terms
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.standing import PartyInTwoRoles, ThresholdNotMet, WrongSignerRole
from ledger.trade.escrow.table.seats import Alternative, Seat, Signers, in_words

RULING_SMALL: Final = 1
RULING_LARGE: Final = 3


def panel_size(terms: Terms) -> int:
    """How many arbiters rule: one, or three where the price is large."""
    return RULING_LARGE if terms.agreed.price.minor > terms.pack.large_minor else RULING_SMALL


def appeal_size(terms: Terms) -> int:
    """Twice as many and one more, so that no appeal can end in a tie with the first ruling."""
    return 2 * panel_size(terms) + 1


def arbiters_in_turn(terms: Terms, case: Case | None) -> tuple[str, ...]:
    """The arbiters who may rule now, or release together with others; without a case the first of the panel.

    Each replacement moves on by one panel, and after the last begins again; from then on the territory's other arbiters
    may rule too, so that a panel that is silent, expelled or bought does not hold the money for ever.
    """
    panel, size = terms.agreed.arbiters, panel_size(terms)
    start = (0 if case is None else case.turn) * size
    return tuple(panel[(start + place) % len(panel)] for place in range(min(size, len(panel))))


def refuse_signers(hearing: Hearing, signers: Signers) -> EscrowRefused | None:
    """The refusal of those who signed, or None where one alternative is complete and nobody stands idle."""
    signed = hearing.said.parties
    reasons: list[_Reason] = []
    for seats in signers:
        reason = _judge(hearing, seats, signed)
        if reason is None:
            return None
        reasons.append(reason)
    worst = min(reasons, key=_WORST_FIRST.index)
    if worst is ThresholdNotMet and _has_stranger(hearing, signers, signed):
        worst = WrongSignerRole
    return worst(seen=", ".join(signed), wanted=in_words(signers))


def sits(hearing: Hearing, seat: Seat, party: str) -> bool:
    """Whether `party` may take `seat` at this record."""
    return _SITS[seat](hearing, party)


_Reason = type[PartyInTwoRoles] | type[ThresholdNotMet] | type[WrongSignerRole]
_WORST_FIRST: Final[Sequence[_Reason]] = (PartyInTwoRoles, ThresholdNotMet, WrongSignerRole)


def _judge(hearing: Hearing, seats: Alternative, signed: Sequence[str]) -> _Reason | None:
    taken: set[str] = set()
    complete = True
    for seat in seats:
        takers = {party for party in signed if sits(hearing, seat, party)}
        if takers & taken:
            return PartyInTwoRoles
        if len(takers) < _needed(hearing, seat):
            complete = False
        elif len(takers) > 1 and seat not in _MANY:
            return WrongSignerRole
        taken |= takers
    if not taken:
        return WrongSignerRole
    if not complete:
        return ThresholdNotMet
    return None if len(taken) == len(signed) else WrongSignerRole


def _has_stranger(hearing: Hearing, signers: Signers, signed: Sequence[str]) -> bool:
    seats = {seat for alternative in signers for seat in alternative}
    return any(not any(sits(hearing, seat, party) for seat in seats) for party in signed)


def _needed(hearing: Hearing, seat: Seat) -> int:
    if seat is Seat.ARBITERS:
        return panel_size(hearing.terms)
    if seat is Seat.APPEAL:
        return appeal_size(hearing.terms)
    if seat is Seat.TRUSTEES:
        fund = hearing.fund
        return fund.threshold if fund is not None else 1
    return 1


def _is_arbiter(hearing: Hearing, party: str) -> bool:
    """Of the panel in turn; once the whole panel has let its time pass, anybody who judges in this territory."""
    if party not in arbiters_in_turn(hearing.terms, hearing.line.case) and not _is_panel_spent(hearing):
        return False
    return hearing.rules.is_ally(party, "arbiter", hearing.terms.agreed.territory) and _is_apart(hearing, party)


def _is_panel_spent(hearing: Hearing) -> bool:
    case, panel = hearing.line.case, hearing.terms.agreed.arbiters
    return case is not None and case.turn * panel_size(hearing.terms) >= len(panel)


def _is_appeal_arbiter(hearing: Hearing, party: str) -> bool:
    case = hearing.line.case
    seated = hearing.rules.is_ally(party, "arbiter", hearing.terms.agreed.territory)
    return seated and (case is None or party not in case.arbiters) and _is_apart(hearing, party)


def _is_inspector(hearing: Hearing, party: str) -> bool:
    in_charge = hearing.line.inspector or hearing.terms.agreed.inspector
    return party == in_charge and hearing.rules.is_ally(party, "inspector") and _is_apart(hearing, party)


def _is_apart(hearing: Hearing, party: str) -> bool:
    """Now, not only when the order was agreed: who has come to belong to a side since judges and inspects no more."""
    return all(hearing.rules.alliance.related(party, side) is None for side in _sides(hearing))


def _may_have_opened(hearing: Hearing, party: str) -> bool:
    """Without a case: whoever could have opened one, so that the refusal says that there is none."""
    case = hearing.line.case
    return party in _sides(hearing) if case is None else party == case.opener


def _may_have_placed(hearing: Hearing, party: str) -> bool:
    """Without a hold: whoever could have placed one."""
    if hearing.line.held_by is None:
        return sits(hearing, Seat.CUSTODIAN, party) or sits(hearing, Seat.AUTHORITY, party)
    return party == hearing.line.held_by


def _sides(hearing: Hearing) -> tuple[str, str]:
    return hearing.terms.agreed.buyer, hearing.terms.merchant


_MANY: Final = frozenset({Seat.ARBITERS, Seat.APPEAL, Seat.TRUSTEES})

_SITS: Final[Mapping[Seat, Callable[[Hearing, str], bool]]] = {
    Seat.BUYER: lambda hearing, party: party == hearing.terms.agreed.buyer,
    Seat.MERCHANT: lambda hearing, party: party == hearing.terms.merchant,
    Seat.CUSTODIAN: lambda hearing, party: party == hearing.terms.agreed.custodian and hearing.rules.is_ally(party, "custodian"),
    Seat.INSPECTOR: _is_inspector,
    Seat.CARRIER: lambda hearing, party: (
        party in hearing.terms.agreed.carriers
        and (hearing.rules.is_ally(party, "carrier") or hearing.rules.is_ally(party, "warehouse"))
    ),
    Seat.CUSTOMS: lambda hearing, party: hearing.rules.is_ally(party, "customs", hearing.terms.agreed.territory),
    Seat.ARBITERS: _is_arbiter,
    Seat.APPEAL: _is_appeal_arbiter,
    Seat.TRUSTEES: lambda hearing, party: (
        hearing.fund is not None and party in hearing.fund.trustees and hearing.rules.is_ally(party, "trustee")
    ),
    Seat.FUND_BANK: lambda hearing, party: (
        hearing.fund is not None and party == hearing.fund.bank and hearing.rules.is_ally(party, "fund-bank")
    ),
    Seat.GUARANTOR: lambda hearing, party: (
        party == getattr(hearing.body, "guarantor", None) and hearing.rules.is_ally(party, "guarantor")
    ),
    Seat.PSP: lambda hearing, party: party == hearing.terms.agreed.psp,
    Seat.AUTHORITY: lambda hearing, party: hearing.rules.has_role(party, "authority"),
    Seat.OPERATOR: lambda hearing, party: hearing.rules.has_role(party, "operator"),
    Seat.OPENER: _may_have_opened,
    Seat.OTHER_SIDE: lambda hearing, party: party in _sides(hearing),
    Seat.PLACER: _may_have_placed,
}
