"""The request to cosign a checkpoint: golden bytes, and everything that is no request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence.add_checkpoint import (
    PROOF_HASHES_MAX,
    REQUEST_BYTES_MAX,
    AddCheckpoint,
    AddCheckpointMalformed,
    AddCheckpointTooLarge,
)
from ledger.evidence.spelling import SIZE_LIMIT

HASH = bytes(range(32))
LINE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
DIGESTS = st.binary(min_size=32, max_size=32)


def test_the_bytes() -> None:
    request = AddCheckpoint(20_852_014, (HASH, bytes(32)), b"log.example\n5\nroot\n\nlines\n")
    body = request.to_bytes()
    assert body == f"old 20852014\n{LINE}\n{'A' * 43}=\n\nlog.example\n5\nroot\n\nlines\n".encode()
    assert AddCheckpoint.parse(body) == request


def test_the_first_request_has_no_proof() -> None:
    assert AddCheckpoint(0, (), b"note").to_bytes() == b"old 0\n\nnote"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"\n\nnote",
        b"old\n\nnote",
        b"old 00\n\nnote",
        b"old 01\n\nnote",
        b"old -1\n\nnote",
        b"old +1\n\nnote",
        b"old 1 \n\nnote",
        b"old  1\n\nnote",
        b"Old 1\n\nnote",
        b"old 1\r\n\r\nnote",
        f"old {SIZE_LIMIT}\n\nnote".encode(),
        b"old 1\nAAAA\n\nnote",
        f"old 1\n{LINE[:-1]}\n\nnote".encode(),
        f"old 1\n{LINE} \n\nnote".encode(),
        f"old 1\n{LINE[:-2]}9=\n\nnote".encode(),
        f"{LINE}\nold 1\n\nnote".encode(),
        "old ١\n\nnote".encode(),
        b"old 1\n" + LINE.encode() * 2 + b"\n\nnote",
        b"old 1\n" + f"{LINE}\n".encode() * (PROOF_HASHES_MAX + 1) + b"\nnote",
    ],
)
def test_what_is_no_request_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(SuyuanError):
        AddCheckpoint.parse(body)


def test_as_many_hashes_as_there_can_be_are_read_and_no_more() -> None:
    whole = AddCheckpoint(1, (HASH,) * PROOF_HASHES_MAX, b"note")
    assert AddCheckpoint.parse(whole.to_bytes()) == whole
    with pytest.raises(AddCheckpointMalformed):
        AddCheckpoint(1, (HASH,) * (PROOF_HASHES_MAX + 1), b"note")


def test_a_request_over_the_limit_is_not_looked_at() -> None:
    with pytest.raises(AddCheckpointTooLarge):
        AddCheckpoint.parse(b"\xff" * (REQUEST_BYTES_MAX + 1))


@given(st.integers(0, SIZE_LIMIT - 1), st.lists(DIGESTS, max_size=PROOF_HASHES_MAX), st.binary(min_size=1, max_size=200))
def test_what_is_printed_reads_back(old: int, proof: list[bytes], note: bytes) -> None:
    request = AddCheckpoint(old, tuple(proof), note)
    assert AddCheckpoint.parse(request.to_bytes()) == request


@given(st.binary(max_size=200) | st.text(alphabet="old 019\nA=+", max_size=80).map(str.encode))
def test_garbage_is_refused_or_prints_back(data: bytes) -> None:
    try:
        request = AddCheckpoint.parse(data)
    except SuyuanError:
        return
    assert request.to_bytes() == data
