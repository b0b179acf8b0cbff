"""Foreign programs that serve, started on this machine and stopped by their own process."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from ledger.evidence.add_checkpoint import AddCheckpoint
from ledger.evidence.key import VerifierKey
from ledger.evidence.merkle import EMPTY_ROOT
from tests.interop.go_programs import program

WITNESS_NAME = "witness.example/litewitness"


@contextmanager
def started(command: Sequence[object], pattern: str) -> Iterator[re.Match[str]]:
    """Run a program that serves; yields what matched `pattern` in a line that it printed, on whichever output."""
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                found = re.search(pattern, line)
                if found:
                    break
            else:
                raise AssertionError("".join(said))
            yield found
        finally:
            process.kill()


@dataclass(frozen=True)
class LiteWitness:
    """A running litewitness of torchwood."""

    url: str
    key: VerifierKey
    database: Path

    def learn(self, origin: str, keys: Sequence[VerifierKey]) -> None:
        """What its `witnessctl add-log` and `add-key` do; that program cannot be built here (docs/INTEROP.md says why)."""
        with sqlite3.connect(self.database) as database:
            database.execute("INSERT INTO log VALUES (?, 0, ?)", (origin, b64encode(EMPTY_ROOT).decode()))
            database.executemany("INSERT INTO key VALUES (?, ?)", [(origin, str(key)) for key in keys])
        database.close()

    def ask(self, request: AddCheckpoint) -> httpx.Response:
        return httpx.post(f"{self.url}/add-checkpoint", content=request.to_bytes())


@contextmanager
def litewitness(folder: Path, port: int) -> Iterator[LiteWitness]:
    """A litewitness with a fresh key, from an ssh-agent of its own."""
    socket, database = folder / "agent", folder / "litewitness.db"
    with started([program("agent"), "-socket", socket], r"^(SHA256:\S+)$") as fingerprint:
        command = [program("litewitness"), "-name", WITNESS_NAME, "-db", database, "-key", fingerprint[1]]
        command += ["-ssh-agent", socket, "-listen", f"127.0.0.1:{port}"]
        with started(command, r"vkey=(\S+)") as said:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_listens(url)
            yield LiteWitness(url, VerifierKey.parse(said[1]), database)


def free_port() -> int:
    """A port that nobody listened on a moment ago; litewitness does not say which one it would have taken by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_it_listens(url: str) -> None:
    """It says its key before it listens."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        client.get(url)
