"""Sustained capture: one ledger filled over HTTP step by step, beside a bare database that grows by the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import floors
from benchmarks.checking import Checker
from benchmarks.connection import request
from benchmarks.figures import Rounds
from benchmarks.load import Load, drive
from benchmarks.made_events import Maker
from benchmarks.sizes import Sizes

_EVENTS: Final = 500
_CLIENTS: Final = 4
_MS: Final = 1_000.0
_STEP_S_MAX: Final = 600.0


class Growth:
    """Fills the ledger at port `ledger` up to `sizes.growth` events."""

    def __init__(self, maker: Maker, checker: Checker, *, ledger: int, key: str, folder: Path) -> None:
        self._maker, self._checker, self._ledger, self._key = maker, checker, ledger, key
        self._database = folder / "bare-growth.sqlite"

    def run(self, rounds: Rounds, sizes: Sizes, *, progress: Callable[[int, int], None]) -> list[tuple[int, float, float]]:
        """Note what the steps come to; return (events so far, rate, bare SQLite rate) of each step."""
        curve: list[tuple[int, float, float]] = []
        loads: list[Load] = []
        for done in range(0, sizes.growth, sizes.growth_step):
            rate, bare, load = self._step(sizes.growth_step)
            curve.append((done + sizes.growth_step, rate, bare))
            loads.append(load)
            progress(done + sizes.growth_step, sizes.growth)
        slowest = min(curve, key=lambda step: step[1])
        share = loads[-1].own_share
        rounds.add("growth, slowest step", slowest[1], "events/s", floors={"SQLite": slowest[2]}, own_share=share)
        rounds.add(
            "growth, last step over first", curve[-1][1] / curve[0][1], "ratio", floors={"SQLite": curve[-1][2] / curve[0][2]}
        )
        rounds.add("growth, commit p99 of the last step", _MS * loads[-1].latency_s(0.99), "ms")
        return curve

    def _step(self, events: int) -> tuple[float, float, Load]:
        per_document = min(_EVENTS, events)
        made = self._maker.documents(events // per_document, events=per_document)
        requests = [request("POST", "/epcis/capture?wait=sequenced", one.data, key=self._key) for one in made]
        load = drive(self._ledger, requests, clients=_CLIENTS, seconds_max=_STEP_S_MAX)
        confirmed = self._checker.confirm(load.exchanges, made, receipts=False)
        return confirmed / load.seconds, floors.inserts_per_second(self._database, made), load
