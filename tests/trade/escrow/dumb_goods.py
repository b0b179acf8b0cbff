"""The dumb model, continued: the goods' way there and back, release, exchange, and what banks settle."""

from __future__ import annotations

from tests.trade.escrow.dumb_model import DAY, FOOD, RECORDS, Step, need, working_days_later


def carrier_signed(s: Step, *others: str) -> bool:
    return any(s.signed((carrier, *others)) for carrier in s.t["carriers"])


def goods_dispatched(s: Step) -> None:
    need(carrier_signed(s, s.merchant) and s.line["own"] == "funded")
    need(s.line["recalled"] is None and s.f["serials"] == s.t["manifest"])
    s.line["own"], s.line["shipped"] = "shipped", True


def lot_committed(s: Step) -> None:
    need((s.signed((s.merchant,)) or carrier_signed(s)) and s.line["own"] == "shipped")
    need(s.t["sampling"] is not None and s.f["serials"] == s.t["manifest"])
    need(s.f["seed_after"] > s.now)
    s.line["own"], s.line["seed"] = "sampling", s.f["seed_after"]
    s.line["inspect_by"] = max(s.t["sampling"].inspect_by, s.f["seed_after"])


def inspection_reported(s: Step) -> None:
    plan, territory = s.t["sampling"], s.t["territory"]
    inspector = s.line["inspector"]
    customs = [party for party, seat in s.facts["seats"] if seat == "customs" and s.ally(party, "customs", territory)]
    need(inspector and s.signed((inspector,), *((inspector, party) for party in customs)))
    need(s.line["own"] == "sampling" and s.now >= s.line["seed"])
    need(s.f["sample_size"] == plan.sample_size and s.f["defects"] <= plan.sample_size)
    s.line["passed"] = s.f["defects"] <= plan.accept
    s.line["own"] = "cleared" if s.line["passed"] else "held_at_entry"
    s.line["inspected_at"] = s.now


def second_look(s: Step) -> None:
    need(not s.line["second_look"] and s.t["reinspector"])
    s.line["own"], s.line["second_look"], s.line["inspector"] = "sampling", True, s.t["reinspector"]
    s.line["inspect_by"] = s.now + s.pack["inspection_days"] * DAY


def end_of_contest(s: Step) -> int:
    return working_days_later(s.line["inspected_at"], s.pack["reinspection_working_days"], s.pack["holidays"])


def inspection_escalated(s: Step) -> None:
    need(s.clock and s.line["own"] == "sampling" and s.now >= s.line["inspect_by"])
    second_look(s)


def reinspection_requested(s: Step) -> None:
    need(s.signed((s.buyer,), (s.merchant,)) and s.line["own"] == "held_at_entry" and s.now < end_of_contest(s))
    second_look(s)


def entry_rejected(s: Step) -> None:
    need(s.clock and s.line["own"] == "held_at_entry")
    if s.t["reinspector"] and not s.line["second_look"]:
        need(s.now >= end_of_contest(s))
    s.refund_all()


def goods_delivered(s: Step) -> None:
    need(carrier_signed(s) or carrier_signed(s, s.buyer))
    need(s.line["own"] == ("cleared" if s.t["sampling"] else "shipped") and s.f["serials"] == s.t["manifest"])
    s.line["own"], s.line["delivered_at"] = "delivered", s.now


def delivery_lapsed(s: Step) -> None:
    need((s.clock or s.signed((s.buyer,))) and s.line["own"] in ("shipped", "sampling", "cleared"))
    need(s.now >= s.t["deliver_by"] + s.pack["delivery_days"] * DAY)
    s.refund_all()


def delivery_accepted(s: Step) -> None:
    need(s.signed((s.buyer,)) and s.line["own"] == "delivered")
    s.no_case()
    s.line["own"] = "accepted"


def acceptance_lapsed(s: Step) -> None:
    need(s.clock and s.line["own"] == "delivered" and s.now >= s.line["delivered_at"] + s.pack["acceptance_days"] * DAY)
    s.no_case()
    s.line["own"] = "accepted"


def withdrawal_noticed(s: Step) -> None:
    days = s.pack["withdrawal_days"]
    need(s.signed((s.buyer,)) and days and s.t["goods_class"] not in s.pack["withdrawal_excluded"])
    if s.line["own"] == "funded":
        s.no_case()
        need(s.pack["withdrawal_before_dispatch"])
        s.refund_all()
        return
    need(s.line["own"] in ("delivered", "accepted") and s.now < s.line["delivered_at"] + days * DAY)
    case = s.line["case"]
    need(case is None or (case["opener"] == s.merchant and not case["of_return"]))
    need(s.line["held"] + s.line["disputed"])
    s.line["own"], s.line["noticed_at"], s.line["carried_at"] = "returning", s.now, None


def return_carried(s: Step) -> None:
    need(carrier_signed(s) and s.line["own"] == "returning" and s.line["carried_at"] is None)
    s.line["carried_at"] = s.now


def return_received(s: Step) -> None:
    need(s.signed((s.merchant,)) and s.line["own"] == "returning")
    s.no_case()
    s.refund_all()


def end_of_reply(s: Step) -> int:
    return working_days_later(s.line["carried_at"], s.pack["merchant_reply_working_days"], s.pack["holidays"])


def return_lapsed(s: Step) -> None:
    need(s.clock and s.line["own"] == "returning" and s.line["carried_at"] is not None and s.now >= end_of_reply(s))
    s.no_case()
    s.refund_all()


def return_refused(s: Step) -> None:
    need(s.signed((s.merchant,)) and s.line["own"] == "returning")
    need(s.line["carried_at"] is None or s.now < end_of_reply(s))
    s.no_case()
    one_more(s, "merchant")
    held = s.line["held"]
    s.move("held", -held)
    s.move("disputed", held)
    s.line["own"] = "delivered"
    s.line["disputes"] += 1
    s.line["case"] = new_case(s, s.merchant, held, s.f["evidence"], of_return=True)


def one_more(s: Step, who: str) -> None:
    """Each side opens at most three disputes about a line."""
    need(s.line["by_side"][who] < 3)
    s.line["by_side"] = s.line["by_side"] | {who: s.line["by_side"][who] + 1}


def new_case(s: Step, opener: str, amount: int, evidence: tuple[bytes, ...] = (), **more: object) -> dict[str, object]:
    case = {"opener": opener, "amount": amount, "stage": "open", "opened": s.now, "late": False, "recall": False}
    case |= {"of_return": False}
    case |= {"buyer_offer": None, "merchant_offer": None, "evidence": set(evidence), "turn": 0, "advanced": 0, "judges": ()}
    return case | more


def withdrawal_lapsed(s: Step) -> None:
    need(s.clock and s.line["own"] == "returning" and s.line["carried_at"] is None)
    need(s.now >= s.line["noticed_at"] + s.pack["return_days"] * DAY)
    s.line["own"] = "delivered"


def panel(s: Step) -> tuple[str, ...]:
    """The arbiters whose turn it is."""
    size, all_of_them = (3 if s.size() == "large" else 1), s.t["arbiters"]
    turn = s.line["case"]["turn"] if s.line["case"] else 0
    return tuple(all_of_them[(turn * size + place) % len(all_of_them)] for place in range(size))


def who_may_release(s: Step) -> bool:
    if s.size() != "large":
        return s.signed((s.buyer,)) or s.clock
    inspector, judges = s.line["inspector"], panel(s)
    by_two = [(s.buyer, *judges)]
    if inspector:
        by_two += [(s.buyer, inspector), (*judges, inspector)]
    return s.signed(*by_two)


def release_instructed(s: Step) -> None:
    need(who_may_release(s) and s.line["own"] == "accepted")
    need(s.line["hold"] is None and s.line["recalled"] is None)
    need(not (s.clock and s.line["case"] and s.line["case"]["opener"] == s.merchant))
    need(not s.model.breaks.get((s.bank, s.line["currency"]), 0))
    paid_before = s.line["received"] > s.boxed()
    need(s.t["payout_currency"] is None or s.line["exchanged"] or paid_before)
    need(not s.t["second_hand"] or s.line["title"] == "buyer")
    must_pass = s.t["goods_class"] in FOOD or (s.size() == "middle" and s.by != {s.buyer})
    need(s.line["passed"] or not must_pass)
    amount = s.money("amount")
    need(amount <= s.line["held"])
    days = max(s.t["retention"].days, s.pack["withdrawal_days"])
    if s.now < s.line["delivered_at"] + days * DAY:
        need(s.line["held"] - amount >= s.line["received"] * s.t["retention"].basis_points // 10_000)
    s.move("held", -amount)
    for kind in ("platform", "inspection", "tax"):
        fee = s.money(kind)
        need(fee <= amount * getattr(s.t["fees"], kind) // 10_000)
        s.leg(f"payable:{kind}:{s.bank}", -fee)
        s.line["fees"] += fee
        amount -= fee
    if amount:
        s.move("rel", amount)
        s.line["payout"] = "instructed"
    if s.line["held"] == 0 and s.line["disputed"] == 0:
        s.line["own"], s.line["settled_at"] = "releasing", s.now


def currency_exchanged(s: Step) -> None:
    s.by_bank()
    need(s.line["own"] == "accepted" and s.line["hold"] is None and not s.line["exchanged"])
    to = s.t["payout_currency"]
    need(to is not None and s.line["held"] == s.line["received"])
    need(s.now >= s.line["delivered_at"] + s.pack["withdrawal_days"] * DAY)
    s.once(s.bank)
    sold, bought, spread = s.money("sold"), s.money("bought", to), s.money("spread", to)
    need(sold == s.line["held"])
    gross = sold * s.f["numerator"] // s.f["denominator"]
    need(bought + spread == gross and spread <= gross * s.t["fees"].spread // 10_000)
    s.move("held", -sold)
    s.leg(f"custody:{s.bank}", -sold)
    s.line["currency"], s.line["received"], s.line["exchanged"] = to, bought, True
    s.move("held", bought)
    s.leg(f"custody:{s.bank}", gross)
    s.leg(f"payable:spread:{s.bank}", -spread)


def settled(box: str, paid: str, way: str) -> None:
    """A pair of records: cash out of a box, and cash that comes back into it."""

    def out(s: Step) -> None:
        s.by_bank()
        s.once(s.bank)
        money = s.money()
        need(s.line[way] != "idle" and money == s.line[box] and s.line["own"] not in ("agreed", "cancelled", "closed"))
        s.move(box, -money)
        s.leg(f"custody:{s.bank}", -money)
        s.line[paid] += money
        s.line[way] = "idle"
        s.finish()

    def back(s: Step) -> None:
        s.by_bank()
        s.once(s.bank)
        money = s.money()
        need(money <= s.line[paid] and s.line["own"] not in ("agreed", "cancelled", "closed"))
        s.move(box, money)
        s.leg(f"custody:{s.bank}", money)
        s.line[paid] -= money
        s.line[way] = "returned"
        if s.line["own"] in ("released", "refunded"):
            s.line["own"] = "releasing" if s.line["own"] == "released" else "refunding"

    RECORDS[f"{way.title()}Settled"], RECORDS[f"{way.title()}Returned"] = out, back


settled("rel", "paid_merchant", "payout")
settled("ref", "paid_buyer", "refund")
RECORDS |= {
    "GoodsDispatched": goods_dispatched,
    "LotCommitted": lot_committed,
    "InspectionReported": inspection_reported,
    "InspectionEscalated": inspection_escalated,
    "ReinspectionRequested": reinspection_requested,
    "EntryRejected": entry_rejected,
    "GoodsDelivered": goods_delivered,
    "DeliveryLapsed": delivery_lapsed,
    "DeliveryAccepted": delivery_accepted,
    "AcceptanceLapsed": acceptance_lapsed,
    "WithdrawalNoticed": withdrawal_noticed,
    "ReturnCarried": return_carried,
    "ReturnReceived": return_received,
    "ReturnLapsed": return_lapsed,
    "ReturnRefused": return_refused,
    "WithdrawalLapsed": withdrawal_lapsed,
    "ReleaseInstructed": release_instructed,
    "CurrencyExchanged": currency_exchanged,
}
