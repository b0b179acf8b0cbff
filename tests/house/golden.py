"""A log of three entries with fixed keys, salts and times: the examples of docs/FORMATS.md, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, sign_batch
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.evidence.commitment import commit, commit_all, derive_salts
from ledger.evidence.entry import GENESIS, Entry, link
from ledger.evidence.instant import parse_instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.merkle import inclusion_proof, reader_of, root_of
from ledger.evidence.receipt import make_receipt
from ledger.evidence.register import KeyLine, Register
from ledger.evidence.spelling import format_base64
from ledger.trade.parties.bodies import LedgerFounded, PartyAdmitted
from ledger.trade.parties.body_parts import FirstKey, GovernanceKey
from ledger.trade.parties.governance_body import GovernanceBody
from ledger.trade.parties.possession import prove_possession

ORIGIN: Final = "ledger.example/main"
GOVERNOR: Final = f"{ORIGIN}/governance/1"
MERCHANT: Final = "ledger.example/party/duyun-tea"
SALT: Final = bytes(range(16))
SEED: Final = bytes(range(32))
CONTEXT: Final = b'["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]'
BODIES: Final = (
    b'{"type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[]}}',
    b'{"type":"ObjectEvent","action":"ADD","epcList":["https://id.gs1.org/01/06901234567892/21/1"]}',
)
FOUNDED_AT: Final = "2026-11-20T07:58:00.000Z"
ADMITTED_AT: Final = "2026-11-20T07:59:00.000Z"
SAID_AT: Final = "2026-11-20T08:00:00.000Z"
TAKEN_AT: Final = "2026-11-20T08:00:00.142Z"


@dataclass(frozen=True)
class GoldenLog:
    """Entry 0 founds the ledger, entry 1 admits the merchant, entry 2 holds the merchant's two records."""

    log_key: SigningKey
    governance_key: SigningKey
    merchant_key: SigningKey
    founding: bytes
    admission: bytes
    register: Register
    salts: list[bytes]
    batch: Batch
    entries: tuple[Entry, Entry, Entry]
    checkpoint: bytes
    policy: str
    receipt: bytes


@cache
def golden_log() -> GoldenLog:
    """The whole log; the private keys are 32 times the byte 1, 2 and 3."""
    log_key, governance_key, merchant_key = (
        SigningKey.from_private(name, KeyType.ED25519, bytes([number]) * 32)
        for number, name in enumerate((ORIGIN, GOVERNOR, MERCHANT), start=1)
    )
    founding = LedgerFounded(
        origin=ORIGIN,
        log_keys=(log_key.verifier,),
        governance_keys=(GovernanceKey(GOVERNOR, governance_key.verifier, "self"),),
        threshold=1,
        registrars=(),
        witness_policy=None,
        contexts=(),
        rule_packs=(),
    )
    first = _governance_entry(founding, None, Register.of([]), FOUNDED_AT, governance_key)
    proof = prove_possession(merchant_key, origin=ORIGIN, first_entry=first.leaf_hash(), party=MERCHANT)
    admission = PartyAdmitted(
        party=MERCHANT, roles=("merchant",), territory="CN-GZ", custody="self", keys=(FirstKey(merchant_key.verifier, proof),)
    )
    governor = KeyLine(GOVERNOR, governance_key.verifier, "self", ("governance",), "-")
    second = _governance_entry(admission, first, Register.of([governor]), ADMITTED_AT, governance_key)
    merchant = KeyLine(MERCHANT, merchant_key.verifier, "self", ("merchant",), "CN-GZ")
    register = Register.of([governor, merchant])
    salts = _salts(first)
    batch = _batch(first, salts)
    third = link(
        second.leaf_hash(), admitted=parse_instant(TAKEN_AT), register=register, note=sign_batch(batch, [merchant_key]).note
    )
    leaves = [entry.leaf_hash() for entry in (first, second, third)]
    checkpoint = sign_checkpoint(Checkpoint(ORIGIN, 3, root_of(leaves)), [log_key]).to_bytes()
    receipt = make_receipt(
        checkpoint_note=checkpoint,
        index=2,
        inclusion=inclusion_proof(index=2, size=3, read=reader_of(leaves)),
        entry=third.to_bytes(),
        place=1,
        path=inclusion_proof(index=1, size=2, read=reader_of(_commitments(salts))),
        salt=salts[1],
        commitment=None,
        keys=[(merchant, *register.prove(merchant))],
        context=CONTEXT,
    )
    return GoldenLog(
        log_key=log_key,
        governance_key=governance_key,
        merchant_key=merchant_key,
        founding=founding.to_body(),
        admission=admission.to_body(),
        register=register,
        salts=salts,
        batch=batch,
        entries=(first, second, third),
        checkpoint=checkpoint,
        policy=f"log {log_key.verifier}\nfirst-entry {ORIGIN} {format_base64(leaves[0])}\nquorum none\n",
        receipt=receipt,
    )


def _governance_entry(body: GovernanceBody, first: Entry | None, register: Register, time: str, key: SigningKey) -> Entry:
    batch = Batch(
        origin=ORIGIN, first_entry=first.leaf_hash() if first else GENESIS, issuer=GOVERNOR, signers=(),
        klass=RecordClass.GOVERNANCE, read=ReadRule.PUBLIC, time=parse_instant(time), context=None, seen=None, size=1,
        root=commit(origin=ORIGIN, issuer=GOVERNOR, salt=SALT, body=body.to_body()),
    )  # fmt: skip
    previous = first.leaf_hash() if first else GENESIS
    return link(previous, admitted=parse_instant(time), register=register, note=sign_batch(batch, [key]).note)


def _batch(first: Entry, salts: list[bytes]) -> Batch:
    return Batch(
        origin=ORIGIN, first_entry=first.leaf_hash(), issuer=MERCHANT, signers=(), klass=RecordClass.EPCIS, read=ReadRule.CODE,
        time=parse_instant(SAID_AT), context=sha256(CONTEXT).digest(), seen=None, size=2, root=root_of(_commitments(salts)),
    )  # fmt: skip


def _salts(first: Entry) -> list[bytes]:
    return derive_salts(
        seed=SEED,
        log_line=f"log {ORIGIN} {format_base64(first.leaf_hash())}",
        issuer_line=f"issuer {MERCHANT}",
        time_line=f"time {SAID_AT}",
        count=2,
    )


def _commitments(salts: list[bytes]) -> list[bytes]:
    return commit_all(origin=ORIGIN, issuer=MERCHANT, salts=salts, bodies=BODIES)
