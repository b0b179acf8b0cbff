"""Commands run in this process, and servers as real processes that are told to stop by their own id."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.main import suyuan
from cli.server import Server, config_of, listening

PROGRAM = Path(sys.executable).with_name("suyuan")
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def run(*arguments: object, typed: str | None = None) -> Result:
    """One command; standard output and error apart. `typed`: what it reads from standard input."""
    runner = CliRunner(env={"SUYUAN_DATA": None, "SUYUAN_UNLOCK_FILE": None})
    return runner.invoke(suyuan, [str(a) for a in arguments], input=typed)


def done(*arguments: object) -> Result:
    """One command that must succeed."""
    result = run(*arguments)
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return result


@dataclass
class Running:
    """A process that serves."""

    process: subprocess.Popen[str]
    url: str
    lines: list[str]

    def stop(self, number: int) -> int:
        """Send it a signal; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextmanager
def serving(data: Path) -> Iterator[Running]:
    """`suyuan serve` on a free port, ready."""
    command = [str(PROGRAM), "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            lines: list[str] = []
            for line in process.stderr:
                lines.append(line)
                if line.startswith("serving "):
                    break
            else:
                raise AssertionError("".join(lines))
            yield Running(process, lines[-1].split()[-1], lines)
        finally:
            process.kill()


def event(number: int = 1, **more: Any) -> dict[str, Any]:
    """An ObjectEvent of one tin."""
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "eventTime": "2026-11-20T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "storing",
        "epcList": [f"https://id.gs1.org/01/09521234000013/21/T{number}"],
        **more,
    }


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


@contextmanager
def serving_here(app: Any) -> Iterator[tuple[str, int]]:
    """The commands' own HTTP server over `app`, in a thread of this process; yields its address."""
    ready = threading.Event()
    with listening("127.0.0.1", 0) as listener:
        server = Server(config_of(app), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(20)
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()
