"""The introduction of a log: golden bytes, and everything that is no introduction."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.evidence.add_log import LOG_KEYS_MAX, AddLog, AddLogMalformed, AddLogTooLarge, introduce, vouched_text
from ledger.evidence.checkpoint import Checkpoint, sign_checkpoint
from ledger.evidence.key import KeyType, SigningKey, VerifierKey
from ledger.evidence.merkle import EMPTY_ROOT

ORIGIN = "log.example/a"


def key_of(seed: int, kind: KeyType = KeyType.ED25519, name: str = ORIGIN) -> VerifierKey:
    return SigningKey.from_private(name, kind, bytes([seed]) * 32).verifier


def test_the_bytes() -> None:
    first, second = key_of(1), key_of(2)
    body = AddLog((first, second), b"note\n").to_bytes()
    assert body == f"log {first}\nlog {second}\n\nnote\n".encode()
    assert AddLog.parse(body).origin == ORIGIN


def test_the_bytes_of_a_change_of_keys() -> None:
    old, new = (SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes([seed]) * 32) for seed in (1, 2))
    post_quantum = SigningKey.from_private(ORIGIN, KeyType.MLDSA44, bytes(32))
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), [new])
    said = introduce(note, [new.verifier], by=[old, post_quantum])
    message = b"suyuan.add-log/v1\nlog " + str(new.verifier).encode() + b"\n\n" + note.text.encode()
    signature = b64encode(old.verifier.key_id + old.sign(message)).decode()
    assert said.to_bytes() == f"log {new.verifier}\nvouched {signature}\n\n".encode() + note.to_bytes()
    assert AddLog.parse(said.to_bytes()) == said
    old.verifier.verify(vouched_text(said.keys, note.text), said.vouched[0].signature)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"log \n\nnote\n",
        b"\n\nnote\n",
        b"log x\n\nnote\n",
        f"log {key_of(1)}\n".encode(),
        f"log {key_of(1)}\n\n".encode(),
        f"log {key_of(1)}\r\n\nnote\n".encode(),
        f"log  {key_of(1)}\n\nnote\n".encode(),
        f"log {key_of(1)} https://x\n\nnote\n".encode(),
        f"witness {key_of(1)}\n\nnote\n".encode(),
        f"log {key_of(1)}\nlog {key_of(1)}\n\nnote\n".encode(),
        f"log {key_of(1)}\nlog {key_of(2, name='log.example/b')}\n\nnote\n".encode(),
        f"log {key_of(1, KeyType.COSIGNATURE)}\n\nnote\n".encode(),
        f"log {key_of(1)}\n".encode() + b"\xff\n\nnote\n",
        f"vouched {'A' * 92}\n\nnote\n".encode(),
        f"vouched {'A' * 92}\nlog {key_of(1)}\n\nnote\n".encode(),
        f"log {key_of(1)}\nvouched \n\nnote\n".encode(),
        f"log {key_of(1)}\nvouched AAAA\n\nnote\n".encode(),
        f"log {key_of(1)}\nvouched !\n\nnote\n".encode(),
        f"log {key_of(1)}\n".encode() + b"vouched AAAAAAAA\n" * (LOG_KEYS_MAX + 1) + b"\nnote\n",
        "".join(f"log {key_of(n)}\n" for n in range(1, LOG_KEYS_MAX + 2)).encode() + b"\nnote\n",
    ],
)
def test_what_is_no_introduction_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(SuyuanError):
        AddLog.parse(body)


def test_a_weak_key_is_refused() -> None:
    weak = VerifierKey(ORIGIN, KeyType.ED25519, bytes(32))
    with pytest.raises(SuyuanError, match="KeyRefused"):
        AddLog((weak,), b"note\n")


def test_it_is_bounded() -> None:
    with pytest.raises(AddLogTooLarge):
        AddLog.parse(f"log {key_of(1)}\n\n".encode() + b"n" * 2_000_000)
    with pytest.raises(AddLogMalformed):
        AddLog((), b"note\n")


@given(st.lists(st.integers(1, 255), min_size=1, max_size=LOG_KEYS_MAX, unique=True), st.binary(min_size=1, max_size=80))
def test_what_is_printed_reads_back(seeds: list[int], note: bytes) -> None:
    said = AddLog(tuple(key_of(seed) for seed in seeds), note)
    assert AddLog.parse(said.to_bytes()) == said


@given(st.binary(max_size=200) | st.text(alphabet="log vuched\n+=A", max_size=80).map(str.encode))
def test_garbage_is_refused_or_prints_back(data: bytes) -> None:
    try:
        said = AddLog.parse(data)
    except SuyuanError:
        return
    assert said.to_bytes() == data
