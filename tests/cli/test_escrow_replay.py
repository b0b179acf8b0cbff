"""`suyuan escrow replay` on a real data directory: what it prints, its exit codes, and the audit of the same ledger served."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ledger.storage.forging import EscrowScene
from ledger.storage.position import pack
from tests.audit.escrow_world import RECORDS, REFUSED, bend, build
from tests.cli.serving import run, serving


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EscrowScene]:
    data = tmp_path_factory.mktemp("replay") / "data"
    return data, build(data)


@pytest.fixture
def scene(honest: tuple[Path, EscrowScene]) -> EscrowScene:
    return honest[1]


@pytest.fixture
def data(honest: tuple[Path, EscrowScene], tmp_path: Path) -> Path:
    shutil.copytree(honest[0], tmp_path / "data")
    return tmp_path / "data"


def replayed(data: Path, *options: object) -> tuple[int, dict[str, Any]]:
    result = run("escrow", "replay", "--data", data, "--json", *options)
    return result.exit_code, json.loads(result.stdout)


def test_it_prints_every_line_and_balance(data: Path, scene: EscrowScene) -> None:
    code, report = replayed(data)
    assert code == 0
    assert report["clean"] is True
    assert (report["entries"], report["records"]) == (RECORDS, RECORDS)
    assert (report["accepted"], report["refused"], report["refusals"]) == (RECORDS - REFUSED, REFUSED, {"stale_prev": REFUSED})
    assert set(report["lines"]) == {scene.line, scene.unpaid}
    line = report["lines"][scene.line]
    assert (line["states"]["line"], line["states"]["title"], line["states"]["dispute"]) == ("accepted", "buyer", "none")
    assert line["boxes"] == {"held": 9_900, "disputed": 0, "rel": 0, "ref": 0, "rec": 0}
    assert (line["currency"], line["received"], line["paid_merchant"]) == ("SGD", 9_900, 0)
    assert line["prev"] == f"https://ledger.example/main/records/{scene.titled}/0"
    assert report["balances"] == {"SGD": {scene.account: 9_900, f"ord:{scene.line}:held": -9_900}}
    assert (report["zero_sum"], report["segregated"], report["invariants"]) == (True, True, [])
    assert (report["signatures"], report["until"]) == (True, None)
    assert report["findings"] == report["not_checked"] == []


def test_it_prints_text_for_people(data: Path, scene: EscrowScene) -> None:
    result = run("escrow", "replay", "--data", data)
    assert result.exit_code == 0
    for text in ("Clean", "stale_prev 1", scene.line, "line accepted", "held 99.00 SGD", scene.account, "-99.00", "checked"):
        assert text in result.stdout


def test_broken_evidence_exits_1_and_what_was_judged_is_shown(data: Path, scene: EscrowScene) -> None:
    bend(data, f"UPDATE records SET body = replace(body, '9900', '9901') WHERE position = {pack(scene.paid, 0)}")
    code, report = replayed(data)
    assert code == 1
    assert [(one["kind"], one["position"]) for one in report["findings"]] == [("BodyAltered", f"entry {scene.paid} place 0")]
    assert (report["clean"], report["until"], report["records"]) == (False, scene.paid, 2)
    assert report["balances"] == {}
    assert f"up to entry {scene.paid}" in run("escrow", "replay", "--data", data).stdout


def test_signatures_are_checked_unless_it_is_said(data: Path, scene: EscrowScene) -> None:
    code, report = replayed(data, "--no-signatures")
    assert (code, report["clean"], report["signatures"], report["findings"]) == (3, False, False, [])
    assert any("signatures" in what for what in report["not_checked"])
    assert report["balances"] == replayed(data)[1]["balances"]
    assert "not checked, as you asked" in run("escrow", "replay", "--data", data, "--no-signatures").stdout


def test_the_policy_decides(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    build(other)
    assert replayed(data, "--policy", other / "policy")[0] == 4
    assert replayed(data, "--policy", data / "policy")[0] == 0
    (data / "policy").rename(tmp_path / "policy")
    refused = run("escrow", "replay", "--data", data)
    assert (refused.exit_code, "--policy" in refused.stderr) == (2, True)
    assert replayed(data, "--policy", tmp_path / "policy")[0] == 0


def test_no_ledger_there(tmp_path: Path, data: Path) -> None:
    assert run("escrow", "replay", "--data", tmp_path / "nothing", "--policy", data / "policy").exit_code == 7


def test_served_to_somebody_without_rights_the_escrow_is_incomplete_never_clean(data: Path) -> None:
    with serving(data) as server:
        result = run("audit", server.url, "--policy", data / "policy", "--format", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["clean"], report["findings"]) == (3, False, [])
    assert report["checked"]["escrow_records"] == 0
    assert any(what.startswith("the escrow from entry ") for what in report["not_checked"])
