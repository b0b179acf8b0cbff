"""A pure small world of trade: three territories, a merchant and its allies, a clock; every record is counted again."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ledger.evidence.instant import Instant, parse_instant
from ledger.evidence.record import read_record
from ledger.trade.escrow import invariants, kernel
from ledger.trade.escrow.bodies.agreement import FeeSchedule, Retention, RulePackPin, SamplingPlan
from ledger.trade.escrow.bodies.base import EscrowBody, LineBody
from ledger.trade.escrow.bodies.every import BODIES, read_escrow_body
from ledger.trade.escrow.bodies.kinds import merchant_of
from ledger.trade.escrow.books import Change, Refused, Verdict
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.conditions import CONDITIONS
from ledger.trade.escrow.hearing import Hearing, Said
from ledger.trade.escrow.line import Line, Terms, line_from_json, line_to_json
from ledger.trade.escrow.memory_books import MemoryBooks
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import REGIONS, Own
from ledger.trade.escrow.seating import refuse_signers
from ledger.trade.escrow.table.every import OFF_LINE, REGION_OF_RECORD, rows_for
from ledger.trade.escrow.table.row import Row
from ledger.trade.escrow.table.seats import Alternative
from ledger.trade.shapes.address import Address
from tests.trade.escrow.honest import honest_fields, honest_signers
from tests.trade.escrow.rules_stand_in import (
    CARRIERS,
    FUND,
    GUARANTORS,
    INSPECTORS,
    MERCHANT,
    TERRITORIES,
    StandInRules,
    arbiter_in,
    bank_in,
    buyer_in,
    pack_of,
)

START = parse_instant("2026-03-02T09:00:00.000Z")
PRICES = {
    "SG": {"small": 10_001, "middle": 100_000, "large": 500_000},
    "CN": {"small": 100_001, "middle": 1_000_000, "large": 2_000_000},
    "JP": {"small": 10_001, "middle": 100_000, "large": 500_000},
}


def digest_of(text: str) -> bytes:
    return sha256(text.encode()).digest()


class World:
    """Books, rules and a clock. `taken`, `posted` and `refused` collect what the records of this world have shown."""

    def __init__(self, territory: str = "SG") -> None:
        self.territory = territory
        self.rules, self.books = StandInRules(), MemoryBooks()
        self.now: Instant = START
        self.entry = 0
        self.name = ""
        self.references = 0
        self.log: list[Said] = []
        self.taken: set[tuple[Row, Alternative]] = set()
        self.off_line_taken: set[str] = set()
        self.posted: set[str] = set()
        self.refusals: set[str] = set()
        self.side_moves: set[tuple[str, object, object]] = set()

    # What stands

    @property
    def currency(self) -> str:
        return TERRITORIES[self.territory]

    @property
    def line(self) -> Line:
        return self.books.lines[self.name]

    @property
    def terms(self) -> Terms:
        return self.books.terms(self.name)

    def money(self, minor: int, currency: str | None = None) -> Money:
        return Money(currency or self.line.currency, minor)

    def balance(self, account: str, currency: str | None = None) -> int:
        return self.books.balance(account, currency or self.currency)

    def later(self, days: int = 0, *, ms: int = 0) -> World:
        self.now = Instant(self.now + days * DAY_MS + ms)
        return self

    def until(self, moment: int) -> World:
        """Move the clock on to `moment`, never back."""
        self.now = Instant(max(self.now, moment))
        return self

    def reference(self) -> str:
        self.references += 1
        return f"REF {self.references}"

    # What is said

    def body(self, record: str, **fields: Any) -> EscrowBody:
        """A record about the world's line as an honest party would say it now, but for `fields`."""
        shape = BODIES[record]
        values: dict[str, Any] = {}
        if issubclass(shape, LineBody):
            name = fields.get("line", self.name)
            known = self.books.line(name)
            values |= {"line": name, "prev": known.address(self.rules.origin) if known else Address(self.rules.origin, 0, 0)}
        values |= honest_fields(self, record)
        return shape(**(values | fields))

    def say(self, body: EscrowBody, *, by: tuple[str, ...], seen: bool = True) -> Verdict:
        """Put one record of its own entry before the kernel, take what it changes, and count everything again."""
        data = body.to_body()
        assert read_escrow_body(read_record(data)) == body
        self.entry += 1
        said = Said(body, data, (self.entry, 0), tuple(by), seen, self.now)
        before = books_of(self.books)
        verdict = kernel.apply(self.books, said, self.rules)
        assert books_of(self.books) == before, "judging changed the books"
        again = kernel.apply(self.books, said, self.rules)
        assert again == verdict, "judged again it came out otherwise"
        self.log.append(said)
        if isinstance(verdict, Refused):
            assert isinstance(again, Refused)
            assert again.code == verdict.code
            self.refusals.add(verdict.code)
            return verdict
        self._look_at(said, verdict.change)
        self.books.take(verdict.change, self.now)
        assert not list(invariants.broken_legs(verdict.change.legs))
        assert not invariants.breaches(self.books), invariants.breaches(self.books)
        return verdict

    def do(self, record: str, *, by: tuple[str, ...] | None = None, seen: bool = True, **fields: Any) -> Change:
        """Say it and see it accepted."""
        signers = by if by is not None else honest_signers(self, record)
        verdict = self.say(self.body(record, **fields), by=signers, seen=seen)
        if isinstance(verdict, Refused):
            raise AssertionError(f"{record}: {verdict.code}: {verdict.reason} (seen {verdict.reason.seen})")
        return verdict.change

    def no(self, code: str, record: str, *, by: tuple[str, ...] | None = None, seen: bool = True, **fields: Any) -> None:
        """Say it and see it refused by this code, with nothing changed."""
        signers = by if by is not None else honest_signers(self, record)
        self.refuse(code, self.body(record, **fields), by=signers, seen=seen)

    def refuse(self, code: str, body: EscrowBody, *, by: tuple[str, ...], seen: bool = True) -> None:
        before = books_of(self.books)
        verdict = self.say(body, by=by, seen=seen)
        assert isinstance(verdict, Refused), f"accepted instead of {code}: {body}"
        assert verdict.code == code, f"{verdict.code} instead of {code}: {verdict.reason} (seen {verdict.reason.seen})"
        assert books_of(self.books) == before

    def agree(self, size: str = "small", *, order: str = "tea", inspected: bool = False, **changes: Any) -> World:
        """Agree a new line and make it the one that is spoken about."""
        fields = self.agreement(size, order=order, inspected=inspected, **changes)
        self.do("OrderAgreed", by=(fields["buyer"], merchant_of(fields["line"])), **fields)
        self.name = fields["line"]
        return self

    def agreement(self, size: str = "small", *, order: str = "tea", inspected: bool = False, **changes: Any) -> dict[str, Any]:
        """The members of an OrderAgreed of the next line of `order`."""
        territory = self.territory
        pack = pack_of(territory)
        merchant = changes.pop("merchant", MERCHANT)
        number = 1 + sum(1 for name in self.books.lines if name.startswith(f"{merchant}/{order}/"))
        day = lambda days: Instant(self.now + days * DAY_MS)  # noqa: E731
        plan = SamplingPlan(8, 1, day(30)) if inspected else None
        fields: dict[str, Any] = {
            "line": f"{merchant}/{order}/{number}",
            "buyer": buyer_in(territory),
            "custodian": bank_in(territory),
            "price": Money(self.currency, PRICES[territory][size]),
            "payout_currency": None,
            "territory": territory,
            "pack": RulePackPin(pack.name, pack.digest),
            "fees": FeeSchedule(100, 50, 25, 30),
            "offer_until": day(5),
            "ship_by": day(10),
            "deliver_by": day(40),
            "goods_class": "general",
            "manifest": digest_of("manifest"),
            "carriers": CARRIERS,
            "inspector": INSPECTORS[0] if inspected else None,
            "reinspector": INSPECTORS[1] if inspected else None,
            "sampling": plan,
            "retention": Retention(0, 0),
            "arbiters": tuple(arbiter_in(territory, number) for number in range(1, 6)),
            "fund": FUND,
            "psp": None,
            "second_hand": False,
            "serial": None,
            "disclosure": None,
        }
        return fields | changes

    def fund(self, *, capital: int = 10**8, deposit: int = 0, stake: int = 0, guarantor: str = GUARANTORS[0]) -> World:
        """Pay into the guarantee fund, in the world's currency."""
        for purpose, party, minor in (("capital", None, capital), ("deposit", MERCHANT, deposit), ("stake", guarantor, stake)):
            if minor:
                self.do("FundPaidIn", purpose=purpose, party=party, money=Money(self.currency, minor))
        return self

    def reach(self, own: Own, size: str = "small", **changes: Any) -> World:
        """Agree a line and walk it the honest way to `own`."""
        self.agree(size, **changes)
        for record in _WAYS[own]:
            if record == "LotCommitted" and self.terms.agreed.sampling is None:
                continue
            if record == "InspectionReported" and self.terms.agreed.sampling is None:
                continue
            if record == "InspectionReported":
                self.until(self.line.seed_after or 0)
            if record == "LineClosed":
                self.later(1_000)
            fields = {"defects": 5} if own is Own.HELD_AT_ENTRY and record == "InspectionReported" else {}
            self.do(record, **fields)
        assert self.line.own is own
        return self

    # What is looked at

    def _look_at(self, said: Said, change: Change) -> None:
        record = type(said.body).__name__
        self.posted |= set(change.posting)
        assert bool(change.legs) == bool(change.posting)
        if change.line is None:
            assert set(change.posting) <= set(OFF_LINE[record][1])
            self.off_line_taken.add(record)
            return
        assert line_from_json(line_to_json(change.line)) == change.line
        before = self.books.line(change.line.name) or Line(change.line.name, change.line.currency, -1, (0, 0), own=Own.NONE)
        terms = change.terms or self.books.terms(change.line.name)
        row, seats = self._row_taken(Hearing(said, self.rules, self.books, before, terms), change.line)
        assert change.line.seq == before.seq + 1
        assert change.line.head == said.position
        assert set(change.posting) <= set(row.postings), (record, change.posting)
        moves = set(moves_between(before, change.line))
        home = REGION_OF_RECORD[record]
        for region, old, new in moves:
            assert region == home or (old, new) in row.also, (record, old, new)
        assert change.line.state(home) is row.after
        self.side_moves |= {(record, old, new) for region, old, new in moves if region != home}
        self.taken.add((row, seats))

    def _row_taken(self, hearing: Hearing, after: Line) -> tuple[Row, Alternative]:
        """The one row, and the one alternative of its signers, by what can be seen from outside the kernel."""
        record = type(hearing.said.body).__name__
        state = hearing.line.state(REGION_OF_RECORD[record])
        found = [
            (row, seats)
            for row in rows_for(record, state)
            if (not row.while_own or hearing.line.own in row.while_own) and CONDITIONS[row.when].holds(hearing)
            for seats in row.signers
            if refuse_signers(hearing, (seats,)) is None
        ]
        assert len({row for row, _ in found}) == 1, (record, state, found)
        assert after.state(REGION_OF_RECORD[record]) is found[0][0].after
        return found[0]


def moves_between(before: Line, after: Line) -> Iterator[tuple[str, object, object]]:
    for region in REGIONS:
        old, new = before.state(region), after.state(region)
        if old is not new:
            yield region, old, new


def books_of(books: MemoryBooks) -> tuple[object, ...]:
    """Everything the books know, to compare."""
    closings = {pair: tuple(times) for pair, times in books._closings.items() if times}
    return (
        dict(books.lines),
        {key: amount for key, amount in books.balances.items() if amount},
        set(books.settled),
        dict(books.owners),
        dict(books.breaks),
        closings,
    )


_DELIVERED = ("FundsReceived", "GoodsDispatched", "LotCommitted", "InspectionReported", "GoodsDelivered")
_ACCEPTED = (*_DELIVERED, "DeliveryAccepted")
_RELEASED = (*_ACCEPTED, "ReleaseInstructed", "PayoutSettled")
_WAYS: dict[Own, tuple[str, ...]] = {
    Own.AGREED: (),
    Own.FUNDED: _DELIVERED[:1],
    Own.SHIPPED: _DELIVERED[:2],
    Own.SAMPLING: _DELIVERED[:3],
    Own.HELD_AT_ENTRY: _DELIVERED[:4],
    Own.CLEARED: _DELIVERED[:4],
    Own.DELIVERED: _DELIVERED,
    Own.ACCEPTED: _ACCEPTED,
    Own.RETURNING: (*_DELIVERED, "WithdrawalNoticed"),
    Own.RELEASING: _RELEASED[:-1],
    Own.RELEASED: _RELEASED,
    Own.REFUNDING: ("FundsReceived", "OrderCancelled"),
    Own.REFUNDED: ("FundsReceived", "OrderCancelled", "RefundSettled"),
    Own.CANCELLED: ("OrderCancelled",),
    Own.CLOSED: (*_RELEASED, "LineClosed"),
}
