"""Checkpoints and cosignatures: golden bytes, foreign ones, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed, SuyuanError
from ledger.evidence.checkpoint import (
    Checkpoint,
    CheckpointMalformed,
    CheckpointOfAnotherLog,
    CosignatureMalformed,
    cosign,
    cosignature_time,
    open_checkpoint,
    sign_checkpoint,
)
from ledger.evidence.key import KeyRefused, KeyType, SignatureWrong, SigningKey
from ledger.evidence.merkle import EMPTY_ROOT, leaf_hash
from ledger.evidence.note import NoteUnsigned, SignatureLine, SignedNote

ORIGIN: Final = "ledger.example/main"
HEAD: Final = Checkpoint(ORIGIN, 5, leaf_hash(b"root"))
LOG: Final = SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes([1]) * 32)
WITNESS: Final = SigningKey.from_private("witness.example/w1", KeyType.COSIGNATURE, bytes([2]) * 32)
MLDSA_WITNESS: Final = SigningKey.from_private("witness.example/w2", KeyType.MLDSA44, bytes([3]) * 32)


def test_golden_bytes() -> None:
    note = sign_checkpoint(HEAD, [LOG])
    assert note.to_bytes().decode() == (
        "ledger.example/main\n"
        "5\n"
        "PAb5plclr2BSYfY2ZyyWINQJcx2JpFHXRV/pxK4WeCk=\n"
        "\n"
        "— ledger.example/main 0YoizA0+2s/TSBaFYSVf4bJTXzKnyyaYbKiViita99y4obEwDsZNDPwmgAucGOWgFrCDeg9krJ4mAvvOskb9KtftCgk=\n"
    )
    assert str(cosign(note, WITNESS, 1_763_625_600)) == (
        "— witness.example/w1 3xwKNQAAAABpHsqAhmDNbW5Gz9B1VarS/svzCPck"
        "J9cLFfP0z+lk048JTWcjilIYc4qodNIaX7HkZaKMr9ztCC5hFPfAycI/WjsTAA=="
    )


def test_a_signed_checkpoint_opens() -> None:
    note = sign_checkpoint(HEAD, [LOG])
    assert open_checkpoint(note.to_bytes(), origin=ORIGIN, log_keys=[LOG.verifier]) == (HEAD, note)


def test_during_a_rotation_either_key_opens_and_both_must_hold() -> None:
    new = SigningKey.from_private(ORIGIN, KeyType.ECDSA_P256, bytes([4]) * 32)
    note = sign_checkpoint(HEAD, [LOG, new])
    for keys in ([LOG.verifier], [new.verifier], [LOG.verifier, new.verifier]):
        assert open_checkpoint(note.to_bytes(), origin=ORIGIN, log_keys=keys)[0] == HEAD
    bent = SignatureLine(ORIGIN, new.verifier.key_id, new.sign(b"something else"))
    with pytest.raises(SignatureWrong):
        data = SignedNote(note.text, (note.signatures[0], bent)).to_bytes()
        open_checkpoint(data, origin=ORIGIN, log_keys=[LOG.verifier, new.verifier])


def test_a_log_may_sign_with_mldsa_beside() -> None:
    key = SigningKey.from_private(ORIGIN, KeyType.MLDSA44, bytes([4]) * 32)
    note = sign_checkpoint(HEAD, [LOG])
    both = SignedNote(note.text, (*note.signatures, cosign(note, key, 7)))
    assert open_checkpoint(both.to_bytes(), origin=ORIGIN, log_keys=[key.verifier])[0] == HEAD
    bent = replace(both.signatures[1], signature=both.signatures[1].signature[:-1] + b"\0")
    with pytest.raises(SignatureWrong):
        open_checkpoint(SignedNote(note.text, (bent,)).to_bytes(), origin=ORIGIN, log_keys=[key.verifier])


def test_another_log_and_unknown_keys_are_refused() -> None:
    data = sign_checkpoint(HEAD, [LOG]).to_bytes()
    with pytest.raises(CheckpointOfAnotherLog, match=r"ledger\.example/other"):
        open_checkpoint(data, origin="ledger.example/other", log_keys=[LOG.verifier])
    stranger = SigningKey.generate(ORIGIN)
    with pytest.raises(NoteUnsigned):
        open_checkpoint(data, origin=ORIGIN, log_keys=[stranger.verifier])
    with pytest.raises(KeyRefused):
        sign_checkpoint(HEAD, [WITNESS])
    with pytest.raises(KeyRefused):
        sign_checkpoint(HEAD, [SigningKey.generate(ORIGIN, KeyType.MLDSA44)])


@pytest.mark.parametrize("witness", [WITNESS, MLDSA_WITNESS])
def test_cosignatures_verify_and_tell_their_time(witness: SigningKey) -> None:
    note = sign_checkpoint(HEAD, [LOG])
    line = cosign(note, witness, 1_763_625_600)
    assert cosignature_time(note, line, witness.verifier) == 1_763_625_600
    other_head = sign_checkpoint(replace(HEAD, size=6), [LOG])
    with pytest.raises(SignatureWrong):
        cosignature_time(other_head, line, witness.verifier)
    for place in (7, 8, len(line.signature) - 1):
        bent = bytearray(line.signature)
        bent[place] ^= 1
        with pytest.raises(SignatureWrong):
            cosignature_time(note, replace(line, signature=bytes(bent)), witness.verifier)


def test_only_mldsa_binds_the_name_of_the_cosigner() -> None:
    note = sign_checkpoint(HEAD, [LOG])
    for witness in (WITNESS, MLDSA_WITNESS):
        other = SigningKey.from_private("witness.example/other", witness.verifier.type, witness.to_private())
        line = cosign(note, witness, 9)
        renamed = SignatureLine(other.verifier.name, other.verifier.key_id, line.signature)
        with pytest.raises(SignatureWrong):
            cosignature_time(note, line, other.verifier)
        if witness is MLDSA_WITNESS:
            with pytest.raises(SignatureWrong):
                cosignature_time(note, renamed, other.verifier)
        else:
            assert cosignature_time(note, renamed, other.verifier) == 9


def test_the_mldsa_message_is_laid_out_as_published() -> None:
    # Byte by byte after C2SP tlog-cosignature, "ML-DSA-44 signed message".
    note = sign_checkpoint(HEAD, [LOG])
    time = (77).to_bytes(8, "big")
    message = (
        *(b"subtree/v1\n\x00", b"\x12witness.example/w2", time, b"\x13ledger.example/main"),
        *(bytes(8), (5).to_bytes(8, "big"), HEAD.root),
    )
    line = SignatureLine("witness.example/w2", MLDSA_WITNESS.verifier.key_id, time + MLDSA_WITNESS.sign(b"".join(message)))
    assert cosignature_time(note, line, MLDSA_WITNESS.verifier) == 77


def test_times_out_of_range_are_refused() -> None:
    note = sign_checkpoint(HEAD, [LOG])
    for time_s in (0, -1, 1 << 63):
        with pytest.raises(CosignatureMalformed):
            cosign(note, WITNESS, time_s)
    key_id = WITNESS.verifier.key_id
    for signature in (b"\0" * 72, b"\xff" * 72, b"\1" * 8, b"\1"):
        with pytest.raises(CosignatureMalformed):
            cosignature_time(note, SignatureLine(WITNESS.verifier.name, key_id, signature), WITNESS.verifier)


def test_keys_that_sign_notes_cosign_nothing() -> None:
    note = sign_checkpoint(HEAD, [LOG])
    with pytest.raises(KeyRefused):
        cosign(note, LOG, 5)
    with pytest.raises(KeyRefused):
        cosignature_time(note, SignatureLine(ORIGIN, LOG.verifier.key_id, b"\1" * 72), LOG.verifier)


@given(st.integers(1, (1 << 63) - 1), st.binary(min_size=32, max_size=32))
def test_checkpoints_print_back(size: int, root: bytes) -> None:
    head = Checkpoint(ORIGIN, size, root)
    assert Checkpoint.parse(head.text) == head


@given(st.data())
def test_every_flipped_bit_is_refused(data: st.DataObject) -> None:
    bent = bytearray(sign_checkpoint(HEAD, [LOG]).to_bytes())
    place = data.draw(st.integers(0, 8 * len(bent) - 1))
    bent[place // 8] ^= 1 << place % 8
    with pytest.raises(SuyuanError):
        open_checkpoint(bytes(bent), origin=ORIGIN, log_keys=[LOG.verifier])


TEXT: Final = HEAD.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "extension\n",
        TEXT.replace("\n5\n", "\n05\n"),
        TEXT.replace("\n5\n", "\n+5\n"),
        TEXT.replace("\n5\n", "\n-5\n"),
        TEXT.replace("\n5\n", "\n٥\n"),
        TEXT.replace("\n5\n", "\n\n"),
        TEXT.replace("\n5\n", "\n 5\n"),
        TEXT.replace("\n5\n", f"\n{1 << 63}\n"),
        TEXT.replace("\n5\n", "\n0\n"),
        TEXT.replace("=\n", "\n"),
        TEXT.replace("=\n", "A=\n"),
        TEXT.replace("ledger.example", "ledger example"),
        TEXT.replace("ledger.example", "ledger+example"),
        TEXT.replace(ORIGIN, ""),
    ],
)
def test_other_forms_of_a_checkpoint_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_the_empty_tree_has_the_empty_root() -> None:
    assert Checkpoint(ORIGIN, 0, EMPTY_ROOT).size == 0
    with pytest.raises(CheckpointMalformed):
        Checkpoint(ORIGIN, 0, HEAD.root)
    with pytest.raises(CheckpointMalformed):
        Checkpoint(ORIGIN, 5, HEAD.root[:-1])
