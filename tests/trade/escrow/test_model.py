"""Random trade, judged by the kernel and by a second, dumb model: both accept the same records and book the same cents.

60 runs of 40 steps by default. More: `MODEL_RUNS=3000 MODEL_STEPS=60 pytest tests/trade/escrow/test_model.py`.
"""

from __future__ import annotations

import os
from dataclasses import asdict, fields
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.trade.escrow.bodies.agreement import FeeSchedule, Retention
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.money import MINOR_MAX, Money
from ledger.trade.escrow.table.every import OFF_LINE
from tests.trade.escrow.dumb_cases import RECORDS
from tests.trade.escrow.dumb_model import Model
from tests.trade.escrow.honest import appeal_arbiters, honest_signers
from tests.trade.escrow.journal_stand_in import Disk, rows_of, writes_of
from tests.trade.escrow.rules_stand_in import (
    AUTHORITY,
    FUND,
    FUND_BANK,
    GUARANTORS,
    INSPECTORS,
    MERCHANT,
    OPERATOR,
    PSP,
    RESERVE_MINOR,
    TERRITORIES,
    TRUSTEES,
    arbiter_in,
    bank_in,
    buyer_in,
    customs_in,
    pack_of,
)
from tests.trade.escrow.world import PRICES, World, digest_of

RUNS = int(os.environ.get("MODEL_RUNS", "60"))
STEPS = int(os.environ.get("MODEL_STEPS", "40"))
LINE_RECORDS = tuple(name for name in BODIES if name not in OFF_LINE and name != "OrderAgreed")
WAY = ("FundsReceived", "GoodsDispatched", "LotCommitted", "InspectionReported", "GoodsDelivered", "DeliveryAccepted")
WAY += ("ReleaseInstructed", "PayoutSettled")
IDLE = ("FundsReceived", "FundsReturned", "LegalHoldPlaced", "LegalHoldLifted", "LineRecalled", "RecallLifted", "EvidenceFiled")
"""What can nearly always be said, and leads nowhere by itself."""
DAMAGE = ("none", "signer", "another signer", "amount", "currency", "unseen", "stale", "reference", "other line")
TALLIES = ("held", "disputed", "rel", "ref", "rec", "unallocated", "received", "paid_merchant", "paid_buyer", "fees", "to_fund")
NOTES = ("currency", "payout", "refund", "advance", "chargeback", "guarantee", "owed_merchant", "owed_buyer", "cover", "disputes")


def facts_of(world: World) -> dict[str, Any]:
    """What the dumb model may know: parties, packs and the fund, as plain values."""
    packs = {pack.digest: asdict(pack) | {"digest": pack.digest} for pack in map(pack_of, TERRITORIES)}
    fund = {"trustees": TRUSTEES, "threshold": 2, "bank": FUND_BANK, "claim_cap": RESERVE_MINOR, "cover_cap": RESERVE_MINOR}
    fund["floor"] = dict.fromkeys(TERRITORIES.values(), 1_000)
    rules = world.rules
    known = {"packs": packs, "funds": {FUND: fund}, "seats": rules.seats, "roles": rules.roles}
    return known | {"operator": OPERATOR, "authorities": (AUTHORITY,)}


def everybody() -> tuple[str, ...]:
    at_home = (bank_in, buyer_in, customs_in, lambda territory: arbiter_in(territory, 1))
    local = [name(territory) for territory in TERRITORIES for name in at_home]
    return (*local, MERCHANT, *TRUSTEES, *GUARANTORS, FUND_BANK, "carrier", "warehouse", *INSPECTORS, OPERATOR, AUTHORITY, PSP)


def others_who_may(world: World, record: str) -> tuple[tuple[str, ...], ...]:
    """Signers other than the usual ones who are sometimes right."""
    buyer, inspector = buyer_in(world.territory), world.line.inspector or INSPECTORS[0]
    parties = [(buyer,), (MERCHANT,), (buyer, MERCHANT), (OPERATOR,), (AUTHORITY,), (INSPECTORS[0],), (PSP,), ("warehouse",)]
    parties += [("carrier", buyer), (inspector, customs_in(world.territory)), TRUSTEES, (buyer, inspector)]
    return (honest_signers(world, record), *parties, appeal_arbiters(world))


class Trade(RuleBasedStateMachine):
    """Lines in three currencies, a clock that jumps, messages that come twice or in another order, crashes between writes."""

    taken: set[object] = set()  # noqa: RUF012 - counted over all runs, for whoever asks how far they came
    counts = {"records": 0, "accepted": 0, "crashes": 0}  # noqa: RUF012

    @initialize(
        data=st.data(),
        disliked=st.sets(st.sampled_from(LINE_RECORDS), max_size=40),
        territories=st.permutations(list(TERRITORIES)),
    )
    def begin(self, data: st.DataObject, disliked: set[str], territories: list[str]) -> None:
        self.world, self.disk = World(), Disk()
        self.model = Model(facts_of(self.world))
        self.liked = [record for record in LINE_RECORDS if record not in disliked]
        self.homes: dict[str, str] = {}
        self.territories = territories
        for territory in territories:
            self.world.territory = territory
            for purpose, party in (("capital", None), ("deposit", MERCHANT), ("stake", GUARANTORS[0])):
                money = Money(self.world.currency, 2_500_000 if purpose == "capital" else 40_000)
                self.say(self.world.body("FundPaidIn", purpose=purpose, party=party, money=money), (FUND_BANK,), seen=True)

        for territory in territories:
            self.walk(territory, data)

    def walk(self, territory: str, data: st.DataObject) -> None:
        """A first line in this territory, some honest steps on its way."""
        self.world.territory = territory
        inspected, second_hand = data.draw(st.booleans()), data.draw(st.integers(0, 4)) == 0
        terms = self.world.agreement(
            data.draw(st.sampled_from(["small", "small", "middle", "large"])),
            inspected=inspected,
            psp=data.draw(st.sampled_from([None, PSP])),
            goods_class=data.draw(st.sampled_from(["general", "food"])) if inspected else "general",
            second_hand=second_hand,
            serial=digest_of("watch") if second_hand else None,
            payout_currency="KWD" if data.draw(st.integers(0, 4)) == 0 else None,
        )
        assert self.say(self.world.body("OrderAgreed", **terms), (terms["buyer"], MERCHANT), seen=True)
        self.world.name = terms["line"]
        self.homes[self.world.name] = territory
        way = [record for record in WAY if inspected or record not in ("LotCommitted", "InspectionReported")]
        for record in way[: data.draw(st.integers(0, len(way)))]:
            self.world.until(self.world.line.seed_after or 0)
            if not self.say(self.world.body(record), honest_signers(self.world, record), seen=True):
                break

    def say(self, body: EscrowBody, by: tuple[str, ...], *, seen: bool, crash: bool = False) -> bool:
        """Both judge it; what they say and what they book must agree. With `crash` the power fails before each write."""
        record = type(body).__name__
        said = {"record": record, "fields": {field.name: getattr(body, field.name) for field in fields(body)}, "by": by}
        step = self.model.judge(said | {"seen": seen, "now": self.world.now, "position": (self.world.entry + 1, 0)})
        before, committed = rows_of(self.world.books), list(self.disk.writes)
        verdict = self.world.say(body, by=by, seen=seen)
        why = verdict.change if isinstance(verdict, Accepted) else f"{verdict.code}: {verdict.reason}"
        assert (step is not None) == isinstance(verdict, Accepted), f"{record} by {by}: the kernel says {why}, the model not"
        writes = writes_of(self.world.log[-1], verdict.change if isinstance(verdict, Accepted) else None)
        if crash:
            self.crash_at_every_write(writes, before, committed)
        self.disk.append(writes)
        if step is not None:
            self.model.take(step)
        self.counts["records"] += 1
        self.counts["accepted"] += step is not None
        return step is not None

    def crash_at_every_write(self, writes: list[Any], before: tuple[object, ...], committed: list[Any]) -> None:
        for done in range(len(writes)):
            self.disk.append(writes[:done])
            self.disk.recover()
            assert self.disk.writes == committed
        assert self.disk.rows() == rows_of(self.disk.replay(self.world.rules)) == before
        self.counts["crashes"] += len(writes)

    # What happens

    @rule(
        data=st.data(),
        size=st.sampled_from(["small", "small", "middle", "large"]),
        goods=st.sampled_from(["general", "general", "food", "made_to_order"]),
        inspected=st.booleans(),
        second_hand=st.booleans(),
    )
    @precondition(lambda self: len(self.homes) < 6)
    def agree(self, data: st.DataObject, size: str, goods: str, inspected: bool, second_hand: bool) -> None:
        territory = self.world.territory = data.draw(st.sampled_from(self.territories))
        changes: dict[str, Any] = {
            "price": Money(TERRITORIES[territory], PRICES[territory][size] + data.draw(st.integers(0, 3))),
            "goods_class": goods,
            "second_hand": second_hand,
            "serial": digest_of("watch") if second_hand else None,
            "psp": data.draw(st.sampled_from([None, PSP])),
            "payout_currency": data.draw(st.sampled_from([None, None, "SGD", "CNY"])),
            "retention": Retention(data.draw(st.sampled_from([0, 0, 1_000, 10_000])), data.draw(st.sampled_from([0, 14]))),
            "fees": FeeSchedule(data.draw(st.sampled_from([100, 500, 501])), 50, 25, 30),
            "fund": data.draw(st.sampled_from([FUND, FUND, FUND, None, "no-such-fund"])),
        }
        fields_of_it = self.world.agreement(size, inspected=inspected, **changes)
        body = self.world.body("OrderAgreed", **fields_of_it)
        if self.say(body, (fields_of_it["buyer"], MERCHANT), seen=True):
            self.homes[fields_of_it["line"]] = territory

    def turn_to(self, data: st.DataObject) -> None:
        names = sorted(self.homes)
        self.world.name = data.draw(st.sampled_from([*names[:1] * 4, *names]))
        self.world.territory = self.homes[self.world.name]

    def right_now(self, records: list[str]) -> list[tuple[EscrowBody, tuple[str, ...]]]:
        """What of this the model would take as an honest party says it, or others who may."""
        found = []
        references = self.world.references
        for record in records:
            body = self.world.body(record)
            self.world.references = references
            said = {"record": record, "fields": {field.name: getattr(body, field.name) for field in fields(body)}}
            said |= {"seen": True, "now": self.world.now, "position": (0, 0)}
            signers = dict.fromkeys(others_who_may(self.world, record))
            found += [(body, by) for by in signers if self.model.judge(said | {"by": by}) is not None]
        return found

    @rule(data=st.data(), waits=st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 4, 10, 20, 60, 200]), min_size=1, max_size=8))
    def something_right(self, data: st.DataObject, waits: list[int]) -> None:
        """A while with one line."""
        self.turn_to(data)
        for days in waits:
            self.world.later(days)
            self.go_on(data)

    @rule(data=st.data())
    def the_power_fails(self, data: st.DataObject) -> None:
        self.turn_to(data)
        self.go_on(data, crash=True)

    def go_on(self, data: st.DataObject, *, crash: bool = False) -> None:
        """One record that is right, or nearly."""
        found = self.right_now(self.liked)
        if found:
            moving = [one for one in found if type(one[0]).__name__ not in IDLE]
            some = moving if moving and data.draw(st.integers(0, 4)) > 0 else found
            record = data.draw(st.sampled_from(sorted({type(body).__name__ for body, _ in some})))
            body, by = data.draw(st.sampled_from([one for one in some if type(one[0]).__name__ == record]))
            self.say(self.vary(data, body), by, seen=True, crash=crash)
            self.world.reference()

    @rule(data=st.data(), record=st.sampled_from(LINE_RECORDS), damage=st.sampled_from(DAMAGE))
    def anything(self, data: st.DataObject, record: str, damage: str) -> None:
        self.turn_to(data)
        body = self.world.body(record)
        by = honest_signers(self.world, record)
        if damage == "signer":
            by = data.draw(st.lists(st.sampled_from(everybody()), min_size=1, max_size=3, unique=True).map(tuple))
        elif damage == "another signer":
            by = data.draw(st.sampled_from(others_who_may(self.world, record)))
        elif damage in ("amount", "currency"):
            body = self.vary(data, body, currency=damage == "currency")
        elif damage == "stale" and self.world.line.seq > 0:
            body = self.changed(body, prev=self.world.log[0].body.prev if hasattr(self.world.log[0].body, "prev") else body.prev)
        elif damage == "reference" and hasattr(body, "reference"):
            body = self.changed(body, reference="REF 1")
        elif damage == "other line":
            body = self.changed(body, line=data.draw(st.sampled_from(sorted(self.homes))))
        self.say(body, tuple(dict.fromkeys(by)), seen=damage != "unseen")

    def vary(self, data: st.DataObject, body: EscrowBody, *, currency: bool = False) -> EscrowBody:
        """Another amount somewhere: a unit more or less, a half, nothing, everything, or another currency."""
        if hasattr(body, "defects"):
            return self.changed(body, defects=data.draw(st.sampled_from([0, 1, 2, 8, 9])))
        amounts = [field.name for field in fields(body) if isinstance(getattr(body, field.name), Money)]
        if not amounts or (not currency and data.draw(st.integers(0, 3)) > 0):
            return body
        name = data.draw(st.sampled_from(amounts))
        old = getattr(body, name)
        if currency:
            return self.changed(body, **{name: Money(data.draw(st.sampled_from(["SGD", "CNY", "JPY", "KWD"])), old.minor)})
        new = data.draw(
            st.sampled_from([old.minor, old.minor + 1, old.minor - 1, old.minor // 2, 1, old.minor // 100, MINOR_MAX])
        )
        if name in ("money", "amount", "cover", "sold", "bought"):
            new = max(new, 1)
        new = min(new, MINOR_MAX)
        new = min(max(new, 0), MINOR_MAX)
        changes = {name: Money(old.currency, new)}
        if name == "buyer_share" and hasattr(body, "merchant_share"):
            rest = body.merchant_share.minor + old.minor - new
            changes["merchant_share"] = Money(old.currency, max(rest, 0))
        return self.changed(body, **changes)

    @staticmethod
    def changed(body: EscrowBody, **changes: Any) -> EscrowBody:
        values = {field.name: getattr(body, field.name) for field in fields(body)} | changes
        return type(body)(**values)

    @rule(data=st.data(), record=st.sampled_from(sorted(OFF_LINE)), purpose=st.sampled_from(["capital", "deposit", "stake"]))
    def without_a_line(self, data: st.DataObject, record: str, purpose: str) -> None:
        self.world.territory = data.draw(st.sampled_from(self.territories))
        body = self.world.body(record)
        if hasattr(body, "purpose"):
            party = data.draw(st.sampled_from([None, MERCHANT, *GUARANTORS[:1]]))
            body = self.changed(body, purpose=purpose, party=party)
        self.say(self.vary(data, body), honest_signers(self.world, record), seen=True)

    @rule(days=st.sampled_from([0, 1, 1, 3, 7, 8, 14, 30, 70, 190, 560]), ms=st.sampled_from([-1, 0, 0, 1]))
    def time_passes(self, days: int, ms: int) -> None:
        self.world.later(days, ms=max(ms, 0) if days == 0 else ms)

    @rule(data=st.data())
    def something_comes_twice(self, data: st.DataObject) -> None:
        said = data.draw(st.sampled_from(self.world.log[-8:]))
        self.say(said.body, said.parties, seen=said.seen)

    @rule(data=st.data())
    def two_cross_each_other(self, data: st.DataObject) -> None:
        """Both were said about the same newest record; only the first that arrives may be taken."""
        self.turn_to(data)
        found = self.right_now(self.liked)
        if len(found) < 2:
            return
        first, second = data.draw(st.sampled_from(found)), data.draw(st.sampled_from(found))
        assert self.say(*first, seen=True)
        self.world.reference()
        assert not self.say(*second, seen=True)

    # What holds

    @invariant()
    def the_model_agrees(self) -> None:
        if not hasattr(self, "world"):
            return
        books = self.world.books
        ours = {key: amount for key, amount in books.balances.items() if amount}
        assert ours == {key: amount for key, amount in self.model.accounts.items() if amount}
        assert set(books.lines) == set(self.model.lines)
        for name, line in books.lines.items():
            other = self.model.lines[name]
            assert line.own.value == other["own"]
            assert {tally: getattr(line, tally) for tally in TALLIES} == {tally: other[tally] for tally in TALLIES}
            notes = {note: getattr(line, note) for note in NOTES}
            assert {note: getattr(value, "value", value) for note, value in notes.items()} == {
                note: other[note] for note in NOTES
            }
            assert line.dispute.value == (other["case"]["stage"] if other["case"] else "none")
        assert books.settled == self.model.settled

    def teardown(self) -> None:
        if hasattr(self, "world"):
            assert self.disk.rows() == rows_of(self.world.books) == rows_of(self.disk.replay(self.world.rules))
            self.taken |= {row for row, _ in self.world.taken}


Trade.TestCase.settings = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestTrade = Trade.TestCase


def test_the_model_knows_every_record() -> None:
    assert set(RECORDS) == set(BODIES)
