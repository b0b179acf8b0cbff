"""`suyuan log close`, `suyuan init --continues` and `suyuan log follow`: a ledger moves, by commands."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from cli.exits import ExitCode
from tests.cli.conftest import ORIGIN, Place
from tests.cli.serving import done, run, serving

NEXT = "ledger.example/second"


def close(place: Place) -> None:
    done("log", "close", "--successor", NEXT, "--reason", "moved", "--data", place.data)


def found(place: Place, data: Path, source: object) -> None:
    before = ("--continues", source, "--continues-policy", place.policy)
    done("init", "--data", data, "--origin", NEXT, *before)


def test_a_closed_ledger_takes_nothing_more_and_audits_clean(place: Place) -> None:
    closed = ("log", "close", "--no-successor", "--reason", "ended", "--data", place.data)
    said = json.loads(done(*closed, "--json").stdout)
    assert (said["size"], said["successor"]) == (said["entry"] + 1, None)
    for write in (closed, ("party", "suspend", "tea", "--reason", "own-request", "--data", place.data)):
        refused = run(*write)
        assert (refused.exit_code, "LedgerIsClosed" in refused.stderr) == (ExitCode.CONFLICT, True)
    plan = run("erase", "1/0", "--ground", "person-request", "--data", place.data, "--dry-run")
    assert (plan.exit_code, "not even an erasure" in plan.stderr) == (ExitCode.CONFLICT, True)
    audited = done("audit", place.data, "--policy", place.policy).stdout
    assert f"by entry {said['entry']}; no ledger goes on from it" in audited


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("--successor", NEXT),
        ("--no-successor",),
        ("--reason", "moved"),
        ("--successor", NEXT, "--no-successor", "--reason", "moved"),
        ("--successor", NEXT, "--reason", "bored"),
    ],
)
def test_an_end_is_asked_for_in_full(place: Place, asked: tuple[str, ...]) -> None:
    assert run("log", "close", *asked, "--data", place.data).exit_code == ExitCode.MISUSED


def test_the_next_ledger_is_founded_on_the_end_and_both_are_followed(place: Place, tmp_path: Path) -> None:
    second = tmp_path / "second"
    open_still = run("init", "--data", second, "--origin", NEXT, "--continues", place.data, "--continues-policy", place.policy)
    assert (open_still.exit_code, "PredecessorOpen" in open_still.stderr) == (ExitCode.CONFLICT, True)
    assert not second.exists()
    close(place)
    found(place, second, place.data)
    done("party", "admit", "shop", "--role", "shop", "--territory", "SG", "--custody", "operator", "--data", second)
    assert f"continues   {ORIGIN}, which ended with" in done("audit", second, "--policy", second / "policy").stdout
    ways = ("--old-policy", place.policy, "--policy", second / "policy")
    followed = json.loads(done("log", "follow", place.data, second, *ways, "--format", "json").stdout)
    assert (followed["continues"], followed["faults"]) == (True, [])
    assert (followed["old"]["closed"]["successor"], followed["new"]["continues"]["origin"]) == (NEXT, ORIGIN)
    turned = run("log", "follow", second, place.data, "--old-policy", second / "policy", "--policy", place.policy)
    assert turned.exit_code == ExitCode.INTEGRITY_FAILURE
    assert "NotContinued: " in turned.stdout and "NotClosed: " in turned.stdout


def test_the_end_is_taken_from_a_server_or_a_file_and_checked_against_its_policy(place: Place, tmp_path: Path) -> None:
    close(place)
    with serving(place.data) as server:
        done("audit", server.url, "--policy", place.policy)
        note = httpx.get(f"{server.url}/log/checkpoint").content
        found(place, tmp_path / "by-address", server.url)
    ways = ("--old-policy", place.policy, "--policy", tmp_path / "by-address" / "policy")
    followed = done("log", "follow", place.data, tmp_path / "by-address", *ways)
    assert f"{NEXT} goes on from the end of {ORIGIN}" in followed.stdout
    kept = tmp_path / "last.checkpoint"
    kept.write_bytes(note)
    found(place, tmp_path / "by-file", kept)
    lonely = run("init", "--data", tmp_path / "no", "--origin", NEXT, "--continues", kept)
    assert lonely.exit_code == ExitCode.MISUSED
    _, size, _ = note.split(b"\n", 2)
    kept.write_bytes(note.replace(b"\n" + size + b"\n", b"\n2\n"))
    refused = run("init", "--data", tmp_path / "no", "--origin", NEXT, "--continues", kept, "--continues-policy", place.policy)
    assert (refused.exit_code, "SignatureWrong" in refused.stderr) == (ExitCode.INTEGRITY_FAILURE, True)
    assert not (tmp_path / "no").exists()
