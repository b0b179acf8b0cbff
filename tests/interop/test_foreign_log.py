"""A log of tessera's own example program, which asks `suyuan witness serve` for every checkpoint that it publishes."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.evidence.key import KeyType, SigningKey
from ledger.evidence.policy import Policy
from tests.cli.serving import PROGRAM, done
from tests.interop.foreign_processes import started
from tests.interop.go_programs import run

pytestmark = pytest.mark.interop

ORIGIN = "go.example/log"
SEED = bytes(range(32))
KEY = SigningKey.from_private(ORIGIN, KeyType.ED25519, SEED)


@dataclass(frozen=True)
class GoLog:
    """What is needed to run the log: its key file, and a policy that wants our witness."""

    folder: Path
    witness_data: Path

    @property
    def policy(self) -> Path:
        return self.folder / "policy"

    def learned(self) -> None:
        """Have the witness know the log."""
        done("witness", "log", "add", self.policy, "--data", self.witness_data)

    def publish(self, log: str, *entries: str) -> subprocess.CompletedProcess[str]:
        """Add entries to the log in the folder of this name, and wait until a checkpoint over them is witnessed."""
        batch = self.folder / f"{log}-{len(list(self.folder.iterdir()))}"
        batch.mkdir()
        for entry in entries:
            (batch / entry).write_text(entry)
        return run(
            "posix-oneshot",
            f"-storage_dir={self.folder / log}",
            f"-entries={batch}/*",
            f"-private_key={self.folder / 'log.key'}",
            f"-witness_policy_file={self.policy}",
            "-witness_timeout=10s",
            "-logtostderr",
        )

    def checkpoint(self, log: str) -> bytes:
        return (self.folder / log / "checkpoint").read_bytes()


@pytest.fixture
def go_log(tmp_path: Path) -> Iterator[GoLog]:
    data = tmp_path / "witness"
    (tmp_path / "log.key").write_text(
        f"PRIVATE+KEY+{ORIGIN}+{KEY.verifier.key_id.hex()}+{b64encode(bytes([KeyType.ED25519]) + SEED).decode()}"
    )
    serve = [PROGRAM, "witness", "serve", "--data", data, "--name", "witness.example/ours", "--port", 0, "--post-quantum"]
    with started([*serve, "--introductions", "nobody"], r"^witness: (\S+) (\S+)$") as said:
        (tmp_path / "policy").write_text(f"log {KEY.verifier}\nwitness ours {said[1]} {said[2]}\nquorum ours\n")
        yield GoLog(tmp_path, data)


def test_a_go_log_is_witnessed_from_nothing_on(go_log: GoLog) -> None:
    refused = go_log.publish("log", "a")
    assert refused.returncode != 0
    assert "says checkpoint origin is unknown: 404" in refused.stderr
    go_log.learned()
    for size, entries in ((1, "a"), (4, "bcd"), (5, "e")):
        published = go_log.publish("log", *entries)
        assert published.returncode == 0, published.stderr
        assert opened(go_log, "log") == (size, {"ours"})


def test_a_go_log_that_begins_again_is_not_witnessed(go_log: GoLog) -> None:
    go_log.learned()
    assert go_log.publish("log", "a", "b", "c").returncode == 0
    forked = go_log.publish("second", "x", "y")
    assert forked.returncode != 0
    assert "witness policy was not satisfied" in forked.stderr
    assert "replied with x.tlog.size 3, larger than log size 0" in forked.stderr
    assert opened(go_log, "log") == (3, {"ours"})


def opened(go_log: GoLog, log: str) -> tuple[int, set[str]]:
    """Size and witnesses of the published checkpoint, by our own reading of the policy that the log used."""
    pinned = f"first-entry {ORIGIN} {b64encode(bytes(32)).decode()}\n"
    verified = Policy.parse(go_log.policy.read_text("utf-8") + pinned).open(go_log.checkpoint(log))
    return verified.checkpoint.size, {name for name, _ in verified.cosigners}
