"""What a witness answers is read strictly, whatever bytes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.actions.log.witnesses.answer import LINES_MAX, conflict_in, cosignatures_in
from ledger.actions.log.witnesses.refusals import CosignatureMissing, WitnessAnswerMalformed
from ledger.errors import SuyuanError
from ledger.evidence.checkpoint import Checkpoint, CosignatureMalformed, cosign, cosignature_time
from ledger.evidence.key import KeyType, SignatureWrong, SigningKey
from ledger.evidence.note import SignatureLine
from ledger.evidence.policy import WitnessLine
from tests.actions.log.witnesses.conftest import Log

KEY = SigningKey.from_private("w1", KeyType.COSIGNATURE, bytes(range(32)))
QUANTUM = SigningKey.from_private("w1", KeyType.MLDSA44, bytes(range(32)))
NOTE = Log(key=SigningKey.from_private("ledger.example/main", KeyType.ED25519, bytes(32))).asked(3).note
LINE = f"{cosign(NOTE, KEY, 1_700_000_000)}\n".encode()
WITNESSES = [WitnessLine("first", KEY.verifier), WitnessLine("second", QUANTUM.verifier)]


def test_lines_of_every_key_of_a_witness_are_taken_once() -> None:
    answer = LINE + f"{cosign(NOTE, QUANTUM, 1_700_000_001)}\n".encode() + LINE
    found = cosignatures_in(answer, NOTE, WITNESSES)
    assert [(one.name, one.time_s) for one in found] == [("first", 1_700_000_000), ("second", 1_700_000_001)]


def test_an_ml_dsa_line_needs_a_time() -> None:
    # With time 0 it verifies, and says that the tree is consistent, but not that it was the newest at any time.
    checkpoint, name, origin = Checkpoint.parse(NOTE.text), b"w1", b"ledger.example/main"
    sizes = (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big")
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + bytes(8) + bytes([len(origin)]) + origin + sizes + checkpoint.root
    line = SignatureLine("w1", QUANTUM.verifier.key_id, bytes(8) + QUANTUM.sign(message))
    assert cosignature_time(NOTE, line, QUANTUM.verifier) == 0
    with pytest.raises(CosignatureMissing):
        cosignatures_in(f"{line}\n".encode(), NOTE, WITNESSES)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(answer: bytes) -> None:
    with pytest.raises((WitnessAnswerMalformed, CosignatureMissing)):
        cosignatures_in(answer, NOTE, WITNESSES)


@given(st.integers(0, len(LINE) - 1), st.integers(0, 255))
def test_a_changed_byte_of_a_line_is_never_taken(at: int, byte: int) -> None:
    changed = LINE[:at] + bytes([byte]) + LINE[at + 1 :]
    if changed == LINE:
        assert len(cosignatures_in(changed, NOTE, WITNESSES)) == 1
        return
    with pytest.raises((WitnessAnswerMalformed, CosignatureMissing, CosignatureMalformed, SignatureWrong)):
        cosignatures_in(changed, NOTE, WITNESSES)


@given(st.integers(2, 80))
def test_so_many_lines_are_read_and_no_more(count: int) -> None:
    if count <= LINES_MAX:
        assert len(cosignatures_in(LINE * count, NOTE, WITNESSES)) == 1
        return
    with pytest.raises(WitnessAnswerMalformed):
        cosignatures_in(LINE * count, NOTE, WITNESSES)


@pytest.mark.parametrize(("answer", "size"), [(b"0\n", 0), (b"7\n", 7), (b"7", 7), (b"9223372036854775807\n", 2**63 - 1)])
def test_a_conflict_is_a_size(answer: bytes, size: int) -> None:
    assert conflict_in(answer, asked_from=3) == size


@pytest.mark.parametrize(
    "answer", [b"", b"\n", b"3\n", b"03\n", b"-1\n", b"7\n\n", b" 7\n", b"9223372036854775808\n", "٧\n".encode(), b"7" * 9_000]
)
def test_anything_else_is_no_conflict(answer: bytes) -> None:
    with pytest.raises(WitnessAnswerMalformed):
        conflict_in(answer, asked_from=3)


@given(st.binary(max_size=40))
def test_any_conflict_is_a_size_or_refused(answer: bytes) -> None:
    try:
        assert conflict_in(answer, asked_from=-1) >= 0
    except SuyuanError as refusal:
        assert isinstance(refusal, WitnessAnswerMalformed)
