"""A second, dumb model of the escrow, written beside the kernel and not out of it: dicts and ifs, from the facts and docstrings.

It knows no table, no guards and no precedence: a record is either right, then it says what moves, or it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

DAY = 86_400_000
OPEN_STATES = ("funded", "shipped", "sampling", "held_at_entry", "cleared", "delivered", "accepted", "returning")
FOOD = ("food", "fresh_food")


class Wrong(Exception):
    """The record is not right as things stand."""


def need(holds: object) -> None:
    if not holds:
        raise Wrong


def working_days_later(moment: int, days: int, holidays: frozenset[date]) -> int:
    """Midnight at the end of the last of so many working days."""
    day = date(1970, 1, 1) + timedelta(days=moment // DAY)
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            days -= 1
    return ((day - date(1970, 1, 1)).days + 1) * DAY


class Model:
    """What the dumb model knows: `lines` and `accounts` as plain dicts, `world` as plain facts about parties and packs."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.lines: dict[str, dict[str, Any]] = {}
        self.accounts: dict[tuple[str, str], int] = {}
        self.settled: set[tuple[str, str]] = set()
        self.breaks: dict[tuple[str, str], int] = {}
        self.owners: dict[bytes, str] = {}
        self.closings: list[tuple[str, str, int]] = []

    def balance(self, account: str, currency: str) -> int:
        return self.accounts.get((account, currency), 0)

    def judge(self, said: dict[str, Any]) -> Step | None:
        """The step that the record makes, or None where it is wrong. Nothing changes yet."""
        step = Step(self, said)
        try:
            step.begin()
            RECORDS[said["record"]](step)
            step.end()
        except Wrong:
            return None
        return step

    def take(self, step: Step) -> None:
        for key, amount in step.legs.items():
            self.accounts[key] = self.accounts.get(key, 0) + amount
        if step.line:
            step.line["head"] = step.said["position"]
            self.lines[step.line["name"]] = step.line
        self.settled |= step.booked
        self.breaks |= step.breaks
        self.owners |= step.owners
        self.closings += step.closings


class Step:
    """One record in the making, on copies."""

    def __init__(self, model: Model, said: dict[str, Any]) -> None:
        self.model, self.said = model, said
        self.record, self.f = said["record"], said["fields"]
        self.by, self.now = frozenset(said["by"]), said["now"]
        self.facts = model.facts
        self.legs: dict[tuple[str, str], int] = {}
        self.booked: set[tuple[str, str]] = set()
        self.breaks: dict[tuple[str, str], int] = {}
        self.owners: dict[bytes, str] = {}
        self.closings: list[tuple[str, str, int]] = []
        self.line: dict[str, Any] = {}

    def begin(self) -> None:
        name = self.f.get("line")
        if name is None or self.record == "OrderAgreed":
            return
        need(name in self.model.lines)
        self.line = dict(self.model.lines[name])
        if self.line["case"] is not None:
            self.line["case"] = self.line["case"] | {"evidence": set(self.line["case"]["evidence"])}
        need((self.f["prev"].entry, self.f["prev"].place) == self.line["head"])
        self.t = self.line["terms"]
        self.pack = self.facts["packs"][self.t["pack"].sha256]

    def end(self) -> None:
        for (account, currency), amount in self.legs.items():
            after = self.model.balance(account, currency) + amount
            head = account.split(":")[0]
            if head in ("custody", "fund_cash", "recourse"):
                need(after >= 0)
            elif head not in ("fundeq", "pts"):
                need(after <= 0)

    # Who

    def signed(self, *alternatives: tuple[str, ...]) -> bool:
        return any(self.by == set(one) and len(one) == len(set(one)) for one in alternatives)

    def ally(self, party: str, seat: str, territory: str | None = None) -> bool:
        held = self.facts["seats"].get((party, seat), ())
        return bool(held) and (territory is None or "-" in held or territory in held)

    def role(self, party: str, role: str) -> bool:
        return role in self.facts["roles"].get(party, ())

    @property
    def clock(self) -> bool:
        return self.by == {self.facts["operator"]} and self.said["seen"]

    @property
    def buyer(self) -> str:
        return self.t["buyer"]

    @property
    def merchant(self) -> str:
        return self.line["name"].rsplit("/", 2)[0]

    @property
    def bank(self) -> str:
        return self.t["custodian"]

    def by_bank(self) -> None:
        need(self.signed((self.bank,)))

    def trustees(self) -> bool:
        fund = self.fund()
        return self.by <= set(fund["trustees"]) and len(self.by) >= fund["threshold"]

    def fund(self) -> dict[str, Any]:
        need(self.t["fund"] in self.facts["funds"])
        return self.facts["funds"][self.t["fund"]]

    # What

    def leg(self, account: str, amount: int, currency: str | None = None) -> None:
        key = (account, currency or self.line["currency"])
        self.legs[key] = self.legs.get(key, 0) + amount

    def move(self, box: str, amount: int) -> None:
        """Into the box if positive, out of it if negative."""
        self.line[box] += amount
        self.leg(f"ord:{self.line['name']}:{box}", -amount)

    def money(self, name: str = "money", currency: str | None = None) -> int:
        found = self.f[name]
        need(found.currency == (currency or self.line["currency"]))
        return found.minor

    def once(self, bank: str) -> None:
        """A bank reference counts once."""
        key = (bank, self.f["reference"])
        need(key not in self.model.settled)
        self.booked.add(key)

    def boxed(self) -> int:
        return sum(self.line[box] for box in ("held", "disputed", "rel", "ref", "rec"))

    def size(self) -> str:
        price = self.t["price"].minor
        if price < self.pack["small_minor"]:
            return "small"
        return "large" if price > self.pack["large_minor"] else "middle"

    def refund_all(self) -> None:
        need(self.line["hold"] is None)
        need(self.line["held"] > 0)
        self.line["refund"] = "instructed"
        held = self.line["held"]
        self.move("held", -held)
        self.move("ref", held)
        self.line["own"] = "refunding"
        self.line["settled_at"] = self.now

    def no_case(self) -> None:
        need(self.line["case"] is None)

    def finish(self) -> None:
        """All boxes empty: the line is done."""
        if self.boxed() == 0 and self.line["own"] in ("releasing", "refunding"):
            self.line["own"] = "released" if self.line["own"] == "releasing" else "refunded"


def order_agreed(s: Step) -> None:
    f = s.f
    merchant = f["line"].rsplit("/", 2)[0]
    need(f["line"] not in s.model.lines)
    pack = s.facts["packs"].get(f["pack"].sha256)
    need(pack is not None and pack["name"] == f["pack"].name and pack["currency"] == f["price"].currency)
    need(s.signed((f["buyer"], merchant)))
    need(s.now < f["offer_until"])
    need(f["ship_by"] <= f["deliver_by"])
    need(f["territory"] == pack["territory"])
    plan = f["sampling"]
    need((plan is None) == (f["inspector"] is None))
    need(f["reinspector"] is None or f["inspector"] is not None)
    need(plan is None or plan.accept < plan.sample_size)
    need(f["goods_class"] not in FOOD or plan is not None)
    need(f["payout_currency"] != f["price"].currency)
    need(f["serial"] is not None or not f["second_hand"])
    need(s.role(merchant, "merchant") and s.ally(f["custodian"], "custodian"))
    need(all(s.ally(one, "carrier") or s.ally(one, "warehouse") for one in f["carriers"]))
    need(all(s.ally(one, "inspector") for one in (f["inspector"], f["reinspector"]) if one))
    need(all(s.ally(one, "arbiter", f["territory"]) for one in f["arbiters"]))
    need(f["psp"] is None or s.role(f["psp"], "bank"))
    parties = [f["buyer"], merchant, f["custodian"], *f["carriers"], *f["arbiters"]]
    parties += [one for one in (f["inspector"], f["reinspector"]) if one]
    need(len(set(parties)) == len(parties))
    need(len(f["arbiters"]) >= (3 if f["price"].minor > pack["large_minor"] else 1))
    need(f["fund"] is None or f["fund"] in s.facts["funds"])
    caps = pack["fee_caps_bp"]
    need(all(getattr(f["fees"], kind) <= caps[kind] for kind in ("platform", "inspection", "tax", "spread")))
    s.line = {
        "name": f["line"], "terms": f, "currency": f["price"].currency, "own": "agreed", "agreed_at": s.now,
        "held": 0, "disputed": 0, "rel": 0, "ref": 0, "rec": 0, "unallocated": 0, "received": 0,
        "paid_merchant": 0, "paid_buyer": 0, "fees": 0, "to_fund": 0, "exchanged": False, "payout": "idle", "refund": "idle",
        "hold": None, "recalled": None, "recaller": None, "by_side": {"buyer": 0, "merchant": 0},
        "title": "seller", "case": None, "disputes": 0, "inspector": f["inspector"],
        "second_look": False, "passed": None, "delivered_at": None, "settled_at": None, "carried_at": None, "shipped": False,
        "advance": "none", "advanced": 0, "advance_unpaid": 0, "late_advance": False, "owed_merchant": 0, "owed_buyer": 0,
        "chargeback": "none", "charged_back": 0, "chargeback_unpaid": 0, "guarantee": "none", "guarantor": None, "cover": 0,
    }  # fmt: skip


def funds_received(s: Step) -> None:
    s.by_bank()
    s.once(s.bank)
    price, money = s.t["price"], s.money(currency=s.t["price"].currency)
    before = s.line["unallocated"]
    s.line["unallocated"] += money
    if s.line["own"] == "agreed" and s.line["unallocated"] >= price.minor:
        s.line["unallocated"] -= price.minor
        s.line["received"] = price.minor
        s.line["own"] = "funded"
        s.move("held", price.minor)
    s.leg(f"custody:{s.bank}", money, price.currency)
    s.leg(f"unalloc:{s.bank}", before - s.line["unallocated"], price.currency)


def funds_returned(s: Step) -> None:
    s.by_bank()
    s.once(s.bank)
    money = s.money(currency=s.t["price"].currency)
    need(money <= s.line["unallocated"])
    s.line["unallocated"] -= money
    s.leg(f"custody:{s.bank}", -money, s.t["price"].currency)
    s.leg(f"unalloc:{s.bank}", money, s.t["price"].currency)


def order_cancelled(s: Step) -> None:
    if s.line["own"] == "agreed":
        need(s.signed((s.buyer,), (s.buyer, s.merchant)))
        s.line["own"] = "cancelled"
        s.line["settled_at"] = s.now
        return
    need(s.line["own"] in OPEN_STATES)
    s.no_case()
    if s.by == {s.buyer}:
        need(s.line["own"] == "funded" and s.now >= s.t["ship_by"] + s.pack["dispatch_grace_days"] * DAY)
    else:
        need(s.signed((s.buyer, s.merchant)))
    s.refund_all()


def order_lapsed(s: Step) -> None:
    need(s.clock and s.line["own"] == "agreed")
    need(s.now >= s.line["agreed_at"] + s.pack["payment_days"] * DAY)
    s.line["own"] = "cancelled"
    s.line["settled_at"] = s.now


def end_of_claims(s: Step) -> int:
    start = s.line["delivered_at"] or s.line["settled_at"]
    return start + s.pack["conformity_days"] * DAY


def end_of_windows(s: Step) -> int:
    if s.line["own"] != "released":
        return s.line["settled_at"]
    start = s.line["delivered_at"] or s.line["settled_at"]
    charge = start + s.pack["chargeback_days"] * DAY if s.t["psp"] else 0
    return max(end_of_claims(s), charge)


def line_closed(s: Step) -> None:
    need(s.clock and s.line["own"] in ("released", "refunded", "cancelled"))
    if s.line["own"] != "cancelled":
        need(s.now >= (end_of_claims(s) if s.line["own"] == "refunded" else end_of_windows(s)))
    need(s.boxed() == 0 and s.line["unallocated"] == 0 and s.line["case"] is None and s.line["hold"] is None)
    need(s.line["guarantee"] != "locked")
    need(s.line["advance"] in ("none", "recovered") and s.line["chargeback"] in ("none", "recovered"))
    s.line["own"] = "closed"


def title_transferred(s: Step) -> None:
    need(s.signed((s.buyer, s.merchant)) and s.line["own"] in ("accepted", "releasing", "released"))
    need(s.t["second_hand"] and s.line["title"] == "seller" and s.line["recalled"] is None)
    need(s.model.owners.get(s.t["serial"], s.merchant) == s.merchant)
    s.line["title"] = "buyer"
    s.owners[s.t["serial"]] = s.buyer


def fee_paid(s: Step) -> None:
    money, bank = s.f["money"], s.f["custodian"]
    need(s.by == {bank} and s.ally(bank, "custodian"))
    s.once(bank)
    s.leg(f"custody:{bank}", -money.minor, money.currency)
    s.leg(f"payable:{s.f['payable']}:{bank}", money.minor, money.currency)


def statement_reported(s: Step) -> None:
    closing, bank = s.f["closing"], s.f["custodian"]
    need(s.by == {bank} and s.ally(bank, "custodian"))
    s.once(bank)
    s.breaks[bank, closing.currency] = closing.minor - s.model.balance(f"custody:{bank}", closing.currency)


def fund_account(s: Step) -> str:
    fund, party = s.f["fund"], s.f["party"]
    if s.f["purpose"] == "capital":
        need(party is None)
        return f"fundeq:{fund}:capital"
    if s.f["purpose"] == "deposit":
        need(party and s.role(party, "merchant"))
        return f"dep:{fund}:{party}"
    need(party and s.role(party, "guarantor"))
    return f"stake:{fund}:{party}:free"


def fund_paid_in(s: Step) -> None:
    need(s.f["fund"] in s.facts["funds"])
    bank, money = s.facts["funds"][s.f["fund"]]["bank"], s.f["money"]
    need(s.by == {bank})
    s.leg(fund_account(s), -money.minor, money.currency)
    s.once(bank)
    s.leg(f"fund_cash:{s.f['fund']}", money.minor, money.currency)


def fund_paid_out(s: Step) -> None:
    need(s.f["fund"] in s.facts["funds"])
    fund, name, money = s.facts["funds"][s.f["fund"]], s.f["fund"], s.f["money"]
    others = s.by - {fund["bank"]}
    need(fund["bank"] in s.by and others <= set(fund["trustees"]) and len(others) >= fund["threshold"])
    account = fund_account(s)
    s.once(fund["bank"])
    if s.f["purpose"] == "capital":
        free = s.model.balance(f"fund_cash:{name}", money.currency) + s.model.balance(f"claim:{name}", money.currency)
        need(free - money.minor >= fund["floor"].get(money.currency, 0))
        own = [s.model.balance(f"fundeq:{name}:{which}", money.currency) for which in ("capital", "loss")]
        need(money.minor <= -sum(own))
    else:
        need(-s.model.balance(account, money.currency) >= money.minor)
    s.leg(account, money.minor, money.currency)
    s.leg(f"fund_cash:{name}", -money.minor, money.currency)


RECORDS: dict[str, Callable[[Step], None]] = {
    "OrderAgreed": order_agreed,
    "FundsReceived": funds_received,
    "FundsReturned": funds_returned,
    "OrderCancelled": order_cancelled,
    "OrderLapsed": order_lapsed,
    "LineClosed": line_closed,
    "TitleTransferred": title_transferred,
    "FeePaid": fee_paid,
    "StatementReported": statement_reported,
    "FundPaidIn": fund_paid_in,
    "FundPaidOut": fund_paid_out,
}
"""Record to what it does; the other files of the model add theirs."""
