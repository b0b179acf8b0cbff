"""One governance record at work on a state: what all folds of records share, above all the judgement of new keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.evidence.key import KeyMalformed, KeyRefused, VerifierKey, refuse_weak_key
from ledger.evidence.merkle import Digest
from ledger.evidence.register import Custody
from ledger.trade.parties.party import Party, PartyKey, Standing
from ledger.trade.parties.possession import verify_possession
from ledger.trade.parties.refusals import (
    GovernancePartyProtected,
    KeyFormRefused,
    KeyNameDiffers,
    KeyUsedBefore,
    PartyAbsent,
    StandingUnchanged,
)
from ledger.trade.parties.state import Governance


@dataclass(slots=True)
class KeyIntake:
    """Judges the new keys of one record, each also against those before it in the same record."""

    origin: str
    first_entry: Digest
    index: int
    owners: Mapping[bytes, str]
    _publics: set[bytes] = field(default_factory=set)
    _ids: set[tuple[str, bytes]] = field(default_factory=set)

    def judge(
        self, key: VerifierKey, *, party: str, had: tuple[VerifierKey, ...], proof: bytes | None, pointer: str
    ) -> int | None:
        """Return the entry that proves the key: this one where `proof` is given, else None.

        Args:
            key: the new key.
            party: whose it shall be; the origin for a log key.
            had: the keys that this name ever had.
            proof: raw signature over the lines of suyuan.key/v1.
            pointer: where the key stands in the record.

        Raises:
            KeyNameDiffers, KeyFormRefused, KeyUsedBefore, PossessionUnproven.
        """
        if key.name != party:
            raise KeyNameDiffers(seen=key.name, wanted=party, pointer=pointer)
        try:
            refuse_weak_key(key)
        except (KeyRefused, KeyMalformed) as reason:
            raise KeyFormRefused(seen=str(key), wanted=reason.wanted, pointer=pointer) from reason
        # A key ID has four bytes, so two keys of one name can be made to share it; a signature line names no more than that.
        used_id = (key.name, key.key_id) in self._ids or any(key.key_id == old.key_id for old in had)
        if used_id or key.public in self._publics or key.public in self.owners:
            owner = self.owners.get(key.public, key.name)
            raise KeyUsedBefore(seen=f"{key.name}+{key.key_id.hex()}, used by {owner}", wanted="a new key", pointer=pointer)
        self._ids.add((key.name, key.key_id))
        self._publics.add(key.public)
        if proof is None:
            return None
        self.verify(proof, party=party, key=key, pointer=pointer)
        return self.index

    def verify(self, proof: bytes, *, party: str, key: VerifierKey, pointer: str) -> None:
        """Return if `proof`, which stands beside the key at `pointer`, shows its possession.

        Raises:
            PossessionUnproven: it does not.
        """
        beside = f"{pointer.rpartition('/')[0]}/proof"
        verify_possession(proof, origin=self.origin, first_entry=self.first_entry, party=party, key=key, pointer=beside)


@dataclass(frozen=True, slots=True)
class Change:
    """The state before one entry, and the index of that entry, whose record is now folded in."""

    state: Governance
    index: int

    def intake(self) -> KeyIntake:
        return KeyIntake(self.state.origin, self.state.first_entry, self.index, self.state.key_owners)

    def party(self, name: str) -> Party:
        """Return the party that the record is about.

        Raises:
            PartyAbsent: there is none of this name.
        """
        found = self.state.parties.get(name)
        if found is None:
            raise PartyAbsent(seen=name, wanted="the name of an admitted party", pointer="/party")
        return found

    def member(self, name: str) -> Party:
        """Return the party that the record is about, if it is one that records about single parties may change.

        Raises:
            PartyAbsent: there is none of this name.
            GovernancePartyProtected: it has, or had, a governance key.
            StandingUnchanged: it was expelled.
        """
        party = self.party(name)
        if is_governance_name(self.state.origin, name):
            raise GovernancePartyProtected(seen=name, wanted="a party that is not of the governance", pointer="/party")
        if party.standing is Standing.EXPELLED:
            raise StandingUnchanged(seen=f"{name} was expelled", wanted="a party that was not", pointer="/party")
        return party


def is_governance_name(origin: str, name: str) -> bool:
    return name.startswith(f"{origin}/governance/")


def new_key(key: VerifierKey, custody: Custody, *, added: int, proven: int | None) -> PartyKey:
    return PartyKey(key=key, custody=custody, added=added, revoked=None, compromised_since=None, proven=proven)


def keys_had(party: Party | None) -> tuple[VerifierKey, ...]:
    return tuple(held.key for held in party.keys) if party else ()
