"""The fold against a naive model: random records by random signers, the register computed afresh after each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ledger.errors import SuyuanError
from ledger.evidence.register import Register
from ledger.trade.parties.bodies import (
    CustodyChanged,
    KeyAdded,
    KeyRevoked,
    PartyAdmitted,
    PartyExpelled,
    PartyReinstated,
    PartySuspended,
    RoleGranted,
    RoleWithdrawn,
)
from ledger.trade.parties.body_parts import FirstKey
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.state import Governance
from tests.trade.parties.world import GOV1, GOV2, GOV3, REGISTRAR, REGISTRAR2, World, founding, key_of, proof_of

SEATS, REGISTRARS = {GOV1, GOV2, GOV3}, {REGISTRAR, REGISTRAR2}
NAMES = ("a/b", "a/b-c", "a/bc")
ROLES = ("bank", "merchant", "shop")
OTHER = {"self": "operator", "operator": "self"}

names = st.sampled_from(NAMES)
parties = st.sampled_from((*NAMES, REGISTRAR))
roles = st.sampled_from(ROLES)
numbers = st.integers(0, 2)
signers = st.one_of(
    st.sampled_from([(GOV1, GOV2), (GOV3, GOV1), (REGISTRAR,), (REGISTRAR2,)]),
    st.lists(st.sampled_from((*SEATS, *REGISTRARS, *NAMES)), min_size=1, max_size=4, unique=True).map(tuple),
)


@dataclass
class Known:
    """What the model knows of one party: plain sets, changed in place."""

    roles: set[str]
    territory: str
    custody: str
    valid: dict[int, str] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    standing: str = "active"


class FoldAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.known = {seat.party: Known({"governance"}, "-", "self", {0: "self"}, {0}) for seat in founding().governance_keys}
        for named in founding().registrars:
            self.known[named.party] = Known({"registrar"}, named.territory, named.custody, {0: named.custody}, {0})

    def attempt(self, body: GovernanceBody, signed: tuple[str, ...], allowed: bool) -> bool:
        """Write the record as entry; the fold must agree with the model on whether it may be written."""
        before, snapshot = self.world.state, self.world.state.to_json()
        for party in signed:
            if self.active(party):
                self.world.signs_with[party] = key_of(party, min(self.known[party].valid))
        allowed = allowed and all(self.active(party) for party in signed)
        try:
            self.world.write(body, *signed)
            written = True
        except SuyuanError:
            written = False
            assert self.world.state is before
        assert before.to_json() == snapshot
        assert written == allowed, (body, signed)
        return written

    def active(self, party: str) -> bool:
        found = self.known.get(party)
        return found is not None and found.standing == "active" and bool(found.valid)

    @staticmethod
    def threshold(signed: tuple[str, ...]) -> bool:
        return set(signed) <= SEATS and len(signed) >= 2

    @classmethod
    def office(cls, signed: tuple[str, ...]) -> bool:
        return cls.threshold(signed) or set(signed) <= REGISTRARS

    @rule(name=names, given=st.sets(roles, min_size=1), number=numbers, proven=st.booleans(), signed=signers)
    def admit(self, name: str, given: set[str], number: int, proven: bool, signed: tuple[str, ...]) -> None:
        key = key_of(name, number)
        first = FirstKey(key.verifier, proof_of(key) if proven else None)
        body = PartyAdmitted(name, tuple(sorted(given)), "CN", "self", (first,))
        if self.attempt(body, signed, self.office(signed) and name not in self.known):
            self.known[name] = Known(set(given), "CN", "self", {number: "self"}, {number})

    @rule(name=parties, number=numbers, signed=signers, with_party=st.booleans())
    def add_key(self, name: str, number: int, signed: tuple[str, ...], with_party: bool) -> None:
        signed = (*(party for party in signed if party != name), name) if with_party else signed
        key, found = key_of(name, number), self.known.get(name)
        others = tuple(party for party in signed if party != name)
        together = name in signed and bool(others) and (self.threshold(others) or set(others) <= REGISTRARS - {name})
        lost = found is not None and not found.valid and self.threshold(signed)
        free = found is not None and found.standing != "expelled" and number not in found.used
        if self.attempt(KeyAdded(name, key.verifier, proof_of(key)), signed, free and (together or lost)):
            self.known[name].valid[number] = self.known[name].custody
            self.known[name].used.add(number)

    @rule(name=parties, number=numbers, signed=signers, alone=st.booleans())
    def revoke_key(self, name: str, number: int, signed: tuple[str, ...], alone: bool) -> None:
        signed = (name,) if alone else signed
        found = self.known.get(name)
        may = signed == (name,) or self.threshold(signed)
        held = found is not None and number in found.valid
        if self.attempt(KeyRevoked(name, key_of(name, number).verifier, None), signed, may and held):
            del self.known[name].valid[number]

    @rule(name=parties, number=numbers, signed=signers, to=st.sampled_from(sorted(OTHER)))
    def change_custody(self, name: str, number: int, signed: tuple[str, ...], to: str) -> None:
        key, found = key_of(name, number), self.known.get(name)
        free = found is not None and found.standing != "expelled" and number not in found.used and found.custody != to
        body = CustodyChanged(name, to, key.verifier, proof_of(key))  # type: ignore[arg-type]
        if self.attempt(body, signed, free and self.threshold(signed)):
            self.known[name].custody, self.known[name].valid = to, {number: to}
            self.known[name].used.add(number)

    @rule(name=parties, signed=signers)
    def suspend(self, name: str, signed: tuple[str, ...]) -> None:
        may = name in self.known and self.known[name].standing == "active" and self.office(signed)
        if self.attempt(PartySuspended(name, "own-request"), signed, may):
            self.known[name].standing = "suspended"

    @rule(name=parties, signed=signers)
    def reinstate(self, name: str, signed: tuple[str, ...]) -> None:
        may = name in self.known and self.known[name].standing == "suspended" and self.office(signed)
        if self.attempt(PartyReinstated(name, "cleared"), signed, may):
            self.known[name].standing = "active"

    @rule(name=names, signed=signers)
    def expel(self, name: str, signed: tuple[str, ...]) -> None:
        may = name in self.known and self.known[name].standing != "expelled" and self.threshold(signed)
        if self.attempt(PartyExpelled(name, "insolvency"), signed, may):
            self.known[name].standing = "expelled"

    @rule(name=parties, role=roles, signed=signers)
    def grant(self, name: str, role: str, signed: tuple[str, ...]) -> None:
        found = self.known.get(name)
        may = found is not None and found.standing != "expelled" and role not in found.roles and self.threshold(signed)
        if self.attempt(RoleGranted(name, role), signed, may):
            self.known[name].roles.add(role)

    @rule(name=parties, role=roles, signed=signers)
    def withdraw(self, name: str, role: str, signed: tuple[str, ...]) -> None:
        found = self.known.get(name)
        may = found is not None and found.standing != "expelled" and role in found.roles and len(found.roles) > 1
        if self.attempt(RoleWithdrawn(name, role), signed, may and self.threshold(signed)):
            self.known[name].roles.remove(role)

    @invariant()
    def the_register_is_what_the_model_says(self) -> None:
        expected = {
            f"key {name} {key_of(name, number).verifier} {custody} {','.join(sorted(found.roles))} {found.territory}"
            for name, found in self.known.items()
            for number, custody in found.valid.items()
            if found.standing == "active"
        }
        lines = [line.line for line in self.world.state.register().lines]
        assert lines == sorted(expected)
        assert self.world.state.register().root == Register.of(reversed(self.world.state.register().lines)).root

    @invariant()
    def a_snapshot_round_trips(self) -> None:
        snapshot = self.world.state.to_json()
        again = Governance.from_json(snapshot)
        assert again == self.world.state
        assert again.to_json() == snapshot

    @invariant()
    def every_key_ever_has_its_owner(self) -> None:
        owners = {key_of(name, number).verifier.public: name for name, found in self.known.items() for number in found.used}
        log_key = founding().log_keys[0]
        assert dict(self.world.state.key_owners) == {**owners, log_key.public: log_key.name}


FoldAgainstModel.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestFoldAgainstModel = FoldAgainstModel.TestCase
