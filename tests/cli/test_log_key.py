"""`suyuan log key` and `suyuan log policy`: keys of the log by commands, beside a running server too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from cli.exits import ExitCode
from ledger.evidence.key import KeyType
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy
from tests.cli.conftest import ORIGIN, Place
from tests.cli.serving import document, done, event, run, serving


def keys_of(place: Place) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(done("log", "key", "list", "--data", place.data, "--json").stdout)
    return listed


def test_a_key_is_added_retired_and_listed(place: Place, tmp_path: Path) -> None:
    old_policy = tmp_path / "old"
    old_policy.write_bytes(place.policy.read_bytes())
    added = json.loads(done("log", "key", "add", "--data", place.data, "--json").stdout)
    printed = done("log", "key", "add", "--type", "ml-dsa-44", "--data", place.data)
    assert printed.stdout.splitlines()[1] == f"entry: {added['entry'] + 1}"
    assert "suyuan log policy" in printed.stderr
    old, new, mldsa = keys_of(place)
    assert (new["key"], new["type"], new["added"]) == (added["key"], "ed25519", added["entry"])
    assert [one["signs"] for one in (old, new, mldsa)] == [True] * 3
    size = mldsa["added"] + 3
    retired = ("log", "key", "retire", old["key"].split("+")[1], "--overlap-until", size, "--data", place.data)
    assert json.loads(done(*retired, "--json").stdout)["overlap_until"] == size
    again = run(*retired)
    assert (again.exit_code, "LogKeyNotActive" in again.stderr) == (ExitCode.CONFLICT, True)
    old = keys_of(place)[0]
    assert (old["signs"], old["overlap_until"], old["held"]) == (True, size, True)
    done("log", "key", "retire", mldsa["key"], "--data", place.data)
    lines = done("log", "key", "list", "--data", place.data).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["ended", "signs", "ended"]
    assert lines[0].endswith(f"entry 0, until size {size}")
    for policy in (place.policy, old_policy):
        assert done("audit", place.data, "--policy", policy).exit_code == ExitCode.CLEAN
    done("party", "admit", "late", "--role", "shop", "--territory", "SG", "--custody", "operator", "--data", place.data)
    distrusted = run("audit", place.data, "--policy", old_policy)
    assert distrusted.exit_code == ExitCode.POLICY_FAILURE
    assert "by the keys that governance names it is signed" in " ".join(distrusted.stdout.split())


def test_the_policy_printed_is_the_file_and_the_log_in_force(place: Place) -> None:
    assert done("log", "policy", "--data", place.data).stdout == place.policy.read_text()
    done("log", "key", "add", "--type", "p256", "--data", place.data)
    printed = done("log", "policy", "--data", place.data).stdout
    assert printed == place.policy.read_text()
    assert [key.type for key in Policy.parse(printed).log_keys] == [KeyType.ED25519, KeyType.ECDSA_P256]


def test_what_is_no_key_of_the_log_and_the_last_one_stay(place: Place) -> None:
    (only,) = keys_of(place)
    for named, exit_code, code in (
        ("00000000", ExitCode.ABSENT, "LogKeyUnknown"),
        (only["key"], ExitCode.CONFLICT, "LastLogKey"),
    ):
        result = run("log", "key", "retire", named, "--data", place.data)
        assert (result.exit_code, code in result.stderr) == (exit_code, True)
    assert run("log", "key", "add", "--type", "rsa", "--data", place.data).exit_code == ExitCode.MISUSED
    assert run("log", "key", "retire", only["key"], "--overlap-until", 0, "--data", place.data).exit_code == ExitCode.MISUSED


def test_a_running_server_signs_with_a_key_that_was_added_beside_it(place: Place, tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps(document(event(1))))
    old_policy = tmp_path / "old"
    old_policy.write_bytes(place.policy.read_bytes())
    with serving(place.data) as server:
        asked = ("--url", server.url, "--api-key-file", place.tea_key, "--policy", old_policy)
        done("post", events, *asked, "--receipts", tmp_path / "before")
        done("log", "key", "add", "--data", place.data)
        done("log", "key", "add", "--type", "ml-dsa-44", "--data", place.data)
        done("log", "key", "retire", keys_of(place)[0]["key"], "--data", place.data)
        events.write_text(json.dumps(document(event(2))))
        asked = ("--url", server.url, "--api-key-file", place.tea_key, "--policy", place.policy)
        done("post", events, *asked, "--receipts", tmp_path / "after")
        note = SignedNote.parse(httpx.get(f"{server.url}/log/checkpoint").content)
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        audited = run("audit", server.url, "--policy", place.policy, "--format", "json")
        assert (audited.exit_code, json.loads(audited.stdout)["findings"]) == (ExitCode.INCOMPLETE, [])
    in_force = Policy.parse(place.policy.read_text()).log_keys
    assert [(line.name, line.key_id) for line in note.signatures] == [(ORIGIN, key.key_id) for key in in_force]
    # Each receipt under the policy file of its day; the later one is refused under the earlier file, with the reason.
    (before,), (after,) = (sorted((tmp_path / name).glob("*.tlog-proof"))[-1:] for name in ("before", "after"))
    body = ("--body", before.with_suffix(".json"))
    assert run("verify", before, *body, "--policy", old_policy).exit_code == ExitCode.CLEAN
    late = run("verify", after, "--body", after.with_suffix(".json"), "--policy", old_policy)
    assert late.exit_code == ExitCode.POLICY_FAILURE
    assert "the log may have changed its keys since the policy file was made" in late.stdout
