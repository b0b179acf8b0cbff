"""Every parser of `ledger.evidence`, with samples of the small honest ledger of the tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from ledger.errors import Malformed
from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.add_log import AddLog, introduce
from ledger.evidence.batch import Batch, SignedBatch
from ledger.evidence.bodies import BodyState, PlacedBody, decode_bodies, encode_bodies
from ledger.evidence.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.evidence.disclosure import Disclosure, format_base64url, parse_base64url, read_disclosures
from ledger.evidence.entry import Entry
from ledger.evidence.fork import ForkEvidence
from ledger.evidence.instant import format_instant, parse_instant
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.evidence.merkle import DIGEST_BYTES, leaf_hash
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.evidence.policy import Policy
from ledger.evidence.proof_file import ProofFile, proof_in_page
from ledger.evidence.receipt import Receipt, verify_receipt
from ledger.evidence.receipt_extra import print_extra, read_extra
from ledger.evidence.record import RECORD_BYTES_MAX, read_json, read_record, read_records
from ledger.evidence.register import KeyLine
from ledger.evidence.spelling import format_base64, parse_base64, parse_size
from ledger.evidence.tile import TileAddress, bundles_of, decode_bundle, decode_tile, encode_bundle, tiles_of
from ledger.evidence.tlog_proof import TlogProof
from tests.evidence.proof_world import ERASED, honest_proof, told_ledger
from tests.fuzz.target import Target, of_text
from tests.scenario import LOG_KEY, ORIGIN, WITNESS, TinyLedger

ALL_KINDS = [SigningKey.from_private(WITNESS, kind, bytes(range(32))) for kind in KeyType]
ML_DSA_LOG_KEY = SigningKey.from_private(ORIGIN, KeyType.MLDSA44, bytes(range(32)))
THREE_HASHES = TileAddress(0, 0, 3)


@cache
def evidence_targets() -> tuple[Target, ...]:
    ledger = told_ledger()
    return (*_spellings(), *_notes(ledger), *_entries(ledger), *_proofs(ledger), *_tiles(ledger), *_json(ledger), *_disclosures())


def _spellings() -> Iterable[Target]:
    yield of_text("base64", parse_base64, format_base64, ["", "AA==", "AAA=", "AAAA", format_base64(bytes(range(40)))])
    yield of_text("size", parse_size, str, ["0", "7", "10", str((1 << 63) - 1)])
    yield of_text("instant", parse_instant, format_instant, ["2026-11-20T08:00:00.000Z", "9999-12-31T23:59:59.999Z"])
    yield of_text("verifier key", VerifierKey.parse, str, [str(key.verifier) for key in ALL_KINDS])
    yield of_text("signature line", SignatureLine.parse, str, [str(SignatureLine("a/b", b"keys", b"signature"))])


def _notes(ledger: TinyLedger) -> Iterable[Target]:
    note = SignedNote.parse(ledger.checkpoint())
    both = sign_checkpoint(Checkpoint.parse(note.text), [LOG_KEY, ML_DSA_LOG_KEY], time_s=7).to_bytes()
    notes = [ledger.checkpoint(), ledger.checkpoint(size=1, witnessed=False), both]
    asked = [AddCheckpoint(0, (), notes[0]), AddCheckpoint(3, (bytes(32), b"\xff" * 32), notes[0])]
    known = introduce(note, [LOG_KEY.verifier], by=[])
    changed = introduce(SignedNote.parse(both), [LOG_KEY.verifier, ML_DSA_LOG_KEY.verifier], by=[LOG_KEY])
    policy = ledger.policy()
    yield Target("signed note", SignedNote.parse, SignedNote.to_bytes, notes)
    yield of_text("checkpoint", Checkpoint.parse, lambda head: head.text, [note.text, Checkpoint.parse(note.text).text])
    yield Target("checkpoint opened", partial(_opened, log_keys=[LOG_KEY.verifier]), SignedNote.to_bytes, notes)
    yield Target("checkpoint judged", lambda data: policy.open(data).note, SignedNote.to_bytes, [notes[0]])
    yield Target("add-checkpoint", AddCheckpoint.parse, AddCheckpoint.to_bytes, [one.to_bytes() for one in asked])
    yield Target("add-log", AddLog.parse, AddLog.to_bytes, [known.to_bytes(), changed.to_bytes()])
    yield of_text("policy", _policy, None, [policy.text, _large_policy(policy)])


def _opened(data: bytes, *, log_keys: list[VerifierKey]) -> SignedNote:
    return open_checkpoint(data, origin=ORIGIN, log_keys=log_keys)[1]


def _policy(text: str) -> Policy:
    """A policy file has comments and blanks, which are forgotten; what is left has one spelling, and means the same."""
    policy = Policy.parse(text)
    again = Policy.parse(policy.text)
    assert again == policy
    assert again.text == policy.text
    return policy


def _large_policy(policy: Policy) -> str:
    first = "".join(f"{line}\n" for line in policy.lines[:2])
    witnesses = [SigningKey.from_private(f"w.example/{n}", KeyType.COSIGNATURE, leaf_hash(bytes([n]))) for n in range(4)]
    named = "".join(f"witness w{n} {key.verifier} https://w.example/{n}\n" for n, key in enumerate(witnesses))
    groups = "group a any w0 w1\n\n  group\tb 1 w2 w3 \n# a comment\ngroup both all a b\n"
    return f"{first}{named}{groups}quorum both\n"


def _entries(ledger: TinyLedger) -> Iterable[Target]:
    entries = [written.entry for written in ledger.written]
    lines = [line.line for line in ledger.register.lines]
    yield of_text("batch", Batch.parse, lambda batch: batch.text, [entry.signed().batch.text for entry in entries])
    yield Target("signed batch", SignedBatch.parse, _note_of, [entry.note for entry in entries])
    yield Target("entry", Entry.parse, Entry.to_bytes, [entry.to_bytes() for entry in entries])
    yield of_text("key line", KeyLine.parse, lambda line: line.line, lines)


def _note_of(signed: SignedBatch) -> bytes:
    return SignedNote(signed.batch.text, signed.signatures).to_bytes()


def _proofs(ledger: TinyLedger) -> Iterable[Target]:
    receipts = [ledger.receipt(0), ledger.receipt(4, 1), ledger.receipt(5, 2), ledger.receipt(*ERASED, erased=True)]
    proof = honest_proof().to_bytes()
    notes = [ledger.checkpoint(size=size) for size in (4, len(ledger.written))]
    fork = ForkEvidence(*notes, root=bytes(32), proof=(bytes(32), b"\xfe" * 32))
    body, policy = ledger.written[4].bodies[1], ledger.policy()
    page = b'<script type="application/json" id="proof">' + proof + b"</script>"
    yield Target("tlog-proof", TlogProof.parse, TlogProof.to_bytes, receipts)
    yield Target("receipt extra", read_extra, print_extra, [TlogProof.parse(receipt).extra for receipt in receipts])
    yield Target("receipt", Receipt.parse, Receipt.to_bytes, receipts)
    yield Target("receipt verified", lambda data: verify_receipt(data, body=body, policy=policy), None, [receipts[1]])
    yield Target("proof to keep", ProofFile.parse, ProofFile.to_bytes, [proof])
    yield Target("proof in a page", lambda data: ProofFile.parse(proof_in_page(data)), None, [page])
    yield Target("fork evidence", ForkEvidence.parse, ForkEvidence.to_bytes, [fork.to_bytes()])


def _tiles(ledger: TinyLedger) -> Iterable[Target]:
    paths = [address.path for size in (1, 256, 70_000) for address in (*list(tiles_of(size))[-3:], *list(bundles_of(size))[-1:])]
    bundle = encode_bundle([written.entry.to_bytes() for written in ledger.written])
    records = [
        PlacedBody(0, BodyState.PRESENT, bytes(16), b"{}"),
        PlacedBody(1, BodyState.ERASED),
        PlacedBody(7, BodyState.WITHHELD),
    ]
    bodies = [b"".join(encode_bodies(context, records)) for context in (None, b"", b"[]")]
    yield of_text("tile address", TileAddress.parse, lambda address: address.path, [*paths, "tile/63/x123/456"])
    yield Target("bundle", decode_bundle, encode_bundle, [bundle, encode_bundle([b""]), encode_bundle([b"a", b"", b"bc"])])
    yield Target("tile", partial(decode_tile, THREE_HASHES), b"".join, [bytes(3 * DIGEST_BYTES)])
    yield Target("bodies in bulk", decode_bodies, _printed_bodies, bodies)


def _printed_bodies(found: tuple[bytes | None, list[PlacedBody]]) -> bytes:
    return b"".join(encode_bodies(*found))


def _json(ledger: TinyLedger) -> Iterable[Target]:
    bodies = sorted({body for written in ledger.written for body in written.bodies if body})
    numbers = b'{"a":[0,-0,1.5,-1E-9,1e-400,12345678901234567890123456789012345678],"b":{"c":[[],{},"\\ud83c\\udf75",null,true]}}'
    whole: Callable[[bytes], Any] = partial(read_json, bytes_max=RECORD_BYTES_MAX)
    yield Target("record", read_record, None, [*bodies, numbers])
    yield Target("JSON", whole, None, [b" [1, 2]\n", b'"x"', *bodies[:2]])
    yield Target("records", lambda data: read_records(data.split(b"\n")), None, [b"\n".join(bodies[:3]), bodies[0]])


def _disclosures() -> Iterable[Target]:
    told = [Disclosure.of(bytes(range(16)), name, value) for name, value in (("bizStep", b'"storing"'), ("a", b"[1,{}]"))]
    listed = [json.dumps([one.text for one in told[:count]]).encode() for count in (0, 1, 2)]
    yield of_text("base64url", _base64url, format_base64url, ["", "AA", "AAA", "AAAA", "-_-_"])
    yield of_text("disclosure", Disclosure.parse, lambda one: one.text, [one.text for one in told])
    yield Target("disclosures", read_disclosures, None, listed)


def _base64url(text: str) -> bytes:
    """It answers None where others raise."""
    data = parse_base64url(text)
    if data is None:
        raise Malformed(seen=text, wanted="base64url")
    return data
