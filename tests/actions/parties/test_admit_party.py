"""Admission: names, custody, keys and the first API key."""

from __future__ import annotations

import pytest

from ledger.actions.parties.admit_party import Admission, admit_party
from ledger.actions.parties.change_party import change_custody, expel_party, grant_role, revoke_key, withdraw_role
from ledger.actions.parties.record_governance import held_signers, record_governance, record_signed_governance
from ledger.errors import SuyuanError
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.key import SigningKey
from ledger.storage.api_keys import check_api_key
from ledger.storage.database import reading
from ledger.storage.held_keys import held_vkeys
from ledger.trade.parties.bodies import KeyAdded, KeyRevoked, PartyAdmitted
from ledger.trade.parties.body_parts import FirstKey
from ledger.trade.parties.possession import prove_possession
from ledger.trade.parties.refusals import KeyUsedBefore, PartyKnown, PossessionUnproven, SignersInsufficient
from tests.actions.conftest import SEED, World


def test_a_short_name_stands_for_a_party_of_the_ledgers_host(world: World) -> None:
    assert admit_party(world.ledger, Admission("farm", ["factory"], "CN")).party == "ledger.example/party/farm"
    assert admit_party(world.ledger, Admission("other.example/lab", ["laboratory"], "SG")).party == "other.example/lab"


def test_the_operator_holds_a_key_only_where_it_has_custody(world: World) -> None:
    state = world.ledger.state()
    with reading(world.ledger.engine) as connection:
        assert held_vkeys(connection, world.tea) == [str(key) for key in state.keys_of(world.tea)]
        assert held_vkeys(connection, world.lab) == []
    assert (state.party(world.tea).custody, state.party(world.lab).custody) == ("operator", "self")


def test_the_first_api_key_names_its_party(world: World) -> None:
    admitted = admit_party(world.ledger, Admission("farm", ["factory", "merchant"], "CN"))
    with reading(world.ledger.engine) as connection:
        assert check_api_key(connection, admitted.api_key, now=world.clock.now).party == admitted.party
    assert world.ledger.state().party(admitted.party).roles == ("factory", "merchant")


def test_a_key_with_a_proof_is_proven_at_once(world: World) -> None:
    state, key = world.ledger.state(), SigningKey.generate("ledger.example/party/farm")
    proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=key.verifier.name)
    admitted = admit_party(world.ledger, Admission("farm", ["factory"], "CN", key=key.verifier, proof=proof))
    (held,) = world.ledger.state().party(admitted.party).valid_keys
    assert held.proven == admitted.sequenced.entry


@pytest.mark.parametrize(
    ("admission", "error"),
    [
        (Admission("tea", ["merchant"], "CN"), PartyKnown),
        (Admission("farm", ["emperor"], "CN"), SuyuanError),
        (Admission("farm", ["merchant"], "China"), SuyuanError),
        (Admission("farm", [], "CN"), SuyuanError),
        (Admission("Farm", ["merchant"], "CN"), SuyuanError),
        (Admission("ledger.example/main/governance/2", ["merchant"], "CN"), SuyuanError),
    ],
)
def test_what_cannot_be_admitted_is_named_and_writes_nothing(
    world: World, admission: Admission, error: type[SuyuanError]
) -> None:
    before = world.ledger.head()
    with pytest.raises(error):
        admit_party(world.ledger, admission)
    assert world.ledger.head() == before


def test_a_key_is_used_by_one_party_once(world: World) -> None:
    moved = SigningKey.from_private("ledger.example/party/thief", world.lab_key.verifier.type, world.lab_key.to_private())
    with pytest.raises(KeyUsedBefore):
        admit_party(world.ledger, Admission("thief", ["merchant"], "CN", key=moved.verifier))


def test_a_wrong_proof_is_refused(world: World) -> None:
    key = SigningKey.generate("ledger.example/party/farm")
    with pytest.raises(PossessionUnproven):
        admit_party(world.ledger, Admission("farm", ["factory"], "CN", key=key.verifier, proof=bytes(64)))


def test_roles_come_and_go_and_an_expelled_party_stays_out(world: World) -> None:
    grant_role(world.ledger, world.tea, "shop")
    assert world.ledger.state().party(world.tea).roles == ("merchant", "shop")
    withdraw_role(world.ledger, world.tea, "merchant")
    assert world.ledger.state().party(world.tea).roles == ("shop",)
    expel_party(world.ledger, world.tea, reason="false-statements")
    assert world.ledger.state().keys_of(world.tea) == ()


def test_custody_is_handed_over_with_a_proof(world: World) -> None:
    state, key = world.ledger.state(), SigningKey.generate(world.tea)
    proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=world.tea)
    change_custody(world.ledger, world.tea, key=key.verifier, proof=proof)
    assert world.ledger.state().keys_of(world.tea) == (key.verifier,)
    assert world.ledger.state().party(world.tea).custody == "self"


def test_a_party_revokes_its_own_key_under_its_own_note(world: World) -> None:
    body = KeyRevoked(world.lab, world.lab_key.verifier, None).to_body()
    note = world.note([body], b"", klass=RecordClass.GOVERNANCE, context=None, read=ReadRule.PUBLIC)
    record_signed_governance(world.ledger, body, note=note, seed=SEED)
    assert world.ledger.state().keys_of(world.lab) == ()


def test_nobody_revokes_another_partys_key(world: World) -> None:
    (key,) = world.ledger.state().keys_of(world.tea)
    body = KeyRevoked(world.tea, key, None).to_body()
    note = world.note([body], b"", klass=RecordClass.GOVERNANCE, context=None, read=ReadRule.PUBLIC)
    with pytest.raises(SignersInsufficient):
        record_signed_governance(world.ledger, body, note=note, seed=SEED)


def test_a_merchant_cannot_admit_itself_a_friend(world: World) -> None:
    key = SigningKey.generate("ledger.example/party/friend")
    body = PartyAdmitted("ledger.example/party/friend", ("merchant",), "CN", "self", (FirstKey(key.verifier, None),))
    with pytest.raises(SignersInsufficient):
        record_governance(world.ledger, body, issuer=world.tea)


def test_a_registrar_alone_adds_no_key_to_a_party(world: World) -> None:
    state, key = world.ledger.state(), SigningKey.generate(world.tea)
    proof = prove_possession(key, origin=state.origin, first_entry=state.first_entry, party=world.tea)
    with pytest.raises(SignersInsufficient):
        record_governance(world.ledger, KeyAdded(world.tea, key.verifier, proof), issuer="ledger.example/registrar")


def test_held_signers_are_a_registrar_or_the_threshold(world: World) -> None:
    (key,) = world.ledger.state().keys_of(world.tea)
    state = world.ledger.state()
    assert held_signers(world.ledger, state, KeyRevoked(world.tea, key, None)) == ("ledger.example/main/governance/1",)
    revoke_key(world.ledger, key)
