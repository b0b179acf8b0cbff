"""Writers of a long load: windows of some seconds, at a rate or as fast as it goes, every answer looked at."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from benchmarks.checking import Captured, read_answer
from benchmarks.connection import Connection, request
from benchmarks.load import Load, drive
from benchmarks.made_events import Made, Maker
from benchmarks.processes import Server
from benchmarks.soak.readers import Readings, Shelf
from benchmarks.soak.windows import Window

DOCUMENT_EVENTS: Final = 10
_MS: Final = 1_000.0


@dataclass
class Writers:
    """Sends documents of `DOCUMENT_EVENTS` events to one server, and puts what was acknowledged on a shelf."""

    server: Server
    key: str
    maker: Maker
    shelf: Shelf
    statuses: Counter[int] = field(default_factory=Counter)
    pauses: Counter[str] = field(default_factory=Counter)
    """Of every answer 503, what its Retry-After said."""
    newest: int = 0

    def window(self, *, seconds: float, clients: int, per_second: float | None, most: int) -> tuple[Load, int]:
        """Send for `seconds`, at most `most` documents; return the load and how many events were acknowledged."""
        count = most if per_second is None else max(1, round(per_second * seconds))
        made = self.maker.documents(count, events=DOCUMENT_EVENTS)
        requests = [request("POST", "/epcis/capture?wait=sequenced", one.data, key=self.key) for one in made]
        load = drive(self.server.port, requests, clients=clients, seconds_max=seconds, per_second=per_second)
        return load, self._take(load, made)

    def _take(self, load: Load, made: list[Made]) -> int:
        taken: list[Captured] = []
        for exchange in load.exchanges:
            self.statuses[exchange.answer.status] += 1
            if exchange.answer.status == 503:
                self.pauses[exchange.answer.retry_after or "none"] += 1
                continue
            captured = read_answer(exchange, made[exchange.index])
            self.newest = max(self.newest, captured.entry)
            taken.append(captured)
        self.shelf.put(taken)
        return sum(len(one.places) for one in taken)

    def look(self, load: Load, events: int, *, at_s: float, offered: float, readings: Readings) -> Window:
        """What one window showed."""
        with Connection(self.server.port) as connection:
            ready = json.loads(connection.send(request("GET", "/readyz")).body)
            note = connection.send(request("GET", "/log/checkpoint")).body
        writer = [check["message"] for check in ready.get("checks", []) if check["name"] == "writer"]
        read = sorted(readings.take_seconds()) or [0.0]
        return Window(
            at_s=at_s,
            offered=offered,
            done=events / load.seconds,
            p50_ms=_MS * load.latency_s(0.5),
            p99_ms=_MS * load.latency_s(0.99),
            read_p99_ms=_MS * read[int(0.99 * (len(read) - 1))],
            turned_away=sum(exchange.answer.status == 503 for exchange in load.exchanges),
            memory_mb=(self.server.resident_bytes() or 0) / (1 << 20),
            waiting=_number_in(" ".join(writer)),
            behind=max(0, self.newest + 1 - int(note.split(b"\n")[1])),
        )


def _number_in(message: str) -> int:
    return next((int(word) for word in message.split() if word.isdigit()), 0)
