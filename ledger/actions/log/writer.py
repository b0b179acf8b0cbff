"""The writer of a serving process: one thread that groups waiting batches and sequences them."""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Connection

from ledger.actions.log.aside import Aside
from ledger.actions.log.sequence import sequence_group
from ledger.actions.log.staging import Outcome, StagedBatch
from ledger.actions.open_ledger import Ledger
from ledger.errors import SuyuanError, Unavailable
from ledger.storage.jobs import Job
from ledger.storage.kept_connection import KeptConnection

_GROUP_BATCHES_MAX: Final = 512
_GROUP_RECORDS_MAX: Final = 20_000
_RETRY_AFTER_S: Final = (1, 4)

T = TypeVar("T")

_log: Final = logging.getLogger(__name__)


class QueueFull(Unavailable):
    title = "too many batches are waiting for their turn"
    default_hint = "nothing was accepted; send the same request again later"

    def __init__(self, *, seen: object, wanted: str) -> None:
        super().__init__(seen=seen, wanted=wanted)
        # Clients that were turned away together must not come back together.
        self.retry_after_s = random.randint(*_RETRY_AFTER_S)  # noqa: S311 - spreads load, guards nothing


class WriterStopped(Unavailable):
    title = "the server is stopping and takes no more batches"


Tell: TypeAlias = Callable[[Outcome], None]
"""Told once what came of a batch, in the writer's thread; it must return at once."""


@dataclass(slots=True)
class _Waiting:
    tell: Callable[[Any], None]
    staged: StagedBatch | None = None
    job: Job | None = None
    aside: Aside[Any] | None = None
    is_told: bool = False

    @property
    def records(self) -> int:
        return 0 if self.staged is None else self.staged.signed.batch.size

    def told(self, outcome: Any) -> None:  # noqa: ANN401 - an outcome, or what an aside answers
        self.is_told = True
        self.tell(outcome)


class Writer:
    """Use as a context manager. `submit` from any thread.

    Attributes:
        rounds, records: how many it has committed, and with how many records.
    """

    def __init__(self, ledger: Ledger, *, waiting_max: int = 2_000, records_max: int = 200_000) -> None:
        self._ledger, self._waiting_max, self._records_max = ledger, waiting_max, records_max
        self._waiting: deque[_Waiting] = deque()
        self._records = 0
        self._awake = False
        self._lock = threading.Lock()
        self._after_commit: list[Callable[[], object]] = []
        self._refusals: list[Callable[[], None]] = []
        self._idle: list[Callable[[], bool]] = []
        self.rounds, self.records = 0, 0
        self._stopping = False
        self._kept = KeptConnection(ledger.engine)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._thread.shutdown()
        self._kept.close()
        for waiting in self._waiting:  # came after the last turn; nothing of it is written
            waiting.told(WriterStopped())

    @property
    def waiting(self) -> int:
        """How many batches and small writes wait for their turn."""
        return len(self._waiting)

    def refuse_if_full(self) -> None:
        """Raise `QueueFull` before a request is read, let alone accepted."""
        if self._stopping:
            raise WriterStopped()
        for refuse in self._refusals:
            refuse()
        if len(self._waiting) >= self._waiting_max or self._records >= self._records_max:
            raise QueueFull(seen=f"{len(self._waiting)} batches waiting", wanted=f"fewer than {self._waiting_max}")

    def submit(self, staged: StagedBatch) -> Outcome:
        """Wait for the batch's turn and return what came of it; durable when this returns.

        Raises:
            QueueFull, WriterStopped: nothing was accepted.
        """
        future: Future[Outcome] = Future()
        self._enqueue([_Waiting(future.set_result, staged)])
        return future.result()

    def hand_in(self, batches: Sequence[tuple[StagedBatch, Tell]]) -> None:
        """The same for several batches without waiting: each `Tell` is told what came of its batch.

        Raises:
            QueueFull, WriterStopped: nothing was accepted.
        """
        self._enqueue([_Waiting(tell, staged) for staged, tell in batches])

    def keep_job(self, job: Job) -> None:
        """Keep a job that wrote no entry."""
        future: Future[SuyuanError | None] = Future()
        self._enqueue([_Waiting(future.set_result, job=job)])
        if (failure := future.result()) is not None:
            raise failure

    def write_aside(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in the next round's transaction; durable when this returns.

        Raises:
            what `work` refuses by, and QueueFull, WriterStopped: nothing was written.
        """
        future: Future[Any] = Future()
        self._enqueue([_Waiting(future.set_result, aside=Aside(work))])
        outcome = future.result()
        if isinstance(outcome, SuyuanError):
            raise outcome
        done: T = outcome
        return done

    def after_commit(self, call: Callable[[], object]) -> None:
        """Have `call` made after every round that was committed; it must return at once."""
        self._after_commit.append(call)

    def refuse_when(self, refuse: Callable[[], None]) -> None:
        """Have `refuse` called before anything is accepted: it raises as long as nothing may be."""
        self._refusals.append(refuse)

    def when_idle(self, work: Callable[[], bool]) -> None:
        """Have `work` called in the writer's thread while nothing waits, again and again until it returns False.

        Whatever comes meanwhile waits for one call at most.
        """
        self._idle.append(work)

    def soon(self, work: Callable[[], object]) -> None:
        """Do `work` in the writer's thread after the rounds that are due already; nobody waits for it."""
        if not self._stopping:
            self._thread.submit(work)

    def between_rounds(self, work: Callable[[], T]) -> T:
        """Do `work` in the writer's thread, where no round holds the write lock, however full the queue is."""
        return self._thread.submit(work).result()

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view over the connection that rounds are written with; in the writer's thread only."""
        return self._kept.reading()

    def _enqueue(self, more: Sequence[_Waiting]) -> None:
        if not more:
            return
        self.refuse_if_full()
        with self._lock:
            self._waiting.extend(more)
            self._records += sum(waiting.records for waiting in more)
            wake, self._awake = not self._awake, True
        if wake and not self._stopping:
            self._thread.submit(self._drain)

    def _drain(self) -> None:
        group = self._next_group()
        try:
            outcomes = self._sequence(group)
        except SuyuanError as failure:
            for waiting in group:
                waiting.told(failure)
        else:
            for waiting, outcome in zip(group, outcomes, strict=True):
                waiting.told(outcome)
            self.rounds += 1
            self.records += sum(waiting.records for waiting in group)
            for call in self._after_commit:
                call()
            self._be_idle()
        finally:
            for waiting in group:
                if not waiting.is_told:
                    _log.error("the writer failed on a batch; nothing of its round was written")
                    waiting.told(WriterStopped())

    def _be_idle(self) -> None:
        if self._awake or self._stopping:
            return
        for work in self._idle:
            if work():
                self._thread.submit(self._be_idle)
                return

    def _sequence(self, group: list[_Waiting]) -> list[Any]:
        batches = [waiting.staged for waiting in group if waiting.staged is not None]
        jobs = [waiting.job for waiting in group if waiting.job is not None]
        asides = [waiting.aside for waiting in group if waiting.aside is not None]
        outcomes = iter(sequence_group(self._ledger, batches, jobs, asides, kept=self._kept))
        return [waiting.aside.outcome if waiting.aside else next(outcomes) if waiting.staged else None for waiting in group]

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        records = 0
        with self._lock:
            while self._waiting and len(group) < _GROUP_BATCHES_MAX and records < _GROUP_RECORDS_MAX:
                group.append(self._waiting.popleft())
                records += group[-1].records
            self._records -= records
            self._awake = bool(self._waiting)
            if self._awake and not self._stopping:
                self._thread.submit(self._drain)  # what came on top of a full group has the next turn
        return group
