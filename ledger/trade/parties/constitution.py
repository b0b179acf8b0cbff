"""What the founding and the records of the threshold do to the state: seats, registrars, log keys, pins, the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ledger.evidence.instant import format_instant
from ledger.evidence.key import KeyType, VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.register import Custody, Register
from ledger.trade.alliance.state import Alliance
from ledger.trade.escrow.pack import is_adoptable
from ledger.trade.parties.bodies import (
    ClockCorrected,
    GovernanceChanged,
    LedgerClosed,
    LedgerContinued,
    LedgerFounded,
    LogKeyAdded,
    LogKeyRetired,
    PolicyAdopted,
    WitnessPolicyAdopted,
)
from ledger.trade.parties.body_parts import LOG_KEYS_MAX, GovernanceKey, ProvenGovernanceKey, Registrar, RulePack
from ledger.trade.parties.change import Change, KeyIntake, keys_had, new_key
from ledger.trade.parties.membership import refuse_reserved_name
from ledger.trade.parties.party import Party, Standing
from ledger.trade.parties.persistent import PersistentMap
from ledger.trade.parties.refusals import (
    ClockCorrectionWrong,
    ContinuationMisplaced,
    GovernancePartyWrong,
    KeyCustodyDiffers,
    KeyNameDiffers,
    KeyUsedBefore,
    LastLogKey,
    LogKeyNotActive,
    LogKeysTooMany,
    OverlapInThePast,
    PossessionProofMissing,
    RulePackNotShipped,
    StandingUnchanged,
    ThresholdOutOfReach,
    WitnessPolicyWrong,
)
from ledger.trade.parties.state import GOVERNANCE, REGISTRAR, Closing, Governance, LogKey, pins
from ledger.trade.parties.witnessing import refuse_witness_policy

_SEAT_NUMBER: Final = re.compile(r"[1-9]|1[0-6]", re.ASCII)
_NO_TERRITORY: Final = "-"


def found_state(body: LedgerFounded, first_entry: Digest) -> Governance:
    """Return the state before entry 1. Whether everybody signed is the caller's to check.

    Raises:
        A `GovernanceRefused` that says what is wrong in the body.
    """
    _refuse_constitution(body.origin, [seat.party for seat in body.governance_keys], body.threshold)
    intake = KeyIntake(body.origin, first_entry, 0, {})
    for place, key in enumerate(body.log_keys):
        intake.judge(key, party=body.origin, had=(), proof=None, pointer=f"/logKeys/{place}")
    log_keys = tuple(LogKey(key, added=0, overlap_until=None) for key in body.log_keys)
    _refuse_without_ed25519(log_keys, "/logKeys")
    _refuse_unknown_packs(body.rule_packs)
    refuse_witness_policy(body.witness_policy, origin=body.origin, first_entry=first_entry, log_keys=body.log_keys)
    seats = []
    for place, seat in enumerate(body.governance_keys):
        intake.judge(seat.key, party=seat.party, had=(), proof=None, pointer=f"/governanceKeys/{place}/key")
        # Every governance key signs the founding, which proves it.
        seats.append(_seated(_unknown(seat.party, 0), seat, added=0, proven=0))
    empty = Governance(
        origin=body.origin,
        first_entry=first_entry,
        threshold=body.threshold,
        seats=tuple(sorted(seat.name for seat in seats)),
        registrars=tuple(sorted(registrar.party for registrar in body.registrars)),
        log_keys=log_keys,
        parties=PersistentMap(),
        key_owners=PersistentMap((key.public, body.origin) for key in body.log_keys),
        contexts=pins((context.url, context.sha256) for context in body.contexts),
        rule_packs=pins((pack.name, pack.sha256) for pack in body.rule_packs),
        witness_policy=body.witness_policy,
        register_now=Register.of(()),
        continues=None,
        closed=None,
        alliance=Alliance(),
        brands=(),
    )
    return empty.evolve([*seats, *_named_registrars(Change(empty, 0), intake, body.registrars)])


def change_governance(change: Change, body: GovernanceChanged) -> Governance:
    """Put the new constitution in the place of the old one."""
    state = change.state
    named_seats = [seat.party for seat in body.governance_keys]
    _refuse_constitution(state.origin, named_seats, body.threshold)
    intake = change.intake()
    seats = [_next_seat(change, intake, seat, place) for place, seat in enumerate(body.governance_keys)]
    registrars = _named_registrars(change, intake, body.registrars)
    named = {*named_seats, *(registrar.name for registrar in registrars)}
    gone = [_dismissed(state.party(name), change.index) for name in (*state.seats, *state.registrars) if name not in named]
    return state.evolve(
        [*gone, *seats, *registrars],
        threshold=body.threshold,
        seats=tuple(sorted(named_seats)),
        registrars=tuple(sorted(registrar.name for registrar in registrars)),
    )


def add_log_key(change: Change, body: LogKeyAdded) -> Governance:
    state = change.state
    had = tuple(log_key.key for log_key in state.log_keys)
    change.intake().judge(body.key, party=state.origin, had=had, proof=body.proof, pointer="/key")
    if sum(log_key.signs(change.index + 1) for log_key in state.log_keys) >= LOG_KEYS_MAX:
        raise LogKeysTooMany(seen=f"{LOG_KEYS_MAX} keys that sign", wanted="first the end of one of them", pointer="/key")
    _refuse_witness_as_log_key(state, body.key)
    added = LogKey(body.key, added=change.index, overlap_until=None)
    owners = state.key_owners.with_item(body.key.public, state.origin)
    return replace(state, log_keys=(*state.log_keys, added), key_owners=owners)


def _refuse_witness_as_log_key(state: Governance, key: VerifierKey) -> None:
    """A policy that names one key twice is none: the log's and its witnesses' must stay apart."""
    in_use = [log_key.key for log_key in state.log_keys if log_key.overlap_until is None]
    try:
        refuse_witness_policy(state.witness_policy, origin=state.origin, first_entry=state.first_entry, log_keys=[*in_use, key])
    except WitnessPolicyWrong as reason:
        seen = f"{key.name}+{key.key_id.hex()}, used by a witness"
        raise KeyUsedBefore(seen=seen, wanted="a new key", pointer="/key") from reason


def retire_log_key(change: Change, body: LogKeyRetired) -> Governance:
    in_use = {log_key.key for log_key in change.state.log_keys if log_key.overlap_until is None}
    if body.key not in in_use:
        raise LogKeyNotActive(seen=str(body.key), wanted="a log key in use", pointer="/key")
    if body.overlap_until < change.index:
        raise OverlapInThePast(seen=body.overlap_until, wanted=f"{change.index} or later", pointer="/overlapUntil")
    log_keys = tuple(
        replace(log_key, overlap_until=body.overlap_until) if log_key.key == body.key else log_key
        for log_key in change.state.log_keys
    )
    _refuse_without_ed25519(log_keys, "/key")
    return change.state.evolve(log_keys=log_keys)


def adopt_witness_policy(change: Change, body: WitnessPolicyAdopted) -> Governance:
    state = change.state
    in_use = [log_key.key for log_key in state.log_keys if log_key.overlap_until is None]
    refuse_witness_policy(body.witness_policy, origin=state.origin, first_entry=state.first_entry, log_keys=in_use)
    return state.evolve(witness_policy=body.witness_policy)


def adopt_policy(change: Change, body: PolicyAdopted) -> Governance:
    _refuse_unknown_packs(body.rule_packs)
    contexts: Mapping[str, Digest] = {context.url: context.sha256 for context in body.contexts}
    rule_packs: Mapping[str, Digest] = {pack.name: pack.sha256 for pack in body.rule_packs}
    return change.state.evolve(
        contexts=pins({**change.state.contexts, **contexts}.items()),
        rule_packs=pins({**change.state.rule_packs, **rule_packs}.items()),
    )


def _refuse_unknown_packs(packs: Iterable[RulePack]) -> None:
    for place, pack in enumerate(packs):
        if not is_adoptable(pack.name, pack.sha256):
            wanted = "the digest of a rule pack that ships with this software, under its own name"
            raise RulePackNotShipped(seen=f"{pack.name} {pack.sha256.hex()}", wanted=wanted, pointer=f"/rulePacks/{place}")


def correct_clock(change: Change, body: ClockCorrected) -> Governance:
    """Judge the record alone; the times of the entries are the sequencer's, and the auditor's, to compare."""
    if body.to >= body.from_:
        wanted = f"a time before {format_instant(body.from_)}"
        raise ClockCorrectionWrong(seen=format_instant(body.to), wanted=wanted, pointer="/to")
    return change.state


def continue_ledger(change: Change, body: LedgerContinued) -> Governance:
    if change.index != 1 or body.origin == change.state.origin:
        wanted = f"entry 1, and an origin other than {change.state.origin}"
        raise ContinuationMisplaced(seen=f"entry {change.index}, origin {body.origin}", wanted=wanted, pointer="/origin")
    return change.state.evolve(continues=body)


def close_ledger(change: Change, body: LedgerClosed) -> Governance:
    if body.successor == change.state.origin:
        raise ContinuationMisplaced(seen=body.successor, wanted="another origin, or null", pointer="/successor")
    return change.state.evolve(closed=Closing(entry=change.index, successor=body.successor))


def _refuse_constitution(origin: str, seats: list[str], threshold: int) -> None:
    for place, name in enumerate(seats):
        stem, _, number = name.rpartition("/")
        if stem != f"{origin}/governance" or not _SEAT_NUMBER.fullmatch(number):
            wanted = f"{origin}/governance/1 to {origin}/governance/16"
            raise GovernancePartyWrong(seen=name, wanted=wanted, pointer=f"/governanceKeys/{place}/party")
    if not 1 <= threshold <= len(seats):
        raise ThresholdOutOfReach(seen=threshold, wanted=f"1 to {len(seats)}", pointer="/threshold")


def _refuse_without_ed25519(log_keys: Iterable[LogKey], pointer: str) -> None:
    lasting = [log_key.key.type for log_key in log_keys if log_key.overlap_until is None]
    if KeyType.ED25519 not in lasting:
        raise LastLogKey(seen=f"{len(lasting)} others", wanted="an Ed25519 log key without an end", pointer=pointer)


def _next_seat(change: Change, intake: KeyIntake, seat: ProvenGovernanceKey, place: int) -> Party:
    pointer = f"/governanceKeys/{place}/key"
    known = change.state.parties.get(seat.party)
    if known and _keeps(known, seat.key, seat.custody, pointer):
        if seat.proof is not None:
            intake.verify(seat.proof, party=seat.party, key=seat.key, pointer=pointer)
        return replace(known.without_keys(change.index, but=frozenset({seat.key})), roles=(GOVERNANCE,))
    proven = intake.judge(seat.key, party=seat.party, had=keys_had(known), proof=seat.proof, pointer=pointer)
    if proven is None:
        raise PossessionProofMissing(seen=None, wanted="a proof", pointer=f"/governanceKeys/{place}/proof")
    before = known.without_keys(change.index) if known else _unknown(seat.party, change.index)
    return _seated(before, seat, added=change.index, proven=proven)


def _seated(before: Party, seat: GovernanceKey | ProvenGovernanceKey, *, added: int, proven: int) -> Party:
    held = new_key(seat.key, seat.custody, added=added, proven=proven)
    return replace(before, roles=(GOVERNANCE,), custody=seat.custody, keys=(*before.keys, held))


def _named_registrars(change: Change, intake: KeyIntake, registrars: tuple[Registrar, ...]) -> list[Party]:
    return [_next_registrar(change, intake, registrar, f"/registrars/{place}") for place, registrar in enumerate(registrars)]


def _next_registrar(change: Change, intake: KeyIntake, named: Registrar, pointer: str) -> Party:
    refuse_reserved_name(change.state.origin, named.party, f"{pointer}/party")
    known = change.state.parties.get(named.party) or _unknown(named.party, change.index)
    if known.standing is Standing.EXPELLED:
        raise StandingUnchanged(seen=f"{named.party} was expelled", wanted="a party that was not", pointer=f"{pointer}/party")
    added = []
    for place, key in enumerate(named.keys):
        if not _keeps(known, key, named.custody, f"{pointer}/keys/{place}"):
            intake.judge(key, party=named.party, had=keys_had(known), proof=None, pointer=f"{pointer}/keys/{place}")
            added.append(new_key(key, named.custody, added=change.index, proven=None))
    kept = known.without_keys(change.index, but=frozenset(named.keys))
    return replace(
        kept,
        roles=tuple(sorted({*known.roles, REGISTRAR})),
        custody=named.custody,
        territory=named.territory,
        keys=(*kept.keys, *added),
    )


def _keeps(known: Party, key: VerifierKey, custody: Custody, pointer: str) -> bool:
    """Say whether `key` stays a valid key of the party; a key revoked before is not kept but used before."""
    if key.name != known.name:
        raise KeyNameDiffers(seen=key.name, wanted=known.name, pointer=pointer)
    held = known.held(key)
    if held is None or held.revoked is not None:
        return False
    if held.custody != custody:
        raise KeyCustodyDiffers(seen=custody, wanted=held.custody, pointer=pointer)
    return True


def _dismissed(party: Party, index: int) -> Party:
    """Return the party without seat and office; it keeps keys only for roles that others gave it."""
    roles = tuple(role for role in party.roles if role not in (GOVERNANCE, REGISTRAR))
    return replace(party if roles else party.without_keys(index), roles=roles)


def _unknown(name: str, index: int) -> Party:
    """Return a party that is named for the first time by entry `index`, before it is given anything."""
    return Party(
        name=name,
        roles=(),
        territory=_NO_TERRITORY,
        custody="self",
        keys=(),
        admitted=index,
        standing=Standing.ACTIVE,
        standing_since=index,
        label=None,
    )
