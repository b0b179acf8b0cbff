"""`suyuan escrow stories`: told to a real server, and what is left is a ledger like any other."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from ledger.storage.database import DATABASE_FILE
from tests.cli.serving import done, run, serving


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The data directory after all stories, and what the command printed."""
    data = tmp_path_factory.mktemp("told") / "data"
    return data, json.loads(done("escrow", "stories", "--data", data, "--json").stdout)


def test_it_prints_what_others_rely_on(told: tuple[Path, list[dict[str, Any]]]) -> None:
    _, stories = told
    assert [story["story"] for story in stories] == [1, 2]
    for story in stories:
        assert {"story", "transitions", "balances", "zero_sum", "segregated", "receipts"} <= set(story)
        assert story["zero_sum"] is True
        assert story["segregated"] is True
        assert story["receipts"] == len(story["transitions"]) + len(story["refused"])
        assert all(sum(accounts.values()) == 0 for accounts in story["balances"].values())
        assert set(story["balances"]) == {"SGD", "TWD"}


def test_every_transition_is_one_of_the_printed_table(told: tuple[Path, list[dict[str, Any]]]) -> None:
    rows = json.loads(done("escrow", "transitions", "--json").stdout)
    table = {(row["from"], row["to"], row["record type"]) for row in rows}
    said = [move for story in told[1] for move in story["transitions"]]
    assert len(said) > 70
    assert not [move for move in said if (move["from"], move["to"], move["record type"]) not in table]
    positions = [tuple(move["position"]) for move in said]
    assert positions == sorted(set(positions))


def test_the_audit_of_the_directory_is_clean(told: tuple[Path, list[dict[str, Any]]]) -> None:
    data, stories = told
    report = json.loads(done("audit", data, "--policy", data / "policy", "--format", "json").stdout)
    assert report["findings"] == []
    assert report["checked"]["escrow_records"] >= sum(story["receipts"] for story in stories)


def test_the_replay_comes_to_the_same_balances(told: tuple[Path, list[dict[str, Any]]]) -> None:
    data, stories = told
    replayed = json.loads(done("escrow", "replay", "--data", data, "--json").stdout)
    assert replayed["balances"] == stories[-1]["balances"]
    assert {line["states"]["line"] for line in replayed["lines"].values()} == {"closed"}
    assert replayed["zero_sum"] and replayed["segregated"] and replayed["clean"]


def test_the_directory_is_an_ordinary_one(told: tuple[Path, list[dict[str, Any]]]) -> None:
    """Nothing is due on the real clock, other commands work on it, and no thread of the rehearsal is left."""
    data, _ = told
    assert not [thread.name for thread in threading.enumerate() if thread.name in ("server", "writer", "deadlines")]
    assert json.loads(done("escrow", "tick", "--data", data, "--json").stdout) == {"due": 0, "complete": True, "written": []}
    with serving(data) as server:
        assert server.url.startswith("http://127.0.0.1:")


def test_one_story_alone_for_people(tmp_path: Path) -> None:
    said = done("escrow", "stories", "--data", tmp_path / "data", "--story", "2").stdout
    assert "Story 2" in said and "Story 1" not in said
    assert "refused: window_closed" in said
    assert "buyer-90c2: OrderCancelled po-2002/1  accepted P7" in said
    assert "line:refunding refund:instructed | to be refunded SGD 275.00" in said
    assert "zero sum yes, segregated yes" in said
    assert f"suyuan audit {tmp_path / 'data'} --policy" in said


def test_it_never_writes_into_a_ledger_that_is_there(told: tuple[Path, list[dict[str, Any]]]) -> None:
    data, _ = told
    before = (data / DATABASE_FILE).stat().st_size
    refused = run("escrow", "stories", "--data", data)
    assert refused.exit_code == 8
    assert (data / DATABASE_FILE).stat().st_size == before
    assert run("escrow", "stories", "--data", data, "--story", "3").exit_code == 2
