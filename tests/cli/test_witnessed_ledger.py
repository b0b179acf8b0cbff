"""A ledger and its witness as real programs: introduced, cosigned, followed from key to key, and refused when set back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx
import pytest

from cli.exits import ExitCode
from ledger.evidence.note import SignedNote
from ledger.evidence.policy import Policy
from ledger.storage.witness.logs import origin_hash
from tests.cli.conftest import ORIGIN, Place
from tests.cli.serving import document, done, event, run, serving
from tests.cli.test_witness import Process, witnessing


def post(place: Place, number: int, folder: Path) -> None:
    file = folder / f"{number}.json"
    file.write_text(json.dumps(document(event(number))))
    done("post", file, "--data", place.data, "--as", "tea")


def cosigned(witness: Process) -> SignedNote:
    answer = httpx.get(f"{witness.url}/{origin_hash(ORIGIN).hex()}/checkpoint")
    assert answer.status_code == 200, answer.text
    return SignedNote.parse(answer.content)


@pytest.mark.parametrize("overlap", [True, False])
def test_a_witness_follows_a_ledger_from_key_to_key(place: Place, tmp_path: Path, overlap: bool) -> None:
    with witnessing(tmp_path / "w") as witness:
        done("log", "witness", "add", witness.key, witness.url, "--data", place.data)
        (first,) = Policy.parse(place.policy.read_text()).log_keys
        assert cosigned(witness).signatures[0].key_id == first.key_id
        done("log", "key", "add", "--data", place.data)
        if overlap:
            post(place, 1, tmp_path)
        done("log", "key", "retire", first.key_id.hex(), "--data", place.data)
        post(place, 2, tmp_path)
        (second,) = Policy.parse(place.policy.read_text()).log_keys
        latest = cosigned(witness)
        assert second != first
        assert [line.key_id for line in latest.signatures] == [second.key_id, witness.key.key_id]
        Policy.parse(place.policy.read_text()).open(latest.to_bytes())
        shown = json.loads(done("witness", "log", "show", ORIGIN, "--data", tmp_path / "w", "--json").stdout)
        assert (shown["keys"], shown["conflicts"]) == ([str(second)], [])


def test_two_copies_of_a_ledger_get_one_history_cosigned(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with witnessing(tmp_path / "w") as witness:
        done("log", "witness", "add", witness.key, witness.url, "--data", place.data)
        copy = tmp_path / "copy"
        shutil.copytree(place.data, copy)
        post(place, 1, tmp_path)
        before = cosigned(witness)
        # On another machine, where no guard knows of the first copy.
        monkeypatch.setenv("SUYUAN_GUARD", str(tmp_path / "elsewhere"))
        done("log", "guard", "begin", "--data", copy)
        post(Place(copy, place.tea_key, place.lab_key), 2, tmp_path)
        assert cosigned(witness) == before
        shown = json.loads(done("witness", "log", "show", ORIGIN, "--data", tmp_path / "w", "--json").stdout)
        assert [one["kind"] for one in shown["conflicts"]] == ["fork"]
        for name in ("cosigned", "refused"):
            (tmp_path / name).write_text(shown["conflicts"][0][name])
    compared = run(
        "compare", tmp_path / "cosigned", tmp_path / "refused", "--policy", place.policy, "--out", tmp_path / "evidence"
    )
    assert compared.exit_code == ExitCode.INTEGRITY_FAILURE, compared.output
    assert json.loads((tmp_path / "evidence").read_text())["type"] == "suyuan.fork-evidence/v1"


def test_what_is_taken_is_said_where_no_witness_answers(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_PUBLISHED_WAIT_S", "1")
    with witnessing(tmp_path / "w") as witness:
        done("log", "witness", "add", witness.key, witness.url, "--data", place.data)
    (tmp_path / "1.json").write_text(json.dumps(document(event(1))))
    wanted = ("--wait", "published", "--receipts", tmp_path / "receipts")
    with serving(place.data) as server:
        there = run("post", tmp_path / "1.json", "--url", server.url, "--api-key-file", place.tea_key, *wanted)
    here = run("post", tmp_path / "1.json", "--data", place.data, "--as", "tea", "--json", *wanted)
    assert (there.exit_code, here.exit_code) == (ExitCode.UNAVAILABLE, ExitCode.UNAVAILABLE)
    assert there.stdout == "files 1 · accepted 1\n"
    assert "PublicationAwaited" in there.stderr and "CheckpointUnwitnessed" in there.stderr
    assert [one["verdict"] for one in json.loads(here.stdout)[0]["events"]] == ["duplicate"]
