"""Changes to a party that the operator's held keys can sign: suspend, reinstate, expel, roles, brands, keys."""

from __future__ import annotations

from ledger.actions.log.staging import Sequenced
from ledger.actions.open_ledger import Ledger
from ledger.actions.parties.record_governance import held_signers, record_by_held_keys, record_governance
from ledger.evidence.key import SigningKey, VerifierKey
from ledger.storage.database import writing
from ledger.storage.held_keys import keep_key
from ledger.trade.parties.bodies import (
    CustodyChanged,
    KeyAdded,
    KeyRevoked,
    PartyExpelled,
    PartyReinstated,
    PartySuspended,
    RoleGranted,
    RoleWithdrawn,
)
from ledger.trade.parties.brand_bodies import PrefixLicensed, PrefixWithdrawn
from ledger.trade.parties.possession import prove_possession


def suspend_party(ledger: Ledger, party: str, *, reason: str) -> Sequenced:
    """From the next entry on the party has no valid key, until it is reinstated."""
    return record_by_held_keys(ledger, PartySuspended(party, reason))


def reinstate_party(ledger: Ledger, party: str, *, reason: str) -> Sequenced:
    return record_by_held_keys(ledger, PartyReinstated(party, reason))


def expel_party(ledger: Ledger, party: str, *, reason: str) -> Sequenced:
    """For good; who comes back does so under a new name."""
    return record_by_held_keys(ledger, PartyExpelled(party, reason))


def grant_role(ledger: Ledger, party: str, role: str) -> Sequenced:
    return record_by_held_keys(ledger, RoleGranted(party, role))


def withdraw_role(ledger: Ledger, party: str, role: str) -> Sequenced:
    return record_by_held_keys(ledger, RoleWithdrawn(party, role))


def license_prefix(ledger: Ledger, party: str, prefix: str) -> Sequenced:
    """Make the party the brand of all trade items whose numbers begin with this GS1 company prefix."""
    return record_by_held_keys(ledger, PrefixLicensed(party, prefix))


def withdraw_prefix(ledger: Ledger, party: str, prefix: str) -> Sequenced:
    return record_by_held_keys(ledger, PrefixWithdrawn(party, prefix))


def revoke_key(ledger: Ledger, key: VerifierKey, *, compromised_since: int | None = None) -> Sequenced:
    """Revoke a key of the party that its name says, by the threshold of governance keys.

    Args:
        compromised_since: entries from this index on are doubtful; None if the key was merely replaced.
    """
    return record_by_held_keys(ledger, KeyRevoked(key.name, key, compromised_since))


def rotate_held_key(ledger: Ledger, party: str) -> VerifierKey:
    """Give a party under the operator's custody a new key, then revoke its older ones; return the new key."""
    state = ledger.state()
    old = state.keys_of(party)
    new = SigningKey.generate(party)
    proof = prove_possession(new, origin=state.origin, first_entry=state.first_entry, party=party)
    with writing(ledger.engine) as connection:
        keep_key(connection, ledger.seal, new)
    (registrar,) = held_signers(ledger, state, PartySuspended(party, "own-request"))
    record_governance(ledger, KeyAdded(party, new.verifier, proof), issuer=registrar, signers=(party,))
    for key in old:
        revoke_key(ledger, key)
    return new.verifier


def change_custody(ledger: Ledger, party: str, *, key: VerifierKey, proof: bytes) -> Sequenced:
    """Hand a party's keys over to itself: all held keys are void from the next entry on, `key` is its first own one."""
    return record_by_held_keys(ledger, CustodyChanged(party, "self", key, proof))
