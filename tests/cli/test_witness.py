"""`suyuan witness` as real processes: what it prints, its logs by hand while it serves, and kill -9 at random."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from cli.exits import ExitCode
from ledger.evidence.checkpoint import cosignature_time
from ledger.evidence.key import KeyType, VerifierKey
from ledger.evidence.note import SignatureLine, SignedNote
from ledger.storage.witness.logs import origin_hash
from tests.cli.conftest import Place
from tests.cli.serving import PROGRAM, done, run
from tests.witnessed_log import ORIGIN, MadeLog

NAME = "witness.example/w1"
LOG, FORKED = MadeLog(), MadeLog(history="other")
KILLS, SEED = 4, 20_261_121


@dataclass
class Process:
    """A witness that serves: the process, and what it printed when it was ready."""

    process: subprocess.Popen[str]
    key: VerifierKey
    url: str

    def ask(self, request: bytes) -> httpx.Response:
        return httpx.post(f"{self.url}/add-checkpoint", content=request, timeout=30)


@contextmanager
def witnessing(data: Path, *options: str) -> Iterator[Process]:
    command = [str(PROGRAM), "witness", "serve", "--data", str(data), "--name", NAME, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            word, vkey, url = process.stdout.readline().split(" ")
            assert word == "witness:"
            yield Process(process, VerifierKey.parse(vkey), url.removesuffix("\n"))
        finally:
            process.kill()


def test_it_says_key_and_address_keeps_both_and_stops_cleanly(tmp_path: Path) -> None:
    data = tmp_path / "w"
    with witnessing(data) as first:
        assert (first.key.name, first.key.type) == (NAME, KeyType.COSIGNATURE)
        assert httpx.post(f"{first.url}/add-log", content=LOG.introduction()).status_code == 200
        answer = first.ask(LOG.request(0, 7))
        line = SignatureLine.parse(answer.text.removesuffix("\n"))
        assert cosignature_time(LOG.note(7), line, first.key) > 0
        os.kill(first.process.pid, signal.SIGTERM)
        assert first.process.wait(timeout=30) == ExitCode.CLEAN
        assert first.process.stdout is not None
        assert first.process.stdout.read() == ""
    with witnessing(data, "--post-quantum") as second:
        assert second.key == first.key
        assert second.process.stdout is not None
        word, vkey = second.process.stdout.readline().split()
        assert (word, VerifierKey.parse(vkey).type) == ("witness-ml-dsa-44:", KeyType.MLDSA44)
        assert second.ask(LOG.request(0, 9)).content == b"7\n"
        assert second.ask(LOG.request(7, 9)).text.count("\n") == 2


def test_another_name_for_the_same_directory_is_an_error_with_a_name(tmp_path: Path) -> None:
    with witnessing(tmp_path):
        refused = run("witness", "serve", "--data", tmp_path, "--name", "witness.example/w2", "--port", "0")
    assert refused.exit_code == ExitCode.CONFLICT
    assert "WitnessNameDiffers" in refused.stderr
    unnamed = run("witness", "serve", "--data", tmp_path / "more", "--name", "a b", "--port", "0")
    assert (unnamed.exit_code, (tmp_path / "more").exists()) == (ExitCode.MALFORMED, False)


def test_logs_are_chosen_by_hand_while_it_serves(tmp_path: Path, place: Place) -> None:
    data, policy = tmp_path / "w", tmp_path / "policy"
    policy.write_text(f"# a log of another program\nlog {LOG.keys[0].verifier} https://log.example/a\nquorum none\n")
    with witnessing(data, "--introductions", "nobody") as witness:
        assert httpx.post(f"{witness.url}/add-log", content=LOG.introduction()).status_code == 403
        assert witness.ask(LOG.request(0, 7)).status_code == 404
        assert done("witness", "log", "add", policy, "--data", data).stdout == f"knows {ORIGIN} by 1 key\n"
        done("witness", "log", "add", place.policy, "--data", data)
        assert witness.ask(LOG.request(0, 7)).status_code == 200
        assert witness.ask(FORKED.request(7, 7)).status_code == 422
        listed = json.loads(done("witness", "log", "list", "--data", data, "--json").stdout)
        assert {log["origin"]: (log["size"], log["forks"]) for log in listed} == {
            ORIGIN: (7, 1),
            "ledger.example/main": (None, 0),
        }
        text = done("witness", "log", "list", "--data", data).stdout
        assert "SIGNED 1 FORK" in text and "never" in text
        shown = done("witness", "log", "show", ORIGIN, "--data", data)
        assert FORKED.note(7).to_bytes().decode() in shown.stdout and "fork: size 7" in shown.stdout
        (conflict,) = json.loads(done("witness", "log", "show", ORIGIN, "--data", data, "--json").stdout)["conflicts"]
        assert conflict == httpx.get(f"{witness.url}/{origin_hash(ORIGIN).hex()}/conflicts").json()["conflicts"][0]
        done("witness", "log", "remove", ORIGIN, "--data", data)
        assert witness.ask(LOG.request(7, 9)).status_code == 404


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list",), ExitCode.ABSENT),
        (("show", "log.example/none"), ExitCode.ABSENT),
        (("remove", "log.example/none"), ExitCode.ABSENT),
    ],
)
def test_a_directory_without_a_witness_is_said_by_name(tmp_path: Path, arguments: tuple[str, ...], code: ExitCode) -> None:
    refused = run("witness", "log", *arguments, "--data", tmp_path)
    assert refused.exit_code == code
    assert "WitnessUnfounded" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_after_kill_9_it_remembers_all_it_gave_away(tmp_path: Path) -> None:
    """A log grows as fast as it is answered, and lies in between; the process dies at some moment of that."""
    chance, given = random.Random(SEED), 0
    for number in range(KILLS):
        with witnessing(tmp_path) as witness:
            httpx.post(f"{witness.url}/add-log", content=LOG.introduction())
            kept = httpx.get(f"{witness.url}/{origin_hash(ORIGIN).hex()}/checkpoint")
            last = int(kept.text.split("\n")[1]) if number else 0
            assert last >= given, (SEED, number)
            if number:
                assert SignedNote.parse(kept.content).text == LOG.checkpoint(last).text, (SEED, number)
                assert witness.ask(FORKED.request(last, last)).status_code == 422
            given = grow_until_killed(witness, last, answers=chance.randint(1, 12), more_s=chance.uniform(0, 0.05))
            assert witness.process.wait(timeout=30) == -signal.SIGKILL


def grow_until_killed(witness: Process, size: int, *, answers: int, more_s: float) -> int:
    """Let the log grow until nobody answers; the last size that a cosignature was received for, and verified.

    The process is killed `more_s` seconds after so many answers.
    """
    killer = threading.Timer(more_s, os.kill, (witness.process.pid, signal.SIGKILL))
    with suppress(httpx.TransportError), httpx.Client(base_url=witness.url, timeout=30) as client:
        for number in itertools.count():
            if number == answers:
                killer.start()
            answer = client.post("/add-checkpoint", content=LOG.request(size, size + 1))
            assert answer.status_code == 200
            line = SignatureLine.parse(answer.text.removesuffix("\n"))
            cosignature_time(LOG.note(size + 1), line, witness.key)
            size += 1
            assert client.post("/add-checkpoint", content=FORKED.request(size, size + 1)).status_code == 422
    killer.join()
    return size
