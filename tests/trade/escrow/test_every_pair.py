"""Every record said to a line in every state: it moves the line by a row, or is refused by the name that the table gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.trade.escrow import kernel
from ledger.trade.escrow.books import Accepted, Refused
from ledger.trade.escrow.hearing import Said
from ledger.trade.escrow.refusals.precedence import RANK, REFUSALS
from ledger.trade.escrow.regions import Own
from ledger.trade.escrow.table.every import REGION_OF_RECORD, refusal_for
from tests.trade.escrow import test_disputes as disputes
from tests.trade.escrow import test_fund as funds
from tests.trade.escrow.honest import honest_signers
from tests.trade.escrow.rules_stand_in import TRUSTEES
from tests.trade.escrow.test_agreement import at
from tests.trade.escrow.world import World, books_of


def then(world: World, *records: str) -> World:
    for record in records:
        world.do(record)
    return world


BESIDE: dict[str, Callable[[], World]] = {
    "dispute open": disputes.disputed,
    "in arbitration": disputes.in_arbitration,
    "ruled": disputes.ruled,
    "appealed": lambda: then(disputes.ruled(), "AppealOpened"),
    "final": lambda: then(disputes.ruled(), "AppealOpened", "AppealRuled"),
    "advance decided": lambda: then(disputes.disputed(), "FundAdvanced"),
    "advance paid": funds.late,
    "recovered": lambda: then(funds.late(), "RecourseTaken"),
    "guaranteed": lambda: then(at(Own.FUNDED).fund(stake=10_000), "GuaranteeLocked"),
    "charged back": lambda: then(at(Own.RELEASED), "ChargebackNoticed"),
    "chargeback paid": lambda: then(at(Own.RELEASED).fund(), "ChargebackNoticed", "ChargebackPaid"),
    "chargeback recovered": lambda: then(at(Own.RELEASED).fund(), "ChargebackNoticed", "ChargebackPaid", "ChargebackRecovered"),
    "on hold": lambda: then(at(Own.DELIVERED), "LegalHoldPlaced"),
    "recalled": lambda: then(at(Own.SHIPPED), "LineRecalled"),
}
PLACES: dict[str, Callable[[], World]] = {own.value: (lambda own=own: at(own)) for own in Own if own is not Own.NONE} | BESIDE
RECORDS = sorted(REGION_OF_RECORD)


@pytest.mark.parametrize("place", PLACES)
def test_every_record_in_every_place(place: str) -> None:
    """The kernel agrees with the table, an honest record is never refused for who signs it, and a refusal changes nothing."""
    world = PLACES[place]()
    books = books_of(world.books)
    for record in RECORDS:
        fields = world.agreement() | {"line": world.name} if record == "OrderAgreed" else {}
        by = TRUSTEES if record == "FundAdvanced" and world.terms.agreed.fund else honest_signers(world, record)
        body = world.body(record, **fields)
        said = Said(body, body.to_body(), (world.entry + 1, 0), by, True, world.now)
        verdict = kernel.apply(world.books, said, world.rules)
        assert books_of(world.books) == books
        expected = refusal_for(record, world.line.state(REGION_OF_RECORD[record]), world.line.own)
        if isinstance(verdict, Accepted):
            assert expected is None, (record, expected)
            continue
        assert isinstance(verdict, Refused)
        if expected is not None:
            assert verdict.code in (expected.refusal, "wrong_signer_role"), (record, verdict.code, expected)
            if verdict.code == "wrong_signer_role":
                assert record in SIGNED_BY_ITS_OWN, record


SIGNED_BY_ITS_OWN = {"DisputeWithdrawn", "InspectionReported"}
"""Records whose right signer depends on what is there: who opened the case; which inspector, if any."""


def test_the_reason_named_is_the_first_in_the_order() -> None:
    """A record with every fault at once; one fault after the other is mended, and the reasons come in their order."""
    world = World().reach(Own.ACCEPTED, inspected=True, payout_currency="CNY", second_hand=True, serial=bytes(32))
    world.do("DisputeOpened")
    old = world.line.address("log.example/1")
    world.do("LegalHoldPlaced")
    faulty = {"prev": old, "amount": world.money(20_000), "platform": world.money(19_000)}
    mended: list[str] = []

    def look(**fields: object) -> None:
        said = faulty | fields
        body = world.body("ReleaseInstructed", **said)
        verdict = world.say(body, by=said_by)
        assert isinstance(verdict, Refused)
        mended.append(verdict.code)

    said_by: tuple[str, ...] = ("bank.sg",)
    look()
    said_by = ("buyer.sg",)
    look()
    del faulty["prev"]
    look()
    world.do("LegalHoldLifted")
    look()
    world.do("TitleTransferred")
    look()
    world.do("DisputeWithdrawn")
    world.do("CurrencyExchanged")
    look()
    look(amount=world.money(20_000_000), platform=world.money(19_000_000), inspection=world.money(0), tax=world.money(0))
    look(amount=world.money(20_000_000), platform=world.money(0))
    assert mended == [
        "wrong_signer_role", "stale_prev", "legal_hold", "title_missing", "not_exchanged", "currency_mismatch",
        "fee_over_schedule", "overdrawn_line",
    ]  # fmt: skip
    ranks = [RANK[REFUSALS[code]] for code in mended]
    assert ranks == sorted(ranks)
