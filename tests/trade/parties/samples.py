"""One well-formed body of every governance record, for tests that go through all of them."""

from __future__ import annotations

from hashlib import sha256

from ledger.evidence.instant import Instant
from ledger.trade.alliance.bodies import AllyAdmitted, AllyExpelled, FundConstituted, OwnershipDeclared, StakeRequired
from ledger.trade.alliance.body_parts import Reserve
from ledger.trade.parties.bodies import (
    ClockCorrected,
    CustodyChanged,
    GovernanceChanged,
    KeyAdded,
    KeyRevoked,
    LedgerClosed,
    LedgerContinued,
    LogKeyAdded,
    LogKeyRetired,
    PartyExpelled,
    PartyReinstated,
    PartySuspended,
    PolicyAdopted,
    RecordErased,
    RoleGranted,
    RoleWithdrawn,
    WitnessPolicyAdopted,
)
from ledger.trade.parties.body_parts import PinnedContext, ProvenGovernanceKey, Registrar, RulePack
from ledger.trade.parties.brand_bodies import PrefixLicensed, PrefixWithdrawn
from ledger.trade.parties.governance_body import GovernanceBody
from tests.trade.parties.world import GOV1, GOV2, GS1, KEEPER, ORIGIN, REGISTRAR, SHOP, TEA, admission, founding, key_of, proof_of

NEW_KEY = key_of(TEA, 1)

SAMPLES: tuple[GovernanceBody, ...] = (
    founding(witness_policy="quorum none\n"),
    GovernanceChanged(
        governance_keys=(
            ProvenGovernanceKey(GOV1, key_of(GOV1).verifier, "self", None),
            ProvenGovernanceKey(GOV2, key_of(GOV2, 1).verifier, "operator", proof_of(key_of(GOV2, 1))),
        ),
        threshold=2,
        registrars=(Registrar(REGISTRAR, (key_of(REGISTRAR).verifier,), "operator", "CN"),),
    ),
    LogKeyAdded(key_of(ORIGIN, 1).verifier, proof_of(key_of(ORIGIN, 1))),
    LogKeyRetired(key_of(ORIGIN).verifier, 700),
    WitnessPolicyAdopted("quorum none\n"),
    PolicyAdopted((PinnedContext(GS1, sha256(b"other").digest()),), (RulePack("rules/tea", sha256(b"tea").digest()),)),
    ClockCorrected(Instant(1_795_000_000_000), Instant(1_794_000_000_000), "clock-fault"),
    LedgerContinued("ledger.example/old", sha256(b"old").digest(), 12, sha256(b"old root").digest()),
    LedgerClosed("ledger.example/next", "moved"),
    admission(TEA, "merchant", "shop", label="都匀毛尖 Tea Co."),
    PartySuspended(TEA, "under-investigation"),
    PartyReinstated(TEA, "cleared"),
    PartyExpelled(TEA, "false-statements"),
    RoleGranted(TEA, "factory"),
    RoleWithdrawn(TEA, "merchant"),
    CustodyChanged(TEA, "operator", NEW_KEY.verifier, proof_of(NEW_KEY)),
    KeyAdded(TEA, NEW_KEY.verifier, proof_of(NEW_KEY)),
    KeyRevoked(TEA, key_of(TEA).verifier, 3),
    RecordErased(ORIGIN, 5, 2, "person-request"),
    AllyAdmitted(TEA, "carrier", ("CN-GZ", "SG")),
    AllyExpelled(TEA, "carrier", "seat-ended"),
    OwnershipDeclared(TEA, "lei/5493001kjtiigc8y1r12", ("lei/5493001kjtiigc8y1r13",), (SHOP,)),
    FundConstituted("ledger.example/fund", (TEA, SHOP), 2, KEEPER, ("-",), (Reserve("SGD", 0, 10**15 - 1, 500),)),
    StakeRequired(TEA, "deposit", "CNY", 1_000_000),
    PrefixLicensed(TEA, "690123456"),
    PrefixWithdrawn(TEA, "6901"),
)
