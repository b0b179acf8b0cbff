"""Parts that governance records are made of, how many of each there may be, and their closed lists of reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from ledger.evidence.authority import ROLES
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import Digest
from ledger.evidence.register import Custody
from ledger.trade.shapes.kinds import (
    CUSTODY,
    DIGEST,
    LOG_KEY,
    NAME,
    PARTY_KEY,
    PROOF,
    ROLE,
    TERRITORY,
    URL,
    list_of,
    nullable,
    whole_number,
)
from ledger.trade.shapes.members import object_of

GOVERNANCE_KEYS_MAX: Final = 16
KEYS_OF_PARTY_MAX: Final = 16
LOG_KEYS_MAX: Final = 8
_REGISTRARS_MAX: Final = 64
_PINS_MAX: Final = 256


SUSPENSION_REASONS: Final = (
    "breach-of-rules",
    "false-statements",
    "insolvency",
    "key-compromised",
    "legal-order",
    "own-request",
    "under-investigation",
)
REINSTATEMENT_REASONS: Final = ("appeal-upheld", "cleared", "key-replaced", "legal-order", "own-request", "remedied")
EXPULSION_REASONS: Final = ("breach-of-rules", "ceased-to-exist", "false-statements", "insolvency", "legal-order", "own-request")
CLOCK_REASONS: Final = ("attack", "clock-fault", "operator-error")
CLOSING_REASONS: Final = ("compromised", "ended", "moved")
ERASURE_GROUNDS: Final = (
    "consent-withdrawn",
    "legal-order",
    "person-request",
    "purpose-ended",
    "recorded-in-error",
    "unlawful-content",
)
LEGAL_ORDER: Final = "legal-order"


@dataclass(frozen=True, slots=True)
class GovernanceKey:
    party: Annotated[str, NAME]
    key: Annotated[VerifierKey, PARTY_KEY]
    custody: Annotated[Custody, CUSTODY]


@dataclass(frozen=True, slots=True)
class ProvenGovernanceKey:
    """A seat of the new constitution: `proof` is null only for a key that is valid already.

    At founding every key signs; later a key that nobody holds could lock the ledger for ever.
    """

    party: Annotated[str, NAME]
    key: Annotated[VerifierKey, PARTY_KEY]
    custody: Annotated[Custody, CUSTODY]
    proof: Annotated[bytes | None, nullable(PROOF)]


@dataclass(frozen=True, slots=True)
class Registrar:
    """A party that may admit others; `keys` are all its valid keys from the next entry on."""

    party: Annotated[str, NAME]
    keys: Annotated[tuple[VerifierKey, ...], list_of(PARTY_KEY, at_least=1, at_most=KEYS_OF_PARTY_MAX)]
    custody: Annotated[Custody, CUSTODY]
    territory: Annotated[str, TERRITORY]


@dataclass(frozen=True, slots=True)
class FirstKey:
    key: Annotated[VerifierKey, PARTY_KEY]
    proof: Annotated[bytes | None, nullable(PROOF)]


@dataclass(frozen=True, slots=True)
class PinnedContext:
    """The SHA-256 of the bytes behind the URL of a JSON-LD context."""

    url: Annotated[str, URL]
    sha256: Annotated[Digest, DIGEST]


@dataclass(frozen=True, slots=True)
class RulePack:
    name: Annotated[str, NAME]
    sha256: Annotated[Digest, DIGEST]


THRESHOLD: Final = whole_number("a number of governance keys, 1 to 16", at_least=1, below=GOVERNANCE_KEYS_MAX + 1)
LOG_KEYS: Final = list_of(LOG_KEY, at_least=1, at_most=LOG_KEYS_MAX)
SEATS: Final = list_of(object_of(GovernanceKey), at_least=1, at_most=GOVERNANCE_KEYS_MAX, unique=lambda seat: seat.party)
PROVEN_SEATS: Final = list_of(
    object_of(ProvenGovernanceKey), at_least=1, at_most=GOVERNANCE_KEYS_MAX, unique=lambda seat: seat.party
)
FIRST_KEYS: Final = list_of(object_of(FirstKey), at_least=1, at_most=KEYS_OF_PARTY_MAX, unique=lambda first: first.key)
REGISTRARS: Final = list_of(object_of(Registrar), at_least=0, at_most=_REGISTRARS_MAX, unique=lambda registrar: registrar.party)
CONTEXTS: Final = list_of(object_of(PinnedContext), at_least=0, at_most=_PINS_MAX, unique=lambda context: context.url)
RULE_PACKS: Final = list_of(object_of(RulePack), at_least=0, at_most=_PINS_MAX, unique=lambda pack: pack.name)
ROLE_LIST: Final = list_of(ROLE, at_least=1, at_most=len(ROLES))
