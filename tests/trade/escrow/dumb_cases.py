"""The dumb model, concluded: disputes, holds and recalls, guarantors, the fund's advances and chargebacks."""

from __future__ import annotations

from typing import Any

from tests.trade.escrow.dumb_goods import new_case, one_more, panel
from tests.trade.escrow.dumb_model import (
    DAY,
    OPEN_STATES,
    RECORDS,
    Step,
    end_of_claims,
    end_of_windows,
    need,
    working_days_later,
)

UNSAFE = ("unsafe", "contaminated")
AFTER = ("releasing", "released")
YEAR = 365 * DAY
POINT = 1_000_000


def case_of(s: Step, *stages: str) -> dict[str, Any]:
    need(s.line["case"] is not None and s.line["case"]["stage"] in stages)
    return s.line["case"]


def side(s: Step) -> str:
    need(s.signed((s.buyer,), (s.merchant,)))
    return "buyer" if s.by == {s.buyer} else "merchant"


def dispute_opened(s: Step) -> None:
    who = side(s)
    s.no_case()
    one_more(s, who)
    amount = s.money("amount")
    need(s.line["own"] in OPEN_STATES and amount <= s.line["held"])
    s.move("held", -amount)
    s.move("disputed", amount)
    s.line["disputes"] += 1
    s.line["case"] = new_case(s, s.buyer if who == "buyer" else s.merchant, amount, s.f["evidence"])


def claim_opened(s: Step) -> None:
    need(s.signed((s.buyer,)) and s.line["own"] in AFTER and s.now < end_of_claims(s))
    s.no_case()
    amount = s.money("amount")
    need(amount <= s.line["paid_merchant"] + s.line["rel"])
    s.line["disputes"] += 1
    s.line["case"] = new_case(s, s.buyer, amount, s.f["evidence"], late=True)


def dispute_withdrawn(s: Step) -> None:
    case = case_of(s, "open", "arbitration")
    need(s.signed((case["opener"],)) and not case["advanced"] and s.line["hold"] is None)
    need(not (case["recall"] and s.line["recalled"]))
    frozen = s.line["disputed"]
    s.move("disputed", -frozen)
    if s.line["own"] in OPEN_STATES:
        s.move("held", frozen)
        if case["of_return"] and s.line["own"] == "delivered":
            s.line["own"], s.line["noticed_at"] = "returning", s.now
    elif frozen:
        s.move("ref", frozen)
        s.line["refund"] = "instructed"
    s.line["case"] = None


def offer_made(s: Step) -> None:
    who, case = side(s), case_of(s, "open", "arbitration")
    share = s.money("buyer_share")
    need(share <= case["amount"] and still_heard(s, case))
    case[f"{who}_offer"] = share


def offer_accepted(s: Step) -> None:
    who, case = side(s), case_of(s, "open", "arbitration")
    need(s.line["hold"] is None)
    share = s.money("buyer_share")
    need(case["merchant_offer" if who == "buyer" else "buyer_offer"] == share)
    split(s, share)


def split(s: Step, share: int) -> None:
    """The buyer gets `share` of the case, the merchant the rest; what the fund advanced is part of the share."""
    need(s.line["advance"] != "decided")
    case = s.line["case"]
    too_much = max(case["advanced"] - share, 0)
    if too_much:
        fund = s.t["fund"]
        s.leg(f"recourse:{fund}:{s.buyer}", too_much)
        s.leg(f"recourse:{fund}:{s.merchant}", -too_much)
        s.line["owed_buyer"] += too_much
        s.line["owed_merchant"] -= too_much
        if not case["late"]:
            s.move("rec", -too_much)
            to_merchant(s, too_much)
        if s.line["owed_merchant"] == 0:
            s.line["advance"] = "recovered"
    if not case["late"]:
        left = s.line["disputed"]
        more = min(max(share - case["advanced"], 0), left)
        s.move("disputed", -left)
        if more:
            s.move("ref", more)
            s.line["refund"] = "instructed"
        to_merchant(s, left - more)
    s.line["case"] = None
    if s.line["own"] in OPEN_STATES and s.line["held"] == 0:
        s.line["own"] = "releasing" if s.line["rel"] + s.line["paid_merchant"] else "refunding"
        s.line["settled_at"] = s.now
    s.finish()


def to_merchant(s: Step, amount: int) -> None:
    if amount:
        s.move("rel", amount)
        s.line["payout"] = "instructed"


def evidence_filed(s: Step) -> None:
    side(s)
    case = case_of(s, "open", "arbitration")
    need(still_heard(s, case))
    case["evidence"] |= set(s.f["evidence"])
    need(len(case["evidence"]) <= 512)


def still_heard(s: Step, case: dict[str, Any]) -> bool:
    return case["stage"] == "open" or s.now < case["escalated"] + s.pack["evidence_days"] * DAY


def dispute_escalated(s: Step) -> None:
    case = case_of(s, "open")
    if s.clock:
        need(s.now >= case["opened"] + s.pack["negotiation_days"] * DAY)
    else:
        side(s)
        need(s.now >= case["opened"] + s.pack["answer_days"] * DAY)
    case["stage"], case["escalated"], case["turn_began"] = "arbitration", s.now, s.now


def arbiter_replaced(s: Step) -> None:
    case = case_of(s, "arbitration")
    need(s.clock)
    need(s.now >= working_days_later(case["turn_began"], s.pack["ruling_working_days"], s.pack["holidays"]))
    case["turn"] += 1
    case["turn_began"] = s.now


def ruling(s: Step, case: dict[str, Any]) -> None:
    buyer, merchant = s.money("buyer_share"), s.money("merchant_share")
    need(buyer + merchant == case["amount"] and s.f["pack"] == s.t["pack"].sha256)
    need(set(s.f["evidence"]) <= case["evidence"])
    need(s.f["basis"] == "amounts" or case[s.f["basis"]] == buyer)
    case["share"], case["ruled"] = buyer, s.now


def ruling_made(s: Step) -> None:
    case = case_of(s, "arbitration")
    need(s.now >= case["escalated"] + s.pack["evidence_days"] * DAY)
    if case["turn"] * len(panel(s)) < len(s.t["arbiters"]):
        need(s.by == set(panel(s)))
    else:
        need(all(s.ally(party, "arbiter", s.t["territory"]) for party in s.by) and len(s.by) >= len(panel(s)))
    ruling(s, case)
    case["stage"], case["judges"] = "ruled", s.by


def appeal_opened(s: Step) -> None:
    who, case = side(s), case_of(s, "ruled")
    need(s.now < case["ruled"] + s.pack["appeal_days"] * DAY)
    need(case["share"] < case["amount"] if who == "buyer" else case["share"] > 0)
    case["stage"], case["appealed"] = "appealed", s.now


def appeal_ruled(s: Step) -> None:
    case = case_of(s, "appealed")
    need(all(s.ally(party, "arbiter", s.t["territory"]) and party not in case["judges"] for party in s.by))
    need(len(s.by) >= (7 if s.size() == "large" else 3))
    ruling(s, case)
    case["stage"] = "final"


def appeal_lapsed(s: Step) -> None:
    case = case_of(s, "appealed")
    need(s.clock and s.now >= case["appealed"] + s.pack["appeal_ruling_days"] * DAY)
    case["stage"] = "final"


def ruling_executed(s: Step) -> None:
    case = case_of(s, "ruled", "final")
    need(s.clock and s.line["hold"] is None)
    need(case["stage"] == "final" or s.now >= case["ruled"] + s.pack["appeal_days"] * DAY)
    split(s, case["share"])


def hold_placed(s: Step) -> None:
    if s.line["hold"]:
        need(s.signed((s.line["hold"],)))
    else:
        need(s.signed((s.bank,)) or any(s.signed((party,)) for party in s.facts["authorities"]))
        s.line["hold"] = next(iter(s.by))


def hold_lifted(s: Step) -> None:
    need(s.line["hold"] and s.signed((s.line["hold"],)))
    s.line["hold"] = None


def recaller(s: Step) -> None:
    allowed = [s.merchant, s.line["inspector"], *s.facts["authorities"]]
    need(any(party and s.signed((party,)) for party in allowed))


def line_recalled(s: Step) -> None:
    recaller(s)
    need(s.line["recalled"] is None)
    need(s.by != {s.merchant} or s.line["recaller"] != s.merchant)
    s.line["recalled"], s.line["recaller"] = s.f["reason"], next(iter(s.by))
    case, held = s.line["case"], s.line["held"]
    paid = s.line["paid_merchant"] + s.line["rel"]
    if s.line["own"] in OPEN_STATES and held and (case is None or case["stage"] in ("open", "arbitration")):
        s.move("held", -held)
        s.move("disputed", held)
        if case is None:
            s.line["case"] = new_case(s, s.buyer, held, recall=True)
            s.line["disputes"] += 1
        else:
            case["amount"] += held
            case["recall"] = True
    elif s.line["own"] in AFTER and case is None and paid:
        s.line["case"] = new_case(s, s.buyer, paid, late=True, recall=True)
        s.line["disputes"] += 1


def recall_lifted(s: Step) -> None:
    recaller(s)
    need(s.line["recalled"] and (s.by == {s.line["recaller"]} or s.by <= set(s.facts["authorities"])))
    s.line["recalled"] = None


# Guarantors and the fund


def stake(s: Step, guarantor: str, which: str) -> int:
    return -s.model.balance(f"stake:{s.t['fund']}:{guarantor}:{which}", s.line["currency"])


def guarantee_locked(s: Step) -> None:
    guarantor, fund, currency = s.f["guarantor"], s.fund(), s.line["currency"]
    need(s.signed((guarantor,)) and s.ally(guarantor, "guarantor") and s.line["guarantee"] == "none")
    need(s.line["own"] in ("funded", "shipped", "sampling", "cleared", "delivered") and s.t["payout_currency"] is None)
    need(guarantor not in (s.buyer, s.merchant, s.bank, *s.t["arbiters"]))
    cover = s.money("cover")
    free, locked = stake(s, guarantor, "free"), stake(s, guarantor, "locked")
    need(cover <= s.t["price"].minor and cover <= (free + locked) * s.pack["cover_share_bp"] // 10_000 and cover <= free)
    same = [line for name, line in s.model.lines.items() if name.rsplit("/", 2)[0] == s.merchant]
    covered = sum(line["cover"] for line in same if line["guarantee"] == "locked" and line["currency"] == currency)
    need(cover + covered <= fund["cover_cap"])
    s.leg(f"stake:{s.t['fund']}:{guarantor}:free", cover)
    s.leg(f"stake:{s.t['fund']}:{guarantor}:locked", -cover)
    s.line["guarantee"], s.line["guarantor"], s.line["cover"] = "locked", guarantor, cover
    s.line["cover_until"] = s.f["until"]


def unlock(s: Step, amount: int) -> None:
    s.leg(f"stake:{s.t['fund']}:{s.line['guarantor']}:free", -amount)
    s.leg(f"stake:{s.t['fund']}:{s.line['guarantor']}:locked", amount)


def guarantee_released(s: Step) -> None:
    need(s.clock and s.line["guarantee"] == "locked" and s.line["own"] in ("released", "refunded") and s.now >= end_of_windows(s))
    need(s.line["advance"] in ("none", "recovered") and s.line["chargeback"] in ("none", "recovered"))
    s.no_case()
    unlock(s, s.line["cover"])
    if s.line["own"] == "released" and not s.line["disputes"]:
        pair = (s.line["guarantor"], s.merchant)
        lately = [when for *who, when in s.model.closings if tuple(who) == pair and when >= s.now - YEAR]
        worth = POINT // (len(lately) + 1)
        s.leg("pts:issued", worth, "POINTS")
        s.leg(f"pts:{s.line['guarantor']}", -worth, "POINTS")
        s.closings.append((*pair, s.now))
    s.line["guarantee"], s.line["cover"] = "released", 0


def fund_advanced(s: Step) -> None:
    fund, name, case, currency = s.fund(), s.t["fund"], s.line["case"], s.line["currency"]
    need(case is not None and s.line["advance"] == "none" and s.line["chargeback"] == "none")
    if not s.trustees():
        shown = {"inspection_failed"} if s.line["passed"] is False else set()
        if s.line["recalled"] and s.line["recaller"] != s.merchant:
            shown |= {"recalled"} | ({"food_below_safety_standard"} if s.line["recalled"] in UNSAFE else set())
        need(s.clock and s.t["goods_class"] in s.pack["first_claimed_classes"])
        need(shown & s.pack["prima_facie"] & set(s.f["findings"]))
    amount = s.money("amount")
    need(amount <= (case["amount"] if case["late"] else s.line["disputed"]) and amount <= fund["claim_cap"])
    need(case["stage"] in ("open", "arbitration") or amount <= case["share"])
    free = s.model.balance(f"fund_cash:{name}", currency) + s.model.balance(f"claim:{name}", currency)
    need(free - amount >= fund["floor"].get(currency, 0))
    s.leg(f"recourse:{name}:{s.merchant}", amount)
    s.leg(f"claim:{name}", -amount)
    if not case["late"]:
        s.move("disputed", -amount)
        s.move("rec", amount)
    case["advanced"] = amount
    s.line["advance"], s.line["advanced"], s.line["advance_unpaid"], s.line["owed_merchant"] = "decided", amount, amount, amount


def advance_paid(s: Step) -> None:
    name = s.t["fund"]
    need(s.line["advance"] == "decided" and s.signed((s.fund()["bank"],)))
    s.once(s.fund()["bank"])
    need(s.money() == s.line["advance_unpaid"])
    s.leg(f"claim:{name}", s.line["advance_unpaid"])
    s.leg(f"fund_cash:{name}", -s.line["advance_unpaid"])
    s.line["advance"], s.line["advance_unpaid"] = "paid", 0


def recourse_settled(s: Step) -> None:
    name, money = s.t["fund"], s.money()
    need(s.line["advance"] == "paid" and s.signed((s.bank, s.fund()["bank"])))
    s.no_case()
    s.once(s.bank)
    need(money == s.line["rec"])
    s.move("rec", -money)
    s.leg(f"custody:{s.bank}", -money)
    s.leg(f"fund_cash:{name}", money)
    s.leg(f"recourse:{name}:{s.merchant}", -money)
    s.line["owed_merchant"] -= money
    s.line["to_fund"] += money
    s.line["advance"] = "paid" if s.line["owed_merchant"] else "recovered"
    s.finish()


def waterfall(s: Step) -> None:
    """The merchant's deposit, then the guarantor's cover, then the fund's own capital."""
    name, owed, currency = s.t["fund"], s.line["owed_merchant"], s.line["currency"]
    s.leg(f"recourse:{name}:{s.merchant}", -owed)
    deposit = min(owed, -s.model.balance(f"dep:{name}:{s.merchant}", currency))
    s.leg(f"dep:{name}:{s.merchant}", deposit)
    owed -= deposit
    taken = min(owed, s.line["cover"]) if s.line["guarantee"] == "locked" and s.now < s.line["cover_until"] else 0
    if taken:
        guarantor = s.line["guarantor"]
        s.leg(f"stake:{name}:{guarantor}:locked", taken)
        unlock(s, s.line["cover"] - taken)
        burnt = min(10 * POINT, max(-s.model.balance(f"pts:{guarantor}", "POINTS"), 0))
        s.leg(f"pts:{guarantor}", burnt, "POINTS")
        s.leg("pts:issued", -burnt, "POINTS")
        s.line["guarantee"], s.line["cover"] = "slashed", 0
    s.leg(f"fundeq:{name}:loss", owed - taken)
    s.line["owed_merchant"] = 0


def recourse_taken(s: Step) -> None:
    need(s.line["advance"] == "paid" and s.trustees() and s.line["rec"] == 0)
    s.no_case()
    waterfall(s)
    s.line["advance"] = "recovered"


def recourse_repaid(s: Step) -> None:
    name, bank, money, party = s.t["fund"], s.fund()["bank"], s.money(), s.f["party"]
    need(s.line["advance"] in ("paid", "recovered") and s.signed((bank,)))
    s.no_case()
    s.once(bank)
    need(party in (s.buyer, s.merchant))
    who = "owed_buyer" if party == s.buyer else "owed_merchant"
    need(money <= s.line[who] - (s.line["rec"] if party == s.merchant else 0))
    s.line[who] -= money
    s.leg(f"fund_cash:{name}", money)
    s.leg(f"recourse:{name}:{party}", -money)
    if s.line["owed_merchant"] == 0:
        s.line["advance"] = "recovered"


def recourse_written_off(s: Step) -> None:
    name, owed = s.t["fund"], s.line["owed_buyer"]
    need(s.line["advance"] in ("paid", "recovered") and s.trustees() and owed)
    s.no_case()
    s.leg(f"fundeq:{name}:loss", owed)
    s.leg(f"recourse:{name}:{s.buyer}", -owed)
    s.line["owed_buyer"] = 0


def chargeback_noticed(s: Step) -> None:
    name, money, psp = s.t["fund"], s.money(), s.t["psp"]
    need(s.signed((s.bank,)) or (psp and s.signed((psp,))))
    s.fund()
    s.once(s.bank)
    need(s.line["own"] in AFTER and s.line["chargeback"] == "none")
    start = s.line["delivered_at"] or s.line["settled_at"]
    need(s.now < start + s.pack["chargeback_days"] * DAY and money <= s.line["received"])
    need(s.line["paid_buyer"] + s.line["ref"] + s.line["advanced"] == 0)
    s.leg(f"recourse:{name}:{s.merchant}", money)
    s.leg(f"cbpay:{name}:{psp or s.bank}", -money)
    s.line["chargeback"], s.line["charged_back"], s.line["chargeback_unpaid"] = "noticed", money, money
    s.line["owed_merchant"] += money


def chargeback_paid(s: Step) -> None:
    name, money = s.t["fund"], s.money()
    need(s.line["chargeback"] == "noticed" and s.signed((s.fund()["bank"],)))
    s.once(s.fund()["bank"])
    need(money == s.line["chargeback_unpaid"])
    s.leg(f"cbpay:{name}:{s.t['psp'] or s.bank}", money)
    s.leg(f"fund_cash:{name}", -money)
    s.line["chargeback"], s.line["chargeback_unpaid"] = "paid", 0


def chargeback_recovered(s: Step) -> None:
    need(s.line["chargeback"] == "paid" and s.trustees())
    waterfall(s)
    s.line["chargeback"] = "recovered"


RECORDS |= {
    "DisputeOpened": dispute_opened, "ClaimOpened": claim_opened, "DisputeWithdrawn": dispute_withdrawn,
    "OfferMade": offer_made, "OfferAccepted": offer_accepted, "EvidenceFiled": evidence_filed,
    "DisputeEscalated": dispute_escalated, "ArbiterReplaced": arbiter_replaced, "RulingMade": ruling_made,
    "AppealOpened": appeal_opened, "AppealRuled": appeal_ruled, "AppealLapsed": appeal_lapsed,
    "RulingExecuted": ruling_executed, "LegalHoldPlaced": hold_placed, "LegalHoldLifted": hold_lifted,
    "LineRecalled": line_recalled, "RecallLifted": recall_lifted, "GuaranteeLocked": guarantee_locked,
    "GuaranteeReleased": guarantee_released, "FundAdvanced": fund_advanced, "AdvancePaid": advance_paid,
    "RecourseSettled": recourse_settled, "RecourseTaken": recourse_taken, "RecourseRepaid": recourse_repaid,
    "RecourseWrittenOff": recourse_written_off, "ChargebackNoticed": chargeback_noticed,
    "ChargebackPaid": chargeback_paid, "ChargebackRecovered": chargeback_recovered,
}  # fmt: skip
