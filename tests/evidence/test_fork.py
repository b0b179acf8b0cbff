"""Fork evidence: it proves two histories or nothing, and is read in one form only."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import Checkpoint, CheckpointOfAnotherLog, sign_checkpoint
from ledger.evidence.fork import ForkEvidence, ForkEvidenceMalformed, ForkEvidenceTooLarge, ForkUnproven
from ledger.evidence.key import SigningKey
from ledger.evidence.merkle import ConsistencyUnproven, Digest, consistency_proof, leaf_hash, reader_of, root_of
from ledger.evidence.note import NoteUnsigned, SignedNote
from ledger.evidence.policy import FirstEntryLine, LogLine, Policy, QuorumLine

ORIGIN = "ledger.example/main"
KEY = SigningKey.generate(ORIGIN)
THIEF = SigningKey.generate(ORIGIN)
POLICY = Policy((LogLine(KEY.verifier), FirstEntryLine(ORIGIN, bytes(32)), QuorumLine("none")))
ONE = [leaf_hash(b"one %d" % index) for index in range(40)]
OTHER = [*ONE[:5], *(leaf_hash(b"other %d" % index) for index in range(35))]


def note(leaves: list[Digest], size: int, key: SigningKey = KEY, origin: str = ORIGIN) -> bytes:
    text = Checkpoint(origin, size, root_of(leaves[:size]))
    return sign_checkpoint(text, [key]).to_bytes()


def evidence(small: int, large: int) -> ForkEvidence:
    proof = consistency_proof(old_size=small, new_size=large, read=reader_of(OTHER[:large])) if small < large else []
    return ForkEvidence(note(ONE, small), note(OTHER, large), root_of(OTHER[:small]), tuple(proof))


@given(small=st.integers(6, 40), more=st.integers(0, 34))
def test_two_histories_are_proven(small: int, more: int) -> None:
    large = min(small + more, 40)
    found = ForkEvidence.parse(evidence(small, large).to_bytes())
    assert [checkpoint.size for checkpoint in found.verify(POLICY)] == [small, large]


@given(small=st.integers(1, 40), more=st.integers(0, 39))
def test_one_history_is_none(small: int, more: int) -> None:
    large = min(small + more, 40)
    proof = consistency_proof(old_size=small, new_size=large, read=reader_of(ONE[:large])) if small < large else []
    honest = ForkEvidence(note(ONE, small), note(ONE, large), root_of(ONE[:small]), tuple(proof))
    with pytest.raises(ForkUnproven):
        honest.verify(POLICY)


def test_a_made_up_root_proves_nothing() -> None:
    with pytest.raises(ConsistencyUnproven):
        ForkEvidence(note(ONE, 8), note(ONE, 20), leaf_hash(b"made up"), evidence(8, 20).proof).verify(POLICY)


def test_what_the_log_did_not_sign_is_no_evidence_against_it() -> None:
    stolen = ForkEvidence(note(ONE, 8), note(OTHER, 8, THIEF), root_of(OTHER[:8]), ())
    with pytest.raises(NoteUnsigned):
        stolen.verify(POLICY)
    stolen.refuse_one_history()
    other = SigningKey.generate("ledger.example/other")
    with pytest.raises(CheckpointOfAnotherLog):
        ForkEvidence(note(ONE, 8), note(OTHER, 8, other, "ledger.example/other"), root_of(OTHER[:8]), ()).refuse_one_history()


def test_the_smaller_one_stands_first() -> None:
    with pytest.raises(ForkEvidenceMalformed):
        ForkEvidence(note(ONE, 20), note(OTHER, 8), root_of(OTHER[:8]), ()).refuse_one_history()


def test_it_is_read_in_one_form() -> None:
    data = evidence(8, 20).to_bytes()
    members = json.loads(data)
    compact = json.dumps(members).encode()
    wrong = [
        b"",
        b"[]",
        compact,
        data + b"\n",
        data.replace(b"/v1", b"/v2"),
        json.dumps({**members, "more": 1}, indent=1).encode(),
        json.dumps({**members, "proof": ["A"] * 65}, indent=1).encode(),
        json.dumps({**members, "proof": [7]}, indent=1).encode(),
        json.dumps({**members, "first": None}, indent=1).encode(),
        json.dumps({**members, "first": "no note"}, indent=1).encode(),
        json.dumps({**members, "second": "\ud800"}, indent=1).encode(),
        b"[" * 100_000,
    ]
    for changed in wrong:
        with pytest.raises(ForkEvidenceMalformed):
            ForkEvidence.parse(changed)
    with pytest.raises(ForkEvidenceTooLarge):
        ForkEvidence.parse(b" " * 3_000_000)
    assert SignedNote.parse(ForkEvidence.parse(data).first).to_bytes() == note(ONE, 8)


@given(st.data())
def test_a_changed_byte_is_seen(data: st.DataObject) -> None:
    whole = evidence(8, 20).to_bytes()
    place, byte = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    if changed == whole:
        return
    with pytest.raises(SuyuanError):
        ForkEvidence.parse(changed).verify(POLICY)
