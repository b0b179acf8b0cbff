"""What the mutation run found untested: each test fails for a fault that the other tests let pass (docs/MUTANTS.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.trade.escrow.accounts import fund_cash
from ledger.trade.escrow.calendar import DAY_MS
from ledger.trade.escrow.deadlines import end_of_chargebacks, end_of_conformity
from ledger.trade.escrow.hearing import Hearing, Said
from ledger.trade.escrow.kernel import GUARDS
from ledger.trade.escrow.money import Money
from ledger.trade.escrow.next_steps import next_steps
from ledger.trade.escrow.regions import Own
from tests.trade.escrow.honest import PROOF
from tests.trade.escrow.rules_stand_in import FUND, FUND_BANK, MERCHANT, arbiter_in
from tests.trade.escrow.test_disputes import execute, in_arbitration
from tests.trade.escrow.test_fund import advanced, late
from tests.trade.escrow.world import World

BUYER = "buyer.sg"


def charged_back(*, minor: int = 1_000, cover: int = 3_000) -> World:
    """A released line under guarantee whose payment the card scheme takes back in part."""
    world = World().fund(stake=50_000).reach(Own.DELIVERED)
    world.do("GuaranteeLocked", cover=world.money(cover))
    for record in ("DeliveryAccepted", "ReleaseInstructed", "PayoutSettled"):
        world.do(record)
    world.do("ChargebackNoticed", money=world.money(minor))
    return world


# Money comes in the right currency, and each bank reference counts once


@pytest.mark.parametrize("minor", [1, 10**9], ids=["short", "enough"])
def test_a_payment_in_another_currency_is_refused(world: World, minor: int) -> None:
    world.agree().no("currency_mismatch", "FundsReceived", money=Money("JPY", minor))


@pytest.mark.parametrize("minor", [1, 10**9], ids=["short", "enough"])
def test_a_reference_pays_once(world: World, minor: int) -> None:
    world.reach(Own.FUNDED)
    (_, reference), *_ = world.books.settled
    world.agree().no("reference_settled", "FundsReceived", money=world.money(minor), reference=reference)


@pytest.mark.parametrize("minor", [1, 500], ids=["part", "rest"])
def test_waiting_money_goes_back_in_its_currency_and_under_a_fresh_reference(world: World, minor: int) -> None:
    world.agree().do("FundsReceived", money=world.money(500))
    (_, reference), *_ = world.books.settled
    world.no("reference_settled", "FundsReturned", money=world.money(minor), reference=reference)
    world.no("currency_mismatch", "FundsReturned", money=Money("JPY", minor))


def test_the_funds_bank_books_a_reference_once() -> None:
    world = charged_back()
    world.do("ChargebackPaid", reference="CARD 1")
    assert (FUND_BANK, "CARD 1") in world.books.settled
    assert world.line.chargeback_unpaid == 0
    world.no("reference_settled", "FundPaidIn", reference="CARD 1")


def test_an_advance_is_paid_under_a_fresh_reference(world: World) -> None:
    world.fund().reach(Own.DELIVERED)
    reference = next(reference for bank, reference in world.books.settled if bank == FUND_BANK)
    world.do("DisputeOpened", amount=world.money(4_000))
    world.later(8).do("DisputeEscalated")
    world.do("FundAdvanced", amount=world.money(3_000))
    world.no("reference_settled", "AdvancePaid", reference=reference)


def test_the_funds_bank_books_what_it_pays_and_what_is_repaid() -> None:
    world = in_arbitration()
    world.do("FundAdvanced", amount=world.money(3_000))
    world.do("AdvancePaid", reference="PAID 1")
    assert (FUND_BANK, "PAID 1") in world.books.settled
    world = late()
    world.do("RecourseRepaid", reference="BACK 1")
    assert (FUND_BANK, "BACK 1") in world.books.settled


def test_money_sent_back_books_its_reference(world: World) -> None:
    world.agree().do("FundsReceived", money=world.money(500))
    world.do("FundsReturned", money=world.money(1), reference="BACK 1")
    assert ("bank.sg", "BACK 1") in world.books.settled


def test_what_the_custodian_moves_to_the_fund_books_its_reference() -> None:
    world = advanced(4_001)
    execute(world)
    world.do("RecourseSettled", reference="MOVE 1")
    assert ("bank.sg", "MOVE 1") in world.books.settled


def test_what_the_custodian_moves_to_the_fund_needs_a_fresh_reference() -> None:
    world = advanced(4_001)
    execute(world)
    reference = next(reference for bank, reference in world.books.settled if bank == "bank.sg")
    world.no("reference_settled", "RecourseSettled", reference=reference)


def test_a_dispute_is_about_money_of_the_line(world: World) -> None:
    world.reach(Own.DELIVERED).no("currency_mismatch", "DisputeOpened", amount=Money("JPY", 1))


def test_the_fund_advances_in_the_lines_currency(world: World) -> None:
    world.fund().reach(Own.DELIVERED).do("DisputeOpened", amount=world.money(4_000))
    world.later(8).do("DisputeEscalated")
    world.no("currency_mismatch", "FundAdvanced", amount=Money("JPY", 1))


def test_a_refund_of_what_is_held_needs_a_single_unit_and_no_less() -> None:
    for disputed, refused in ((10_001, True), (10_000, False)):
        world = World().reach(Own.SHIPPED)
        world.do("DisputeOpened", amount=world.money(disputed))
        world.later(200)
        if refused:
            world.no("overdrawn_line", "DeliveryLapsed")
        else:
            assert world.do("DeliveryLapsed").posting == ("P7",)


# Who may be named and who may sign


@pytest.mark.parametrize(
    ("purpose", "party"),
    [("capital", MERCHANT), ("deposit", None), ("deposit", BUYER), ("stake", None), ("stake", MERCHANT)],
)
def test_a_payment_into_the_fund_names_whom_its_purpose_asks_for(world: World, purpose: str, party: str | None) -> None:
    world.no("ally_unknown", "FundPaidIn", purpose=purpose, party=party)


def test_two_carriers_do_not_share_one_seat(world: World) -> None:
    world.reach(Own.SHIPPED).no("wrong_signer_role", "GoodsDelivered", by=("carrier", "warehouse"))


def test_an_inspector_who_was_not_named_reports_nothing(world: World) -> None:
    world.reach(Own.SAMPLING, inspected=True)
    world.until(world.line.seed_after or 0).no("wrong_signer_role", "InspectionReported", by=("inspector-2",))


def test_a_bank_does_not_carry_what_it_holds_the_money_for(world: World) -> None:
    world.rules.seat("bank.sg", "carrier")
    world.no("party_in_two_roles", "OrderAgreed", **world.agreement(carriers=("bank.sg",)))


def test_a_merchant_without_a_selling_role_sells_nothing(world: World) -> None:
    world.rules.roles[MERCHANT] = {"buyer"}
    world.no("ally_unknown", "OrderAgreed", **world.agreement())


@pytest.mark.parametrize("side", [BUYER, MERCHANT])
def test_an_arbiter_who_belongs_to_a_side_is_refused(world: World, side: str) -> None:
    world.rules.tie(arbiter_in("SG", 2), side)
    world.no("party_is_arbiter", "OrderAgreed", **world.agreement())


def test_the_second_inspector_does_not_belong_to_the_first(world: World) -> None:
    world.rules.tie("inspector-1", "inspector-2")
    world.no("party_is_arbiter", "OrderAgreed", **world.agreement(inspected=True))


# The goods' way


def test_a_lot_of_other_serials_is_refused(world: World) -> None:
    world.reach(Own.SHIPPED, inspected=True).no("serials_differ", "LotCommitted", serials=PROOF)


@pytest.mark.parametrize("own", [Own.FUNDED, Own.DELIVERED])
def test_where_the_law_knows_no_withdrawal_there_is_none(world: World, own: Own) -> None:
    world.reach(own).no("window_closed", "WithdrawalNoticed")


def test_a_recall_before_any_money_opens_no_case(world: World) -> None:
    world.agree().do("LineRecalled")
    assert (world.line.case, world.line.disputes) == (None, 0)


def test_the_day_of_inspection_is_noted(world: World) -> None:
    world.reach(Own.SAMPLING, inspected=True)
    plan = world.terms.agreed.sampling
    assert plan is not None
    assert world.line.inspect_by == plan.inspect_by


def test_a_recall_of_what_is_held_is_the_lines_first_dispute(world: World) -> None:
    world.reach(Own.DELIVERED).do("LineRecalled")
    assert (world.line.disputes, world.line.disputed) == (1, 10_001)


def test_a_recall_after_the_release_opens_one_late_claim(world: World) -> None:
    world.reach(Own.RELEASED).do("LineRecalled")
    assert world.line.case is not None and world.line.case.late
    assert (world.line.disputes, world.line.case.amount) == (1, world.line.paid_merchant)


def test_nothing_is_exchanged_where_no_other_currency_was_agreed(world: World) -> None:
    exchange = {"sold": Money("SGD", 10_001), "bought": Money("CNY", 50_005), "spread": Money("CNY", 0)}
    world.reach(Own.ACCEPTED).no("already_exchanged", "CurrencyExchanged", **exchange)


def test_a_recall_freezes_the_rest_beside_what_is_disputed(world: World) -> None:
    world.reach(Own.DELIVERED).do("DisputeOpened", amount=world.money(4_000))
    world.do("LineRecalled")
    assert world.line.case is not None
    assert (world.line.case.amount, world.line.disputed, world.line.held) == (10_001, 10_001, 0)


@pytest.mark.parametrize("defects", [0, 5])
def test_nobody_reports_before_the_seed_is_known(world: World, defects: int) -> None:
    world.reach(Own.SAMPLING, inspected=True).no("window_open", "InspectionReported", defects=defects)


def test_a_refused_return_is_the_lines_first_dispute() -> None:
    world = World("CN").reach(Own.RETURNING)
    world.later(3).do("ReturnCarried")
    assert world.line.carried_at == world.now
    world.do("ReturnRefused")
    assert world.line.disputes == 1


def test_the_second_inspector_has_the_packs_days(world: World) -> None:
    world.reach(Own.HELD_AT_ENTRY, inspected=True).do("ReinspectionRequested")
    assert world.line.inspect_by == world.now + world.terms.pack.inspection_days * DAY_MS


def test_late_claims_are_counted_from_delivery_and_not_from_the_decision(world: World) -> None:
    world.reach(Own.DELIVERED)
    delivered = world.now
    world.later(3)
    for record in ("DeliveryAccepted", "ReleaseInstructed", "PayoutSettled"):
        world.do(record)
    assert end_of_conformity(world.line, world.terms) == delivered + world.terms.pack.conformity_days * DAY_MS
    assert end_of_chargebacks(world.line, world.terms) == delivered + world.terms.pack.chargeback_days * DAY_MS


# Cover and recourse


def test_a_guarantee_says_until_when(world: World) -> None:
    world.fund(stake=50_000).reach(Own.FUNDED)
    world.do("GuaranteeLocked", cover=world.money(1_000))
    assert world.line.cover_until is not None and world.line.cover_until > world.now


def test_a_chargeback_takes_what_it_needs_of_the_cover_and_frees_the_rest() -> None:
    world = charged_back()
    world.do("ChargebackPaid")
    assert world.do("ChargebackRecovered").posting == ("P14", "P16")
    assert (world.line.cover, world.line.guarantor_claim) == (0, 1_000)
    assert world.balance("stake:fund:guarantor-1:free") == -49_000


def test_all_lines_together_stay_within_the_funds_cap(world: World) -> None:
    world.rules.reserve("SGD", cover_cap=1_500)
    world.fund(stake=50_000).reach(Own.FUNDED).do("GuaranteeLocked", cover=world.money(1_000))
    world.reach(Own.FUNDED).no("cover_over_cap", "GuaranteeLocked", cover=world.money(501))
    world.do("GuaranteeLocked", cover=world.money(500))


def test_a_fund_that_keeps_nothing_in_a_currency_may_pay_all_of_it_back(world: World) -> None:
    world.rules.funds[FUND] = replace(world.rules.funds[FUND], reserves=())
    world.fund(capital=1_000).do("FundPaidOut", money=Money("SGD", 1_000))
    assert world.balance(fund_cash(FUND)) == 0


def test_an_advance_leaves_the_floor_beside_what_is_promised_already() -> None:
    world = World().fund(capital=6_000)
    for amount, refused in ((3_000, None), (2_001, "fund_floor"), (2_000, None)):
        world.reach(Own.DELIVERED).do("DisputeOpened", amount=world.money(4_000))
        world.later(8).do("DisputeEscalated")
        if refused is None:
            world.do("FundAdvanced", amount=world.money(amount))
        else:
            world.no(refused, "FundAdvanced", amount=world.money(amount))


def test_a_guarantee_stays_while_a_chargeback_is_open() -> None:
    charged_back().later(2_000).no("not_settled", "GuaranteeReleased")


def test_capital_that_is_promised_to_buyers_stays_in_the_fund() -> None:
    world = World().fund(capital=6_000).reach(Own.DELIVERED)
    world.do("DisputeOpened", amount=world.money(4_000))
    world.later(8).do("DisputeEscalated")
    world.do("FundAdvanced", amount=world.money(3_000))
    assert world.balance(fund_cash("fund")) == 6_000
    world.no("fund_floor", "FundPaidOut", money=world.money(2_001))
    world.do("FundPaidOut", money=world.money(2_000))


@pytest.mark.parametrize(("paid", "ref", "advanced_minor"), [(500, 500, 0), (500, 0, 500), (0, 500, 500)])
def test_all_that_the_buyer_has_or_is_promised_counts_as_paid(world: World, paid: int, ref: int, advanced_minor: int) -> None:
    world.reach(Own.SHIPPED)
    line = world.line.change(paid_buyer=paid, ref=ref, advanced=advanced_minor)
    said = Said(world.body("GoodsDelivered"), b"", (9, 0), ("carrier",), seen=False, now=world.now)
    refused = GUARDS["not_paid_twice"].check(Hearing(said, world.rules, world.books, line, world.terms))
    assert refused is not None
    assert refused.refusal == "double_recovery"


def test_a_deadline_that_runs_is_among_the_next_steps(world: World) -> None:
    world.agree()
    assert "OrderLapsed" in {step.record for step in next_steps(world.line, world.terms)}


# What a second sample found


def test_a_chargeback_needs_the_fund_of_the_order_and_its_currency(world: World) -> None:
    world.reach(Own.RELEASED).no("currency_mismatch", "ChargebackNoticed", money=Money("CNY", 1_000))
    world.reach(Own.RELEASED, fund=None).no("fund_unknown", "ChargebackNoticed", money=world.money(1_000))


def test_no_inspection_is_handed_on_where_no_second_body_is_named(world: World) -> None:
    world.reach(Own.SAMPLING, inspected=True, reinspector=None).later(60)
    world.no("reinspector_missing", "InspectionEscalated")


def test_a_guarantee_is_locked_while_the_lot_is_inspected(world: World) -> None:
    world.fund(stake=50_000).reach(Own.SAMPLING, inspected=True)
    assert world.do("GuaranteeLocked").posting == ("P16",)
