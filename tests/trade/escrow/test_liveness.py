"""From wherever random trade has led a line: with any one party silent for ever, its money leaves in bounded time.

All others go on as they may, and the clock runs. Who can hold money back by silence alone is named in `MAY_HOLD_BACK`, with
why, and for each of them it is shown that silence really does it, so that the list is neither too long nor too short.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import msgspec
import pytest

from ledger.trade.escrow import kernel
from ledger.trade.escrow.bodies.base import EscrowBody
from ledger.trade.escrow.bodies.every import BODIES
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.clock import due_at
from ledger.trade.escrow.hearing import Hearing, Said
from ledger.trade.escrow.line import Line
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Advance, Hold, Own
from ledger.trade.escrow.seating import refuse_signers, sits
from ledger.trade.escrow.table.every import OFF_LINE, REGION_OF_RECORD, refusal_for, rows_while
from ledger.trade.escrow.table.seats import Seat
from tests.trade.escrow.rules_stand_in import (
    AUTHORITY,
    CARRIERS,
    FUND_BANK,
    GUARANTORS,
    INSPECTORS,
    MERCHANT,
    OPERATOR,
    TRUSTEES,
    arbiter_in,
    bank_in,
    buyer_in,
)
from tests.trade.escrow.world import World, digest_of

DAYS_MAX = 120
WALKS = 40
STEPS = 30
HOME = "CN"
BUYER, BANK = buyer_in(HOME), bank_in(HOME)
EVERYBODY = (BUYER, MERCHANT, BANK, *CARRIERS, *INSPECTORS, *(arbiter_in(HOME, number) for number in range(1, 13)))
EVERYBODY += (*TRUSTEES, GUARANTORS[0], FUND_BANK, OPERATOR, AUTHORITY)
SEVERAL = (Seat.ARBITERS, Seat.APPEAL, Seat.TRUSTEES)
LINE_RECORDS = tuple(name for name in BODIES if name not in OFF_LINE and name != "OrderAgreed")
WAY = ("FundsReceived", "GoodsDispatched", "LotCommitted", "InspectionReported", "GoodsDelivered", "DeliveryAccepted")

MAY_HOLD_BACK = {
    BANK: "it holds the money, and nobody else can say that it has paid",
    OPERATOR: "a ruling is carried out by its clock; and where it stops sequencing, nothing is written at all",
    FUND_BANK: "an advance that it was told to pay, and what is frozen for the fund, wait for its word",
    AUTHORITY: "its legal hold is lifted by itself alone",
}

CASH = ("PayoutSettled", "RefundSettled", "FundsReturned", "AdvancePaid", "RecourseSettled")
CLOCK = ("EntryRejected", "DeliveryLapsed", "AcceptanceLapsed", "ReturnLapsed", "WithdrawalLapsed", "InspectionEscalated")
CLOCK += ("DisputeEscalated", "ArbiterReplaced", "AppealLapsed", "RulingExecuted", "OrderLapsed")
PEOPLE = ("LegalHoldLifted", "RecallLifted", "ReturnCarried", "ReturnReceived", "RulingMade", "AppealRuled", "TitleTransferred")
PEOPLE += ("InspectionReported", "GoodsDelivered", "LotCommitted", "GoodsDispatched", "DeliveryAccepted", "CurrencyExchanged")
PEOPLE += ("ReleaseInstructed",)
LAST = ("OrderCancelled", "DisputeOpened")
"""What is said where nothing else moves: the one calls it off, or asks the arbiters about all that is held."""


def signers_of(world: World, record: str, body: EscrowBody, silent: str | None) -> Iterator[tuple[str, ...]]:
    """For every alternative of every row that the state lets come, the first who may sit there and are not silent."""
    said = Said(body, b"", (0, 0), (), True, world.now)
    hearing = Hearing(said, world.rules, world.books, world.line, world.terms)
    rows = rows_while(record, world.line.state(REGION_OF_RECORD[record]), world.line.own)
    for seats in dict.fromkeys(seats for row in rows for seats in row.signers):
        takers = [[party for party in EVERYBODY if party != silent and sits(hearing, seat, party)] for seat in seats]
        for count in (1, 2, 3, 7):
            chosen = [some[:count] if seat in SEVERAL else some[:1] for seat, some in zip(seats, takers, strict=True)]
            by = tuple(dict.fromkeys(party for some in chosen for party in some))
            if (
                by
                and refuse_signers(msgspec.structs.replace(hearing, said=msgspec.structs.replace(said, parties=by)), (seats,))
                is None
            ):
                yield by
                break


def try_to_say(world: World, record: str, silent: str | None, **fields: object) -> bool:
    """Whether somebody who is not silent has said it and was heard."""
    if refusal_for(record, world.line.state(REGION_OF_RECORD[record]), world.line.own) is not None:
        return False
    before = world.references
    body = world.body(record, **fields)
    for by in signers_of(world, record, body, silent):
        said = Said(body, body.to_body(), (world.entry + 1, 0), by, True, world.now)
        if isinstance(kernel.apply(world.books, said, world.rules), Accepted):
            world.say(body, by=by)
            return True
    world.references = before
    return False


def walk(seed: int) -> World:
    """A line somewhere on its way, after some random but rightful records."""
    random = Random(seed)
    world = World(HOME).fund(capital=10**8, deposit=10_000, stake=100_000)
    second_hand = random.random() < 0.2
    world.agree(
        random.choice(["small", "middle", "large"]),
        inspected=random.random() < 0.5,
        payout_currency="SGD" if random.random() < 0.2 else None,
        second_hand=second_hand,
        serial=digest_of("watch") if second_hand else None,
        arbiters=tuple(arbiter_in(HOME, number) for number in range(1, random.choice([4, 6]))),
    )
    for record in WAY[: random.randint(1, len(WAY))]:
        world.until(world.line.seed_after or 0)
        try_to_say(world, record, None, **({"defects": 4} if record == "InspectionReported" and random.random() < 0.3 else {}))
    liked = random.sample(LINE_RECORDS, 40)
    spare = random.choice([1, 5, 20])
    for _ in range(STEPS):
        world.later(random.choice([0, 0, 1, spare]))
        try_to_say(world, random.choice(liked), None)
    return world


def has_money(line: Line) -> bool:
    return line.boxed() + line.unallocated > 0


def move_on(world: World, silent: str) -> bool:
    """One record more, by whoever is not silent; whether there was one."""
    whole: dict[str, object] = {"amount": world.money(max(world.line.held, 1))}
    for record in (*CASH, *CLOCK, *PEOPLE):
        if record == "ReleaseInstructed" and world.line.own is Own.ACCEPTED and try_release(world, silent):
            return True
        if record != "ReleaseInstructed" and try_to_say(world, record, silent):
            return True
    due = due_at(world.line, world.terms)
    if due is not None and due > world.now and due - world.now < DAYS_MAX * DAY_MS:
        return False
    return any(try_to_say(world, record, silent, **(whole if record == "DisputeOpened" else {})) for record in LAST)


def try_release(world: World, silent: str) -> bool:
    line = world.line
    retained = line.received * world.terms.agreed.retention.basis_points // 10_000
    amounts = [amount for amount in (line.held, line.held - retained) if amount > 0]
    return any(try_to_say(world, "ReleaseInstructed", silent, amount=world.money(amount)) for amount in amounts)


def days_until_empty(world: World, silent: str) -> int | None:
    """How many days of the clock it takes, or None where the money is there after `DAYS_MAX`."""
    start = world.now
    while has_money(world.line):
        if move_on(world, silent):
            continue
        if world.now - start > DAYS_MAX * DAY_MS:
            return None
        world.later(1)
    return (world.now - start) // DAY_MS


@cache
def walks() -> tuple[int, ...]:
    """Seeds of walks that left money in the line."""
    return tuple(seed for seed in range(WALKS) if has_money(walk(seed).line))


def test_the_walks_lead_to_many_states() -> None:
    lines = [walk(seed).line for seed in walks()]
    assert len({(line.own, line.dispute, line.hold, line.advance, line.recall) for line in lines}) > len(lines) // 2


PARTIES = (BUYER, MERCHANT, *CARRIERS, *INSPECTORS, TRUSTEES[0], GUARANTORS[0], arbiter_in(HOME, 1), arbiter_in(HOME, 2))


@pytest.mark.parametrize("silent", PARTIES)
def test_with_one_party_silent_for_ever_all_money_leaves(silent: str) -> None:
    stuck = []
    for seed in walks():
        world = walk(seed)
        if days_until_empty(world, silent) is None:
            line = world.line
            stuck.append((seed, line.own, line.dispute, line.advance, line.hold, line.held, line.disputed, line.rec))
    assert not stuck, stuck


@pytest.mark.parametrize("silent", sorted(MAY_HOLD_BACK))
def test_where_silence_holds_money_back_it_is_one_of_those_who_are_named(silent: str) -> None:
    world = World(HOME).fund().reach(Own.DELIVERED)
    if silent == FUND_BANK:
        world.do("DisputeOpened")
        world.do("FundAdvanced", amount=Money("CNY", 1_000))
    if silent == AUTHORITY:
        world.do("LegalHoldPlaced", by=(AUTHORITY,))
    if silent == OPERATOR:
        world.do("DisputeOpened")
        world.later(7).do("DisputeEscalated", by=(BUYER,))
        world.later(14).do("RulingMade")
    assert days_until_empty(world, silent) is None
    assert silent != FUND_BANK or world.line.advance is Advance.DECIDED
    assert silent != AUTHORITY or world.line.hold is Hold.HELD
