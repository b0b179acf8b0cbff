"""`suyuan export`, then `suyuan audit` of the file where nothing can reach a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from cli.main import suyuan
from tests.cli.conftest import ORIGIN, Place

NO_NETWORK = """
import socket

def refuse(*_arguments, **_options):
    raise AssertionError("a socket was asked for")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""


def export(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(suyuan, ["export", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_export_then_audit_without_a_network(place: Place, tmp_path: Path) -> None:
    code, said, warned = export("--data", place.data, "--out", tmp_path / "ledger.bundle")
    assert code == 0
    assert f"bundle: {tmp_path / 'ledger.bundle'}" in said
    assert f"origin: {ORIGIN}" in said
    assert "not trusted" in warned
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    audit = ["audit", "ledger.bundle", "--policy", str(place.policy), "--format", "json"]
    command = [sys.executable, "-c", "from cli.main import main; main()", *audit]
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    run = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["clean"] is True
    refused = subprocess.run(
        [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "a socket was asked for" in refused.stderr


def test_a_damaged_bundle_exits_1_by_name(place: Place, tmp_path: Path) -> None:
    bundle = tmp_path / "ledger.bundle"
    assert export("--data", place.data, "--out", bundle)[0] == 0
    bundle.write_bytes(bundle.read_bytes()[:-30])
    result = CliRunner().invoke(suyuan, ["audit", str(bundle), "--policy", str(place.policy), "--format", "json"])
    assert result.exit_code == 1
    assert [one["kind"] for one in json.loads(result.stdout)["findings"]] == ["SourceUnreadable"]


def test_nothing_is_overwritten_and_wrong_use_exits_2(place: Place, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    code, _, said = export("--data", place.data, "--out", tmp_path / "there")
    assert (code, "BundleExists" in said, (tmp_path / "there").read_text()) == (8, True, "mine")
    assert export("--out", tmp_path / "bundle")[0] == 2
    assert export("--data", place.data, "--url", "http://127.0.0.1:9", "--out", tmp_path / "bundle")[0] == 2
    assert export("--data", tmp_path / "absent", "--out", tmp_path / "bundle")[0] == 2
    assert export("--data", place.data, "--out", tmp_path / "absent" / "bundle")[0] == 2
    assert export("--url", "http://127.0.0.1:9", "--out", tmp_path / "bundle")[0] == 11
    assert [path.name for path in tmp_path.iterdir() if "bundle" in path.name] == []
