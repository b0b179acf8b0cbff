"""Every refusal by its name: what leads to it, that nothing moved, and that the same record is judged anew if it comes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.trade.escrow.accounts import fund_cash, fund_equity
from ledger.trade.escrow.bodies.agreement import FeeSchedule, Retention, RulePackPin
from ledger.trade.escrow.guards.cases import EVIDENCE_OF_CASE_MAX
from ledger.trade.escrow.money import MINOR_MAX, Money
from ledger.trade.escrow.refusals.precedence import RANK, REFUSALS
from ledger.trade.escrow.regions import Own
from ledger.trade.shapes.address import Address
from tests.trade.escrow import test_disputes as disputes
from tests.trade.escrow import test_fund as funds
from tests.trade.escrow.honest import honest_signers
from tests.trade.escrow.rules_stand_in import AUTHORITY, GUARANTORS, MERCHANT, OPERATOR, arbiter_in
from tests.trade.escrow.world import World, books_of, digest_of

BUYER = "buyer.sg"
Case = tuple[str, Callable[[], World], str, dict[str, Any]]
"""Code, the world before, the record, and how it differs from what an honest party would say."""


def at(own: Own, size: str = "small", **changes: Any) -> Callable[[], World]:
    return lambda: World().fund(stake=100_000).reach(own, size, **changes)


def then(before: Callable[[], World], *records: str, **fields: Any) -> Callable[[], World]:
    def build() -> World:
        world = before()
        for record in records:
            world.do(record, **fields)
        return world

    return build


def agreement(**changes: Any) -> Callable[[], World]:
    """A world before an agreement with these changes; the record's own members come from `terms`."""
    return lambda: World().fund()


def terms(**changes: Any) -> dict[str, Any]:
    return World().agreement(**changes)


def overflowing() -> World:
    """Books after some nine thousand of the largest payments into the fund."""
    world = World()
    most = (1 << 63) - MINOR_MAX
    world.books.balances[fund_cash("fund"), "SGD"] = most
    world.books.balances[fund_equity("fund", "capital"), "SGD"] = -most
    return world


def circle() -> World:
    """The merchant backs guarantor 2, who backs guarantor 1."""
    world = World().fund(stake=100_000).fund(stake=100_000, guarantor=GUARANTORS[1])
    world.rules.roles[MERCHANT].add("guarantor")
    world.rules.seat(MERCHANT, "guarantor")
    world.fund(stake=100_000, guarantor=MERCHANT)
    for backed, backer in ((GUARANTORS[1], MERCHANT), (GUARANTORS[0], GUARANTORS[1])):
        world.rules.roles[backed].add("merchant")
        world.reach(Own.FUNDED, merchant=backed)
        world.do("GuaranteeLocked", by=(backer,), guarantor=backer)
    return world.reach(Own.FUNDED)


def full_case() -> World:
    world = disputes.disputed()
    for start in range(0, EVIDENCE_OF_CASE_MAX - 1, 31):
        some = range(start, min(start + 31, EVIDENCE_OF_CASE_MAX - 1))
        world.do("EvidenceFiled", evidence=tuple(digest_of(f"photograph {number}") for number in some))
    return world


def poor_fund() -> World:
    world = World().fund(capital=3_000).reach(Own.FUNDED)
    world.do("DisputeOpened", amount=world.money(4_000))
    return world


def tied_guarantor() -> World:
    world = at(Own.FUNDED)()
    world.rules.tie(GUARANTORS[0], BUYER)
    return world


def broken_statement() -> World:
    world = at(Own.ACCEPTED)()
    world.do("StatementReported", closing=Money("SGD", 1))
    return world


def asked_deposit() -> World:
    world = World().fund(deposit=999)
    world.rules.asked[MERCHANT, "deposit", "SGD"] = 1_000
    return world


def stolen() -> World:
    world = World().reach(Own.ACCEPTED, second_hand=True, serial=digest_of("watch"))
    world.do("TitleTransferred")
    return world.reach(Own.ACCEPTED, second_hand=True, serial=digest_of("watch"))


SGD, CNY = (lambda minor: Money("SGD", minor)), (lambda minor: Money("CNY", minor))
PANEL = tuple(arbiter_in("SG", number) for number in (1, 2))
FOREIGN = {"payout_currency": "CNY"}

STANDING: list[Case] = [
    ("line_unknown", at(Own.FUNDED), "GoodsDispatched", {"line": f"{MERCHANT}/other/1"}),
    ("line_exists", at(Own.FUNDED), "OrderAgreed", terms()),
    ("rule_pack_unknown", agreement(), "OrderAgreed", terms(pack=RulePackPin("SG@2026.2", bytes(32)))),
    ("wrong_signer_role", at(Own.FUNDED), "OrderCancelled", {"by": (AUTHORITY,)}),
    ("party_in_two_roles", agreement(), "OrderAgreed", terms(buyer=MERCHANT) | {"by": (MERCHANT,)}),
    ("threshold_not_met", at(Own.FUNDED), "GoodsDispatched", {"by": (MERCHANT,)}),
    ("stale_prev", at(Own.FUNDED), "GoodsDispatched", {"prev": Address("log.example/1", 1, 0)}),
]
STATES: list[Case] = [
    ("line_is_closed", at(Own.CLOSED), "ReleaseInstructed", {}),
    ("line_cancelled", at(Own.CANCELLED), "ReleaseInstructed", {}),
    ("not_funded", at(Own.AGREED), "GoodsDispatched", {}),
    ("already_funded", at(Own.FUNDED), "OrderLapsed", {}),
    ("not_shipped", at(Own.FUNDED), "LotCommitted", {}),
    ("already_shipped", at(Own.SHIPPED), "GoodsDispatched", {}),
    ("sampling_not_agreed", at(Own.SHIPPED), "LotCommitted", {}),
    ("not_sampling", at(Own.SHIPPED, inspected=True), "InspectionReported", {}),
    ("not_held_at_entry", at(Own.CLEARED, inspected=True), "EntryRejected", {}),
    ("inspection_missing", at(Own.SHIPPED, inspected=True), "GoodsDelivered", {}),
    ("inspection_failed", at(Own.HELD_AT_ENTRY, inspected=True), "GoodsDelivered", {}),
    ("inspection_final", then(at(Own.HELD_AT_ENTRY, inspected=True), "ReinspectionRequested"), "InspectionEscalated", {}),
    ("not_delivered", at(Own.SHIPPED), "DeliveryAccepted", {}),
    ("already_delivered", at(Own.DELIVERED), "GoodsDelivered", {}),
    ("not_accepted", at(Own.DELIVERED), "ReleaseInstructed", {}),
    ("already_accepted", at(Own.ACCEPTED), "DeliveryAccepted", {}),
    ("not_returning", at(Own.DELIVERED), "ReturnReceived", {}),
    ("already_returning", lambda: World("CN").reach(Own.RETURNING), "DeliveryAccepted", {}),
    ("already_carried", then(lambda: World("CN").reach(Own.RETURNING), "ReturnCarried"), "WithdrawalLapsed", {}),
    ("return_not_carried", lambda: World("CN").reach(Own.RETURNING), "ReturnLapsed", {}),
    ("not_released", at(Own.DELIVERED), "ClaimOpened", {"amount": SGD(1)}),
    ("already_released", at(Own.RELEASED), "ReleaseInstructed", {}),
    ("already_refunded", at(Own.REFUNDED), "ReleaseInstructed", {}),
    ("not_settled", at(Own.FUNDED), "LineClosed", {}),
    ("payout_not_instructed", at(Own.FUNDED), "PayoutSettled", {}),
    ("payout_not_settled", at(Own.AGREED), "PayoutReturned", {}),
    ("refund_not_instructed", at(Own.FUNDED), "RefundSettled", {}),
    ("refund_not_settled", at(Own.AGREED), "RefundReturned", {}),
    ("nothing_unallocated", at(Own.FUNDED), "FundsReturned", {}),
    ("guarantee_not_locked", at(Own.RELEASED), "GuaranteeReleased", {}),
    ("already_guaranteed", then(at(Own.FUNDED), "GuaranteeLocked"), "GuaranteeLocked", {}),
    ("dispute_missing", at(Own.FUNDED), "DisputeWithdrawn", {}),
    ("dispute_open", disputes.disputed, "DisputeOpened", {}),
    ("disputes_exhausted", then(at(Own.FUNDED), *("DisputeOpened", "DisputeWithdrawn") * 3), "DisputeOpened", {}),
    ("not_in_arbitration", disputes.disputed, "RulingMade", {}),
    ("already_in_arbitration", disputes.in_arbitration, "DisputeEscalated", {}),
    ("not_ruled", disputes.in_arbitration, "RulingExecuted", {}),
    ("already_ruled", disputes.ruled, "RulingMade", {}),
    ("not_appealed", disputes.ruled, "AppealRuled", {}),
    ("already_appealed", then(disputes.ruled, "AppealOpened"), "RulingExecuted", {}),
    ("advance_missing", disputes.disputed, "AdvancePaid", {"money": SGD(1)}),
    ("already_advanced", then(disputes.disputed, "FundAdvanced"), "DisputeWithdrawn", {}),
    ("advance_unpaid", then(disputes.disputed, "FundAdvanced"), "RecourseTaken", {}),
    ("already_recovered", then(funds.late, "RecourseTaken"), "RecourseTaken", {}),
    ("chargeback_missing", at(Own.RELEASED), "ChargebackPaid", {"money": SGD(1)}),
    ("already_charged_back", then(at(Own.RELEASED), "ChargebackNoticed"), "ChargebackNoticed", {}),
    ("hold_missing", at(Own.FUNDED), "LegalHoldLifted", {}),
    ("already_recalled", then(at(Own.FUNDED), "LineRecalled"), "LineRecalled", {}),
    ("recall_missing", at(Own.FUNDED), "RecallLifted", {}),
    (
        "title_transferred_before",
        then(stolen),
        "TitleTransferred",
        {"line": f"{MERCHANT}/tea/1", "prev": Address("log.example/1", 6, 0)},
    ),
]
OBSTACLES: list[Case] = [
    ("legal_hold", then(at(Own.ACCEPTED), "LegalHoldPlaced"), "ReleaseInstructed", {}),
    ("serial_recalled", then(at(Own.FUNDED), "LineRecalled"), "GoodsDispatched", {}),
    ("serial_clone_suspect", then(at(Own.FUNDED), "LineRecalled", reason="copied"), "GoodsDispatched", {}),
    ("statement_break", broken_statement, "ReleaseInstructed", {}),
    ("title_missing", at(Own.ACCEPTED, second_hand=True, serial=digest_of("watch")), "ReleaseInstructed", {}),
    ("not_owner", stolen, "TitleTransferred", {}),
    ("boxes_busy", then(at(Own.ACCEPTED, **FOREIGN), "DisputeOpened"), "CurrencyExchanged", {}),
    ("line_first", then(lambda: funds.advanced(4_001), "RulingExecuted"), "RecourseTaken", {}),
    ("not_exchanged", at(Own.ACCEPTED, **FOREIGN), "ReleaseInstructed", {}),
    ("not_second_hand", at(Own.ACCEPTED), "TitleTransferred", {}),
    ("already_exchanged", at(Own.ACCEPTED), "CurrencyExchanged", {}),
    ("clock_not_witnessed", at(Own.REFUNDED), "LineClosed", {"seen": False}),
    ("window_open", at(Own.DELIVERED), "AcceptanceLapsed", {}),
    ("window_closed", agreement(), "OrderAgreed", {**terms(), "offer_until": World().now}),
    ("seed_before_commit", at(Own.SHIPPED, inspected=True), "LotCommitted", {"seed_after": World().now}),
    ("evidence_after_close", disputes.ruled, "EvidenceFiled", {}),
]
CONTENTS: list[Case] = [
    ("ally_unknown", agreement(), "OrderAgreed", terms(carriers=("nobody",))),
    ("party_is_arbiter", tied_guarantor, "GuaranteeLocked", {}),
    ("panel_too_small", agreement(), "OrderAgreed", terms(size="large", arbiters=PANEL)),
    ("fund_unknown", at(Own.FUNDED, fund=None), "GuaranteeLocked", {}),
    ("terms_contradict", agreement(), "OrderAgreed", terms(second_hand=True)),
    ("excluded_goods_class", lambda: World("CN").reach(Own.DELIVERED, goods_class="made_to_order"), "WithdrawalNoticed", {}),
    ("serials_differ", at(Own.FUNDED), "GoodsDispatched", {"serials": bytes(32)}),
    ("sample_size_differs", lambda: at(Own.SAMPLING, inspected=True)().later(1), "InspectionReported", {"sample_size": 7}),
    ("reinspector_missing", at(Own.HELD_AT_ENTRY, inspected=True, reinspector=None), "ReinspectionRequested", {}),
    ("offer_missing", disputes.disputed, "OfferAccepted", {}),
    ("evidence_hash_mismatch", lambda: disputes.in_arbitration().later(20), "RulingMade", {"evidence": (bytes(32),)}),
    ("evidence_too_much", full_case, "EvidenceFiled", {"evidence": (digest_of("one more"),)}),
    ("appellant_not_loser", lambda: disputes.ruled(share=0), "AppealOpened", {"by": (MERCHANT,)}),
    ("finding_missing", disputes.disputed, "FundAdvanced", {"by": (OPERATOR,)}),
    ("reference_settled", at(Own.FUNDED), "FundsReceived", {"reference": "REF 3"}),
]
AMOUNTS: list[Case] = [
    ("currency_mismatch", at(Own.ACCEPTED), "ReleaseInstructed", {"tax": CNY(0)}),
    ("amount_differs", at(Own.RELEASING), "PayoutSettled", {"money": SGD(10_000)}),
    ("unbalanced", disputes.disputed, "OfferMade", {"buyer_share": SGD(4_002)}),
    ("fee_over_schedule", agreement(), "OrderAgreed", terms(fees=FeeSchedule(501, 0, 0, 0))),
    ("rate_mismatch", at(Own.ACCEPTED, **FOREIGN), "CurrencyExchanged", {"bought": CNY(1)}),
    ("overdrawn_line", at(Own.ACCEPTED), "ReleaseInstructed", {"amount": SGD(10_002)}),
    ("retention_waits", at(Own.ACCEPTED, retention=Retention(1, 1)), "ReleaseInstructed", {}),
    ("claim_over_price", at(Own.RELEASED), "ClaimOpened", {"amount": SGD(10_002)}),
    ("advance_over_cap", disputes.disputed, "FundAdvanced", {"amount": SGD(4_002)}),
    ("double_recovery", then(at(Own.RELEASED), "ClaimOpened", "FundAdvanced"), "ChargebackNoticed", {}),
    ("deposit_insufficient", asked_deposit, "OrderAgreed", terms()),
    ("stake_insufficient", lambda: World().fund(stake=100).reach(Own.FUNDED), "FundPaidOut",
     {"purpose": "stake", "party": GUARANTORS[0], "money": SGD(101)}),
    ("cover_over_cap", at(Own.FUNDED), "GuaranteeLocked", {"cover": SGD(10_002)}),
    ("guarantee_cycle", circle, "GuaranteeLocked", {}),
    ("fund_floor", poor_fund, "FundAdvanced", {"amount": SGD(2_001)}),
    ("negative_asset", at(Own.ACCEPTED), "FeePaid", {}),
    ("balance_overflow", overflowing, "FundPaidIn", {"money": SGD(MINOR_MAX)}),
]  # fmt: skip
CASES = [*STANDING, *STATES, *OBSTACLES, *CONTENTS, *AMOUNTS]


@pytest.mark.parametrize(("code", "before", "record", "said"), CASES, ids=[case[0] for case in CASES])
def test_a_refusal_moves_nothing_and_the_same_record_is_judged_anew(
    code: str, before: Callable[[], World], record: str, said: dict[str, Any]
) -> None:
    world = before()
    body = world.body(record, **{name: value for name, value in said.items() if name not in ("by", "seen")})
    by = said.get("by") or honest_signers(world, record)
    seen = said.get("seen", True)
    books = books_of(world.books)
    for _ in range(2):
        world.refuse(code, body, by=by, seen=seen)
    assert books_of(world.books) == books
    assert world.log[-1].position > world.log[-2].position


def test_the_cases_are_every_refusal_in_their_order_of_precedence() -> None:
    assert [case[0] for case in CASES] == list(REFUSALS)
    assert [REFUSALS[case[0]] for case in CASES] == list(RANK)
