"""Signed notes and keys: golden bytes, every mutation, every refused form."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed, SuyuanError
from ledger.evidence.key import (
    KeyMalformed,
    KeyNameMalformed,
    KeyRefused,
    KeysCollide,
    KeyType,
    SignatureWrong,
    SigningKey,
    VerifierKey,
    refuse_weak_key,
)
from ledger.evidence.note import (
    NOTE_BYTES_MAX,
    SIGNATURES_MAX,
    NoteMalformed,
    NoteTooLarge,
    NoteUnsigned,
    SignatureLine,
    SignedNote,
    sign_note,
    verify_note,
)
from ledger.evidence.spelling import Base64Malformed

NAME: Final = "ledger.example/party/duyun-tea"
TEXT: Final = "suyuan.example/v1\n毛尖\n"
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def key_of(number: int, type: KeyType = KeyType.ED25519, name: str = NAME) -> SigningKey:  # noqa: A002
    return SigningKey.from_private(name, type, bytes([number]) * 32)


def test_golden_bytes() -> None:
    assert str(key_of(1).verifier) == "ledger.example/party/duyun-tea+ddcc88c6+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
    assert str(key_of(1, KeyType.ECDSA_P256).verifier) == (
        "ledger.example/party/duyun-tea+f857ae4e+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG/wO5SSQc4drdQ1GeaWDgqFtBppoFwygQOqK84V"
        "lMoWPE91OlW/AdxT9sCwx+7ni0DG/30lqW4igrmJzvccFEo="
    )
    assert sign_note(TEXT, [key_of(1), key_of(1, KeyType.ECDSA_P256)]).to_bytes().decode() == (
        "suyuan.example/v1\n"
        "毛尖\n"
        "\n"
        f"— {NAME} 3cyIxhvaGfDfuowvslqfPyEhymxPDE5cXAONwEP8dNz+iFmeoVrTas7mwUz4mwsCECNpegAN05mLiqrhQ6dEm923fwc=\n"
        f"— {NAME} +FeuTjBGAiEAzuLbhNYZb5pgR1xcY1MAuZVJgWknr4Zx43TCmtJPIbECIQD4"
        "1THOdcehiCJ8A5cZ4H1nfLg3rhGZB+Fn0Cv15xiWww==\n"
    )


def test_a_note_made_by_another_implementation_verifies() -> None:
    # The example of golang.org/x/mod/sumdb/note.
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    data = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    ).encode()
    note = SignedNote.parse(data)
    assert verify_note(note, [key]) == (key,)
    assert note.to_bytes() == data


@pytest.mark.parametrize("type_", list(KeyType))
def test_keys_print_back_and_sign(type_: KeyType) -> None:
    key = SigningKey.generate(NAME, type_)
    again = SigningKey.from_private(NAME, type_, key.to_private())
    assert VerifierKey.parse(str(key.verifier)) == key.verifier == again.verifier
    again.verifier.verify(b"message", key.sign(b"message"))
    with pytest.raises(SignatureWrong):
        again.verifier.verify(b"massage", key.sign(b"message"))
    refuse_weak_key(key.verifier)


def test_a_signing_key_does_not_print_its_secret() -> None:
    key = key_of(7)
    assert key.to_private().hex() not in repr(key)
    assert b64encode(key.to_private()).decode() not in repr(key)


lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(c) for c in range(32)]), max_size=20)
texts = st.lists(lines, min_size=1, max_size=5).map(lambda several: "\n".join(several) + "\n")


@given(texts, st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True))
def test_notes_print_back_and_verify(text: str, numbers: list[int]) -> None:
    keys = [key_of(number) for number in numbers]
    note = sign_note(text, keys)
    assert SignedNote.parse(note.to_bytes()) == note
    assert verify_note(note, [key.verifier for key in keys]) == tuple(key.verifier for key in keys)


@given(st.data(), texts, st.sampled_from([KeyType.ED25519, KeyType.ECDSA_P256]))
def test_every_flipped_bit_is_refused(data: st.DataObject, text: str, type_: KeyType) -> None:
    key = key_of(3, type_)
    bent = bytearray(sign_note(text, [key]).to_bytes())
    place = data.draw(st.integers(0, 8 * len(bent) - 1))
    bent[place // 8] ^= 1 << place % 8
    with pytest.raises(SuyuanError):
        verify_note(SignedNote.parse(bytes(bent)), [key.verifier])


@given(st.binary(max_size=200) | texts.map(lambda text: (text + "\n— a AAAAAAA=\n").encode()))
def test_what_parses_prints_back_and_nothing_else_is_raised(data: bytes) -> None:
    try:
        note = SignedNote.parse(data)
    except Malformed:
        return
    assert note.to_bytes() == data


LINE: Final = "— a AAAAAAA="


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        f"text\n{LINE}\n".encode(),
        f"text\n\n{LINE}".encode(),
        f"text\n\n{LINE}\n\n".encode(),
        f"text\n\n{LINE}\r\n".encode(),
        f"te\txt\n\n{LINE}\n".encode(),
        f"text\0\n\n{LINE}\n".encode(),
        f"text\r\n\n{LINE}\n".encode(),
        b"te\xffxt\n\n" + LINE.encode() + b"\n",
        b"te\xed\xa0\x80xt\n\n" + LINE.encode() + b"\n",
        b"text\n\n- a AAAAAAA=\n",
        "text\n\n— a\n".encode(),
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— a  AAAAAAA=\n".encode(),
        "text\n\n— a AAAAAAA= \n".encode(),
        "text\n\n— a+b AAAAAAA=\n".encode(),
        "text\n\n— a\u00a0b AAAAAAA=\n".encode(),
        "text\n\n— a AAAAAAA\n".encode(),
        "text\n\n— a AAAAAAB=\n".encode(),
        "text\n\n— a AAAA_AA=\n".encode(),
        "text\n\n— a AAAAAA==\n".encode(),
        "text\n\n— a AAAA\n".encode(),
        "text\n\n— a \n".encode(),
    ],
)
def test_other_forms_of_a_note_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed) as refusal:
        SignedNote.parse(data)
    assert type(refusal.value) in (NoteMalformed, KeyNameMalformed, Base64Malformed)


def test_the_last_empty_line_divides_text_and_signatures() -> None:
    note = SignedNote.parse(f"one\n\n— b AAAAAAA=\n\n{LINE}\n".encode())
    assert note.text == "one\n\n— b AAAAAAA=\n"
    assert [line.name for line in note.signatures] == ["a"]


def test_signature_lines_are_capped() -> None:
    full = sign_note(TEXT, [key_of(1)] * SIGNATURES_MAX)
    assert len(SignedNote.parse(full.to_bytes()).signatures) == SIGNATURES_MAX >= 16
    over = full.to_bytes() + f"{full.signatures[0]}\n".encode()
    with pytest.raises(NoteTooLarge, match="65 signatures"):
        SignedNote.parse(over)
    with pytest.raises(NoteTooLarge):
        SignedNote.parse(b"x" * (NOTE_BYTES_MAX + 1))


def test_unknown_keys_are_ignored_known_ones_must_hold() -> None:
    known, other = key_of(1), key_of(2)
    note = sign_note(TEXT, [other, known])
    assert verify_note(note, [known.verifier]) == (known.verifier,)
    with pytest.raises(NoteUnsigned):
        verify_note(note, [key_of(3).verifier])
    with pytest.raises(NoteUnsigned):
        verify_note(note, [])
    false = SignatureLine(NAME, known.verifier.key_id, other.sign(TEXT.encode()))
    with pytest.raises(SignatureWrong):
        verify_note(SignedNote(TEXT, (*note.signatures, false)), [known.verifier, other.verifier])
    assert verify_note(SignedNote(TEXT, (*note.signatures, false)), [other.verifier]) == (other.verifier,)


def test_a_signature_counts_for_its_name_only() -> None:
    note = sign_note(TEXT, [key_of(1)])
    with pytest.raises(NoteUnsigned):
        verify_note(note, [key_of(1, name="ledger.example/party/other").verifier])


@pytest.mark.parametrize("type_", [KeyType.COSIGNATURE, KeyType.MLDSA44])
def test_keys_for_tree_heads_sign_no_notes(type_: KeyType) -> None:
    key = key_of(1, type_)
    with pytest.raises(KeyRefused):
        sign_note(TEXT, [key])
    line = SignatureLine(NAME, key.verifier.key_id, key.sign(TEXT.encode()))
    with pytest.raises(KeyRefused):
        verify_note(SignedNote(TEXT, (line,)), [key.verifier])


def test_keys_that_a_line_cannot_tell_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VerifierKey, "key_id", b"same")
    note = sign_note(TEXT, [key_of(1)])
    with pytest.raises(KeysCollide):
        verify_note(note, [key_of(1).verifier, key_of(2).verifier])
    assert verify_note(note, [key_of(1).verifier] * 2) == (key_of(1).verifier,)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u0085b", "a\u2003b", "a\u3000b", "a\x1fb", "a\x00", "\ud800"]
)
def test_key_names_follow_the_rule(name: str) -> None:
    with pytest.raises(KeyNameMalformed):
        VerifierKey(name, KeyType.ED25519, bytes(32))


GOOD: Final = str(key_of(1).verifier)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        NAME,
        GOOD + "\n",
        GOOD + "=",
        GOOD.replace("+", "-"),
        GOOD.replace(NAME, ""),
        GOOD.replace(NAME, NAME + "/x"),
        f"{NAME}+00000000+{GOOD.split('+', 2)[2]}",
        f"{NAME}+{key_of(1).verifier.key_id.hex().upper()}X+{GOOD.split('+', 2)[2]}",
        f"{NAME}+00000000+AQ==",
        f"{NAME}+00000000+{b64encode(bytes([5]) + bytes(32)).decode()}",
        f"{NAME}+00000000+{b64encode(bytes([1]) + bytes(33)).decode()}",
        f"{NAME}+00000000+{b64encode(bytes([6]) + bytes(32)).decode()}",
    ],
)
def test_other_forms_of_a_key_are_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(vkey)


def test_any_valid_der_signature_of_p256_is_accepted() -> None:
    key = key_of(5, KeyType.ECDSA_P256)
    r, s = decode_dss_signature(key.sign(b"message"))
    for twin in (s, P256_ORDER - s):
        key.verifier.verify(b"message", encode_dss_signature(r, twin))
    der = encode_dss_signature(r, s)
    longer = b"\x30\x81" + der[1:]
    for bad in (longer, der + b"\0", der[:-1], b"", r.to_bytes(32, "big") + s.to_bytes(32, "big")):
        with pytest.raises(SignatureWrong):
            key.verifier.verify(b"message", bad)


def test_p256_keys_have_one_form() -> None:
    public = ec.derive_private_key(5, ec.SECP256R1()).public_key()
    whole = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    compressed = b"\x30\x39" + whole[2:23] + b"\x03\x22\x00" + point
    other_curve = ec.derive_private_key(5, ec.SECP256K1()).public_key()
    for bad in (compressed, other_curve.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), whole + b"\0", bytes(91)):
        with pytest.raises(KeyMalformed):
            VerifierKey(NAME, KeyType.ECDSA_P256, bad)
    off_curve = VerifierKey(NAME, KeyType.ECDSA_P256, whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(KeyRefused):
        refuse_weak_key(off_curve)
    with pytest.raises(KeyRefused):
        off_curve.verify(b"message", b"signature")


@pytest.mark.parametrize("private", [b"", bytes(31), bytes(33)])
@pytest.mark.parametrize("type_", list(KeyType))
def test_private_keys_are_32_bytes(private: bytes, type_: KeyType) -> None:
    with pytest.raises(KeyMalformed):
        SigningKey.from_private(NAME, type_, private)


@pytest.mark.parametrize("private", [bytes(32), P256_ORDER.to_bytes(32, "big")])
def test_p256_scalars_stay_inside_the_order(private: bytes) -> None:
    with pytest.raises(KeyMalformed) as refusal:
        SigningKey.from_private(NAME, KeyType.ECDSA_P256, private)
    assert private.hex() not in str(refusal.value)


@pytest.mark.parametrize(
    "encoded",
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000",
    ],
)
@pytest.mark.parametrize("type_", [KeyType.ED25519, KeyType.COSIGNATURE])
def test_weak_ed25519_keys_are_refused(encoded: str, type_: KeyType) -> None:
    with pytest.raises(KeyRefused):
        refuse_weak_key(VerifierKey(NAME, type_, bytes.fromhex(encoded)))
