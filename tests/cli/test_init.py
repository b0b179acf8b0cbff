"""`suyuan init` founds once, prints what auditors need, and touches nothing that is there."""

from __future__ import annotations

import json
from pathlib import Path

from cli.exits import ExitCode
from ledger.evidence.policy import Policy
from ledger.evidence.spelling import format_base64
from tests.cli.conftest import ORIGIN, Place
from tests.cli.serving import done, run


def test_it_prints_the_policy_file_and_the_first_entry(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = done("init", "--data", data, "--origin", ORIGIN, "--governance", 3)
    lines = made.stdout.splitlines()
    assert f"Next: admit a party (suyuan party admit --help), then serve it (suyuan serve --data {data})." in made.stderr
    policy = Policy.parse((data / "policy").read_text())
    first_entry = format_base64(policy.first_entry)
    assert lines == [f"policy: {data / 'policy'}", f"first entry: {first_entry}", f"unlock: {data / 'unlock'}"]
    assert (data / "unlock").stat().st_mode & 0o777 == 0o600
    seats = [p for p in json.loads(done("party", "list", "--data", data, "--json").stdout) if p["roles"] == ["governance"]]
    assert len(seats) == 3
    assert done("audit", data, "--policy", data / "policy").exit_code == ExitCode.CLEAN


def test_nobody_else_reads_the_bodies_in_a_directory_that_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    done("init", "--data", tmp_path / "data", "--origin", ORIGIN)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "data").glob("ledger.sqlite*")} == {0}


def test_the_unlock_file_may_lie_elsewhere(tmp_path: Path) -> None:
    made = done("init", "--data", tmp_path / "data", "--origin", ORIGIN, "--unlock", tmp_path / "secret", "--json")
    said = json.loads(made.stdout)
    assert (said["origin"], said["unlock"]) == (ORIGIN, str(tmp_path / "secret"))
    assert not (tmp_path / "data" / "unlock").exists()
    assert run("party", "list", "--data", tmp_path / "data").exit_code == ExitCode.MISUSED
    done("party", "list", "--data", tmp_path / "data", "--unlock", tmp_path / "secret")


def test_a_ledger_is_never_founded_over_another(place: Place) -> None:
    before = place.policy.read_bytes()
    again = run("init", "--data", place.data, "--origin", "other.example/main")
    assert again.exit_code == ExitCode.CONFLICT
    assert "AlreadyFounded" in again.stderr
    assert place.policy.read_bytes() == before


def test_what_cannot_be_founded_is_said_by_name(tmp_path: Path) -> None:
    wrong = run("init", "--data", tmp_path / "data", "--origin", "No Name")
    assert (wrong.exit_code, "NameMalformed" in wrong.stderr) == (ExitCode.MALFORMED, True)
    wrong = run("init", "--data", tmp_path / "data", "--origin", ORIGIN, "--governance", 2, "--threshold", 3)
    assert (wrong.exit_code, "SeatsOutOfRange" in wrong.stderr) == (ExitCode.MISUSED, True)
    assert "saw a threshold of 3 with 2 keys; wanted 1 to 16 keys, and a threshold of 1 up to their number" in wrong.stderr
    assert run("init", "--data", tmp_path / "data").exit_code == ExitCode.MISUSED
    assert not (tmp_path / "data").exists()


def test_an_upgrade_leaves_a_database_of_this_version_as_it_is(place: Place) -> None:
    done("init", "--data", place.data, "--upgrade")
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN
    assert run("init", "--data", place.data / "nothing", "--upgrade").exit_code == ExitCode.ABSENT
