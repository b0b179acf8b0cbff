"""Proof files: golden bytes, and one accepted form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.evidence.tlog_proof import ProofFileMalformed, TlogProof

_PROOF = TlogProof(extra=b"{}", index=7, inclusion=(bytes(32), b"\xff" * 32), checkpoint_note=b"origin\n9\nroot\n\nlines\n")
_GOLDEN = b"""\
c2sp.org/tlog-proof@v1
extra e30=
index 7
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
//////////////////////////////////////////8=

origin
9
root

lines
"""


def test_golden_proof() -> None:
    assert _PROOF.to_bytes() == _GOLDEN
    assert TlogProof.parse(_GOLDEN) == _PROOF


def test_the_only_leaf_needs_no_hashes() -> None:
    alone = TlogProof(extra=b"", index=0, inclusion=(), checkpoint_note=b"note")
    assert alone.to_bytes() == b"c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nnote"
    assert TlogProof.parse(alone.to_bytes()) == alone


@given(st.binary(), st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=5), st.binary())
def test_every_proof_prints_and_reads_back(extra: bytes, index: int, inclusion: list[bytes], note: bytes) -> None:
    proof = TlogProof(extra, index, tuple(inclusion), note)
    assert TlogProof.parse(proof.to_bytes()) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"extra e30=\n", b""),
        (b"e30=", b"e31="),
        (b"e30=", b"e30"),
        (b"index 7", b"index 07"),
        (b"index 7", b"index -1"),
        (b"index 7", b"index 9223372036854775808"),
        (b"8=\n\n", b"8=\n \n"),
        (b"8=\n", b"9=\n"),
        (b"//8=\n", b"8=\n"),
        (b"\n", b"\r\n"),
        (b"extra ", "exträ ".encode()),
    ],
)
def test_another_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in _GOLDEN
    with pytest.raises(Malformed):
        TlogProof.parse(_GOLDEN.replace(old, new, 1))


def test_a_proof_without_a_checkpoint_is_refused() -> None:
    with pytest.raises(ProofFileMalformed):
        TlogProof.parse(_GOLDEN.partition(b"\n\n")[0])
