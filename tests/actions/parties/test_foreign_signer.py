"""Keys elsewhere: a program signs, and nothing that it may do wrong gets any further."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.actions.parties.foreign_signer import (
    ANSWER_BYTES_MAX,
    ForeignSigner,
    SignerAnswerTooLong,
    SignerAnswerWrong,
    SignerFailed,
    SignerMisnamed,
    SignerNotStarted,
    SignerSilent,
)
from ledger.evidence.key import KeyMalformed, KeyRefused, KeyType, SignatureWrong, SigningKey, VerifierKey
from ledger.evidence.note import sign_note, verify_note
from ledger.trade.parties.possession import prove_possession, verify_possession

NAME = "ledger.example/party/lab"
TEXT = "suyuan.batch/v1\nand more\n"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A P-256 key as OpenSSL makes it, with its public half beside it."""
    folder = tmp_path_factory.mktemp("kms")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    subprocess.run(
        ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(folder / "key.pem")], check=True
    )
    subprocess.run(
        ["openssl", "ec", "-in", str(folder / "key.pem"), "-pubout", "-out", str(folder / "public.pem")],
        check=True,
        capture_output=True,
    )
    return folder / "key.pem"


def signer(command: str, key: SigningKey | None = None, *, wait_s: float = 30) -> ForeignSigner:
    verifier = (key or SigningKey.generate(NAME)).verifier
    found = ForeignSigner.of(command, str(verifier))
    return ForeignSigner(found.command, found.verifier, wait_s)


def python(program: str) -> str:
    return f"{sys.executable} -c '{program}'"


def test_openssl_signs_notes_and_proves_its_key(pem: Path) -> None:
    verifier = VerifierKey.of_public(NAME, pem.with_name("public.pem").read_bytes())
    kms = ForeignSigner.of(f"openssl dgst -sha256 -sign '{pem}'", f"{verifier}\n")
    # A fresh signature every time, and some with the larger one of the two values of s.
    notes = [sign_note(TEXT, [kms]) for _ in range(6)]
    assert len({note.signatures[0].signature for note in notes}) == 6
    for note in notes:
        assert verify_note(note, [verifier]) == (verifier,)
    named = {"origin": "ledger.example/main", "first_entry": bytes(32), "party": NAME}
    verify_possession(prove_possession(kms, **named), **named, key=verifier)


def test_an_ed25519_program_answers_with_64_bytes() -> None:
    key = SigningKey.from_private(NAME, KeyType.ED25519, bytes([9]) * 32)
    program = (
        "import sys; from ledger.evidence.key import KeyType, SigningKey; "
        f'key = SigningKey.from_private("{NAME}", KeyType.ED25519, bytes([9]) * 32); '
        "sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read()))"
    )
    assert signer(python(program), key).sign(TEXT.encode()) == key.sign(TEXT.encode())


def test_the_command_is_split_as_a_shell_would_and_no_shell_reads_it(tmp_path: Path) -> None:
    odd = tmp_path / "a name; with $(touch pwned) `more`"
    odd.write_bytes(b"")
    found = signer(f"cat '{odd}' && touch {tmp_path}/pwned")
    assert found.command == ("cat", str(odd), "&&", "touch", f"{tmp_path}/pwned")
    with pytest.raises(SignerFailed):
        found.sign(TEXT.encode())
    assert [path.name for path in tmp_path.iterdir()] == [odd.name]


@pytest.mark.parametrize("command", ["", "   ", "sign 'open", 'sign "open', "sign \\"])
def test_what_is_no_command_is_refused(command: str) -> None:
    with pytest.raises(SignerMisnamed):
        signer(command)


def test_the_stated_key_must_be_one_that_signs_notes() -> None:
    for kind in (KeyType.COSIGNATURE, KeyType.MLDSA44):
        with pytest.raises(SignerMisnamed, match=kind.name):
            ForeignSigner.of("true", str(SigningKey.generate(NAME, kind).verifier))
    with pytest.raises(KeyMalformed):
        ForeignSigner.of("true", "no vkey")
    with pytest.raises(KeyRefused):
        ForeignSigner.of("true", str(VerifierKey(NAME, KeyType.ED25519, bytes(32))))


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("/nowhere/signer", SignerNotStarted),
        (".", SignerNotStarted),
        ("false", SignerFailed),
        (python("import sys; sys.stdin.read(); sys.exit(3)"), SignerFailed),
        (python("import os; os.kill(os.getpid(), 9)"), SignerFailed),
        ("true", SignerAnswerWrong),
        (python('print("a" * 64, end="")'), SignerAnswerWrong),
        (python(f'print("a" * {ANSWER_BYTES_MAX}, end="")'), SignerAnswerWrong),
        (python(f'print("a" * {ANSWER_BYTES_MAX + 1}, end="")'), SignerAnswerTooLong),
        ("cat /dev/zero", SignerAnswerTooLong),
        ("cat", SignerAnswerWrong),
    ],
)
def test_whatever_a_program_does_wrong_has_a_name(command: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        signer(command).sign(TEXT.encode())


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(600)",
        # Closing its output early is no answer either, as long as it goes on.
        "import os, time; os.close(1); time.sleep(600)",
        'import sys, time; sys.stdout.write("a"); sys.stdout.flush(); time.sleep(600)',
    ],
)
def test_a_program_that_does_not_end_is_ended(program: str) -> None:
    with pytest.raises(SignerSilent):
        signer(python(program), wait_s=0.5).sign(TEXT.encode())


def test_a_signature_by_another_key_or_over_another_text_goes_nowhere(pem: Path) -> None:
    other = SigningKey.generate(NAME, KeyType.ECDSA_P256)
    with pytest.raises(SignerAnswerWrong) as refused:
        signer(f"openssl dgst -sha256 -sign '{pem}'", other).sign(TEXT.encode())
    assert isinstance(refused.value.__cause__, SignatureWrong)
    verifier = VerifierKey.of_public(NAME, pem.with_name("public.pem").read_bytes())
    for wrong in ("openssl dgst -sha384 -sign", "openssl dgst -sha256 -hex -sign"):
        with pytest.raises(SignerAnswerWrong):
            ForeignSigner.of(f"{wrong} '{pem}'", str(verifier)).sign(TEXT.encode())


def test_a_program_that_does_not_read_is_judged_by_its_answer() -> None:
    with pytest.raises(SignerAnswerWrong):
        signer("echo -n").sign(b"x" * 60_000)


def test_public_keys_come_in_pem_and_der_of_two_kinds(pem: Path) -> None:
    spki = pem.with_name("public.pem").read_bytes()
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=spki, capture_output=True, check=True).stdout
    assert VerifierKey.of_public(NAME, spki) == VerifierKey.of_public(NAME, der)
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True).stdout
    public = subprocess.run(["openssl", "pkey", "-pubout"], input=made, capture_output=True, check=True).stdout
    assert VerifierKey.of_public(NAME, public).type is KeyType.ED25519


def test_other_public_keys_are_refused() -> None:
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for data in (
        b"",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"\x30\x00",
        rsa.generate_private_key(65537, 2048).public_key().public_bytes(*form),
        ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(*form),
    ):
        with pytest.raises(KeyMalformed, match="PEM or DER"):
            VerifierKey.of_public(NAME, data)
