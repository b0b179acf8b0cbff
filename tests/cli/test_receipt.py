"""`suyuan receipt` brings all that `suyuan verify` needs, from a data directory and from a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import ExitCode
from tests.cli.conftest import Place
from tests.cli.serving import document, done, event, run, serving

EVENT_ID = event(1)["eventID"]
TIN = event(1)["epcList"][0]


@pytest.fixture
def told(place: Place, tmp_path: Path) -> Place:
    """One event in entry 3, place 1."""
    (tmp_path / "d.json").write_text(json.dumps(document(event(1))))
    done("post", tmp_path / "d.json", "--data", place.data, "--party", "tea")
    return place


@pytest.mark.parametrize("named", ["3/1", EVENT_ID])
def test_from_a_data_directory(told: Place, tmp_path: Path, named: str) -> None:
    files = ("--out", tmp_path / "r", "--body", tmp_path / "b")
    assert "record: 3/1" in done("receipt", named, "--data", told.data, *files).stdout
    assert json.loads((tmp_path / "b").read_bytes())["eventID"] == EVENT_ID
    assert done("verify", tmp_path / "r", "--body", tmp_path / "b", "--policy", told.policy).exit_code == ExitCode.CLEAN


@pytest.mark.parametrize("named", ["3/1", EVENT_ID])
def test_from_a_server_by_key_or_by_code(told: Place, tmp_path: Path, named: str) -> None:
    files = ("--out", tmp_path / "r", "--body", tmp_path / "b")
    with serving(told.data) as server:
        for opener in (("--api-key-file", told.tea_key), ("--item", TIN), ("--item", TIN.removeprefix("https://id.gs1.org/"))):
            done("receipt", named, "--url", server.url, *opener, *files)
            assert done("verify", tmp_path / "r", "--body", tmp_path / "b", "--policy", told.policy).exit_code == ExitCode.CLEAN
        closed = run("receipt", "3/1", "--url", server.url, *files)
        assert (closed.exit_code, "ServerForbids" in closed.stderr) == (ExitCode.INTEGRITY_FAILURE, True)


def test_what_is_not_there_is_absent(told: Place, tmp_path: Path) -> None:
    for named in ("99/0", "3/7", "urn:uuid:00000000-0000-4000-8000-999999999999"):
        assert run("receipt", named, "--data", told.data, "--out", tmp_path / "r").exit_code == ExitCode.ABSENT
    assert not (tmp_path / "r").exists()
    assert run("receipt", "3/1", "--out", tmp_path / "r").exit_code == ExitCode.MISUSED
