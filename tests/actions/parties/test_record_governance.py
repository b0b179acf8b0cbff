"""Records about the alliance through the one way in: written with held keys, kept in the snapshot, clean in the audit."""

from __future__ import annotations

import pytest

from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.record_governance import record_by_held_keys, record_governance
from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import Reserve
from ledger.trade.alliance.refusals import SeatNotHeld
from ledger.trade.parties.refusals import SignersInsufficient
from ledger.trade.parties.state import Governance
from tests.actions.auditing import audited
from tests.actions.conftest import World

FUND = "ledger.example/fund"


def test_a_log_with_an_alliance_audits_clean(world: World) -> None:
    ledger = world.ledger
    bank = admit_party(ledger, Admission("bank", ["bank", "trustee"], "SG")).party
    for body in (
        AllyAdmitted(bank, "fund-bank", ("SG", "CN")),
        AllyAdmitted(bank, "trustee", ("-",)),
        AllyAdmitted(bank, "custodian", ("-",)),
        AllyAdmitted(world.lab, "inspector", ("CN-GZ",)),
        AllyExpelled(bank, "custodian", "seat-ended"),
        OwnershipDeclared(bank, "lei/1", ("lei/2",), (world.tea,)),
        FundConstituted(FUND, (bank,), 1, bank, ("SG",), (Reserve("SGD", 0, 10**15 - 1, 1),)),
        StakeRequired(world.tea, "deposit", "CNY", 1_000_000),
    ):
        record_by_held_keys(ledger, body)
    publish_checkpoint(ledger)
    report = audited(ledger.data)
    assert list(report.findings) == []
    state = ledger.state()
    assert state.is_ally(world.lab, "inspector", "CN-GZ")
    assert not state.is_ally(bank, "custodian")
    assert state.alliance.required(world.tea, "deposit", "CNY") == 1_000_000
    assert state.alliance.related(world.tea, bank) == "affiliated with each other"
    assert Governance.from_json(state.to_json()) == state


def test_what_is_refused_is_not_written(world: World) -> None:
    before = world.ledger.state()
    with pytest.raises(SeatNotHeld):
        record_by_held_keys(world.ledger, AllyExpelled(world.lab, "inspector", "own-request"))
    with pytest.raises(SignersInsufficient):
        record_governance(world.ledger, AllyAdmitted(world.lab, "inspector", ("-",)), issuer=world.tea)
    assert world.ledger.state() == before
