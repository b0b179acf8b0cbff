"""`suyuan compare`: one history, a fork with evidence that others can check, or not to be told."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

from cli.exits import ExitCode
from ledger.actions.log.publish_checkpoint import publish_checkpoint
from ledger.actions.open_ledger import open_ledger
from ledger.actions.parties.change_party import grant_role
from tests.cli.conftest import HOST, Place
from tests.cli.serving import done, run, serving


@pytest.fixture
def fork(place: Place, tmp_path: Path) -> Path:
    """A double of the ledger that was written to where its guard did not stand; both have grown."""
    double = tmp_path / "double"
    shutil.copytree(place.data, double)
    _grow(place.data, ["shop", "carrier"], tmp_path / "guard-1")
    _grow(double, ["factory", "shop", "carrier"], tmp_path / "guard-2")
    return double


def _grow(data: Path, roles: list[str], guard: Path) -> None:
    ledger = open_ledger(data, guard=[guard])
    for role in roles:
        grant_role(ledger, f"{HOST}/party/tea", role)
    publish_checkpoint(ledger)
    ledger.close()


def _newest(data: Path, file: Path) -> Path:
    with serving(data) as server:
        file.write_bytes(httpx.get(f"{server.url}/log/checkpoint").content)
    return file


def test_a_log_is_one_history_with_its_own_past(place: Place, tmp_path: Path) -> None:
    kept = _newest(place.data, tmp_path / "kept")
    done("party", "grant-role", "tea", "shop", "--data", place.data)
    for pair in ((kept, place.data), (place.data, kept), (kept, kept)):
        result = done("compare", *pair, "--policy", place.policy)
        assert ("One history: the smaller" if pair[0] != pair[1] else "One history: both are the same") in result.stdout
    with serving(place.data) as server:
        for address in (server.url, f"{server.url}/log", f"{server.url}/log/checkpoint"):
            assert "One history" in done("compare", kept, address, "--policy", place.policy).stdout


def test_where_there_is_no_log_nobody_is_told_to_found_one(place: Place, tmp_path: Path) -> None:
    for asked in (("compare", place.data, tmp_path / "nowhere"), ("audit", tmp_path / "nowhere", "--policy", place.policy)):
        result = run(*asked)
        assert result.exit_code in (ExitCode.ABSENT, ExitCode.MISUSED)
        assert "SourceAbsent" in result.stderr and "suyuan init" not in result.stderr


def test_a_fork_is_written_down_for_others(place: Place, fork: Path, tmp_path: Path) -> None:
    out = tmp_path / "evidence.json"
    result = run("compare", place.data, fork, "--policy", place.policy, "--out", out)
    assert (result.exit_code, f"evidence: {out}" in result.stdout) == (ExitCode.INTEGRITY_FAILURE, True)
    checked = run("compare", out, "--policy", place.policy)
    assert (checked.exit_code, "Fork" in checked.stdout) == (ExitCode.INTEGRITY_FAILURE, True)
    again = run("compare", fork, place.data, "--out", out)
    assert (again.exit_code, "not checked" in again.stderr) == (ExitCode.INTEGRITY_FAILURE, True)
    out.write_bytes(out.read_bytes().replace(b'"root": "', b'"root": "A', 1))
    assert run("compare", out, "--policy", place.policy).exit_code == ExitCode.MALFORMED
    taken = run("compare", place.data, fork, "--out", out)
    assert (taken.exit_code, "EvidenceExists" in taken.stderr) == (ExitCode.CONFLICT, True)


def test_the_evidence_has_a_name_of_its_own(place: Place, fork: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("compare", place.data, fork)
    (file,) = tmp_path.glob("fork-ledger.example_main-*.json")
    assert f"evidence: {file.name}" in result.stdout


def test_a_split_view_is_found_by_two_readers(place: Place, fork: Path, tmp_path: Path) -> None:
    shown = _newest_of(fork, tmp_path / "shown")
    with serving(place.data) as server:
        result = run("compare", shown, server.url, "--policy", place.policy, "--out", tmp_path / "evidence")
    assert (result.exit_code, "Not to be told" in result.stdout) == (ExitCode.INCOMPLETE, True)
    small = _newest_of(place.data, tmp_path / "small")
    result = run("compare", small, fork, "--policy", place.policy, "--out", tmp_path / "evidence")
    assert result.exit_code == ExitCode.INTEGRITY_FAILURE


def _newest_of(data: Path, file: Path) -> Path:
    ledger = open_ledger(data)
    file.write_bytes(publish_checkpoint(ledger).note)
    ledger.close()
    return file


def test_wrong_use_and_wrong_trust_are_said(place: Place, fork: Path, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    run("compare", place.data, fork, "--out", evidence)
    done("init", "--data", tmp_path / "other", "--origin", "other.example/main")
    other = tmp_path / "other"
    assert run("compare", place.data, other).exit_code == ExitCode.MISUSED
    assert run("compare", place.data, fork, "--policy", other / "policy").exit_code == ExitCode.POLICY_FAILURE
    assert run("compare", evidence, "--policy", other / "policy").exit_code == ExitCode.POLICY_FAILURE
    assert run("compare", evidence).exit_code == ExitCode.MISUSED
    assert run("compare", tmp_path / "nothing", place.data).exit_code == ExitCode.ABSENT
    assert run("compare", place.data).exit_code == ExitCode.MISUSED
    (tmp_path / "cut").write_bytes(b"ledger.example/main\n12\n\n")
    assert run("compare", tmp_path / "cut", place.data).exit_code == ExitCode.MALFORMED
