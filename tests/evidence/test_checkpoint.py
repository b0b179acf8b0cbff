"""Checkpoints and cosignatures: golden bytes, foreign ones, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
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
P256_LOG: Final = SigningKey.from_private(ORIGIN, KeyType.ECDSA_P256, bytes([1]) * 32)
MLDSA_LOG: Final = SigningKey.from_private(ORIGIN, KeyType.MLDSA44, bytes([1]) * 32)
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
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


KINDS: Final = (LOG, P256_LOG, MLDSA_LOG)
ALL_KINDS: Final = sign_checkpoint(HEAD, KINDS, time_s=1_763_625_600)


def opened(note: SignedNote, *keys: SigningKey) -> Checkpoint:
    return open_checkpoint(note.to_bytes(), origin=ORIGIN, log_keys=[key.verifier for key in keys])[0]


@pytest.mark.parametrize("known", [known for count in (1, 2, 3) for known in combinations(KINDS, count)])
def test_a_verifier_needs_to_know_only_one_kind_of_the_logs_keys(known: tuple[SigningKey, ...]) -> None:
    assert opened(ALL_KINDS, *known) == HEAD
    for key in known:
        # All others stripped: one line is enough. This one stripped: the others are.
        alone = [line for line in ALL_KINDS.signatures if line.key_id == key.verifier.key_id]
        assert opened(SignedNote(HEAD.text, tuple(alone)), *known) == HEAD
        rest = tuple(line for line in ALL_KINDS.signatures if line.key_id != key.verifier.key_id)
        if len(known) > 1:
            assert opened(SignedNote(HEAD.text, rest), *known) == HEAD
        else:
            with pytest.raises(NoteUnsigned, match=key.verifier.key_id.hex()):
                opened(SignedNote(HEAD.text, rest), *known)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_line_counts_for_who_knows_its_key_and_for_nobody_else(kind: SigningKey) -> None:
    bent = tuple(
        replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
        if line.key_id == kind.verifier.key_id
        else line
        for line in ALL_KINDS.signatures
    )
    note = SignedNote(HEAD.text, bent)
    for other in KINDS:
        if other is kind:
            with pytest.raises(SignatureWrong):
                opened(note, *KINDS)
            with pytest.raises(SignatureWrong):
                opened(note, kind)
        else:
            assert opened(note, other) == HEAD


def test_the_mldsa_line_of_a_log_is_a_cosignature_with_the_time_of_publication() -> None:
    assert [line.key_id for line in ALL_KINDS.signatures] == [key.verifier.key_id for key in KINDS]
    line = ALL_KINDS.signatures[-1]
    assert cosignature_time(ALL_KINDS, line, MLDSA_LOG.verifier) == 1_763_625_600
    assert len(line.signature) == 8 + 2420
    # As docs/FORMATS.md states it: what such a line adds to a checkpoint of this origin.
    assert len(f"{line}\n".encode()) == 3 + 1 + len(ORIGIN) + 1 + 3_244 + 1


def test_lines_come_in_the_same_order_whatever_that_of_the_keys() -> None:
    turned = sign_checkpoint(HEAD, [MLDSA_LOG, LOG], time_s=5)
    assert [line.key_id for line in turned.signatures] == [LOG.verifier.key_id, MLDSA_LOG.verifier.key_id]


def test_an_mldsa_log_key_signs_beside_another_and_at_a_time() -> None:
    with pytest.raises(KeyRefused, match="tree heads only"):
        sign_checkpoint(HEAD, [MLDSA_LOG], time_s=5)
    with pytest.raises(CosignatureMalformed):
        sign_checkpoint(HEAD, [LOG, MLDSA_LOG])
    with pytest.raises(KeyRefused, match="COSIGNATURE"):
        sign_checkpoint(HEAD, [LOG, SigningKey.generate(ORIGIN, KeyType.COSIGNATURE)], time_s=5)


def test_a_name_alone_makes_no_line_the_logs() -> None:
    # Another key ID under the log's name, and the log's key ID under another name, are lines by nobody that is known.
    stranger = SigningKey.generate(ORIGIN, KeyType.MLDSA44)
    (line,) = sign_checkpoint(HEAD, [LOG]).signatures
    foreign = cosign(ALL_KINDS, stranger, 5)
    borrowed = SignatureLine("ledger.example/other", MLDSA_LOG.verifier.key_id, foreign.signature)
    assert opened(SignedNote(HEAD.text, (line, foreign, borrowed)), LOG, MLDSA_LOG) == HEAD
    with pytest.raises(NoteUnsigned):
        opened(SignedNote(HEAD.text, (foreign, borrowed)), LOG, MLDSA_LOG)
    # The key ID of the ML-DSA-44 key, and no signature by it.
    claimed = replace(line, key_id=MLDSA_LOG.verifier.key_id)
    with pytest.raises((SignatureWrong, CosignatureMalformed)):
        opened(SignedNote(HEAD.text, (line, claimed)), LOG, MLDSA_LOG)
    assert opened(SignedNote(HEAD.text, (line, claimed)), LOG) == HEAD


def test_an_mldsa_line_of_another_head_or_log_is_refused() -> None:
    for head in (replace(HEAD, size=6), replace(HEAD, root=leaf_hash(b"other")), replace(HEAD, origin="ledger.example/other")):
        elsewhere = SigningKey.from_private(head.origin, KeyType.MLDSA44, MLDSA_LOG.to_private())
        there = sign_checkpoint(head, [SigningKey.generate(head.origin), elsewhere], time_s=9).signatures[-1]
        moved = replace(there, name=ORIGIN, key_id=MLDSA_LOG.verifier.key_id)
        with pytest.raises(SignatureWrong):
            opened(SignedNote(HEAD.text, (*ALL_KINDS.signatures[:1], moved)), LOG, MLDSA_LOG)


def test_a_der_signature_with_the_other_s_is_one_too() -> None:
    # ECDSA signatures come in pairs, and a KMS gives either: identity is the text, never the signature.
    line = ALL_KINDS.signatures[1]
    r, s = decode_dss_signature(line.signature)
    other = replace(line, signature=encode_dss_signature(r, _P256_ORDER - s))
    assert opened(SignedNote(HEAD.text, (other,)), P256_LOG) == HEAD


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
