"""Records signed on their parties' own machines: one note, every party's line, nothing that the door would turn away."""

from __future__ import annotations

import pytest

from ledger.actions.escrow.sign_records import sign_records
from ledger.evidence.authority import ReadRule, RecordClass
from ledger.evidence.batch import SignedBatch, verify_batch
from ledger.evidence.commitment import commit_all, derive_salts
from ledger.evidence.instant import parse_instant
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.merkle import root_of
from ledger.trade.escrow.bodies.agreement import LineClosed, OrderCancelled
from ledger.trade.shapes.address import Address
from ledger.trade.shapes.refusals import BodyMalformed

ORIGIN = "ledger.example/main"
NOW = parse_instant("2026-11-20T08:00:00.000Z")
FIRST = bytes(32)
KEYS = [
    SigningKey.generate("ledger.example/party/tea", KeyType.ED25519),
    SigningKey.generate("ledger.example/party/zoe", KeyType.ECDSA_P256),
    SigningKey.generate("ledger.example/party/bank", KeyType.ED25519),
]
RECORDS = [
    shape("ledger.example/party/tea/po-1/1", Address(ORIGIN, 7, place)).to_body()
    for place, shape in enumerate((OrderCancelled, LineClosed))
]


def signed(keys: list[SigningKey], seed: bytes = bytes(range(32))) -> SignedBatch:
    seen = (9, bytes(range(32)))
    own = sign_records(RECORDS, keys, origin=ORIGIN, first_entry=FIRST, read=ReadRule.PARTIES, now=NOW, seen=seen, seed=seed)
    assert own.seed == seed
    return SignedBatch.parse(own.note)


def test_the_issuer_comes_first_and_the_others_ascending() -> None:
    batch = signed(KEYS).batch
    assert (batch.issuer, batch.signers) == (KEYS[0].verifier.name, (KEYS[2].verifier.name, KEYS[1].verifier.name))
    assert (batch.klass, batch.read, batch.time, batch.size) == (RecordClass.ESCROW, ReadRule.PARTIES, NOW, 2)
    assert batch.seen == (9, bytes(range(32)))


def test_every_party_has_signed() -> None:
    by_name = {key.verifier.name: (key.verifier,) for key in KEYS}
    assert verify_batch(signed(KEYS), lambda party: by_name[party]) == (
        KEYS[0].verifier,
        KEYS[2].verifier,
        KEYS[1].verifier,
    )


def test_the_root_is_over_the_bytes_as_sent() -> None:
    seed = bytes(reversed(range(32)))
    batch = signed(KEYS[:1], seed).batch
    salts = derive_salts(seed=seed, log_line=batch.log_line, issuer_line=batch.issuer_line, time_line=batch.time_line, count=2)
    assert batch.root == root_of(commit_all(origin=ORIGIN, issuer=batch.issuer, salts=salts, bodies=RECORDS))


def test_a_seed_of_its_own_for_every_note() -> None:
    notes = [sign_records(RECORDS, KEYS[:1], origin=ORIGIN, first_entry=FIRST, read=ReadRule.PARTIES, now=NOW) for _ in range(2)]
    assert notes[0].seed != notes[1].seed and len(notes[0].seed) == 32
    assert "seed" not in repr(notes[0])


@pytest.mark.parametrize("record", [b'{"type":"OrderCancelled"}', RECORDS[0].replace(b'"prev"', b'"postings":[],"prev"')])
def test_nobody_signs_what_the_door_turns_away(record: bytes) -> None:
    with pytest.raises(BodyMalformed):
        sign_records([record], KEYS[:1], origin=ORIGIN, first_entry=FIRST, read=ReadRule.PARTIES, now=NOW)
