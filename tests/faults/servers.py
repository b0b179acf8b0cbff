"""Servers that are killed: real processes over a data directory, on free ports of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUYUAN: Final = (sys.executable, "-c", "from cli.main import main; main()")
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_START_S_MAX: Final = 60


@dataclass(frozen=True)
class Victim:
    """A server in a process group of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it, and what traces it, without a word of warning."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(data: Path, log: Path, *, count: int = 1, under: Sequence[str] = ()) -> Iterator[list[Victim]]:
    """`count` servers over `data`, ready; whoever still lives at the end of the block is killed.

    Args:
        under: a program with its arguments that runs each server, such as a tracer.
    """
    with ExitStack() as stack:
        yield [stack.enter_context(_server(data, log, under)) for _ in range(count)]


@contextmanager
def _server(data: Path, log: Path, under: Sequence[str]) -> Iterator[Victim]:
    start = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        command = [*under, *SUYUAN, "serve", "--port", "0", "--data", str(data)]
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=_ROOT, start_new_session=True
        )
    try:
        yield Victim(_port(process, log, start), process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _port(process: subprocess.Popen[bytes], log: Path, start: int) -> int:
    """The port that a server says it serves on, once it does."""
    until = time.monotonic() + _START_S_MAX
    while time.monotonic() < until and process.poll() is None:
        said = log.read_bytes()[start:].decode("utf-8", "replace")
        for line in said.splitlines(keepends=True):
            if line.startswith("serving ") and line.endswith("\n"):
                return int(line.rstrip().rpartition(":")[2])
        time.sleep(0.02)
    raise RuntimeError(f"no server: {log.read_text('utf-8', 'replace')[-2000:]}")
