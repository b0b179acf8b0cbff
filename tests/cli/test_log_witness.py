"""Witnesses of a log from the command line: three real ones, killed and brought back."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.exits import ExitCode
from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.policy import Policy, QuorumUnmet
from tests.cli.conftest import Place
from tests.cli.serving import PROGRAM, Running, done, event, run, serving

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]


@dataclass
class RealWitness:
    """A process of `suyuan witness serve`, and how to start it again where it was."""

    process: subprocess.Popen[str]
    key: str
    url: str
    data: Path
    name: str

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)


@contextmanager
def witness(data: Path, name: str, port: str = "0") -> Iterator[RealWitness]:
    command = [str(PROGRAM), "witness", "serve", "--data", str(data), "--name", name, "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            said, key, url = process.stdout.readline().split()
            assert said == "witness:"
            yield RealWitness(process, key, url, data, name)
        finally:
            process.kill()


def body(number: int) -> bytes:
    return json.dumps({"@context": CONTEXT, **event(number)}).encode()


def post(place: Place, server: Running, number: int, wait: str) -> httpx.Response:
    key = place.tea_key.read_text().strip()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/ld+json"}
    return httpx.post(f"{server.url}/epcis/events?wait={wait}", content=body(number), headers=headers, timeout=60)


def until(said: Callable[[], Any]) -> Any:
    """What `said` says, once it says something; it is asked for a minute."""
    for _ in range(600):
        found = said()
        if found:
            return found
        threading.Event().wait(0.1)
    raise AssertionError("it never came to be")


def witnesses_check(server: Running) -> dict[str, Any]:
    checks: list[dict[str, Any]] = httpx.get(f"{server.url}/readyz").json()["checks"]
    return next(check for check in checks if check["name"] == "witnesses")


def newest(server: Running) -> bytes:
    return httpx.get(f"{server.url}/log/checkpoint").content


def test_two_of_three_real_witnesses(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_WITNESS_TIMEOUT_S", "10")
    with ExitStack() as stack:
        town = [stack.enter_context(witness(tmp_path / f"w{n}", f"witness.example/w{n}")) for n in (1, 2, 3)]
        for n, one in enumerate(town, 1):
            added = done("log", "witness", "add", one.key, one.url, "--data", place.data, "--name", f"w{n}")
            assert f"policy: {place.policy}" in added.stdout
            assert f"witness: w{n} cosigned " in added.stdout
        policy = Policy.parse(place.policy.read_text())
        assert str(policy.groups[0]) == "group witnesses 2 w1 w2 w3"
        listed = done("log", "witness", "list", "--data", place.data).stdout
        assert [listed.count(words) for words in ("answers", "cosigned", "group witnesses 2")] == [3, 3, 1]

        server = stack.enter_context(serving(place.data))
        _receipts_hold(place, server, tmp_path / "all", number=1)

        town[2].kill()
        _receipts_hold(place, server, tmp_path / "two", number=2)

        town[1].kill()
        before = newest(server)
        assert post(place, server, 3, "sequenced").status_code == 201
        check = until(lambda: None if (found := witnesses_check(server))["ok"] else found)
        assert check["code"] == "CheckpointUnwitnessed"
        told = {one["name"]: one["code"] for one in httpx.get(f"{server.url}/readyz").json()["witnesses"]}
        assert told == {"w1": None, "w2": "WitnessUnreachable", "w3": "WitnessUnreachable"}
        assert newest(server) == before

        port = town[1].url.rpartition(":")[2]
        stack.enter_context(witness(town[1].data, town[1].name, port))
        published = post(place, server, 3, "published")
        assert (published.status_code, published.headers["Suyuan-Witnessed"]) == (200, "yes")
        assert witnesses_check(server)["ok"] is True
        opened = policy.open(newest(server))
        assert {name for name, _ in opened.cosigners} == {"w1", "w2"}
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


def _receipts_hold(place: Place, server: Running, folder: Path, *, number: int) -> None:
    """Post and wait for publication; the receipt is verified without the server, and says who cosigned."""
    file = folder.with_suffix(".json")
    file.write_bytes(body(number))
    asked = ("post", file, "--url", server.url, "--api-key-file", place.tea_key, "--wait", "published", "--receipts", folder)
    said = done(*asked, "--policy", place.policy).stdout
    (proof,) = folder.glob("*.tlog-proof")
    assert f"{proof}  checkpoint of " in said
    assert "cosigned by w" in said
    verified = run("verify", proof, "--body", proof.with_suffix(".json"), "--policy", place.policy)
    assert verified.exit_code == ExitCode.CLEAN
    assert "cosigned by w" in verified.stdout
    (answer,) = json.loads(done(*asked, "--json").stdout)
    (one,) = answer["events"]
    assert (one["receipt"], one["cosignaturesVerified"]) == (str(proof), False)
    assert len(one["cosigned"]) >= 2


def test_published_at_once_where_the_operator_says_so(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_UNWITNESSED", "publish")
    monkeypatch.setenv("SUYUAN_WITNESS_TIMEOUT_S", "10")
    with ExitStack() as stack:
        only = stack.enter_context(witness(tmp_path / "w1", "witness.example/w1"))
        done("log", "witness", "add", only.key, only.url, "--data", place.data)
        policy = Policy.parse(place.policy.read_text())
        server = stack.enter_context(serving(place.data))
        only.kill()
        published = post(place, server, 1, "published")
        assert (published.status_code, published.headers["Suyuan-Witnessed"]) == (201, "no")
        with pytest.raises(QuorumUnmet):
            policy.open(newest(server))
        ready = httpx.get(f"{server.url}/readyz").json()
        assert ready["ready"] is True
        assert "did not meet its quorum" in ready["notes"][0]

        port = only.url.rpartition(":")[2]
        stack.enter_context(witness(only.data, only.name, port))
        until(lambda: not httpx.get(f"{server.url}/readyz").json()["notes"])  # the same checkpoint, now with its quorum
        assert [name for name, _ in policy.open(newest(server)).cosigners] == ["witness.example/w1"]
        receipt = post(place, server, 1, "published")
        assert receipt.headers["Suyuan-Witnessed"] == "yes"


def test_a_witness_that_is_down_is_adopted_all_the_same(place: Place, tmp_path: Path) -> None:
    with witness(tmp_path / "w1", "witness.example/w1") as one:
        key, url = one.key, one.url
    added = done("log", "witness", "add", key, url, "--data", place.data, "--name", "down")
    assert "down is adopted, and gave no cosignature now: WitnessUnreachable" in added.stdout
    assert "suyuan log witness remove down" in added.stderr
    assert f"witness down {key} {url}\n" in place.policy.read_text()
    listed = json.loads(done("log", "witness", "list", "--data", place.data, "--json").stdout)
    assert [(found["name"], found["last"], found["code"]) for found in listed["witnesses"]] == [
        ("down", None, "WitnessUnreachable")
    ]
    told = done(
        "party", "suspend", "lab", "--reason", "own-request", "--data", place.data
    )  # written, though no checkpoint covers it
    assert "CheckpointUnwitnessed" in told.stderr
    removed = json.loads(done("log", "witness", "remove", "down", "--data", place.data, "--json").stdout)
    assert removed["policy"] == str(place.policy)
    assert place.policy.read_text().endswith("quorum none\n")
    assert "no witness is asked for" in done("log", "witness", "list", "--data", place.data).stdout
    assert done("audit", place.data, "--policy", place.policy).exit_code == ExitCode.CLEAN


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nonsense", "http://127.0.0.1:1"), "KeyMalformed"),
        (("{key}", "ftp://w.example"), "WitnessUrlRefused"),
        (("{key}", "http://me:secret@w.example"), "WitnessUrlRefused"),
        (("{key}", "http://w.example", "--quorum", "2"), "WitnessPolicyWrong"),
        (("{key}", "http://w.example", "--name", "two words"), "WitnessPolicyWrong"),
    ],
)
def test_what_is_no_witness_is_refused_by_name(place: Place, arguments: tuple[str, ...], code: str) -> None:
    key = str(SigningKey.generate("witness.example/w1", KeyType.COSIGNATURE).verifier)
    before = place.policy.read_text()
    refused = run("log", "witness", "add", *(word.replace("{key}", key) for word in arguments), "--data", place.data)
    assert refused.exit_code != ExitCode.CLEAN
    assert code in refused.stderr
    assert "secret" not in refused.stderr
    assert place.policy.read_text() == before
    absent = run("log", "witness", "remove", "nobody", "--data", place.data)
    assert "WitnessAbsent" in absent.stderr
