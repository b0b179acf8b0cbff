"""The faults found in the sources of other escrow and dispute systems, each as a test against ourselves."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from typing import Any

import pytest

from ledger.errors import Malformed, Unprocessable
from ledger.evidence.record import read_record
from ledger.trade.escrow import kernel
from ledger.trade.escrow.allocation import allocate
from ledger.trade.escrow.bodies.disputes import EvidenceFiled
from ledger.trade.escrow.bodies.every import BODIES, read_escrow_body
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.money import NonIntegerAmount
from ledger.trade.escrow.regions import Dispute, Own, Refund
from tests.trade.escrow.honest import EVIDENCE
from tests.trade.escrow.rules_stand_in import TRUSTEES
from tests.trade.escrow.test_disputes import disputed, execute, in_arbitration, ruled
from tests.trade.escrow.world import World, digest_of

PERCENTAGES = ("33.3", "12.5", "49.9", "50.0", "0.1", "99.9")


@pytest.mark.parametrize("percentage", PERCENTAGES)
def test_percentages_lose_nothing(percentage: str) -> None:
    """Shares as 32-bit floats, truncated: 33.3 and 66.7 of a hundred paid 99, the rest went to nobody."""
    buyer, merchant = allocate(1_000_000, (int(Decimal(percentage) * 10), int((100 - Decimal(percentage)) * 10)))
    assert buyer + merchant == 1_000_000
    assert buyer == int(Decimal(percentage) * 10_000)
    world = ruled(share=buyer // 1_000, minor=1_000)
    execute(world)
    assert world.line.ref + world.line.rel == 1_000
    assert world.balance(f"ord:{world.name}:disputed") == 0


def test_the_order_of_a_map_decides_nothing() -> None:
    """Outputs built by walking a map in random order: the same inputs gave different transactions."""
    world = World().fund(deposit=500, stake=10_000).reach(Own.DELIVERED)
    world.do("GuaranteeLocked")
    for record in ("DeliveryAccepted", "ReleaseInstructed", "PayoutSettled", "ClaimOpened", "FundAdvanced", "AdvancePaid"):
        world.do(record)
    world.do("OfferMade", buyer_share=world.money(4_000))
    world.do("OfferAccepted")
    world.do("RecourseTaken")
    said = world.log[-1]
    legs = {_legs_with_shuffled_books(world, order) for order in range(6)}
    assert len(legs) == 1
    (only,) = legs
    assert list(only) == sorted(only)
    assert type(said.body).__name__ == "RecourseTaken"


def _legs_with_shuffled_books(world: World, order: int) -> tuple[Any, ...]:
    """Replay all but the last record with every map of the books in another order, then judge the last."""
    copy = World()
    for said in world.log[:-1]:
        verdict = kernel.apply(copy.books, said, world.rules)
        assert isinstance(verdict, Accepted)
        copy.books.take(verdict.change, said.now)
        items = list(copy.books.balances.items())
        turned = next(itertools.islice(itertools.permutations(items[-4:]), order, None), tuple(items[-4:]))
        copy.books.balances = dict([*turned, *items[:-4]])
    verdict = kernel.apply(copy.books, world.log[-1], world.rules)
    assert isinstance(verdict, Accepted)
    return verdict.change.legs


def test_no_money_waits_for_a_rating_or_for_the_loser() -> None:
    """A buyer who won everything could not take it, since no review could be left; a split needed both parties online."""
    assert not [name for name in BODIES if "Rating" in name or "Review" in name]
    world = ruled(share=4_001)
    execute(world)
    assert world.log[-1].parties == ("operator",)
    assert world.do("RefundSettled", by=("bank.sg",)).posting == ("P8",)
    assert world.line.paid_buyer == 4_001


def test_a_payee_that_rejects_the_money_is_paid_again() -> None:
    """The result of a transfer was ignored after the state was cleared: what the payee rejected stayed there for ever."""
    world = World().reach(Own.RELEASED)
    paid = world.line.paid_merchant
    assert world.do("PayoutReturned").posting == ("P6",)
    assert (world.line.own, world.line.rel, world.line.paid_merchant) == (Own.RELEASING, paid, 0)
    world.no("not_settled", "LineClosed")
    assert world.do("PayoutSettled").posting == ("P5",)
    assert (world.line.own, world.line.paid_merchant) == (Own.RELEASED, paid)
    world = World().reach(Own.REFUNDED)
    world.do("RefundReturned")
    assert world.line.refund is Refund.RETURNED
    world.do("RefundSettled")
    assert world.line.own is Own.REFUNDED


def test_the_winner_of_final_offers_gets_their_own_last_offer() -> None:
    """Worth copying: an arbiter who rules by offer can only choose one of them, so both move towards each other."""
    world = in_arbitration()
    world.do("OfferMade", buyer_share=world.money(1_500))
    world.do("OfferMade", buyer_share=world.money(2_500), by=("buyer.sg",))
    world.do("OfferMade", buyer_share=world.money(2_400), by=("buyer.sg",))
    world.later(14)
    between = {"buyer_share": world.money(2_000), "merchant_share": world.money(2_001)}
    for basis in ("buyer_offer", "merchant_offer"):
        world.no("offer_missing", "RulingMade", basis=basis, **between)
    world.no(
        "offer_missing", "RulingMade", basis="buyer_offer", buyer_share=world.money(2_500), merchant_share=world.money(1_501)
    )
    world.do("RulingMade", basis="buyer_offer", buyer_share=world.money(2_400), merchant_share=world.money(1_601))
    execute(world)
    assert (world.line.ref, world.line.rel) == (2_400, 1_601)


def test_a_ruling_may_give_any_share() -> None:
    """Rulings that know only buyer, seller and half cannot say seven eighths."""
    for share in (0, 1, 3_500, 4_000, 4_001):
        world = ruled(share=share)
        execute(world)
        assert (world.line.ref, world.line.rel) == (share, 4_001 - share)


def test_a_list_is_a_list() -> None:
    """Disputes kept as text with commas: adding "123" added 1, 2 and 3."""
    world = disputed()
    world.do("EvidenceFiled", evidence=(digest_of("123"),))
    assert world.line.case is not None
    assert world.line.case.evidence == (*EVIDENCE, digest_of("123"))
    body = json.loads(EvidenceFiled(world.name, world.line.address("log.example/1"), (digest_of("1"), digest_of("2"))).to_body())
    assert isinstance(body["evidence"], list)
    for joined in (",".join(body["evidence"]), body["evidence"][0]):
        with pytest.raises(Malformed):
            read_escrow_body(body | {"evidence": joined})


@pytest.mark.parametrize("total", [1, 2, 3, 101, 10_001])
def test_a_split_keeps_the_odd_unit_and_gives_it_to_the_buyer(total: int) -> None:
    """int(x * f) + int(x * (1 - f)) is one less than x."""
    buyer, merchant = allocate(total, (1, 1))
    assert buyer + merchant == total
    assert buyer - merchant == total % 2
    world = ruled(share=buyer, minor=total)
    execute(world)
    assert world.line.ref + world.line.rel == total


def test_the_odd_unit_follows_the_largest_remainder_and_not_the_position() -> None:
    """Leftovers went to the first places in order, whatever their remainders were."""
    assert allocate(10, (1, 1, 4)) == (2, 2, 6)
    assert allocate(100, (1, 2, 3)) == (17, 33, 50)
    assert allocate(5, (3, 1, 6)) == (2, 0, 3)
    by_party = dict(zip("abc", allocate(11, (2, 3, 5)), strict=True))
    turned = dict(zip("cba", allocate(11, (5, 3, 2)), strict=True))
    assert by_party == turned


def test_the_same_bank_line_counts_once() -> None:
    """Without an idempotency key a message that came twice was booked twice."""
    world = World().reach(Own.FUNDED)
    said = world.log[-1]
    world.refuse("stale_prev", said.body, by=said.parties)
    world.no("reference_settled", "FundsReceived", reference=said.body.reference)  # type: ignore[attr-defined]
    other = World().reach(Own.FUNDED).agree()
    other.no("reference_settled", "FundsReceived", reference="REF 1")
    assert other.balance("custody:bank.sg") == 10_001
    fund = World().fund()
    first = fund.log[0]
    fund.refuse("reference_settled", first.body, by=first.parties)
    assert fund.balance("fund_cash:fund") == 10**8


@pytest.mark.parametrize("written", ["1000.0", "1e3", "1000", "NaN"])
def test_amounts_are_no_json_numbers(written: str) -> None:
    """Amounts travelled as JSON floats."""
    world = World().reach(Own.FUNDED)
    body = world.body("DisputeOpened", amount=world.money(1_000)).to_body()
    changed = body.replace(b'"minor":"1000"', b'"minor":' + written.encode())
    assert changed != body
    with pytest.raises((NonIntegerAmount, Unprocessable, Malformed)):
        read_escrow_body(read_record(changed))


def test_punitive_sums_are_never_taken_from_custody() -> None:
    """What a law adds to the refund is a claim on the merchant; the frozen part and the fund's cap are all that moves."""
    world = World("CN").fund().reach(Own.DELIVERED, goods_class="food", inspected=True)
    world.do("LineRecalled", reason="contaminated")
    custody = world.balance("custody:bank.cn")
    world.no("advance_over_cap", "FundAdvanced", amount=world.money(10 * 100_001), by=TRUSTEES)
    world.do("FundAdvanced", by=TRUSTEES)
    world.do("AdvancePaid")
    assert (world.balance("custody:bank.cn"), world.line.dispute) == (custody, Dispute.OPEN)
