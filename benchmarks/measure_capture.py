"""Capture over HTTP, by batch size, number of clients and what is waited for; each beside its floors of the same minute."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks import floors
from benchmarks.checking import Checker
from benchmarks.connection import request
from benchmarks.figures import Rounds
from benchmarks.load import Load, drive
from benchmarks.made_events import Made, Maker
from benchmarks.sizes import CaptureSize

_FLOOR_EVENTS_MAX: Final = 4_000
_FLOOR_S_MAX: Final = 1.0
_MS: Final = 1_000.0


class CaptureMeasure:
    """Sends what `maker` makes to the ledger, and the same bytes to the floors."""

    def __init__(self, rounds: Rounds, maker: Maker, checker: Checker, *, ledger: int, bare: int, key: str, folder: Path) -> None:
        self._rounds, self._maker, self._checker, self._key = rounds, maker, checker, key
        self._ledger, self._bare, self._database = ledger, bare, folder / "bare.sqlite"

    def sequenced(self, size: CaptureSize) -> None:
        """Answers that carry a durable position, checked afterwards against a verified checkpoint."""
        self._measure(size, "sequenced", size.documents)

    def published(self, size: CaptureSize) -> None:
        """Answers that wait for a checkpoint; the receipts are fetched and verified afterwards."""
        self._measure(size, "published", size.published)

    def _measure(self, size: CaptureSize, wait: str, count: int) -> None:
        made = self._maker.documents(count, events=size.events)
        path = ("/epcis/events" if size.events == 1 else "/epcis/capture") + f"?wait={wait}"
        requests = [request("POST", path, one.data, key=self._key) for one in made]
        load = drive(self._ledger, requests, clients=size.clients, seconds_max=size.seconds_max)
        confirmed = self._checker.confirm(load.exchanges, made, receipts=wait == "published")
        self._note(size, wait, load, confirmed, self._floors(size, made, requests))

    def _floors(self, size: CaptureSize, made: list[Made], requests: list[bytes]) -> dict[str, float]:
        bare = drive(self._bare, requests, clients=size.clients, seconds_max=_FLOOR_S_MAX)
        fewer = made[: max(1, _FLOOR_EVENTS_MAX // size.events)]
        return {
            "HTTP": size.events * len(bare.exchanges) / bare.seconds,
            "SQLite": floors.inserts_per_second(self._database, fewer),
            "parse": floors.parses_per_second(made),
        }

    def _note(self, size: CaptureSize, wait: str, load: Load, confirmed: int, below: dict[str, float]) -> None:
        what = "single" if size.events == 1 else f"{size.events:,} a document"
        name = f"capture {what}, {size.clients} client{'s' if size.clients > 1 else ''}, {wait}"
        self._rounds.add(name, confirmed / load.seconds, "events/s", floors=below, own_share=load.own_share)
        self._rounds.add(f"{name}, p50", _MS * load.latency_s(0.5), "ms")
        self._rounds.add(f"{name}, p99", _MS * load.latency_s(0.99), "ms")
