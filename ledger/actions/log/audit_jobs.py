"""An audit on several cores: other processes examine and compare, this one folds what they found in the order of the log."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ledger.actions.log.audit_worker import Beginning, CompareTask, NamedSource, SliceTask, work
from ledger.audit.buckets import KeyRange
from ledger.audit.examine import ExaminedSlice, Slicing
from ledger.audit.indexes import Compared, compare_range
from ledger.audit.source import KeptRows
from ledger.errors import Unavailable
from ledger.evidence.key import VerifierKey
from ledger.storage.database import DATABASE_FILE

_AHEAD_PER_WORKER: Final = 2
_SMALL_BYTES: Final = 64 << 20
_JOIN_S: Final = 5.0


class AuditWorkerLost(Unavailable):
    title = "a process of the audit ended before its work was done"
    default_hint = "see what it wrote to the standard error; `--jobs 1` audits without other processes"


def usual_jobs(name: str) -> int:
    """How many processes an audit of this source is worth: one per core, and none beside for what is read in a moment."""
    path = Path(name)
    data = path / DATABASE_FILE if path.is_dir() else path
    small = data.is_file() and data.stat().st_size < _SMALL_BYTES
    return 1 if small else os.cpu_count() or 1


class Workers:
    """Processes that open `named` for themselves. They end with this context, and with this process.

    Raises, from every method:
        AuditWorkerLost: one of them is gone.
    """

    def __init__(self, named: NamedSource, jobs: int) -> None:
        self._named, self._jobs = named, jobs
        self._workers: list[_Process] = []
        self._keys: list[VerifierKey] = []
        self._kept: KeptRows | None = None

    def __enter__(self) -> Self:
        with _without_interrupts():
            self._workers = [_Process(self._named) for _ in range(self._jobs)]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()

    @property
    def processes(self) -> tuple[int, ...]:
        """Their process ids."""
        return tuple(worker.pid for worker in self._workers)

    def wait(self) -> None:
        """Return when all of them are there; they take about a second to start."""
        for worker in self._workers:
            worker.greet()

    def begin(self, secret: bytes, kept: KeptRows | None, *, knows_server_secret: bool) -> None:
        """Say what this audit is about. `kept` is this process's own view, for what another cannot read."""
        self._kept = kept
        self.wait()
        for worker in self._workers:
            worker.send(Beginning(secret, knows_server_secret, kept is not None))

    def propose(self, keys: Iterable[VerifierKey]) -> None:
        self._keys += keys

    def slices(self, start: int, size: int, cut: int) -> Iterator[ExaminedSlice]:
        slicing = Slicing(size, cut, self._kept)

        def tasks() -> Iterator[SliceTask]:
            at = start
            while at < size:
                stop = slicing.stop_after(at)
                yield SliceTask(at, stop, ())
                at = stop

        for _, examined in self._answers(tasks()):
            slicing.learn(examined)
            yield examined

    def compare(self, table: str, ranges: Iterable[tuple[KeyRange, bytes]], first: int) -> Iterable[Compared]:
        tasks = (CompareTask(table, within, rows, first) for within, rows in ranges)
        for task, compared in self._answers(tasks):
            if compared is None and self._kept is not None:
                yield compare_range(self._kept, *task)
            else:
                yield compared

    def _answers(self, tasks: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        """(task, answer), in the order of the tasks. A worker is asked only when it is idle: so no send waits for a send."""
        given: deque[_Given] = deque()
        left = True
        while left or given:
            for worker in self._workers:
                if worker.idle and left and len(given) < _AHEAD_PER_WORKER * len(self._workers):
                    task = next(tasks, None)
                    left = task is not None
                    if task is not None:
                        given.append(worker.ask(task, self._keys))
            if given and not given[0].done:
                self._take_answers()
            while given and given[0].done:
                first = given.popleft()
                yield first.task, first.answer

    def _take_answers(self) -> None:
        busy = [worker for worker in self._workers if not worker.idle]
        ready = wait([worker.connection for worker in busy])
        for worker in busy:
            if worker.connection in ready:
                worker.take()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes started here never hear Ctrl-C, which reaches all of a terminal: this one hears it after, and ends them."""
    ensure_running()  # the first process to be spawned would start it, and it unblocks the signals that are blocked here
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Given:
    """A task and, once `done`, its answer."""

    def __init__(self, task: Any) -> None:  # noqa: ANN401 - any kind of task
        self.task, self.answer, self.done = task, None, False


class _Process:
    """One worker, what it is doing, and which keys it was told of."""

    def __init__(self, named: NamedSource) -> None:
        # Spawned, not forked: open databases and threads of this process are no business of another's.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=work, args=(theirs, named), daemon=True)
        self._process.start()
        theirs.close()
        self._told = 0
        self._greeted = False
        self._doing: _Given | None = None

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def idle(self) -> bool:
        return self._doing is None

    def greet(self) -> None:
        """Wait, once, until it says that it is there."""
        if not self._greeted:
            self._receive()
            self._greeted = True

    def ask(self, task: Any, keys: list[VerifierKey]) -> _Given:  # noqa: ANN401 - any kind of task
        if isinstance(task, SliceTask):
            task = task._replace(keys=tuple(keys[self._told :]))
            self._told = len(keys)
        self._doing = given = _Given(task)
        self.send(task)
        return given

    def take(self) -> None:
        """Take the answer to what it was asked last."""
        if self._doing is not None:
            self._doing.answer = self._receive()
            self._doing.done, self._doing = True, None

    def send(self, what: Any) -> None:  # noqa: ANN401 - any kind of message
        try:
            self.connection.send(what)
        except (BrokenPipeError, ConnectionResetError) as reason:
            raise self._lost() from reason

    def _receive(self) -> Any:  # noqa: ANN401 - any kind of message
        try:
            return self.connection.recv()
        except (EOFError, ConnectionResetError) as reason:
            raise self._lost() from reason

    def end(self) -> None:
        self.connection.close()
        self._process.terminate()
        self._process.join(_JOIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def _lost(self) -> AuditWorkerLost:
        self._process.join(_JOIN_S)
        return AuditWorkerLost(seen=f"exit code {self._process.exitcode}", wanted="an answer")
