"""An honest small ledger in memory, the same bytes on every run, for tests to read and to bend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias

from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import Batch, sign_batch
from ledger.evidence.checkpoint import Checkpoint, cosign, sign_checkpoint
from ledger.evidence.commitment import SALT_BYTES, commit_all
from ledger.evidence.entry import GENESIS, Entry, link
from ledger.evidence.instant import Instant, parse_instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.merkle import Digest, inclusion_proof, reader_of, root_of
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import make_receipt
from ledger.evidence.register import Custody, KeyLine, Register
from ledger.evidence.spelling import format_base64

ORIGIN: Final = "ledger.example/main"
GOVERNANCE: Final = (f"{ORIGIN}/governance/1", f"{ORIGIN}/governance/2")
GARDEN: Final = "ledger.example/party/duyun-tea"
LABORATORY: Final = "ledger.example/party/guiyang-lab"
BUYER: Final = "ledger.example/party/sg-buyer"
WITNESS: Final = "witness.example/w1"
START: Final = parse_instant("2026-11-20T08:00:00.000Z")
COSIGNED_S: Final = 1_795_161_660
CONTEXT: Final = b'["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'

EVENTS: Final = tuple(
    b'{"type":"ObjectEvent","eventTime":"2026-11-20T0%d:00:00.000+08:00","eventTimeZoneOffset":"+08:00",'
    b'"epcList":["https://id.gs1.org/01/09521321000014/21/%d"],"action":"OBSERVE"}' % (hour, 1000 + hour)
    for hour in range(1, 4)
)
DOCUMENT: Final = b'{"@context":%b,"type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[]}}' % CONTEXT


def key_of(name: str, kind: KeyType = KeyType.ED25519) -> SigningKey:
    """Return the key that `name` has in every run: its private half is a hash of the name."""
    return SigningKey.from_private(name, kind, sha256(f"test key of {name}".encode()).digest())


def json_body(**members: object) -> bytes:
    """Return a record body in the form in which the product writes its own."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


ProvenLine: TypeAlias = tuple[KeyLine, int, Sequence[Digest]]
"""A key line, its place in the register, and the path from there to the register's root."""

LOG_KEY: Final = key_of(ORIGIN)
WITNESS_KEY: Final = key_of(WITNESS, KeyType.COSIGNATURE)

FOUNDING: Final = json_body(
    type="LedgerFounded",
    origin=ORIGIN,
    logKeys=[str(LOG_KEY.verifier)],
    governanceKeys=[{"party": name, "key": str(key_of(name).verifier), "custody": "self"} for name in GOVERNANCE],
    threshold=2,
    registrars=[],
    witnessPolicy=None,
    contexts=[],
    rulePacks=[],
)


@dataclass(frozen=True)
class Written:
    """One entry with everything its receipts need."""

    entry: Entry
    bodies: tuple[bytes, ...]
    salts: tuple[bytes, ...]
    commitments: tuple[Digest, ...]
    register: Register
    context: bytes | None


@dataclass
class TinyLedger:
    """A log of a few entries. It checks nothing: a test that wants a dishonest entry simply writes one."""

    origin: str = ORIGIN
    written: list[Written] = field(default_factory=list)
    register: Register = field(default_factory=lambda: Register.of(()))

    @property
    def leaves(self) -> list[Digest]:
        return [written.entry.leaf_hash() for written in self.written]

    @property
    def first_entry(self) -> Digest:
        return self.leaves[0] if self.written else GENESIS

    @property
    def now(self) -> Instant:
        return Instant(START + 1_000 * len(self.written))

    def salts(self, count: int) -> tuple[bytes, ...]:
        """Return the salts of the next entry: random enough for a test, the same in every run."""
        index = len(self.written)
        return tuple(sha256(f"salt {index} {place}".encode()).digest()[:SALT_BYTES] for place in range(count))

    def batch(
        self,
        bodies: Sequence[bytes],
        *,
        issuer: str = GARDEN,
        signers: tuple[str, ...] = (),
        klass: RecordClass = RecordClass.EPCIS,
        read: ReadRule = ReadRule.CODE,
        context: bytes | None = CONTEXT,
        seen: tuple[int, Digest] | None = None,
    ) -> Batch:
        """Return the batch that the issuer would sign over these bodies for the next entry."""
        commitments = commit_all(origin=self.origin, issuer=issuer, salts=self.salts(len(bodies)), bodies=bodies)
        return Batch(
            origin=self.origin,
            first_entry=self.first_entry,
            issuer=issuer,
            signers=signers,
            klass=klass,
            read=ReadRule.PUBLIC if klass is RecordClass.GOVERNANCE else read,
            time=self.now,
            context=sha256(context).digest() if context is not None and klass is RecordClass.EPCIS else None,
            seen=seen,
            size=len(bodies),
            root=root_of(commitments),
        )

    def write(self, batch: Batch, bodies: Sequence[bytes], *, context: bytes | None = None, note: bytes | None = None) -> int:
        """Append the batch, signed by its parties' own keys unless `note` is given, and return its index."""
        signed = note or sign_batch(batch, [key_of(party) for party in batch.parties]).note
        salts = self.salts(len(bodies))
        previous = self.leaves[-1] if self.written else GENESIS
        entry = link(previous, admitted=self.now, register=self.register, note=signed)
        commitments = commit_all(origin=self.origin, issuer=batch.issuer, salts=salts, bodies=bodies)
        self.written.append(Written(entry, tuple(bodies), salts, tuple(commitments), self.register, context))
        return len(self.written) - 1

    def govern(self, body: bytes, *, issuer: str = GOVERNANCE[0], signers: tuple[str, ...] = GOVERNANCE[1:]) -> int:
        """Append one governance record, by default signed by all of governance."""
        return self.write(self.batch([body], issuer=issuer, signers=signers, klass=RecordClass.GOVERNANCE), [body])

    def found(self) -> None:
        """Write entry 0 and let governance's keys into the register."""
        self.govern(FOUNDING)
        self.register = Register.of(KeyLine(name, key_of(name).verifier, "self", ("governance",), "-") for name in GOVERNANCE)

    def admit(self, party: str, role: str, *, territory: str = "CN-GZ", custody: Custody = "self") -> None:
        """Write the admission of a party with its one key, valid from the next entry on."""
        vkey = str(key_of(party).verifier)
        admission = json_body(
            type="PartyAdmitted", party=party, roles=[role], territory=territory, custody=custody,
            keys=[{"key": vkey, "proof": None}],
        )  # fmt: skip
        self.govern(admission)
        line = KeyLine(party, key_of(party).verifier, custody, (role,), territory)
        self.register = Register.of((*self.register.lines, line))

    def revoke(self, party: str) -> None:
        """Write the revocation of the party's key, which leaves the register with the next entry."""
        self.govern(json_body(type="KeyRevoked", party=party, key=str(key_of(party).verifier), compromisedSince=None))
        self.register = Register.of(line for line in self.register.lines if line.party != party)

    def capture(self, bodies: Sequence[bytes] = (DOCUMENT, *EVENTS), *, signers: tuple[str, ...] = ()) -> int:
        """Append a document of the tea garden and its events."""
        return self.write(self.batch(bodies, signers=signers), bodies, context=CONTEXT)

    def checkpoint(self, *, size: int | None = None, witnessed: bool = True) -> bytes:
        """Return the checkpoint note of the first `size` entries, all by default."""
        leaves = self.leaves[:size]
        note = sign_checkpoint(Checkpoint(self.origin, len(leaves), root_of(leaves)), [LOG_KEY])
        cosignatures = (cosign(note, WITNESS_KEY, COSIGNED_S),) if witnessed else ()
        return SignedNote(note.text, (*note.signatures, *cosignatures)).to_bytes()

    def policy(self) -> Policy:
        """Return what a careful verifier trusts: the log's key, its first entry, one witness."""
        lines = (
            f"log {LOG_KEY.verifier}",
            f"first-entry {self.origin} {format_base64(self.first_entry)}",
            f"witness w1 {WITNESS_KEY.verifier}",
            "quorum w1",
        )
        return Policy.parse("".join(f"{line}\n" for line in lines))

    def inclusion(self, index: int, *, size: int | None = None) -> tuple[Digest, ...]:
        """Return the proof of one entry under the checkpoint of `size` entries, all by default."""
        return tuple(inclusion_proof(index=index, size=size or len(self.written), read=reader_of(self.leaves)))

    def receipt(
        self,
        index: int,
        place: int = 0,
        *,
        erased: bool = False,
        size: int | None = None,
        keys: Sequence[ProvenLine] | None = None,
    ) -> bytes:
        """Return the receipt of one record under the checkpoint of `size` entries, all by default.

        `keys` stands in for the key lines of the named parties and their proofs.
        """
        written = self.written[index]
        return make_receipt(
            checkpoint_note=self.checkpoint(size=size),
            index=index,
            inclusion=self.inclusion(index, size=size),
            entry=written.entry.to_bytes(),
            place=place,
            path=inclusion_proof(index=place, size=len(written.commitments), read=reader_of(written.commitments)),
            salt=None if erased else written.salts[place],
            commitment=written.commitments[place] if erased else None,
            keys=self.proven_lines(index) if keys is None else keys,
            context=written.context,
        )

    def proven_lines(self, index: int) -> list[ProvenLine]:
        """Return the key lines of the parties of one entry with their proofs; none at entry 0."""
        written = self.written[index]
        lines = [written.register.keys_of(party)[0] for party in written.entry.signed().batch.parties] if index else []
        return [(line, *written.register.prove(line)) for line in lines]


def tiny_ledger() -> TinyLedger:
    """Return a founded ledger with three parties and, as its last entry, a document of the tea garden."""
    ledger = TinyLedger()
    ledger.found()
    ledger.admit(GARDEN, "merchant")
    ledger.admit(LABORATORY, "laboratory", custody="operator")
    ledger.admit(BUYER, "buyer", territory="SG")
    ledger.capture()
    return ledger
