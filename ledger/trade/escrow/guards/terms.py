"""Guards of the agreement: whether terms may be agreed at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ledger.trade.escrow.accounts import deposit
from ledger.trade.escrow.guards.guard import Guard, guard
from ledger.trade.escrow.hearing import Hearing
from ledger.trade.escrow.refusals.amounts import CurrencyDiffers, DepositInsufficient, FeeOverSchedule
from ledger.trade.escrow.refusals.base import EscrowRefused
from ledger.trade.escrow.refusals.contents import AllyUnknown, FundUnknown, PanelTooSmall, PartyIsArbiter, TermsContradict
from ledger.trade.escrow.refusals.obstacles import WindowClosed
from ledger.trade.escrow.refusals.standing import PartyInTwoRoles
from ledger.trade.escrow.seating import panel_size

SELLING_ROLES: Final = ("merchant", "factory", "shop")
INSPECTED_CLASSES: Final = frozenset({"food", "fresh_food"})


def _offer_open(hearing: Hearing) -> EscrowRefused | None:
    until = hearing.terms.agreed.offer_until
    return (
        None
        if hearing.now < until
        else WindowClosed(seen=hearing.now, wanted="an offer that is still open", pointer="/offerUntil")
    )


def _terms_consistent(hearing: Hearing) -> EscrowRefused | None:
    for wrong, pointer, wanted in _contradictions(hearing):
        if wrong:
            return TermsContradict(seen=pointer, wanted=wanted, pointer=pointer)
    return None


def _contradictions(hearing: Hearing) -> Iterator[tuple[bool, str, str]]:
    terms = hearing.terms.agreed
    plan = terms.sampling
    yield terms.ship_by > terms.deliver_by, "/shipBy", "dispatch before delivery"
    yield terms.territory.partition("-")[0] != hearing.terms.pack.territory, "/territory", hearing.terms.pack.territory
    yield (plan is None) != (terms.inspector is None), "/inspector", "an inspector exactly where there is a sampling plan"
    yield terms.reinspector is not None and terms.inspector is None, "/reinspector", "a first inspection body"
    yield plan is not None and plan.accept >= plan.sample_size, "/sampling/accept", "fewer faults than the sample has items"
    yield terms.goods_class in INSPECTED_CLASSES and plan is None, "/sampling", f"a plan, for goods of class {terms.goods_class}"
    yield terms.payout_currency == terms.price.currency, "/payoutCurrency", "null, or another currency than the price"
    yield terms.second_hand and terms.serial is None, "/serial", "the serial of the second-hand item"


def _allies_seated(hearing: Hearing) -> EscrowRefused | None:
    terms, rules = hearing.terms.agreed, hearing.rules
    if not any(rules.has_role(hearing.terms.merchant, role) for role in SELLING_ROLES):
        return AllyUnknown(seen=hearing.terms.merchant, wanted=" or ".join(SELLING_ROLES), pointer="/line")
    seats: list[tuple[str, str, str, str | None]] = [("/custodian", terms.custodian, "custodian", None)]
    seats += [(f"/carriers/{place}", party, "carrier", None) for place, party in enumerate(terms.carriers)]
    seats += [(f"/{name}", party, "inspector", None) for name, party in _inspectors(hearing)]
    seats += [(f"/arbiters/{place}", party, "arbiter", terms.territory) for place, party in enumerate(terms.arbiters)]
    for pointer, party, seat, territory in seats:
        as_warehouse = seat == "carrier" and rules.is_ally(party, "warehouse", territory)
        if not (rules.is_ally(party, seat, territory) or as_warehouse):
            return AllyUnknown(seen=party, wanted=f"an ally with the seat {seat}", pointer=pointer)
    if terms.psp is not None and not rules.has_role(terms.psp, "bank"):
        return AllyUnknown(seen=terms.psp, wanted="a party with the role bank", pointer="/psp")
    return None


def _inspectors(hearing: Hearing) -> list[tuple[str, str]]:
    terms = hearing.terms.agreed
    pairs = (("inspector", terms.inspector), ("reinspector", terms.reinspector))
    return [(name, party) for name, party in pairs if party is not None]


def _parties_apart(hearing: Hearing) -> EscrowRefused | None:
    terms = hearing.terms.agreed
    parties = [terms.buyer, hearing.terms.merchant, terms.custodian, *terms.carriers, *terms.arbiters]
    parties += [party for _, party in _inspectors(hearing)]
    if hearing.fund is not None:
        parties += [hearing.fund.bank, *(trustee for trustee in hearing.fund.trustees if trustee in parties)]
    twice = sorted({party for party in parties if parties.count(party) > 1})
    return PartyInTwoRoles(seen=", ".join(twice), wanted="one role for each party") if twice else None


def _judges_apart(hearing: Hearing) -> EscrowRefused | None:
    terms, alliance = hearing.terms.agreed, hearing.rules.alliance
    judges = [*terms.arbiters, *(party for _, party in _inspectors(hearing))]
    pairs = [(judge, side) for judge in judges for side in (terms.buyer, hearing.terms.merchant)]
    if terms.inspector is not None and terms.reinspector is not None:
        pairs.append((terms.inspector, terms.reinspector))
    for judge, side in pairs:
        why = alliance.related(judge, side)
        if why is not None:
            return PartyIsArbiter(seen=f"{judge} and {side}: {why}", wanted="judges and inspectors apart from both sides")
    return None


def _panel_large_enough(hearing: Hearing) -> EscrowRefused | None:
    arbiters, size = hearing.terms.agreed.arbiters, panel_size(hearing.terms)
    return None if len(arbiters) >= size else PanelTooSmall(seen=len(arbiters), wanted=f"at least {size}", pointer="/arbiters")


def _fund_exists(hearing: Hearing) -> EscrowRefused | None:
    name = hearing.terms.agreed.fund
    return None if name is None or hearing.fund is not None else FundUnknown(seen=name, pointer="/fund")


def _pack_currency(hearing: Hearing) -> EscrowRefused | None:
    price, pack = hearing.terms.agreed.price, hearing.terms.pack
    return (
        None if price.currency == pack.currency else CurrencyDiffers(seen=price.currency, wanted=pack.currency, pointer="/price")
    )


def _fees_within_caps(hearing: Hearing) -> EscrowRefused | None:
    fees, caps = hearing.terms.agreed.fees, hearing.terms.pack.fee_caps_bp
    stated = {"platform": fees.platform, "inspection": fees.inspection, "tax": fees.tax, "spread": fees.spread}
    for name, basis_points in stated.items():
        cap = caps[name]
        if basis_points > cap:
            return FeeOverSchedule(seen=basis_points, wanted=f"at most {cap} basis points", pointer=f"/fees/{name}")
    return None


def _deposit_paid(hearing: Hearing) -> EscrowRefused | None:
    terms, merchant = hearing.terms.agreed, hearing.terms.merchant
    wanted = hearing.rules.alliance.required(merchant, "deposit", terms.price.currency)
    paid = 0 if terms.fund is None else -hearing.books.balance(deposit(terms.fund, merchant), terms.price.currency)
    return None if paid >= wanted else DepositInsufficient(seen=paid, wanted=f"at least {wanted} minor units")


TERMS_GUARDS: Final[Mapping[str, Guard]] = {
    "offer_open": guard(_offer_open, "the offer is still open", WindowClosed),
    "terms_consistent": guard(_terms_consistent, "the terms agree with themselves", TermsContradict),
    "allies_seated": guard(_allies_seated, "every ally holds its seat", AllyUnknown),
    "parties_apart": guard(_parties_apart, "no party stands in two roles", PartyInTwoRoles),
    "judges_apart": guard(_judges_apart, "arbiters and inspectors are apart from both sides", PartyIsArbiter),
    "panel_large_enough": guard(_panel_large_enough, "there are enough arbiters for a ruling", PanelTooSmall),
    "fund_exists": guard(_fund_exists, "the fund is constituted", FundUnknown),
    "pack_currency": guard(_pack_currency, "the price is in the currency of the rule pack", CurrencyDiffers),
    "fees_within_caps": guard(_fees_within_caps, "no fee is above the pack's caps", FeeOverSchedule),
    "deposit_paid": guard(_deposit_paid, "the merchant's deposit is paid", DepositInsufficient),
}
