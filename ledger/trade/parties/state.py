"""The state of governance before one entry: who may write there, with which keys, and what is pinned.

A state is frozen. `evolve` gives the next one, which shares all that did not change (see `persistent.py`), so a
sequencer keeps the state it came from until its transaction has committed, and simply drops the new one when it loses.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any, Final

from ledger.evidence.batch import PartyUnknown
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.register import KeyLine, Register
from ledger.evidence.spelling import SIZE_LIMIT
from ledger.trade.alliance.body_parts import SEAT_ROLES
from ledger.trade.alliance.snapshot import AllianceKept, keep_alliance, read_alliance
from ledger.trade.alliance.state import Alliance
from ledger.trade.parties.bodies import LedgerContinued
from ledger.trade.parties.body_parts import PinnedContext, RulePack
from ledger.trade.parties.brand_bodies import PrefixLicensed
from ledger.trade.parties.party import Party, Standing
from ledger.trade.parties.persistent import PersistentMap
from ledger.trade.shapes.kinds import DIGEST, INDEX, LOG_KEY, ORIGIN, WITNESS_POLICY, list_of, nullable
from ledger.trade.shapes.members import object_of, read_members, write_members

GOVERNANCE: Final = "governance"
REGISTRAR: Final = "registrar"


class PartyNotAdmitted(PartyUnknown):
    title = "nobody was ever admitted under this name"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that signs tree heads of sizes above `added`, up to size `overlap_until` + 1, or on without end."""

    key: Annotated[VerifierKey, LOG_KEY]
    added: Annotated[int, INDEX]
    overlap_until: Annotated[int | None, nullable(INDEX)]

    def signs(self, size: int) -> bool:
        return self.added < size and (self.overlap_until is None or size <= self.overlap_until + 1)


@dataclass(frozen=True, slots=True)
class Closing:
    """The entry that closed the ledger, and the origin where it goes on."""

    entry: Annotated[int, INDEX]
    successor: Annotated[str | None, nullable(ORIGIN)]


@dataclass(frozen=True, slots=True)
class Governance:
    """The fold of all governance records before an entry.

    Args:
        origin: name of the log.
        first_entry: leaf hash of entry 0, 32 bytes.
        threshold: how many of `seats` must sign.
        seats: names of the governance parties, ascending; each has one valid key, or none once it was revoked.
        registrars: names of the registrars, ascending.
        log_keys: every log key ever, oldest first.
        parties: every party ever, those of governance and the registrars too, by name.
        key_owners: public key bytes -> the name under which they were used, for every key ever.
        contexts: URL -> SHA-256 of the bytes behind it.
        rule_packs: name -> SHA-256.
        witness_policy: witness, group and quorum lines, or None.
        register_now: what `register()` returns.
        continues: the last checkpoint of the ledger that this one continues, or None.
        closed: set once nothing may be written any more.
        alliance: seats, ownership, funds and required stakes.
        brands: the company prefixes licensed to parties, ascending by prefix; see `ledger.trade.brands.brand_of`.
    """

    origin: str
    first_entry: Digest
    threshold: int
    seats: tuple[str, ...]
    registrars: tuple[str, ...]
    log_keys: tuple[LogKey, ...]
    parties: PersistentMap[str, Party]
    key_owners: PersistentMap[bytes, str]
    contexts: Mapping[str, Digest]
    rule_packs: Mapping[str, Digest]
    witness_policy: str | None
    register_now: Register
    continues: LedgerContinued | None
    closed: Closing | None
    alliance: Alliance
    brands: tuple[PrefixLicensed, ...]

    def register(self) -> Register:
        """Return the register of the keys valid for the next entry: what that entry must name."""
        return self.register_now

    def party(self, name: str) -> Party:
        """Return the party.

        Raises:
            PartyNotAdmitted: nobody was ever admitted under this name.
        """
        found = self.parties.get(name)
        if found is None:
            raise PartyNotAdmitted(seen=name, wanted="the name of an admitted party")
        return found

    def keys_of(self, name: str) -> tuple[VerifierKey, ...]:
        """Return the keys of a party that may sign the next entry; none while it is suspended.

        Raises:
            PartyNotAdmitted: nobody was ever admitted under this name.
        """
        return tuple(held.key for held in self.party(name).valid_keys)

    def keys_ever_of(self, name: str) -> tuple[VerifierKey, ...]:
        """Return all keys that the party ever had. They may verify a batch, never admit it.

        `verify_batch(signed, state.keys_ever_of)` followed by `admit` can say *revoked* or *suspended* where
        `keys_of` could only say *unknown*.

        Raises:
            PartyNotAdmitted: nobody was ever admitted under this name.
        """
        return tuple(held.key for held in self.party(name).keys)

    def log_keys_at(self, size: int) -> tuple[VerifierKey, ...]:
        """Return the keys that must all sign the checkpoint of this size, as far as this state knows."""
        return tuple(log_key.key for log_key in self.log_keys if log_key.signs(size))

    def pinned(self, url: str) -> Digest | None:
        """Return the SHA-256 of the bytes pinned for the URL of a context, or None (finding `ContextNotPinned`)."""
        return self.contexts.get(url)

    def is_ally(self, party: str, seat: str, territory: str | None = None) -> bool:
        """Whether the party has this seat in the alliance, for this territory if one is named, and may act on it now.

        It may while it is active and has a role that the seat asks for.
        """
        if not self.alliance.has_seat(party, seat, territory):
            return False
        found = self.party(party)
        return found.standing is Standing.ACTIVE and not SEAT_ROLES[seat].isdisjoint(found.roles)

    def evolve(self, changed: Iterable[Party] = (), **fields: Any) -> Governance:  # noqa: ANN401 - the fields' own types
        """Return the state in which the parties `changed`, and the named fields, are replaced."""
        parties, owners, register = self.parties, self.key_owners, self.register_now
        for party in changed:
            before = parties.get(party.name)
            for held in party.keys[len(before.keys) if before else 0 :]:
                owners = owners.with_item(held.key.public, party.name)
            parties = parties.with_item(party.name, party)
            register = _with_lines_of(register, party)
        return replace(self, parties=parties, key_owners=owners, register_now=register, **fields)

    def to_json(self) -> bytes:
        """Return the snapshot from which `from_json` makes an equal state; the same state gives the same bytes."""
        snapshot = _Snapshot(
            origin=self.origin,
            first_entry=self.first_entry,
            threshold=self.threshold,
            log_keys=self.log_keys,
            parties=tuple(self.parties[name] for name in sorted(self.parties)),
            contexts=tuple(PinnedContext(url, self.contexts[url]) for url in sorted(self.contexts)),
            rule_packs=tuple(RulePack(name, self.rule_packs[name]) for name in sorted(self.rule_packs)),
            witness_policy=self.witness_policy,
            continues=self.continues,
            closed=self.closed,
            alliance=keep_alliance(self.alliance),
            brands=self.brands,
        )
        return json.dumps(write_members(snapshot), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, snapshot: bytes) -> Governance:
        """Return the state of a snapshot. A snapshot is a cache: only the fold from entry 0 proves it.

        Raises:
            BodyMalformed: it is not what `to_json` writes.
        """
        kept = read_members(_Snapshot, json.loads(snapshot), "")
        keys = [(log_key.key.public, kept.origin) for log_key in kept.log_keys]
        keys += [(held.key.public, party.name) for party in kept.parties for held in party.keys]
        return cls(
            origin=kept.origin,
            first_entry=kept.first_entry,
            threshold=kept.threshold,
            seats=tuple(party.name for party in kept.parties if GOVERNANCE in party.roles),
            registrars=tuple(party.name for party in kept.parties if REGISTRAR in party.roles),
            log_keys=kept.log_keys,
            parties=PersistentMap((party.name, party) for party in kept.parties),
            key_owners=PersistentMap(keys),
            contexts=pins((context.url, context.sha256) for context in kept.contexts),
            rule_packs=pins((pack.name, pack.sha256) for pack in kept.rule_packs),
            witness_policy=kept.witness_policy,
            register_now=Register.of(line for party in kept.parties for line in party.lines()),
            continues=kept.continues,
            closed=kept.closed,
            alliance=read_alliance(kept.alliance),
            brands=kept.brands,
        )


def pins(pairs: Iterable[tuple[str, Digest]]) -> Mapping[str, Digest]:
    """Return pinned digests by URL or name, as a mapping that nobody can change."""
    return MappingProxyType(dict(pairs))


def _many(item: type[Any]) -> Any:  # noqa: ANN401 - a kind for an annotation
    return list_of(object_of(item), at_least=0, at_most=SIZE_LIMIT, unique=None)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What a state cannot be computed without; the rest follows from it."""

    origin: Annotated[str, ORIGIN]
    first_entry: Annotated[Digest, DIGEST]
    threshold: Annotated[int, INDEX]
    log_keys: Annotated[tuple[LogKey, ...], _many(LogKey)]
    parties: Annotated[tuple[Party, ...], _many(Party)]
    contexts: Annotated[tuple[PinnedContext, ...], _many(PinnedContext)]
    rule_packs: Annotated[tuple[RulePack, ...], _many(RulePack)]
    witness_policy: Annotated[str | None, nullable(WITNESS_POLICY)]
    continues: Annotated[LedgerContinued | None, nullable(object_of(LedgerContinued))]
    closed: Annotated[Closing | None, nullable(object_of(Closing))]
    alliance: Annotated[AllianceKept, object_of(AllianceKept)]
    brands: Annotated[tuple[PrefixLicensed, ...], _many(PrefixLicensed)]


def _with_lines_of(register: Register, party: Party) -> Register:
    """Return the register in which the lines of `party` are those of its present state."""
    # The lines of one party stand together, since they begin alike and "!" follows the space: cutting them out and in
    # keeps 10,000 admissions from sorting 10,000 lines each. A first signed batch proves a key and moves no line.
    begin = bisect_left(register.lines, f"key {party.name} ", key=_text)
    end = bisect_left(register.lines, f"key {party.name}!", lo=begin, key=_text)
    lines = tuple(sorted(party.lines(), key=_text))
    return register if lines == register.lines[begin:end] else Register((*register.lines[:begin], *lines, *register.lines[end:]))


def _text(line: KeyLine) -> str:
    return line.line
