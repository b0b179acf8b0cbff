"""Sustained capture: one ledger filled over HTTP step by step; after each step it is asked for proofs and pages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from benchmarks import floors
from benchmarks.checking import AnswerUntrue, Captured, Checker, read_answer
from benchmarks.connection import request
from benchmarks.figures import Rounds
from benchmarks.load import Load, drive
from benchmarks.made_events import Maker
from benchmarks.processes import Server
from benchmarks.worlds import World
from ledger.evidence.receipt import verify_receipt

_EVENTS: Final = 500
_CLIENTS: Final = 4
_MS: Final = 1_000.0
_STEP_S_MAX: Final = 900.0
_PIECE: Final = 20_000
_KEPT: Final = 200
_ASKED: Final = 200
_ASKED_S_MAX: Final = 20.0
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to.

    Attributes:
        events: in the ledger after it. rate, bare: events a second, and those of a bare database that grew alike (0: not run).
        commit_p99_ms: of a document of 500. memory_mb: held by the server. bytes_per_event: of the data directory.
        receipt_p99_ms, page_p99_ms: of one client that asks for things old and new.
    """

    events: int
    rate: float
    bare: float
    commit_p99_ms: float
    memory_mb: float
    bytes_per_event: float
    receipt_p99_ms: float
    page_p99_ms: float
    own_share: float


class Growth:
    """Fills the ledger that `server` serves, which holds nothing else of this maker."""

    def __init__(self, maker: Maker, checker: Checker, world: World, server: Server, *, folder: Path, floor: bool = True) -> None:
        self._maker, self._checker, self._world, self._server = maker, checker, world, server
        self._database = folder / "bare-growth.sqlite" if floor else None
        self._draw, self._kept = random.Random(1), list[Captured]()

    def run(self, events: int, step: int, *, progress: Callable[[int, int], None]) -> Iterator[Step]:
        """Fill up to `events`, `step` at a time."""
        for done in range(0, events, step):
            yield self._step(done, min(step, events - done))
            progress(done + step, events)

    def _step(self, before: int, events: int) -> Step:
        seconds = bare_s = cpu = 0.0
        latencies: list[float] = []
        for start in range(0, events, _PIECE):
            load, bare = self._piece(min(_PIECE, events - start))
            seconds, bare_s, cpu = seconds + load.seconds, bare_s + bare, cpu + load.own_cpu_s
            latencies += [exchange.seconds for exchange in load.exchanges]
        return Step(
            events=before + events,
            rate=events / seconds,
            bare=events / bare_s if bare_s else 0.0,
            commit_p99_ms=_MS * sorted(latencies)[int(0.99 * (len(latencies) - 1))],
            memory_mb=(self._server.resident_bytes() or 0) / (1 << 20),
            bytes_per_event=self._world.stored_bytes() / (before + events),
            receipt_p99_ms=self._receipts(),
            page_p99_ms=self._pages(),
            own_share=cpu / seconds,
        )

    def _piece(self, events: int) -> tuple[Load, float]:
        """Send some documents, and confirm every one of them; return the load, and what a bare database took."""
        per_document = min(_EVENTS, events)
        made = self._maker.documents(max(1, events // per_document), events=per_document)
        requests = [request("POST", "/epcis/capture?wait=sequenced", one.data, key=self._world.key) for one in made]
        load = drive(self._server.port, requests, clients=_CLIENTS, seconds_max=_STEP_S_MAX)
        confirmed = self._checker.confirm(load.exchanges, made, receipts=False)
        self._kept.append(read_answer(load.exchanges[0], made[load.exchanges[0].index]))
        if len(self._kept) > _KEPT:
            self._kept.pop(self._draw.randrange(len(self._kept)))
        bare = 0.0 if self._database is None else confirmed / floors.inserts_per_second(self._database, made)
        return load, bare

    def _receipts(self) -> float:
        asked = [self._some() for _ in range(_ASKED)]
        load = self._ask([f"/receipts/{one.entry}/{one.places[place]}" for one, place in asked])
        for exchange in load.exchanges:
            one, place = asked[exchange.index]
            verify_receipt(exchange.answer.body, body=one.made.events[place], policy=self._world.policy)
        return _MS * load.latency_s(0.99)

    def _pages(self) -> float:
        items = [
            msgspec.json.decode(one.made.events[place])["epcList"][0] for one, place in (self._some() for _ in range(_ASKED))
        ]
        load = self._ask([item.removeprefix("https://id.gs1.org") for item in items], accept="text/html")
        return _MS * load.latency_s(0.99)

    def _some(self) -> tuple[Captured, int]:
        one = self._draw.choice(self._kept)
        return one, self._draw.randrange(len(one.places))

    def _ask(self, paths: list[str], *, accept: str | None = None) -> Load:
        requests = [request("GET", path, key=self._world.key, accept=accept) for path in paths]
        load = drive(self._server.port, requests, clients=1, seconds_max=_ASKED_S_MAX)
        for exchange in load.exchanges:
            if exchange.answer.status != 200:
                raise AnswerUntrue(f"status {exchange.answer.status}: {exchange.answer.body[:300]!r}")
        return load


def note_growth(rounds: Rounds, steps: list[Step]) -> None:
    """Note what the steps come to, and how the ledger answered when it held a million events."""
    slowest, first, last = min(steps, key=lambda step: step.rate), steps[0], steps[-1]
    rounds.add("growth, slowest step", slowest.rate, "events/s", floors=_floor(slowest.bare), own_share=last.own_share)
    rounds.add(
        "growth, last step over first", last.rate / first.rate, "ratio", floors=_floor(first.bare and last.bare / first.bare)
    )
    rounds.add("growth, commit p99 of the last step", last.commit_p99_ms, "ms")
    for step in steps:
        if step.events == _MILLION:
            rounds.add("receipt at a million events, p99", step.receipt_p99_ms, "ms")
            rounds.add("item page at a million events, p99", step.page_p99_ms, "ms")
        if step.events == 10 * _MILLION:
            rounds.add("memory of the server at ten million events", step.memory_mb, "MB")


def _floor(bare: float) -> dict[str, float] | None:
    return {"SQLite": bare} if bare else None
