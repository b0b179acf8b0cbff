"""Readers beside a load: each takes what was acknowledged, asks for its proofs and pages, and believes none of them."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from benchmarks.checking import AnswerUntrue, Captured
from benchmarks.connection import Connection, request
from ledger.evidence.checkpoint import Checkpoint
from ledger.evidence.merkle import consistency_proof, root_at, verify_consistency
from ledger.evidence.policy import Policy
from ledger.evidence.receipt import verify_receipt
from ledger.evidence.tile import reader_over_tiles

_KEPT: Final = 20_000
_PAUSE_S: Final = 0.02


@dataclass
class Readings:
    """What readers did; threads share it."""

    receipts: int = 0
    checkpoints: int = 0
    pages: int = 0
    turned_away: int = 0
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str) -> None:
        with self._lock:
            setattr(self, name, getattr(self, name) + 1)

    def took(self, seconds: float) -> None:
        with self._lock:
            self.seconds.append(seconds)

    def ended(self, reader: Future[None]) -> None:
        """Note why a reader ended, unless it was told to."""
        error = reader.exception()
        if error is not None:
            with self._lock:
                self.faults.append(f"{type(error).__name__}: {error}")

    def take_seconds(self) -> list[float]:
        """The latencies since the last call."""
        with self._lock:
            taken, self.seconds = self.seconds, []
            return taken


class Shelf:
    """The newest acknowledged documents, for readers to choose from."""

    def __init__(self) -> None:
        self._documents: deque[Captured] = deque(maxlen=_KEPT)

    def put(self, documents: list[Captured]) -> None:
        self._documents.extend(documents)

    def one(self, draw: random.Random) -> Captured | None:
        return self._documents[draw.randrange(len(self._documents))] if self._documents else None


class Reader:
    """One reader with its connection and the newest checkpoint it believes."""

    def __init__(self, port: int, policy: Policy, *, key: str, shelf: Shelf, readings: Readings, seed: int) -> None:
        self._port, self._policy, self._key, self._shelf, self._readings = port, policy, key, shelf, readings
        self._draw = random.Random(seed)
        self._kept: Checkpoint | None = None

    def run(self, stop: threading.Event) -> None:
        with Connection(self._port) as connection:
            while not stop.wait(_PAUSE_S):
                self._look(connection)

    def _look(self, connection: Connection) -> None:
        document = self._shelf.one(self._draw)
        if document is None:
            return
        match self._draw.randrange(8):
            case 0:
                self._follow(connection)
            case 1:
                self._page(connection, document)
            case _:
                self._receipt(connection, document)

    def _receipt(self, connection: Connection, document: Captured) -> None:
        place = self._draw.randrange(len(document.places))
        receipt = self._get(connection, f"/receipts/{document.entry}/{document.places[place]}")
        if receipt is not None:
            verify_receipt(receipt, body=document.made.events[place], policy=self._policy)
            self._readings.count("receipts")

    def _follow(self, connection: Connection) -> None:
        """The newest checkpoint goes on from the one kept, as the served tiles prove."""
        note = self._get(connection, "/log/checkpoint")
        if note is None:
            return
        new, old = self._policy.open(note).checkpoint, self._kept
        if old is not None and old.size < new.size:
            read = reader_over_tiles(new.size, lambda address: self._get(connection, f"/log/{address.path}") or b"")
            if root_at(size=new.size, read=read) != new.root:
                raise AnswerUntrue(f"the tiles are not those of size {new.size}")
            proof = consistency_proof(old_size=old.size, new_size=new.size, read=read)
            verify_consistency(old_size=old.size, new_size=new.size, old_root=old.root, new_root=new.root, proof=proof)
        self._kept = new
        self._readings.count("checkpoints")

    def _page(self, connection: Connection, document: Captured) -> None:
        event = document.made.events[0]
        start = event.index(b'"https://id.gs1.org/') + len(b'"https://id.gs1.org')
        path = event[start : event.index(b'"', start)].decode("ascii")
        page = self._get(connection, path, accept="text/html")
        if page is not None:
            if b"<html" not in page:
                raise AnswerUntrue(f"{path} is no page")
            self._readings.count("pages")

    def _get(self, connection: Connection, path: str, accept: str | None = None) -> bytes | None:
        """The bytes of an answer; None where the server had no room for the request."""
        begin = time.perf_counter()
        answer = connection.send(request("GET", path, key=self._key, accept=accept))
        if answer.status == 503:
            self._readings.count("turned_away")
            return None
        if answer.status != 200:
            raise AnswerUntrue(f"GET {path} answered {answer.status}: {answer.body[:200]!r}")
        self._readings.took(time.perf_counter() - begin)
        return answer.body


@contextmanager
def reading_beside(port: int, policy: Policy, key: str, shelf: Shelf, *, readers: int, seed: int) -> Iterator[Readings]:
    """Readers that look until the block ends; whatever goes wrong with one of them stands in the readings at once."""
    readings, stop = Readings(), threading.Event()
    with ThreadPoolExecutor(readers, thread_name_prefix="reader") as pool:
        for number in range(readers):
            reader = Reader(port, policy, key=key, shelf=shelf, readings=readings, seed=seed + number)
            pool.submit(reader.run, stop).add_done_callback(readings.ended)
        try:
            yield readings
        finally:
            stop.set()
