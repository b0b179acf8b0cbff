"""The fold of governance: `found` at entry 0, then for every entry `admit`, and `apply` or `note_use`.

    body = read_body(read_record(data))
    state = found(batch=…, body=body, entry_hash=…, keys=verify_batch(signed, founding_keys(body)))
    for every later entry:
        keys = verify_batch(signed, state.keys_ever_of)
        admit(state, batch, keys, index=index)                     any class; apply does it too
        state = apply(state, index=index, …)  in class governance,  note_use(state, keys, index=index)  in the others

Pure, and judged by ledger index: the state before an entry decides about that entry, and nothing else does. Inside one
group commit every entry is judged by the state that the entry before it left.

Source: docs/FORMATS.md, "Governance".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ledger.evidence.authority import RecordClass, refuse_foreign_type, refuse_unauthorised
from ledger.evidence.batch import Batch, SigningKeyUnknown
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import DIGEST_BYTES, Digest
from ledger.evidence.spelling import format_base64
from ledger.trade.alliance import bodies as alliance_bodies
from ledger.trade.alliance import fold as alliance_fold
from ledger.trade.parties import bodies, brand_bodies, constitution, membership, prefixes
from ledger.trade.parties.bodies import LedgerFounded, RecordErased
from ledger.trade.parties.change import Change
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.party import Standing
from ledger.trade.parties.refusals import (
    ErasedRecordUnknown,
    FoundedBefore,
    FoundingWrong,
    KeyRevokedBefore,
    LedgerIsClosed,
    NoteOfAnotherLog,
    PartyNotActive,
    PartyWithoutRole,
    SigningKeyMissing,
)
from ledger.trade.parties.signers import ErasedRecord, refuse_signers
from ledger.trade.parties.state import Governance

_NO_ENTRY: Final = bytes(DIGEST_BYTES)
"""Inside entry 0 the note cannot name the entry's own hash."""


def founding_keys(body: GovernanceBody) -> Callable[[str], tuple[VerifierKey, ...]]:
    """Return, for `verify_batch` at entry 0, the governance keys that the founding record itself names.

    Raises:
        FoundingWrong: the record founds nothing.
    """
    seats = {seat.party: (seat.key,) for seat in _refuse_other_founding(body).governance_keys}
    return lambda party: seats.get(party, ())


def found(*, batch: Batch, body: GovernanceBody, entry_hash: Digest, keys: Sequence[VerifierKey]) -> Governance:
    """Return the state before entry 1.

    Args:
        batch: the batch of entry 0.
        body: its one record, read by `bodies.read_body`.
        entry_hash: leaf hash of entry 0, which every later batch note names.
        keys: the verified key of each party of the batch, in order.

    Raises:
        FoundingWrong: the batch is not signed by exactly the governance keys it names, issuer number 1, or names a log.
        GovernanceRefused: its other leaves say what is wrong in the body.
    """
    founding = _refuse_other_founding(body)
    state = constitution.found_state(founding, entry_hash)
    seats = {seat.party: seat.key for seat in founding.governance_keys}
    if (batch.origin, batch.first_entry) != (founding.origin, _NO_ENTRY):
        raise FoundingWrong(seen=batch.log_line, wanted=f"log {founding.origin} {format_base64(_NO_ENTRY)}")
    if batch.klass is not RecordClass.GOVERNANCE:
        raise FoundingWrong(seen=f"class {batch.klass}", wanted="class governance")
    if batch.issuer != f"{founding.origin}/governance/1" or {*batch.parties} != {*seats}:
        raise FoundingWrong(seen=", ".join(batch.parties), wanted=", ".join(sorted(seats)) + ", number 1 as issuer")
    if list(keys) != [seats[party] for party in batch.parties]:
        raise FoundingWrong(seen=", ".join(map(str, keys)), wanted="the very keys that the record names")
    return state


def refuse_closed(state: Governance) -> None:
    """Return unless the ledger was closed.

    Raises:
        LedgerIsClosed: names the ledger that goes on.
    """
    if state.closed is not None:
        raise LedgerIsClosed(seen=f"closed at entry {state.closed.entry}", wanted=state.closed.successor or "no ledger")


def admit(state: Governance, batch: Batch, keys: Sequence[VerifierKey], *, index: int) -> None:
    """Return if this batch may be written as entry `index` by those who signed it.

    The caller has verified the signatures with `keys`, one for each party of the batch in order. Whether the batch's
    `time` and `seen` lines hold is the sequencer's to check, whether its body is what it says, that of its class.

    Raises:
        NoteOfAnotherLog: the note names another origin or first entry.
        LedgerIsClosed: nothing may be written after the closing entry.
        SigningKeyMissing: `keys` are not one per party.
        PartyUnknown: a party was never admitted.
        PartyNotActive: it is suspended or expelled.
        SigningKeyUnknown: it never had this key, or not yet at this entry.
        KeyRevokedBefore: the key was revoked at an earlier entry.
        PartyWithoutRole, RoleMayNotSign: no role of the party may sign this class.
    """
    if (batch.origin, batch.first_entry) != (state.origin, state.first_entry):
        raise NoteOfAnotherLog(seen=batch.log_line, wanted=f"log {state.origin} {format_base64(state.first_entry)}")
    refuse_closed(state)
    if tuple(key.name for key in keys) != batch.parties:
        raise SigningKeyMissing(seen=", ".join(key.name for key in keys), wanted=", ".join(batch.parties))
    for key in keys:
        _admit_key(state, key, batch.klass, index)


def apply(
    state: Governance,
    *,
    index: int,
    batch: Batch,
    body: GovernanceBody,
    keys: Sequence[VerifierKey],
    record: ErasedRecord | None = None,
) -> Governance:
    """Return the state after the governance record at entry `index`: that before entry `index` + 1.

    Args:
        state: governance before entry `index`.
        index: the entry, from 1.
        batch: its batch.
        body: the batch's one record, read by `bodies.read_body`.
        keys: the verified key of each party of the batch, in order.
        record: for a `RecordErased` what the log knows of the record it names; None where there is no such record.

    Raises:
        What `admit` raises.
        TypeNotInClass: the batch is of another class.
        GovernanceRefused: its leaves say who did not sign, or what contradicts the state.
    """
    admit(state, batch, keys, index=index)
    refuse_foreign_type(type(body).__name__, batch.klass)
    if isinstance(body, LedgerFounded):
        raise FoundedBefore(seen=f"LedgerFounded at entry {index}", wanted="another record", pointer="/type")
    refuse_signers(state, body, batch.parties, record)
    return note_use(_FOLDS[type(body)](Change(state, index), body), keys, index=index)


def note_use(state: Governance, keys: Sequence[VerifierKey], *, index: int) -> Governance:
    """Return the state in which entry `index` has proven the keys that signed it; the same state if all were proven."""
    for key in keys:
        party = state.party(key.name)
        held = party.held(key)
        if held is not None and held.proven is None:
            state = state.evolve([party.with_held(replace(held, proven=index))])
    return state


def _refuse_other_founding(body: GovernanceBody) -> LedgerFounded:
    if not isinstance(body, LedgerFounded):
        raise FoundingWrong(seen=type(body).__name__, wanted="LedgerFounded", pointer="/type")
    return body


def _admit_key(state: Governance, key: VerifierKey, klass: RecordClass, index: int) -> None:
    party = state.party(key.name)
    if party.standing is not Standing.ACTIVE:
        raise PartyNotActive(seen=f"{party.name}, {party.standing} at entry {party.standing_since}", wanted="an active party")
    held = party.held(key)
    if held is None or held.added >= index:
        raise SigningKeyUnknown(seen=str(key), wanted=", ".join(map(str, state.keys_of(party.name))) or "a valid key")
    if held.revoked is not None:
        raise KeyRevokedBefore(seen=f"{key.name}+{key.key_id.hex()}, revoked at entry {held.revoked}", wanted="a valid key")
    if not party.roles:
        raise PartyWithoutRole(seen=party.name, wanted="a role that may sign this class")
    refuse_unauthorised(party.roles, klass)


def _erase_record(change: Change, body: RecordErased) -> Governance:
    """Judge the position; an erasure changes what can be read, not who may write."""
    if body.origin != change.state.origin or body.entry >= change.index:
        wanted = f"a position of {change.state.origin} before entry {change.index}"
        raise ErasedRecordUnknown(seen=f"{body.origin}, entry {body.entry}", wanted=wanted, pointer="/entry")
    return change.state


_FOLDS: Final[Mapping[type[GovernanceBody], Callable[[Change, Any], Governance]]] = {
    bodies.GovernanceChanged: constitution.change_governance,
    bodies.LogKeyAdded: constitution.add_log_key,
    bodies.LogKeyRetired: constitution.retire_log_key,
    bodies.WitnessPolicyAdopted: constitution.adopt_witness_policy,
    bodies.PolicyAdopted: constitution.adopt_policy,
    bodies.ClockCorrected: constitution.correct_clock,
    bodies.LedgerContinued: constitution.continue_ledger,
    bodies.LedgerClosed: constitution.close_ledger,
    bodies.PartyAdmitted: membership.admit_party,
    bodies.PartySuspended: membership.suspend_party,
    bodies.PartyReinstated: membership.reinstate_party,
    bodies.PartyExpelled: membership.expel_party,
    bodies.RoleGranted: membership.grant_role,
    bodies.RoleWithdrawn: membership.withdraw_role,
    bodies.CustodyChanged: membership.change_custody,
    bodies.KeyAdded: membership.add_key,
    bodies.KeyRevoked: membership.revoke_key,
    bodies.RecordErased: _erase_record,
    alliance_bodies.AllyAdmitted: alliance_fold.admit_ally,
    alliance_bodies.AllyExpelled: alliance_fold.expel_ally,
    alliance_bodies.OwnershipDeclared: alliance_fold.declare_ownership,
    alliance_bodies.FundConstituted: alliance_fold.constitute_fund,
    alliance_bodies.StakeRequired: alliance_fold.require_stake,
    brand_bodies.PrefixLicensed: prefixes.license_prefix,
    brand_bodies.PrefixWithdrawn: prefixes.withdraw_prefix,
}
"""Every record but LedgerFounded, and what it does."""
