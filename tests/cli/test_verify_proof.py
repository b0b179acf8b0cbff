"""`suyuan verify` of a proof to keep, as data and as a page: exit codes, a line per record, what it says every time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import Result

from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.proof_file import AFTER_PROOF, BEFORE_PROOF, LeftOut, ProofFile, WhyLeftOut
from ledger.evidence.spelling import format_base64
from tests.cli.serving import run
from tests.evidence.proof_mutations import MUTATIONS
from tests.evidence.proof_world import ERASED, PLACES, bent, honest_proof, proof_of, told_ledger
from tests.scenario import LOG_KEY, ORIGIN

FORBIDDEN = ("sqlmodel", "sqlalchemy", "fastapi", "starlette", "httpx", "jinja2", "rich")
ZEROS = "A" * 43 + "="
PAGE = b'<!DOCTYPE html>\n<html lang="en"><p>' + BEFORE_PROOF + b"%b" + AFTER_PROOF + b"<script>1</script></html>"


@dataclass(frozen=True)
class Files:
    proof: Path
    policy: Path

    def verify(self, *more: object) -> Result:
        return run("verify", self.proof, *more)

    def put(self, proof: ProofFile | bytes) -> None:
        self.proof.write_bytes(proof if isinstance(proof, bytes) else proof.to_bytes())


@pytest.fixture
def files(tmp_path: Path) -> Files:
    found = Files(tmp_path / "proof.json", tmp_path / "policy")
    found.put(honest_proof())
    found.policy.write_text(told_ledger().policy().text)
    return found


@pytest.mark.parametrize("shape", [b"%b", PAGE])
def test_a_good_proof_holds_as_data_and_as_a_page_whatever_it_is_called(files: Files, shape: bytes, tmp_path: Path) -> None:
    files.put(shape % honest_proof().to_bytes())
    kept = replace(files, proof=files.proof.rename(tmp_path / "kept"))
    result = kept.verify("--policy", files.policy)
    assert result.exit_code == 0, result.output
    assert "Holds: 5 of 5 records hold under the policy file." in result.stdout
    assert result.stdout.count("  holds          ") == 5
    assert "4/1  ObjectEvent  ledger.example/party/duyun-tea  2026-11-20T08:00:04.000Z  names the item" in result.stdout
    assert "Ask again for recalls and corrections after" in result.stdout
    assert "not that it is true" in result.stdout
    assert honest_proof().fingerprint not in result.stdout


def test_without_a_policy_it_says_whose_keys_it_took(files: Files) -> None:
    result = files.verify()
    assert result.exit_code == 0
    assert "5 of 5 records hold under the keys that the file itself brings." in result.stdout
    assert "Whose keys those are, this file cannot show." in result.stdout
    assert honest_proof().fingerprint in result.stdout


def test_json_says_the_same(files: Files) -> None:
    said = json.loads(files.verify("--format", "json").stdout)
    assert (said["verdict"], said["keys"], said["names_item"]) == ("holds", "of the file", True)
    assert [record["position"] for record in said["records"]] == [list(place) for place in PLACES]
    assert said["records"][2]["signers"] == ["ledger.example/party/duyun-tea", "ledger.example/party/tea-road"]
    files.put(bent(honest_proof().to_bytes(), MUTATIONS["body byte"]))
    said = json.loads(files.verify("--format", "json").stdout)
    assert (said["verdict"], said["records"][0]["error"]["code"]) == ("fails", "RecordUnproven")
    files.put(b"{}")
    assert json.loads(files.verify("--format", "json").stdout)["error"]["code"] == "ProofMalformed"


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_changed_field_has_its_exit_code(files: Files, name: str) -> None:
    files.put(bent(honest_proof().to_bytes(), MUTATIONS[name]))
    unnamed = name in ("item", "item of another product", "no records")
    assert files.verify().exit_code == (3 if unnamed else 1)
    assert files.verify("--policy", files.policy).exit_code in ((3,) if unnamed else (1, 4))


def test_one_line_tells_which_record_and_why(files: Files) -> None:
    files.put(bent(honest_proof().to_bytes(), MUTATIONS["body byte"]))
    result = files.verify("--policy", files.policy)
    assert "  does not hold  4/1  RecordUnproven" in result.stdout
    assert "Fails: 1 of 5 records do not hold under the policy file." in result.stdout


def test_erased_and_left_out_records_leave_it_incomplete(files: Files) -> None:
    files.put(proof_of(told_ledger(), PLACES, erased=[ERASED]))
    result = files.verify("--policy", files.policy)
    assert result.exit_code == 3
    assert "  erased         8/0  its commitment alone" in result.stdout
    files.put(replace(honest_proof(), left_out=(LeftOut((9, 0), WhyLeftOut.UNPUBLISHED),), withheld=2))
    result = files.verify("--policy", files.policy)
    assert result.exit_code == 3
    assert "  left out       9/0  unpublished" in result.stdout
    assert "  withheld       2 more" in result.stdout


def test_another_ledger_is_a_matter_of_policy(files: Files) -> None:
    forged = SigningKey.from_private(ORIGIN, KeyType.ED25519, bytes([7]) * 32).verifier
    plain = honest_proof().policy.text
    first_entry = format_base64(told_ledger().first_entry)
    for policy in (plain.replace(str(LOG_KEY.verifier), str(forged)), plain.replace(first_entry, ZEROS)):
        files.policy.write_text(policy)
        result = files.verify("--policy", files.policy)
        assert result.exit_code == 4, result.output
        assert "Distrusted: 5 of 5 records do not hold under the policy file." in result.stdout


def test_wrong_use(files: Files, tmp_path: Path) -> None:
    body, receipt = tmp_path / "body", tmp_path / "one.tlog-proof"
    body.write_bytes(b"{}")
    receipt.write_bytes(told_ledger().receipt(4, 1))
    assert files.verify("--body", body).exit_code == 2
    assert run("verify", receipt).exit_code == 2
    assert files.verify("--policy", tmp_path / "nowhere").exit_code == 2
    files.policy.write_text("trust everybody\n")
    assert files.verify("--policy", files.policy).exit_code == 4


@pytest.mark.parametrize(
    "data", [b"<!DOCTYPE html><html></html>", PAGE % b"{}" + PAGE % b"{}", PAGE % b"", b"{", b'{"a":1}', b"<", b" {}"]
)
def test_what_is_no_proof_is_refused(files: Files, data: bytes) -> None:
    files.put(data)
    result = files.verify()
    assert result.exit_code == 1
    assert "Refused: the file is no proof to keep, or was changed." in result.stdout


def test_nothing_in_a_file_steers_the_terminal(files: Files) -> None:
    files.put(bent(honest_proof().to_bytes(), lambda proof: proof["records"][0].__setitem__("receipt", "\x1b[2J\nindex \u202e")))
    result = files.verify()
    assert result.exit_code == 1
    assert not set("\x1b\u202e") & set(result.output)


def test_it_loads_neither_the_database_layer_nor_the_web_framework(files: Files) -> None:
    program = f"import sys; from cli.main import main\ntry: main()\nfinally: print([m for m in {FORBIDDEN} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", str(files.proof)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("[]")
