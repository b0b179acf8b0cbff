"""Input that is wrong on purpose: smuggled postings, amounts that are none, parties in two roles, records of other lines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.errors import Malformed, SuyuanError
from ledger.evidence.record import read_record
from ledger.trade.escrow.bodies.agreement import RulePackPin
from ledger.trade.escrow.bodies.every import BODIES, read_escrow_body
from ledger.trade.escrow.money import (
    MINOR_MAX,
    AmountTooLarge,
    AmountZero,
    MoneyMalformed,
    NegativeAmount,
    NonIntegerAmount,
    WrongMinorUnits,
)
from ledger.trade.escrow.regions import Own
from ledger.trade.shapes.refusals import BodyTypeUnknown
from tests.trade.escrow.honest import honest_fields
from tests.trade.escrow.rules_stand_in import MERCHANT, TERRITORIES, arbiter_in, bank_in, pack_of
from tests.trade.escrow.world import World


def every_body() -> dict[str, bytes]:
    """One well-formed record of every type."""
    world = World().fund().reach(Own.DELIVERED)
    world.do("DisputeOpened")
    found = {}
    for record in BODIES:
        fields = world.agreement() if record == "OrderAgreed" else {}
        found[record] = world.body(record, **fields).to_body()
    return found


EVERY_BODY = every_body()
EACH = pytest.mark.parametrize("record", sorted(EVERY_BODY))
SMUGGLED = [
    ("legs", [["custody:bank.sg", "SGD", "-129900"]]),
    ("postings", ["P5"]),
    ("at", "2026-01-01T00:00:00.000Z"),
    ("signers", ["bank.sg"]),
    ("sigs", []),
]


@EACH
def test_a_record_reads_back_as_it_was_written(record: str) -> None:
    body = read_escrow_body(read_record(EVERY_BODY[record]))
    assert type(body).__name__ == record
    assert body.to_body() == EVERY_BODY[record]


@EACH
@pytest.mark.parametrize(("member", "value"), SMUGGLED)
def test_a_signer_smuggles_no_posting(record: str, member: str, value: object) -> None:
    members = json.loads(EVERY_BODY[record])
    assert member not in members
    with pytest.raises(Malformed):
        read_escrow_body(members | {member: value})


@EACH
def test_no_member_may_be_missing_or_null(record: str) -> None:
    members = json.loads(EVERY_BODY[record])
    nullable = {
        "payout_currency", "inspector", "reinspector", "sampling", "fund", "psp", "serial", "disclosure", "party",
        "payoutCurrency",
    }  # fmt: skip
    for name in members:
        without = {other: value for other, value in members.items() if other != name}
        with pytest.raises(Malformed):
            read_escrow_body(without)
        if name not in nullable:
            with pytest.raises(SuyuanError):
                read_escrow_body(members | {name: None})


MONEY = {"currency": "SGD", "minor": "12900", "exponent": 2}
WRONG_MONEY: list[tuple[dict[str, Any], type[SuyuanError]]] = [
    ({"minor": 12900}, NonIntegerAmount),
    ({"minor": 129.0}, NonIntegerAmount),
    ({"minor": "129.00"}, NonIntegerAmount),
    ({"minor": "1e4"}, NonIntegerAmount),
    ({"minor": "+1"}, NonIntegerAmount),
    ({"minor": "012"}, NonIntegerAmount),
    ({"minor": "１２"}, NonIntegerAmount),
    ({"minor": ""}, NonIntegerAmount),
    ({"minor": "-1"}, NegativeAmount),
    ({"minor": "0"}, AmountZero),
    ({"minor": str(MINOR_MAX + 1)}, AmountTooLarge),
    ({"minor": "9" * 5_000}, AmountTooLarge),
    ({"minor": True}, MoneyMalformed),
    ({"exponent": 0}, WrongMinorUnits),
    ({"exponent": 3}, WrongMinorUnits),
    ({"exponent": "2"}, WrongMinorUnits),
    ({"exponent": 2.0}, WrongMinorUnits),
    ({"currency": "JPY"}, WrongMinorUnits),
    ({"amount": "1"}, MoneyMalformed),
]


@pytest.mark.parametrize(("change", "error"), WRONG_MONEY)
@pytest.mark.parametrize("record", ["FundsReceived", "DisputeOpened", "FundPaidIn", "GuaranteeLocked"])
def test_no_record_takes_an_amount_that_is_none(record: str, change: dict[str, Any], error: type[SuyuanError]) -> None:
    members = json.loads(EVERY_BODY[record])
    name = next(name for name in ("money", "amount", "cover") if name in members)
    read_escrow_body(members | {name: MONEY})
    with pytest.raises(error) as found:
        read_escrow_body(members | {name: MONEY | change})
    assert str(found.value.pointer).startswith(f"/{name}")


def test_amounts_add_up_without_overflow(world: World) -> None:
    """The largest amount there is, many times over, stays exact."""
    world.agree()
    for _ in range(20):
        world.do("FundsReceived", money=world.money(MINOR_MAX))
    assert world.balance("custody:bank.sg") == 20 * MINOR_MAX
    assert world.line.unallocated == 20 * MINOR_MAX - 10_001


@pytest.mark.parametrize("name", ["OrderDeleted", "", "orderAgreed", "LineBody", "EscrowBody", "PartyAdmitted"])
def test_no_other_type_is_read(name: str) -> None:
    with pytest.raises(BodyTypeUnknown):
        read_escrow_body(json.loads(EVERY_BODY["DeliveryAccepted"]) | {"type": name})


@pytest.mark.parametrize(
    "line",
    ["tea/1", f"{MERCHANT}/Tea/1", f"{MERCHANT}/tea/0", f"{MERCHANT}/tea/10000", f"{MERCHANT}/tea/01", "../tea/1", "a" * 150],
)
def test_a_line_has_one_spelling(line: str) -> None:
    with pytest.raises(SuyuanError):
        read_escrow_body(json.loads(EVERY_BODY["DeliveryAccepted"]) | {"line": line})


@pytest.mark.parametrize(
    "pin",
    [
        RulePackPin("SG@2026.1", bytes(32)),
        RulePackPin("CN@2026.1", pack_of("SG").digest),
        RulePackPin("SG@2099.1", pack_of("SG").digest),
    ],
)
def test_an_unknown_pack_is_refused(pin: RulePackPin) -> None:
    world = World()
    world.no("rule_pack_unknown", "OrderAgreed", **world.agreement(pack=pin))
    assert world.books.lines == {}


TWO_ROLES: list[dict[str, Any]] = [
    {"custodian": "buyer.sg"},
    {"carriers": ("carrier", "bank.sg")},
    {"carriers": ("buyer.sg",)},
    {"arbiters": ("arbiter-1.sg", MERCHANT)},
    {"arbiters": ("inspector-1", "arbiter-2.sg"), "inspected": True},
    {"reinspector": "inspector-1", "inspected": True},
    {"arbiters": ("trustee-1",)},
    {"custodian": "fund-bank"},
]


@pytest.mark.parametrize("terms", TWO_ROLES)
def test_nobody_stands_in_two_roles_of_an_order(terms: dict[str, Any]) -> None:
    world = World()
    everybody = ("buyer.sg", MERCHANT, "bank.sg", "inspector-1", "trustee-1", "fund-bank", "carrier")
    for party in everybody:
        for seat in ("custodian", "carrier", "inspector"):
            world.rules.seat(party, seat)
        world.rules.seat(party, "arbiter", "SG")
    world.no("party_in_two_roles", "OrderAgreed", **world.agreement(**terms))


def test_nobody_signs_in_two_roles(world: World) -> None:
    """A fund whose bank is its trustee, and a carrier that is the merchant's own name."""
    world.fund().reach(Own.FUNDED)
    world.rules.seat(MERCHANT, "carrier")
    world.no("threshold_not_met", "GoodsDispatched", by=(MERCHANT,))
    world.no("wrong_signer_role", "GoodsDispatched", by=(MERCHANT, "carrier", "warehouse"))
    world.no("wrong_signer_role", "GoodsDispatched", by=(MERCHANT, "carrier", "operator"))
    assert world.line.own is Own.FUNDED


@pytest.mark.parametrize("territory", TERRITORIES)
def test_a_record_replayed_into_another_line_is_refused(territory: str) -> None:
    world = World(territory).reach(Own.FUNDED)
    first, dispatch = world.name, world.body("GoodsDispatched")
    world.reach(Own.FUNDED)
    replayed = type(dispatch)(world.name, dispatch.prev, **honest_fields(world, "GoodsDispatched"))  # type: ignore[attr-defined]
    world.refuse("stale_prev", replayed, by=(MERCHANT, "carrier"))
    world.say(dispatch, by=(MERCHANT, "carrier"))
    assert (world.books.lines[first].own, world.line.own) == (Own.SHIPPED, Own.FUNDED)


def test_a_record_of_another_territory_s_bank_or_arbiter_is_refused(world: World) -> None:
    world.agree()
    world.no("wrong_signer_role", "FundsReceived", by=(bank_in("CN"),))
    arbiters = (arbiter_in("CN", 1),)
    world.no("ally_unknown", "OrderAgreed", **(world.agreement() | {"arbiters": arbiters}))
    assert world.line.own is Own.AGREED


def test_who_loses_the_seat_can_sign_no_more(world: World) -> None:
    world.reach(Own.FUNDED)
    world.rules.unseat("carrier", "carrier")
    world.no("threshold_not_met", "GoodsDispatched", by=(MERCHANT,))
    world.no("wrong_signer_role", "GoodsDispatched", by=(MERCHANT, "carrier"))
    world.do("GoodsDispatched", by=(MERCHANT, "warehouse"))
    assert world.line.own is Own.SHIPPED
