"""The closed shapes of the governance records, and the table of all of them: read strictly, written in one form.

A class is a record type; its fields are the members in the order in which they are written, `type` first. Members are
in camelCase in JSON. Every member must be present (but `label`), none may be added. Digests, proofs and roots are
base64, keys are vkeys, times are UTC with milliseconds. Source: docs/FORMATS.md, "Governance records".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from ledger.evidence.instant import Instant
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.record import type_of
from ledger.evidence.register import Custody
from ledger.evidence.spelling import SIZE_LIMIT
from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.parties.body_parts import (
    CLOCK_REASONS,
    CLOSING_REASONS,
    CONTEXTS,
    ERASURE_GROUNDS,
    EXPULSION_REASONS,
    FIRST_KEYS,
    LOG_KEYS,
    PROVEN_SEATS,
    REGISTRARS,
    REINSTATEMENT_REASONS,
    ROLE_LIST,
    RULE_PACKS,
    SEATS,
    SUSPENSION_REASONS,
    THRESHOLD,
    FirstKey,
    GovernanceKey,
    PinnedContext,
    ProvenGovernanceKey,
    Registrar,
    RulePack,
)
from ledger.trade.parties.brand_bodies import PrefixLicensed, PrefixWithdrawn
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.shapes.kinds import (
    CUSTODY,
    DIGEST,
    INDEX,
    LABEL,
    LOG_KEY,
    MOMENT,
    NAME,
    ORIGIN,
    PARTY_KEY,
    PROOF,
    ROLE,
    TERRITORY,
    WITNESS_POLICY,
    nullable,
    one_of,
    whole_number,
)
from ledger.trade.shapes.members import read_members
from ledger.trade.shapes.refusals import BodyTypeUnknown

# The constitution


@dataclass(frozen=True, slots=True)
class LedgerFounded(GovernanceBody):
    """Entry 0: the log, its governance, and what is pinned from the start."""

    origin: Annotated[str, ORIGIN]
    log_keys: Annotated[tuple[VerifierKey, ...], LOG_KEYS]
    governance_keys: Annotated[tuple[GovernanceKey, ...], SEATS]
    threshold: Annotated[int, THRESHOLD]
    registrars: Annotated[tuple[Registrar, ...], REGISTRARS]
    witness_policy: Annotated[str | None, nullable(WITNESS_POLICY)]
    contexts: Annotated[tuple[PinnedContext, ...], CONTEXTS]
    rule_packs: Annotated[tuple[RulePack, ...], RULE_PACKS]


@dataclass(frozen=True, slots=True)
class GovernanceChanged(GovernanceBody):
    """The whole new constitution: who is not named here loses the seat or the role of registrar."""

    governance_keys: Annotated[tuple[ProvenGovernanceKey, ...], PROVEN_SEATS]
    threshold: Annotated[int, THRESHOLD]
    registrars: Annotated[tuple[Registrar, ...], REGISTRARS]


@dataclass(frozen=True, slots=True)
class LogKeyAdded(GovernanceBody):
    """From the next entry on every checkpoint bears this key too; `proof` is in the origin's own name."""

    key: Annotated[VerifierKey, LOG_KEY]
    proof: Annotated[bytes | None, nullable(PROOF)]


@dataclass(frozen=True, slots=True)
class LogKeyRetired(GovernanceBody):
    """The key signs checkpoints up to the one whose last entry is `overlap_until`, none after."""

    key: Annotated[VerifierKey, LOG_KEY]
    overlap_until: Annotated[int, INDEX]


@dataclass(frozen=True, slots=True)
class WitnessPolicyAdopted(GovernanceBody):
    witness_policy: Annotated[str | None, nullable(WITNESS_POLICY)]


@dataclass(frozen=True, slots=True)
class PolicyAdopted(GovernanceBody):
    """Pins what it names and leaves other pins; a URL or name pinned before means the new digest from the next entry on."""

    contexts: Annotated[tuple[PinnedContext, ...], CONTEXTS]
    rule_packs: Annotated[tuple[RulePack, ...], RULE_PACKS]


@dataclass(frozen=True, slots=True)
class ClockCorrected(GovernanceBody):
    """The one record whose entry may go back: `from` is the time of the entry before, `to` this entry's own."""

    from_: Annotated[Instant, MOMENT]
    to: Annotated[Instant, MOMENT]
    reason: Annotated[str, one_of(CLOCK_REASONS)]


@dataclass(frozen=True, slots=True)
class LedgerContinued(GovernanceBody):
    """Entry 1 of a ledger that moved here: the last checkpoint of the one before."""

    origin: Annotated[str, ORIGIN]
    first_entry: Annotated[Digest, DIGEST]
    size: Annotated[int, whole_number("a tree size, 1 to below 2**63", at_least=1, below=SIZE_LIMIT)]
    root: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class LedgerClosed(GovernanceBody):
    """The last entry of this ledger; `successor` is the origin where it goes on, or null."""

    successor: Annotated[str | None, nullable(ORIGIN)]
    reason: Annotated[str, one_of(CLOSING_REASONS)]


# Parties


@dataclass(frozen=True, slots=True)
class PartyAdmitted(GovernanceBody):
    """A new party. `label` is a company's name to show, absent where the party's name will do; it can never be erased."""

    party: Annotated[str, NAME]
    roles: Annotated[tuple[str, ...], ROLE_LIST]
    territory: Annotated[str, TERRITORY]
    custody: Annotated[Custody, CUSTODY]
    keys: Annotated[tuple[FirstKey, ...], FIRST_KEYS]
    label: Annotated[str | None, LABEL] = None


@dataclass(frozen=True, slots=True)
class PartySuspended(GovernanceBody):
    party: Annotated[str, NAME]
    reason: Annotated[str, one_of(SUSPENSION_REASONS)]


@dataclass(frozen=True, slots=True)
class PartyReinstated(GovernanceBody):
    party: Annotated[str, NAME]
    reason: Annotated[str, one_of(REINSTATEMENT_REASONS)]


@dataclass(frozen=True, slots=True)
class PartyExpelled(GovernanceBody):
    """For good: who comes back does so under a new name."""

    party: Annotated[str, NAME]
    reason: Annotated[str, one_of(EXPULSION_REASONS)]


@dataclass(frozen=True, slots=True)
class RoleGranted(GovernanceBody):
    party: Annotated[str, NAME]
    role: Annotated[str, ROLE]


@dataclass(frozen=True, slots=True)
class RoleWithdrawn(GovernanceBody):
    party: Annotated[str, NAME]
    role: Annotated[str, ROLE]


# Keys


@dataclass(frozen=True, slots=True)
class CustodyChanged(GovernanceBody):
    """Revokes all keys of the party; `key` is the first one under the new custody."""

    party: Annotated[str, NAME]
    custody: Annotated[Custody, CUSTODY]
    key: Annotated[VerifierKey, PARTY_KEY]
    proof: Annotated[bytes, PROOF]


@dataclass(frozen=True, slots=True)
class KeyAdded(GovernanceBody):
    party: Annotated[str, NAME]
    key: Annotated[VerifierKey, PARTY_KEY]
    proof: Annotated[bytes, PROOF]


@dataclass(frozen=True, slots=True)
class KeyRevoked(GovernanceBody):
    """From the next entry on the key is void; from `compromised_since` on, earlier entries by it are doubtful."""

    party: Annotated[str, NAME]
    key: Annotated[VerifierKey, PARTY_KEY]
    compromised_since: Annotated[int | None, nullable(INDEX)]


# Erasure


@dataclass(frozen=True, slots=True)
class RecordErased(GovernanceBody):
    """Body, salt and copies of the record at (`origin`, `entry`, `place`) go; its commitment stays."""

    origin: Annotated[str, ORIGIN]
    entry: Annotated[int, INDEX]
    place: Annotated[int, INDEX]
    ground: Annotated[str, one_of(ERASURE_GROUNDS)]


BODIES: Final[Mapping[str, type[GovernanceBody]]] = {
    shape.__name__: shape
    for shape in (
        LedgerFounded,
        GovernanceChanged,
        LogKeyAdded,
        LogKeyRetired,
        WitnessPolicyAdopted,
        PolicyAdopted,
        ClockCorrected,
        LedgerContinued,
        LedgerClosed,
        PartyAdmitted,
        PartySuspended,
        PartyReinstated,
        PartyExpelled,
        RoleGranted,
        RoleWithdrawn,
        CustodyChanged,
        KeyAdded,
        KeyRevoked,
        RecordErased,
        AllyAdmitted,
        AllyExpelled,
        OwnershipDeclared,
        FundConstituted,
        StakeRequired,
        PrefixLicensed,
        PrefixWithdrawn,
    )
}


def read_body(record: Mapping[str, Any]) -> GovernanceBody:
    """Read a governance record that the strict pass has taken (`ledger.evidence.record.read_record`).

    Raises:
        BodyTypeUnknown: its `type` is none of `BODIES`.
        BodyMalformed: its leaves name the member by JSON pointer, the value seen and the kind wanted.
    """
    name = type_of(record)
    if name not in BODIES:
        raise BodyTypeUnknown(seen=name, wanted="one of " + ", ".join(BODIES), pointer="/type")
    return read_members(BODIES[name], {key: value for key, value in record.items() if key != "type"}, "")
