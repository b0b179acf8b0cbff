"""`suyuan verify`, offline: exit codes, what it says, what it does not load, and how soon it says it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import suyuan
from tests.scenario import EVENTS, LOG_KEY, key_of, tiny_ledger

_FORBIDDEN = ("sqlmodel", "sqlalchemy", "fastapi", "starlette", "httpx", "jinja2", "rich")


@dataclass(frozen=True)
class Files:
    receipt: Path
    body: Path
    policy: Path

    def arguments(self) -> list[str]:
        return ["verify", str(self.receipt), "--body", str(self.body), "--policy", str(self.policy)]

    def run(self, *more: str) -> Result:
        return CliRunner().invoke(suyuan, [*self.arguments(), *more])


@pytest.fixture
def files(tmp_path: Path) -> Files:
    ledger = tiny_ledger()
    found = Files(tmp_path / "event.tlog-proof", tmp_path / "body.json", tmp_path / "policy")
    found.receipt.write_bytes(ledger.receipt(4, 1))
    found.body.write_bytes(EVENTS[0])
    found.policy.write_text(ledger.policy().text)
    return found


def test_a_good_receipt_is_proven_and_step_9_is_said(files: Files) -> None:
    result = files.run()
    assert result.exit_code == 0
    assert "Proven: entry 4, place 1" in result.stdout
    assert "not that it is true" in result.stdout


def test_json_names_position_and_parties(files: Files) -> None:
    said = json.loads(files.run("--format", "json").stdout)
    assert (said["verdict"], said["position"], len(said["steps"])) == ("proven", [4, 1], 9)
    assert said["signers"][0]["custody"] == "self"


def test_another_body_is_refused(files: Files) -> None:
    files.body.write_bytes(EVENTS[1])
    result = files.run()
    assert result.exit_code == 1
    assert "RecordUnproven" in result.stdout
    assert json.loads(files.run("--format", "json").stdout)["error"]["code"] == "RecordUnproven"


@pytest.mark.parametrize("at", range(0, 2_000, 97))
def test_a_changed_byte_of_the_receipt_is_refused(files: Files, at: int) -> None:
    receipt = bytearray(files.receipt.read_bytes())
    receipt[at % len(receipt)] ^= 1
    files.receipt.write_bytes(receipt)
    assert files.run().exit_code in (1, 4)


def test_an_erased_record_is_incomplete(files: Files) -> None:
    files.receipt.write_bytes(tiny_ledger().receipt(4, 1, erased=True))
    assert files.run().exit_code == 3
    without_body = [argument for argument in files.arguments() if argument not in ("--body", str(files.body))]
    result = CliRunner().invoke(suyuan, without_body)
    assert result.exit_code == 3
    assert "erased" in result.stdout


def test_another_log_key_is_a_matter_of_policy(files: Files) -> None:
    other = key_of("other.example").verifier
    text = files.policy.read_text().replace(str(LOG_KEY.verifier), str(other))
    files.policy.write_text(text.replace("first-entry ledger.example/main", "first-entry other.example"))
    assert files.run().exit_code == 4


def test_an_unusable_policy_and_a_missing_file(files: Files) -> None:
    files.policy.write_text("trust everybody\n")
    assert files.run().exit_code == 4
    files.policy.unlink()
    assert files.run().exit_code == 2


def test_a_body_is_needed(files: Files) -> None:
    without_body = [argument for argument in files.arguments() if argument not in ("--body", str(files.body))]
    assert CliRunner().invoke(suyuan, without_body).exit_code == 2


def test_it_loads_neither_the_database_layer_nor_the_web_framework(files: Files) -> None:
    program = f"import sys; from cli.main import main\ntry: main()\nfinally: print([m for m in {_FORBIDDEN} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program, *files.arguments()], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("[]")
