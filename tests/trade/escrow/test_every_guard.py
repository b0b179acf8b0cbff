"""Every guard of every record refuses: a world in which the record is right, one thing is spoilt, and the guard names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as fields_of
from typing import Any

import pytest

from ledger.trade.escrow import kernel
from ledger.trade.escrow.books import Accepted
from ledger.trade.escrow.deadlines import TIMEOUTS
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.regions import Dispute, Own
from ledger.trade.escrow.table.every import ROWS
from ledger.trade.escrow.table.goods import UNDECIDED
from tests.trade.escrow import test_disputes as disputes
from tests.trade.escrow import test_fund as funds
from tests.trade.escrow.honest import honest_signers
from tests.trade.escrow.rules_stand_in import AUTHORITY, FUND, FUND_BANK, GUARANTORS, MERCHANT, OPERATOR
from tests.trade.escrow.test_agreement import at
from tests.trade.escrow.world import World

Spoil = Callable[[World], dict[str, Any] | None]
Ready = Callable[[], World]


def then(build: Ready, *records: str) -> Ready:
    def ready() -> World:
        world = build()
        for record in records:
            world.do(record)
        return world

    return ready


def waiting(build: Ready, timeout: str) -> Ready:
    """The world at the moment of this timeout."""

    def ready() -> World:
        world = build()
        return world.until(TIMEOUTS[timeout].at(world.line, world.terms))

    return ready


def recovering() -> World:
    """Ruled for the buyer, carried out: what was frozen for the fund is still in the line, a part was paid to the merchant."""
    world = funds.advanced(4_000)
    world.do("RulingExecuted")
    return world


def guaranteed() -> World:
    world = World().fund(stake=100_000).reach(Own.FUNDED)
    world.do("GuaranteeLocked")
    return world


def claimed_and_guaranteed() -> World:
    """Released, with a claim from before the end of its window, which is over by now."""
    world = guaranteed()
    for record in ("GoodsDispatched", "GoodsDelivered", "DeliveryAccepted", "ReleaseInstructed", "PayoutSettled", "ClaimOpened"):
        world.do(record)
    return world.later(world.terms.pack.conformity_days)


READY: dict[str, Ready] = {
    "FundsReceived": lambda: at(Own.FUNDED).agree(),
    "OrderCancelled": lambda: at(Own.FUNDED),
    "GoodsDispatched": lambda: at(Own.FUNDED),
    "LotCommitted": lambda: World("CN").reach(Own.SHIPPED, inspected=True),
    "InspectionReported": lambda: at(Own.SAMPLING).later(1),
    "InspectionEscalated": waiting(lambda: at(Own.SAMPLING), "inspection"),
    "ReinspectionRequested": lambda: at(Own.HELD_AT_ENTRY),
    "EntryRejected": waiting(lambda: at(Own.HELD_AT_ENTRY), "entry"),
    "GoodsDelivered": lambda: at(Own.SHIPPED),
    "DeliveryLapsed": waiting(lambda: at(Own.SHIPPED), "delivery"),
    "DeliveryAccepted": lambda: at(Own.DELIVERED),
    "AcceptanceLapsed": waiting(lambda: at(Own.DELIVERED), "acceptance"),
    "WithdrawalNoticed": lambda: at(Own.DELIVERED),
    "ReturnCarried": lambda: at(Own.RETURNING),
    "ReturnReceived": lambda: at(Own.RETURNING),
    "ReturnLapsed": waiting(then(lambda: at(Own.RETURNING), "ReturnCarried"), "return_reply"),
    "ReturnRefused": then(lambda: at(Own.RETURNING), "ReturnCarried"),
    "WithdrawalLapsed": waiting(lambda: at(Own.RETURNING), "return"),
    "LineClosed": waiting(lambda: at(Own.REFUNDED), "closing"),
    "ReleaseInstructed": lambda: at(Own.ACCEPTED),
    "CurrencyExchanged": waiting(lambda: World("JP").reach(Own.ACCEPTED, payout_currency="CNY"), "exchange"),
    "PayoutSettled": lambda: at(Own.RELEASING),
    "PayoutReturned": lambda: at(Own.RELEASED),
    "RefundSettled": lambda: at(Own.REFUNDING),
    "RefundReturned": lambda: at(Own.REFUNDED),
    "FundsReturned": then(lambda: at(Own.FUNDED), "FundsReceived"),
    "ChargebackNoticed": lambda: at(Own.RELEASED),
    "ChargebackPaid": then(lambda: at(Own.RELEASED).fund(), "ChargebackNoticed"),
    "TitleTransferred": lambda: World().reach(Own.ACCEPTED, second_hand=True, serial=bytes(32)),
    "DisputeOpened": lambda: at(Own.DELIVERED),
    "ClaimOpened": lambda: at(Own.RELEASED),
    "DisputeWithdrawn": disputes.disputed,
    "OfferMade": disputes.in_arbitration,
    "OfferAccepted": then(disputes.disputed, "OfferMade"),
    "EvidenceFiled": disputes.in_arbitration,
    "RulingMade": waiting(disputes.in_arbitration, "evidence"),
    "AppealOpened": disputes.ruled,
    "AppealRuled": then(disputes.ruled, "AppealOpened"),
    "RulingExecuted": waiting(disputes.ruled, "appeal"),
    "LineRecalled": lambda: at(Own.FUNDED),
    "RecallLifted": then(lambda: at(Own.FUNDED), "LineRecalled"),
    "GuaranteeLocked": lambda: World().fund(stake=100_000).reach(Own.FUNDED),
    "GuaranteeReleased": waiting(
        then(lambda: World().fund(stake=100_000).reach(Own.FUNDED), "GuaranteeLocked", "OrderCancelled", "RefundSettled"),
        "claims",
    ),
    "FundAdvanced": disputes.disputed,
    "AdvancePaid": then(disputes.disputed, "FundAdvanced"),
    "RecourseSettled": recovering,
    "RecourseTaken": funds.late,
    "RecourseRepaid": funds.late,
    "RecourseWrittenOff": recovering,
}
"""Record to a world in which an honest party may say it."""


def dispute(world: World) -> None:
    undecided = world.line.own in UNDECIDED and world.line.held > 0
    world.do("DisputeOpened" if undecided else "ClaimOpened", amount=world.money(1))


def claim_and_advance(world: World) -> None:
    world.fund()
    dispute(world)
    world.do("FundAdvanced")


def dispute_all(world: World) -> None:
    world.do("DisputeOpened", amount=world.money(world.line.held))


def booked(bank: Callable[[World], str]) -> Spoil:
    return lambda world: {
        "reference": next(reference for at_bank, reference in sorted(world.books.settled) if at_bank == bank(world))
    }


def one_more(name: str, most: Callable[[World], int]) -> Spoil:
    return lambda world: {name: Money(world.line.currency, most(world) + 1)}


def forget_fund(world: World) -> dict[str, Any] | None:
    del world.rules.funds[FUND]
    return {"by": (OPERATOR,)} if world.line.dispute is not Dispute.NONE else None


def carry(world: World) -> None:
    world.do("ReturnCarried")


def zero(*names: str) -> Spoil:
    return lambda _: dict.fromkeys(names, bytes(32))


SPOILT: dict[str, tuple[str, Spoil]] = {
    "no_hold": ("legal_hold", lambda world: world.do("LegalHoldPlaced", by=(AUTHORITY,)) and None),
    "no_dispute": ("dispute_open", dispute),
    "something_held": ("overdrawn_line", dispute_all),
    "reference_fresh": ("reference_settled", booked(lambda world: world.terms.agreed.custodian)),
    "fund_reference_fresh": ("reference_settled", booked(lambda _: FUND_BANK)),
    "not_recalled": ("serial_recalled", lambda world: world.do("LineRecalled") and None),
    "serials_agreed": ("serials_differ", zero("serials")),
    "within_held": ("overdrawn_line", one_more("amount", lambda world: world.line.held)),
    "within_surplus": ("overdrawn_line", one_more("money", lambda world: world.line.unallocated)),
    "within_paid": ("claim_over_price", one_more("amount", lambda world: world.line.paid_merchant)),
    "within_price": ("claim_over_price", one_more("money", lambda world: world.line.received)),
    "paid_to_merchant": ("amount_differs", one_more("money", lambda world: world.line.paid_merchant)),
    "paid_to_buyer": ("amount_differs", one_more("money", lambda world: world.line.paid_buyer)),
    "exactly_rel": ("amount_differs", one_more("money", lambda world: world.line.rel)),
    "exactly_ref": ("amount_differs", one_more("money", lambda world: world.line.ref)),
    "exactly_rec": ("amount_differs", one_more("money", lambda world: world.line.rec)),
    "exactly_advance": ("amount_differs", one_more("money", lambda world: world.line.advance_unpaid)),
    "exactly_chargeback": ("amount_differs", one_more("money", lambda world: world.line.chargeback_unpaid)),
    "owed_by_party": ("amount_differs", one_more("money", lambda world: world.line.owed_merchant)),
    "share_within_case": ("unbalanced", one_more("buyer_share", lambda world: world.line.case.amount if world.line.case else 0)),
    "offer_stands": ("offer_missing", one_more("buyer_share", lambda world: 2_000)),
    "shares_sum": ("unbalanced", one_more("merchant_share", lambda world: 2_000)),
    "basis_holds": ("offer_missing", lambda _: {"basis": "buyer_offer"}),
    "pack_pinned": ("rule_pack_unknown", zero("pack")),
    "evidence_filed": ("evidence_hash_mismatch", lambda _: {"evidence": (bytes(32),)}),
    "fund_named": ("fund_unknown", forget_fund),
    "not_carried": ("already_carried", carry),
    "sample_as_planned": ("sample_size_differs", lambda _: {"sample_size": 7}),
    "seed_unknown_yet": ("seed_before_commit", lambda world: {"seed_after": world.now}),
    "within_reinspection": ("window_closed", lambda world: world.later(30) and None),
    "within_withdrawal": ("window_closed", lambda world: world.later(30) and None),
    "within_return_reply": ("window_closed", lambda world: world.later(30) and None),
    "within_conformity": ("window_closed", lambda world: world.later(999) and None),
    "within_chargeback": ("window_closed", lambda world: world.later(999) and None),
    "within_appeal": ("window_closed", lambda world: world.later(99) and None),
    "evidence_open": ("evidence_after_close", lambda world: world.later(99) and None),
    "offers_open": ("evidence_after_close", lambda world: world.later(99) and None),
    "no_break": ("statement_break", lambda world: world.do("StatementReported", closing=Money(world.currency, 1)) and None),
    "settled": ("not_settled", lambda world: world.do("LegalHoldPlaced") and None),
    "no_advance": ("already_advanced", lambda world: world.do("FundAdvanced") and None),
    "case_not_of_recall": ("serial_recalled", lambda world: world.do("LineRecalled") and None),
    "advance_settled": ("advance_unpaid", lambda world: world.do("FundAdvanced") and None),
    "boxes_quiet": ("boxes_busy", dispute),
    "sold_all": ("amount_differs", lambda world: {"sold": world.money(world.line.held - 1), "bought": Money("CNY", 50_000)}),
    "rate_holds": ("rate_mismatch", lambda _: {"numerator": 6}),
    "spread_scheduled": ("fee_over_schedule", lambda _: {"bought": Money("CNY", 49_000), "spread": Money("CNY", 1_005)}),
    "exchange_currencies": ("currency_mismatch", lambda _: {"bought": Money("SGD", 50_005)}),
    "not_paid_twice": ("double_recovery", claim_and_advance),
    "guarantor_apart": ("party_is_arbiter", lambda world: world.rules.tie(GUARANTORS[0], MERCHANT)),
    "cover_within_caps": ("cover_over_cap", one_more("cover", lambda world: 10_001)),
    "stake_free": ("stake_insufficient", lambda world: world.rules.asked.update({(GUARANTORS[0], "stake", "SGD"): 100_001})),
    "within_frozen_or_cap": ("advance_over_cap", one_more("amount", lambda world: world.line.disputed)),
    "above_floor": ("fund_floor", lambda world: world.rules.reserve("SGD", floor=10**8)),
    "prima_facie_without_trustees": ("finding_missing", lambda _: {"by": (OPERATOR,)}),
}
"""Guard to the refusal it names and what brings it about; where it returns members, the record says them."""

OTHERWISE: dict[tuple[str, str], tuple[Ready, Spoil]] = {
    ("WithdrawalNoticed", "no_hold"): (lambda: at(Own.FUNDED), SPOILT["no_hold"][1]),
    ("GuaranteeReleased", "no_dispute"): (claimed_and_guaranteed, lambda _: None),
}
"""Pairs that need a world of their own."""

ELSEWHERE = {
    "offer_open", "terms_consistent", "allies_seated", "parties_apart", "judges_apart", "fund_exists", "pack_currency",
    "panel_large_enough", "fees_within_caps", "deposit_paid", "sampling_agreed", "sampling_not_agreed", "first_inspection",
    "reinspector_named", "may_withdraw", "carried", "second_hand", "seller_owns", "title_passed", "inspected", "not_exchanged",
    "exchanged_if_agreed", "retention_kept", "fees_scheduled", "no_circle", "in_dispute", "one_currency", "no_chargeback",
    "line_drained", "buyer_owes", "appellant_lost", "fund_quiet", "something_left", "evidence_fits", "disputes_left",
    "dispute_of_other_side", "clock_undisputed", "recalled_by_signer", "recalled_once",
}  # fmt: skip
"""Guards whose refusal needs other terms or another past: the stories, the terms, the refusals and the attacks show each."""

NEVER = {("OrderCancelled", "something_held"), ("WithdrawalNoticed", "something_held")}
"""Pairs of which the guard can refuse nothing that another has not refused before it: without a dispute something is held."""

PAIRS = sorted({(row.record, guard) for row in ROWS for guard in row.guards if guard in SPOILT} - NEVER)
MONEY_PAIRS = sorted(
    {(row.record, guard) for row in ROWS for guard in row.guards if guard in ("line_currency", "price_currency")}
)


def verdict_of(world: World, record: str, by: tuple[str, ...], **fields: Any) -> str:
    body = world.body(record, **fields)
    verdict = kernel.apply(world.books, Said(body, body.to_body(), (10**6, 0), by, True, world.now), world.rules)
    return "accepted" if isinstance(verdict, Accepted) else verdict.code


@pytest.mark.parametrize("record", sorted(READY))
def test_each_world_is_one_in_which_the_record_is_right(record: str) -> None:
    world = READY[record]()
    spoken = {"party": "buyer.sg", "money": world.money(1)} if record == "RecourseWrittenOff" else {}
    assert (
        verdict_of(world, record, honest_signers(world, record), **({} if record == "RecourseWrittenOff" else spoken))
        == "accepted"
    )


@pytest.mark.parametrize(("record", "guard"), PAIRS)
def test_one_thing_is_spoilt_and_the_guard_names_it(record: str, guard: str) -> None:
    code, spoil = SPOILT[guard]
    ready, spoil = OTHERWISE.get((record, guard), (READY[record], spoil))
    world = ready()
    fields = dict(spoil(world) or {})
    by = fields.pop("by", None) or honest_signers(world, record)
    assert verdict_of(world, record, by, **fields) == code


@pytest.mark.parametrize(("record", "guard"), MONEY_PAIRS)
def test_an_amount_in_another_currency_is_named(record: str, guard: str) -> None:
    world = READY[record]()
    by = honest_signers(world, record)
    body = world.body(record)
    names = [field.name for field in fields_of(body) if isinstance(getattr(body, field.name), Money)]
    assert names
    for name in names:
        other = Money("KWD", getattr(body, name).minor)
        expected = "unbalanced" if name == "merchant_share" else "currency_mismatch"
        assert verdict_of(world, record, by, **{name: other}) == expected, name


def test_every_guard_is_spoilt_here_or_shown_elsewhere() -> None:
    named = set(SPOILT) | ELSEWHERE | {"line_currency", "price_currency"}
    assert set(kernel.GUARDS) <= named, set(kernel.GUARDS) - named
