"""The state as a value: its register, its snapshot, and what ten thousand admissions cost."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from ledger.evidence.register import Register
from ledger.trade.parties.bodies import (
    KeyAdded,
    KeyRevoked,
    LedgerClosed,
    LedgerContinued,
    LogKeyAdded,
    LogKeyRetired,
    PartyAdmitted,
    PartySuspended,
    WitnessPolicyAdopted,
)
from ledger.trade.parties.body_parts import FirstKey
from ledger.trade.parties.change import Change
from ledger.trade.parties.membership import admit_party
from ledger.trade.parties.state import Governance, PartyNotAdmitted
from ledger.trade.shapes.refusals import BodyMalformed
from tests.trade.parties.world import (
    GOV1,
    GOV2,
    ORIGIN,
    REGISTRAR,
    SHOP,
    TEA,
    World,
    admission,
    found_world,
    key_of,
    peopled,
    proof_of,
)


def eventful() -> World:
    """A world in which every field of the state has something to keep."""
    world = World()
    world.write(LedgerContinued("ledger.example/old", sha256(b"old").digest(), 12, sha256(b"root").digest()), GOV1, GOV2)
    world.write(admission(TEA, "shop", "merchant", label="都匀 \U0001f375"), REGISTRAR)
    world.admit(SHOP, "shop")
    second = key_of(TEA, 1)
    world.write(KeyAdded(TEA, second.verifier, proof_of(second)), REGISTRAR, TEA)
    world.write(KeyRevoked(TEA, key_of(TEA).verifier, 3), TEA)
    world.write(PartySuspended(SHOP, "insolvency"), REGISTRAR)
    world.write(LogKeyAdded(key_of(ORIGIN, 1).verifier, None), GOV1, GOV2)
    world.write(LogKeyRetired(key_of(ORIGIN).verifier, 40), GOV1, GOV2)
    world.write(WitnessPolicyAdopted("quorum none\n"), GOV1, GOV2)
    world.write(LedgerClosed("ledger.example/next", "moved"), GOV1, GOV2)
    return world


@pytest.mark.parametrize("state", [found_world(), peopled().state, eventful().state], ids=["founded", "peopled", "eventful"])
def test_a_snapshot_gives_an_equal_state_and_the_same_bytes(state: Governance) -> None:
    snapshot = state.to_json()
    again = Governance.from_json(snapshot)
    assert again == state
    assert again.to_json() == snapshot
    assert again.register().root == state.register().root
    assert dict(again.key_owners) == dict(state.key_owners)


def test_the_order_of_admission_does_not_show() -> None:
    one, other = World(), World()
    one.admit(TEA)
    one.admit(SHOP)
    other.admit(SHOP)
    other.admit(TEA)
    assert one.state.register() == other.state.register()
    assert one.state.to_json() != other.state.to_json()


def test_a_spoiled_snapshot_is_refused() -> None:
    whole = json.loads(peopled().state.to_json())
    for name in whole:
        with pytest.raises(BodyMalformed):
            Governance.from_json(json.dumps({key: kept for key, kept in whole.items() if key != name}).encode())
    with pytest.raises(BodyMalformed):
        Governance.from_json(json.dumps({**whole, "more": 1}).encode())


def test_unknown_names_are_named() -> None:
    state = peopled().state
    for ask in (state.party, state.keys_of, state.keys_ever_of):
        with pytest.raises(PartyNotAdmitted) as refused:
            ask("a/b")
        assert refused.value.seen == "a/b"


def test_keys_ever_and_keys_now() -> None:
    state = eventful().state
    assert state.keys_of(TEA) == (key_of(TEA, 1).verifier,)
    assert state.keys_ever_of(TEA) == (key_of(TEA).verifier, key_of(TEA, 1).verifier)
    assert state.keys_of(SHOP) == ()
    assert state.keys_ever_of(SHOP) == (key_of(SHOP).verifier,)


@pytest.mark.parametrize("names", [["a/b", "a/b-c", "a/b.c", "a/b/c", "a/b0", "a/bc", "a"]])
def test_lines_of_names_that_begin_alike_do_not_disturb_each_other(names: list[str]) -> None:
    world = World()
    for name in names:
        world.admit(name)
    for name in reversed(names):
        world.write(PartySuspended(name, "own-request"), REGISTRAR)
        everyone = world.state.parties.values()
        assert world.state.register() == Register.of(line for party in everyone for line in party.lines())


def test_thousands_of_admissions_leave_one_line_each() -> None:
    state = found_world()
    for number in range(2_000):
        key = key_of(f"ledger.example/party/{number}").verifier
        body = PartyAdmitted(key.name, ("merchant",), "CN", "self", (FirstKey(key, None),))
        state = admit_party(Change(state, number + 1), body)
    assert state.register().size == 2_005
    assert Governance.from_json(state.to_json()).register().root == state.register().root
