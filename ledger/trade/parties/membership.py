"""What records about one party do to the state: admission, standing, roles, keys and their custody."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ledger.evidence.authority import ROLES
from ledger.evidence.key import VerifierKey
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
from ledger.trade.parties.body_parts import KEYS_OF_PARTY_MAX
from ledger.trade.parties.change import Change, is_governance_name, keys_had, new_key
from ledger.trade.parties.party import Party, PartyKey, Standing
from ledger.trade.parties.refusals import (
    CompromiseOutsideValidity,
    CustodyUnchanged,
    GovernancePartyProtected,
    KeyNotValid,
    KeysTooMany,
    LastRole,
    PartyKnown,
    PartyNameReserved,
    RoleNotGrantable,
    RoleUnchanged,
    StandingUnchanged,
    ThresholdOutOfReach,
)
from ledger.trade.parties.state import GOVERNANCE, REGISTRAR, Governance

GRANTABLE: Final = frozenset(ROLES) - {GOVERNANCE, REGISTRAR}
"""The other two come from LedgerFounded and GovernanceChanged alone."""


def admit_party(change: Change, body: PartyAdmitted) -> Governance:
    refuse_reserved_name(change.state.origin, body.party, "/party")
    if body.party in change.state.parties:
        raise PartyKnown(seen=body.party, wanted="a name that was never used", pointer="/party")
    for place, role in enumerate(body.roles):
        _refuse_ungrantable(role, f"/roles/{place}")
    intake = change.intake()
    keys = []
    for place, first in enumerate(body.keys):
        proven = intake.judge(first.key, party=body.party, had=(), proof=first.proof, pointer=f"/keys/{place}/key")
        keys.append(new_key(first.key, body.custody, added=change.index, proven=proven))
    party = Party(
        name=body.party,
        roles=tuple(sorted(body.roles)),
        territory=body.territory,
        custody=body.custody,
        keys=tuple(keys),
        admitted=change.index,
        standing=Standing.ACTIVE,
        standing_since=change.index,
        label=body.label,
    )
    return change.state.evolve([party])


def suspend_party(change: Change, body: PartySuspended) -> Governance:
    return _stand(change, body.party, from_=(Standing.ACTIVE,), to=Standing.SUSPENDED)


def reinstate_party(change: Change, body: PartyReinstated) -> Governance:
    return _stand(change, body.party, from_=(Standing.SUSPENDED,), to=Standing.ACTIVE)


def expel_party(change: Change, body: PartyExpelled) -> Governance:
    return _stand(change, body.party, from_=(Standing.ACTIVE, Standing.SUSPENDED), to=Standing.EXPELLED)


def grant_role(change: Change, body: RoleGranted) -> Governance:
    party = change.member(body.party)
    _refuse_ungrantable(body.role, "/role")
    if body.role in party.roles:
        raise RoleUnchanged(seen=f"{party.name} is {body.role}", wanted="a role that it does not have", pointer="/role")
    return change.state.evolve([replace(party, roles=tuple(sorted({*party.roles, body.role})))])


def withdraw_role(change: Change, body: RoleWithdrawn) -> Governance:
    party = change.member(body.party)
    _refuse_ungrantable(body.role, "/role")
    if body.role not in party.roles:
        raise RoleUnchanged(seen=f"{party.name} is {','.join(party.roles)}", wanted="a role that it has", pointer="/role")
    if len(party.roles) == 1:
        raise LastRole(seen=body.role, wanted="another role beside it", pointer="/role")
    return change.state.evolve([replace(party, roles=tuple(role for role in party.roles if role != body.role))])


def add_key(change: Change, body: KeyAdded) -> Governance:
    party = change.member(body.party)
    if len(party.unrevoked_keys) >= KEYS_OF_PARTY_MAX:
        raise KeysTooMany(seen=len(party.unrevoked_keys) + 1, wanted=f"at most {KEYS_OF_PARTY_MAX}", pointer="/key")
    return change.state.evolve([_with_new_key(change, party, body.key, body.proof)])


def change_custody(change: Change, body: CustodyChanged) -> Governance:
    # A seat of the governance may move to its holder's own hands this way too: it keeps exactly one key.
    is_seat = body.party in change.state.seats
    party = change.party(body.party) if is_seat else change.member(body.party)
    if party.custody == body.custody:
        raise CustodyUnchanged(seen=body.custody, wanted="the other custody", pointer="/custody")
    moved = replace(party.without_keys(change.index), custody=body.custody)
    return change.state.evolve([_with_new_key(change, moved, body.key, body.proof)])


def revoke_key(change: Change, body: KeyRevoked) -> Governance:
    """Revoke a key; for one that was revoked before, only an earlier compromise can still be stated."""
    party = change.party(body.party)
    held = party.held(body.key)
    if held is None or not _says_something_new(held, body.compromised_since):
        raise KeyNotValid(seen=str(body.key), wanted=f"a valid key of {party.name}", pointer="/key")
    revoked = change.index if held.revoked is None else held.revoked
    if body.compromised_since is not None and not held.added <= body.compromised_since <= revoked:
        wanted = f"an entry from {held.added} to {revoked}"
        raise CompromiseOutsideValidity(seen=body.compromised_since, wanted=wanted, pointer="/compromisedSince")
    marked = party.with_held(replace(held, revoked=revoked, compromised_since=body.compromised_since))
    following = change.state.evolve([marked])
    _refuse_stuck(following)
    return following


def refuse_reserved_name(origin: str, name: str, pointer: str) -> None:
    """Return if a party other than those of the governance may bear `name`: no key of it could pass for the ledger's own."""
    if name in (origin, f"{origin}/governance") or is_governance_name(origin, name):
        raise PartyNameReserved(seen=name, wanted=f"a name other than {origin} and {origin}/governance/…", pointer=pointer)


def _refuse_ungrantable(role: str, pointer: str) -> None:
    if role not in GRANTABLE:
        raise RoleNotGrantable(seen=role, wanted="one of " + ", ".join(sorted(GRANTABLE)), pointer=pointer)


def _stand(change: Change, name: str, *, from_: tuple[Standing, ...], to: Standing) -> Governance:
    party = change.party(name)
    if is_governance_name(change.state.origin, name):
        raise GovernancePartyProtected(seen=name, wanted="a party that is not of the governance", pointer="/party")
    if party.standing not in from_:
        raise StandingUnchanged(seen=f"{name} is {party.standing}", wanted=" or ".join(from_), pointer="/party")
    return change.state.evolve([replace(party, standing=to, standing_since=change.index)])


def _with_new_key(change: Change, party: Party, key: VerifierKey, proof: bytes) -> Party:
    proven = change.intake().judge(key, party=party.name, had=keys_had(party), proof=proof, pointer="/key")
    return replace(party, keys=(*party.keys, new_key(key, party.custody, added=change.index, proven=proven)))


def _says_something_new(held: PartyKey, compromised_since: int | None) -> bool:
    if held.revoked is None:
        return True
    known = held.compromised_since
    return compromised_since is not None and (known is None or compromised_since < known)


def _refuse_stuck(state: Governance) -> None:
    left = sum(1 for seat in state.seats if state.party(seat).valid_keys)
    if left < state.threshold:
        raise ThresholdOutOfReach(
            seen=f"{left} governance keys left",
            wanted=f"at least {state.threshold}",
            pointer="/key",
            hint="replace the key by GovernanceChanged, which revokes it too",
        )
