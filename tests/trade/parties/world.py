"""A small ledger's governance to bend in tests: fixed keys, real signatures, every record through the whole path."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, SignedBatch, sign_batch, verify_batch
from ledger.evidence.instant import Instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.record import read_record
from ledger.trade.parties.bodies import LedgerFounded, PartyAdmitted, read_body
from ledger.trade.parties.body_parts import FirstKey, GovernanceKey, PinnedContext, Registrar, RulePack
from ledger.trade.parties.fold import admit, apply, found, founding_keys, note_use
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.possession import prove_possession
from ledger.trade.parties.signers import ErasedRecord
from ledger.trade.parties.state import Governance

ORIGIN = "ledger.example/main"
GOV1, GOV2, GOV3 = (f"{ORIGIN}/governance/{n}" for n in (1, 2, 3))
REGISTRAR, REGISTRAR2 = "ledger.example/registrar", "ledger.example/registrar-2"
TEA, SHOP, KEEPER = "ledger.example/party/duyun-tea", "ledger.example/party/shop", "ledger.example/party/keeper"
FIRST_ENTRY = sha256(b"entry 0").digest()
GS1 = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@cache
def key_of(name: str, number: int = 0, type_: KeyType = KeyType.ED25519) -> SigningKey:
    """The key number `number` of a name; always the same one."""
    return SigningKey.from_private(name, type_, sha256(f"{name} {number} {type_}".encode()).digest())


def founding(**changes: object) -> LedgerFounded:
    body = LedgerFounded(
        origin=ORIGIN,
        log_keys=(key_of(ORIGIN).verifier,),
        governance_keys=tuple(GovernanceKey(name, key_of(name).verifier, "self") for name in (GOV1, GOV2, GOV3)),
        threshold=2,
        registrars=(
            Registrar(REGISTRAR, (key_of(REGISTRAR).verifier,), "operator", "CN"),
            Registrar(REGISTRAR2, (key_of(REGISTRAR2).verifier,), "self", "SG"),
        ),
        witness_policy=None,
        contexts=(PinnedContext(GS1, sha256(b"context").digest()),),
        rule_packs=(RulePack("rules/base", sha256(b"rules").digest()),),
    )
    return replace(body, **changes)  # type: ignore[arg-type]


def batch_of(*parties: str, klass: RecordClass = RecordClass.GOVERNANCE, **changes: object) -> Batch:
    issuer, *signers = parties
    fields: dict[str, object] = {
        "origin": ORIGIN,
        "first_entry": FIRST_ENTRY,
        "issuer": issuer,
        "signers": tuple(sorted(signers)),
        "klass": klass,
        "read": ReadRule.PUBLIC if klass is RecordClass.GOVERNANCE else ReadRule.CODE,
        "time": Instant(1_795_000_000_000),
        "context": sha256(b"context").digest() if klass is RecordClass.EPCIS else None,
        "seen": None,
        "size": 1,
        "root": sha256(b"root").digest(),
    }
    return Batch(**{**fields, **changes})  # type: ignore[arg-type]


def proof_of(key: SigningKey) -> bytes:
    return prove_possession(key, origin=ORIGIN, first_entry=FIRST_ENTRY, party=key.verifier.name)


def found_world(body: LedgerFounded | None = None) -> Governance:
    body = body or founding()
    signers = [seat.party for seat in body.governance_keys]
    batch = batch_of(*signers, first_entry=bytes(32), origin=body.origin)
    signed = sign_batch(batch, [key_of(party) for party in batch.parties])
    return found(batch=batch, body=body, entry_hash=FIRST_ENTRY, keys=verify_batch(signed, founding_keys(body)))


def admission(party: str, *roles: str, **changes: object) -> PartyAdmitted:
    key = key_of(party)
    body = PartyAdmitted(
        party=party, roles=roles or ("merchant",), territory="CN-GZ", custody="self", keys=(FirstKey(key.verifier, None),)
    )
    return replace(body, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """The state before entry `index`, and which of its keys each party signs with."""

    state: Governance = field(default_factory=found_world)
    index: int = 1
    signs_with: dict[str, SigningKey] = field(default_factory=dict)

    def signed(self, *parties: str, klass: RecordClass = RecordClass.GOVERNANCE, **changes: object) -> SignedBatch:
        batch = batch_of(*parties, klass=klass, **changes)
        return sign_batch(batch, [self.signs_with.get(party, key_of(party)) for party in batch.parties])

    def write(self, body: GovernanceBody, *parties: str, record: ErasedRecord | None = None) -> Governance:
        """Fold in one record, from its bytes, signed by `parties`; return the state after it."""
        signed = self.signed(*parties)
        keys = verify_batch(signed, self.state.keys_ever_of)
        read = read_body(read_record(body.to_body()))
        assert read == body
        self.state = apply(self.state, index=self.index, batch=signed.batch, body=read, keys=keys, record=record)
        self.index += 1
        return self.state

    def say(self, *parties: str, klass: RecordClass = RecordClass.EPCIS, **changes: object) -> Governance:
        """Let the parties write a batch that is not of governance; return the state after it."""
        signed = self.signed(*parties, klass=klass, **changes)
        keys = verify_batch(signed, self.state.keys_ever_of)
        admit(self.state, signed.batch, keys, index=self.index)
        self.state = note_use(self.state, keys, index=self.index)
        self.index += 1
        return self.state

    def admit(self, party: str, *roles: str) -> Governance:
        return self.write(admission(party, *roles), REGISTRAR)


def peopled() -> World:
    """A world with a merchant, a shop and a keeper of data protection."""
    world = World()
    world.admit(TEA, "merchant", "shop")
    world.admit(SHOP, "shop")
    world.admit(KEEPER, "data-protection")
    return world
