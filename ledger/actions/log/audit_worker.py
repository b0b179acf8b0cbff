"""A process of an audit: opens the source for itself, examines slices and compares ranges of indexes until nobody asks."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NamedTuple

from ledger.actions.log.open_source import open_source
from ledger.audit.buckets import KeyRange
from ledger.audit.examine import ExaminedSlice, Examiner, RowMaker
from ledger.audit.indexes import Compared, compare_range
from ledger.audit.memory import seldom_collecting
from ledger.audit.repeats import OwnKeys
from ledger.audit.signing import ProposedKeys
from ledger.audit.source import LogSource
from ledger.errors import SuyuanError
from ledger.evidence.key import VerifierKey

READY: Final = "ready"


@dataclass(frozen=True, slots=True)
class NamedSource:
    """What to open, as `open_source` takes it: enough for another process to open the same."""

    name: str
    api_key: str | None = None
    unlock: Path | None = None


class Beginning(NamedTuple):
    """What every process of one audit has to agree on."""

    secret: bytes
    knows_server_secret: bool
    tables: bool


class SliceTask(NamedTuple):
    """Examine the entries from `start` to below `stop`; `keys` may have signed them, beside those named before."""

    start: int
    stop: int
    keys: tuple[VerifierKey, ...]


class CompareTask(NamedTuple):
    """Compare one range of an index with the rows, joined, that it must have; only rows of values from `first` on count."""

    table: str
    within: KeyRange
    wanted: bytes
    first: int


def work(connection: Connection, named: NamedSource) -> None:
    """Say that it is there, then answer tasks in turn. Ends when the other end is closed, as it is when that process dies."""
    try:
        connection.send(READY)
        beginning: Beginning = connection.recv()
        with seldom_collecting(), open_source(named.name, api_key=named.api_key, unlock=named.unlock) as source:
            _answer(connection, _Worker(source, beginning))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _answer(connection: Connection, worker: _Worker) -> None:
    while True:
        task = connection.recv()
        connection.send(worker.examine(task) if isinstance(task, SliceTask) else worker.compare(task))


class _Worker:
    def __init__(self, source: LogSource, beginning: Beginning) -> None:
        self._kept = source.kept if beginning.tables else None
        if self._kept is not None and beginning.knows_server_secret and not self._kept.has_event_secret:
            raise AssertionError("the server's secret could be read by one process and not by another")
        self._keys = ProposedKeys()
        maker = RowMaker(OwnKeys(beginning.secret), self._kept, secret=beginning.knows_server_secret)
        self._examiner = Examiner(source, maker, tables=beginning.tables, keys=self._keys)

    def examine(self, task: SliceTask) -> ExaminedSlice:
        self._keys.take(task.keys)
        try:
            return self._examiner.examine(task.start, task.stop)
        except SuyuanError:
            # Whoever asked looks at these entries itself, meets the same, and says so.
            return ExaminedSlice(task.start, [None] * (task.stop - task.start), b"", b"", ())

    def compare(self, task: CompareTask) -> Compared | None:
        """None where the rows cannot be read."""
        if self._kept is None:
            return None
        try:
            return compare_range(self._kept, *task)
        except SuyuanError:
            return None
