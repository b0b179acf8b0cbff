"""Verification: the audit of a data directory, and `suyuan verify` from start to verdict in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks import floors
from benchmarks.checking import AnswerUntrue
from benchmarks.connection import Connection, request
from benchmarks.figures import Rounds
from benchmarks.processes import SUYUAN
from benchmarks.worlds import Library
from ledger.actions.log.audit_jobs import Workers
from ledger.actions.log.audit_worker import NamedSource
from ledger.actions.log.open_source import open_source
from ledger.audit.replay import audit

_MS: Final = 1_000.0
_ROOT: Final = Path(__file__).resolve().parent.parent
_STARTS: Final = 3
_PROCESSES: Final = 2


class AuditMeasure:
    """Audits and verifies the library."""

    def __init__(self, rounds: Rounds, library: Library, folder: Path) -> None:
        self._rounds, self._library, self._folder = rounds, library, folder

    def audit(self) -> None:
        """Every check, on one processor, from the body bytes up; it must come out clean."""
        self._audit("audit of a data directory", None)

    def audit_beside(self) -> None:
        """The same with two processes, which were started before; the floor is still that of one processor."""
        with Workers(NamedSource(str(self._library.world.data)), _PROCESSES) as workers:
            workers.wait()
            self._audit("audit of a data directory, 2 processes", workers)

    def _audit(self, figure: str, workers: Workers | None) -> None:
        world = self._library.world
        begin = time.perf_counter()
        with open_source(str(world.data)) as source:
            report = audit(source, world.policy, helpers=workers)
        seconds = time.perf_counter() - begin
        if not report.clean:
            raise AnswerUntrue(f"the audit is {report.verdict}: {report.findings[:3]} {report.not_checked}")
        below = {"parse and hash": floors.hashes_per_second(self._library.documents)}
        self._rounds.add(figure, report.checked.records / seconds, "events/s", floors=below)

    def verify(self, port: int) -> None:
        """Median of a few starts; the floor is the interpreter's own start."""
        library, receipt, body = self._library, self._folder / "receipt", self._folder / "body"
        with Connection(port) as connection:
            answer = connection.send(request("GET", f"/receipts/{library.first_entry}/1", key=library.world.key))
        receipt.write_bytes(answer.body)
        body.write_bytes(library.documents[0].events[0])
        verify = ["verify", str(receipt), "--body", str(body), "--policy", str(library.world.policy_file)]
        below = {"interpreter": _start_ms([sys.executable, "-c", "pass"])}
        self._rounds.add("suyuan verify, start to verdict", _start_ms([*SUYUAN, *verify]), "ms", floors=below)

    def stored(self) -> None:
        """Bytes on disk per event, beside those of the event itself."""
        events = [len(event) for made in self._library.documents for event in made.events]
        below = {"event": sum(events) / len(events)}
        self._rounds.add("bytes stored per event", self._library.bytes_per_event, "bytes", floors=below)


def _start_ms(command: list[str]) -> float:
    taken = []
    for _ in range(_STARTS):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=_ROOT, timeout=60)
        taken.append(time.perf_counter() - begin)
    return _MS * sorted(taken)[len(taken) // 2]
