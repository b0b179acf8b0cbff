"""Keys in a KMS or HSM, with OpenSSL in their place: from the public half to a posted event, a posted record, a refusal."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.exits import ExitCode
from tests.cli.conftest import HOST, Place
from tests.cli.serving import document, done, event, run, serving
from tests.trade.dossier.samples import REPORT

NAME = f"{HOST}/party/kms"


@dataclass(frozen=True)
class Kms:
    """A laboratory whose key only OpenSSL reads."""

    place: Place
    pem: Path
    vkey: str

    @property
    def program(self) -> str:
        return shlex.join(["openssl", "dgst", "-sha256", "-sign", str(self.pem)])

    @property
    def signs(self) -> tuple[str, ...]:
        return ("--sign-with", self.program, "--vkey", self.vkey)


@pytest.fixture
def kms(place: Place, tmp_path: Path) -> Kms:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    pem, public = tmp_path / "the key.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(pem)], check=True)
    subprocess.run(["openssl", "ec", "-in", str(pem), "-pubout", "-out", str(public)], check=True, capture_output=True)
    made = Kms(place, pem, done("key", "public", NAME, public).stdout.strip())
    proof = done("key", "prove", *made.signs, "--policy", place.policy).stdout.strip()
    admitted = ("--role", "laboratory", "--territory", "CN", "--key", made.vkey, "--proof", proof)
    done("party", "admit", "kms", *admitted, "--data", place.data)
    return made


@dataclass(frozen=True)
class Files:
    """A document of two events, and a report of a test."""

    events: Path
    report: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = Files(tmp_path / "events.json", tmp_path / "report.json")
    made.events.write_text(json.dumps(document(event(1), event(2))))
    made.report.write_bytes(REPORT.to_body())
    return made


def test_a_key_elsewhere_posts_events_and_records_here(kms: Kms, files: Files) -> None:
    data = kms.place.data
    assert "accepted 2" in done("post", files.events, "--data", data, *kms.signs).stdout
    (answer,) = json.loads(done("record", "post", files.report, "--data", data, *kms.signs, "--json").stdout)
    assert answer["records"][0]["type"] == "TestReported"
    assert done("audit", data, "--policy", kms.place.policy).exit_code == ExitCode.CLEAN


def test_a_key_elsewhere_posts_to_a_server_with_receipts_that_hold(kms: Kms, files: Files, tmp_path: Path) -> None:
    trusting = ("--policy", kms.place.policy)
    with serving(kms.place.data) as server:
        done("post", files.events, "--url", server.url, *kms.signs, *trusting, "--receipts", tmp_path / "kept")
        done("record", "post", files.report, "--url", server.url, *kms.signs, *trusting, "--class", "inspection")
    proofs = sorted((tmp_path / "kept").glob("*.tlog-proof"))
    assert len(proofs) == 2
    for proof in proofs:
        verified = done("verify", proof, "--body", proof.with_suffix(".json"), *trusting, "--format", "json")
        assert json.loads(verified.stdout)["issuer"] == NAME


@pytest.mark.parametrize(
    ("program", "exit_code", "code"),
    [
        ("openssl dgst -sha512 -sign KEY", ExitCode.INTEGRITY_FAILURE, "SignerAnswerWrong"),
        ("cat /dev/zero", ExitCode.INTEGRITY_FAILURE, "SignerAnswerTooLong"),
        ("openssl dgst -sha256 -sign /nowhere", ExitCode.UNAVAILABLE, "SignerFailed"),
        ("/nowhere/sign", ExitCode.MISUSED, "SignerNotStarted"),
        ("openssl 'dgst", ExitCode.MISUSED, "SignerMisnamed"),
    ],
)
def test_what_goes_wrong_there_has_a_name_here_and_nothing_is_sent(
    kms: Kms, files: Files, program: str, exit_code: ExitCode, code: str
) -> None:
    signs = ("--sign-with", program.replace("KEY", shlex.quote(str(kms.pem))), "--vkey", kms.vkey)
    database = kms.place.data / "ledger.sqlite"
    before = database.read_bytes()
    # Nobody listens at that address: whoever got as far as to send would end with another code.
    away = ("--url", "http://127.0.0.1:9", "--policy", kms.place.policy)
    for asked in (("post", files.events), ("record", "post", files.report, "--class", "inspection")):
        for way in (away, ("--data", kms.place.data)):
            result = run(*asked, *way, *signs)
            assert (result.exit_code, f"{code}: " in result.stderr) == (exit_code, True), result.output
    assert database.read_bytes() == before


@pytest.mark.parametrize("left_out", ["--sign-with", "--vkey"])
def test_program_and_public_half_go_together(kms: Kms, files: Files, left_out: str) -> None:
    signs = list(kms.signs)
    at = signs.index(left_out)
    result = run("post", files.events, "--data", kms.place.data, *signs[:at], *signs[at + 2 :])
    assert (result.exit_code, "--sign-with COMMAND and --vkey VKEY go together" in result.stderr) == (ExitCode.MISUSED, True)


def test_one_key_signs_at_a_time(kms: Kms, files: Files) -> None:
    for asked in (("post", files.events), ("record", "post", files.report)):
        result = run(*asked, "--data", kms.place.data, *kms.signs, "--key", kms.place.lab_key)
        assert (result.exit_code, "one key signs at a time" in result.stderr) == (ExitCode.MISUSED, True)


def test_a_proof_of_possession_is_of_a_file_or_of_a_program(kms: Kms) -> None:
    for asked in ((), (kms.place.lab_key, *kms.signs)):
        assert run("key", "prove", *asked, "--policy", kms.place.policy).exit_code == ExitCode.MISUSED
    short = run("key", "public", "lab", kms.pem)
    assert (short.exit_code, "KeyNameShort" in short.stderr) == (ExitCode.MISUSED, True)
    private = run("key", "public", NAME, kms.pem)
    assert (private.exit_code, "KeyMalformed" in private.stderr) == (ExitCode.MALFORMED, True)
