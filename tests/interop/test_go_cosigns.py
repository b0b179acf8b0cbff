"""Cosignatures of transparency-dev's formats, Ed25519 and ML-DSA-44, read by the ledger; and the ledger's own the other way."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest

from ledger.evidence.checkpoint import cosign, cosignature_time
from ledger.evidence.key import KeyType, SignatureWrong, SigningKey, VerifierKey
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy
from tests.interop.conftest import ServedLog
from tests.interop.go_programs import run
from tests.interop.witnessed_head import LOG_KEY, ML_DSA_LOG_KEY, ORIGIN, Heads

pytestmark = pytest.mark.interop

NAME = "witness.example/go"


def test_cosignatures_made_in_go_verify_and_meet_a_policy() -> None:
    note = Heads(keys=[LOG_KEY, ML_DSA_LOG_KEY]).note(7)
    done = run("cosign", "-name", NAME, given=note.to_bytes())
    assert done.returncode == 0, done.stderr
    said, _, cosigned = done.stdout.partition("\n\n")
    keys = [VerifierKey.parse(line.removeprefix("vkey ")) for line in said.splitlines()]
    assert [key.type for key in keys] == [KeyType.COSIGNATURE, KeyType.MLDSA44]
    opened = SignedNote.parse(cosigned.encode())
    assert opened.text == note.text
    assert opened.signatures[: len(note.signatures)] == note.signatures
    for key, line in zip(keys, opened.signatures[-2:], strict=True):
        assert cosignature_time(note, line, key) > 1_700_000_000
        with pytest.raises(SignatureWrong):
            cosignature_time(Heads().note(8), line, key)
    verified = policy_of(*keys).open(cosigned.encode())
    assert [name for name, _ in verified.cosigners] == ["w0", "w1"]


def policy_of(*witnesses: VerifierKey) -> Policy:
    lines = [f"log {LOG_KEY.verifier}", f"first-entry {ORIGIN} {b64encode(bytes(32)).decode()}"]
    lines += [f"witness w{number} {key}" for number, key in enumerate(witnesses)]
    return Policy.parse("\n".join([*lines, "group all-of-them all w0 w1", "quorum all-of-them", ""]))


def test_our_cosignatures_verify_in_go(log_of_many_keys: ServedLog, tmp_path: Path) -> None:
    served = SignedNote.parse((log_of_many_keys.data.parent / "checkpoint").read_bytes())
    keys = [SigningKey.generate("witness.example/ours", kind) for kind in (KeyType.COSIGNATURE, KeyType.MLDSA44)]
    lines = [cosign(served, key, 1_800_000_000) for key in keys]
    note = tmp_path / "checkpoint"
    note.write_bytes(SignedNote(served.text, (*served.signatures, *lines)).to_bytes())
    policy = tmp_path / "policy"
    named = "".join(f"witness w{number} {key.verifier}\n" for number, key in enumerate(keys))
    trusted = log_of_many_keys.policy.read_text("utf-8")
    policy.write_text(re.sub("(?m)^quorum none$", f"{named}group both all w0 w1\nquorum both", trusted), encoding="utf-8")
    done = run("verify", "-policy", policy, "-note", note)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-2:] == [
        "formats: cosigned by witness.example/ours, Ed25519 cosignature key, at 2027-01-15T08:00:00Z",
        "formats: cosigned by witness.example/ours, ML-DSA-44 key, at 2027-01-15T08:00:00Z",
    ]
