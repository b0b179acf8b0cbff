"""Servers in processes of their own, on this machine only, stopped by process id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.connection import HOST, Connection, request

SUYUAN: Final = (sys.executable, "-c", "from cli.main import main; main()")
"""The command `suyuan` of this checkout."""

_START_S_MAX: Final = 30.0
_STOP_S_MAX: Final = 20.0


class ServerSilent(RuntimeError):
    """A server did not answer in time, or ended."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and where its output goes."""

    port: int
    process: subprocess.Popen[bytes]

    def resident_bytes(self) -> int | None:
        """The memory it holds, where the system tells."""
        try:
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        except OSError:
            return None
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def ledger_server(data: Path, log: Path) -> Iterator[Server]:
    """The product itself over `data`: `suyuan serve`."""
    port = _free_port()
    command = [*SUYUAN, "serve", "--port", str(port), "--data", str(data)]
    with _running(command, port, "/healthz", log) as server:
        yield server


@contextmanager
def bare_server(log: Path) -> Iterator[Server]:
    """The smallest application on the same HTTP server with the same settings."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare_app:app", "--host", HOST, "--port", str(port)]
    with _running([*command, "--no-access-log", "--lifespan", "off"], port, "/", log) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], port: int, path: str, log: Path) -> Iterator[Server]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=_ROOT)
    try:
        _wait_ready(process, port, path, log)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    until = time.monotonic() + _START_S_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            with Connection(port) as connection:
                if connection.send(request("GET", path)).status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise ServerSilent(f"{process.args!r}: {log.read_text('utf-8', 'replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


_ROOT: Final = Path(__file__).resolve().parent.parent
