"""What was seen in each window of a long load, and whether anything grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

_MEMORY_GROWTH_MAX: Final = 1.10
_LATENCY_GROWTH_MAX: Final = 1.5
_QUEUE_GROWTH_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Window:
    """Some seconds of load.

    Attributes:
        at_s: since the load began. offered: events a second that were due. done: that were acknowledged.
        p50_ms, p99_ms: of the writers, from when each request was due. read_p99_ms: of the readers.
        turned_away: answers 503. memory_mb: held by the server. waiting: batches that waited for their turn.
        behind: entries that no checkpoint covered yet.
    """

    at_s: float
    offered: float
    done: float
    p50_ms: float
    p99_ms: float
    read_p99_ms: float
    turned_away: int
    memory_mb: float
    waiting: int
    behind: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How the last third of the windows compares with the middle one; the first is for caches to fill."""

    name: str
    before: float
    after: float
    kept: bool


def growths(windows: Sequence[Window]) -> list[Growth]:
    """Memory, latency and queue; needs at least three windows."""
    third = len(windows) // 3
    middle, last = windows[third : 2 * third], windows[2 * third :]

    def pair(name: str) -> tuple[float, float]:
        return median(getattr(one, name) for one in middle), median(getattr(one, name) for one in last)

    memory, latency, queue, behind = pair("memory_mb"), pair("p99_ms"), pair("waiting"), pair("behind")
    return [
        Growth("memory of the server, MB", *memory, memory[1] <= memory[0] * _MEMORY_GROWTH_MAX),
        Growth("p99 of writers, ms", *latency, latency[1] <= latency[0] * _LATENCY_GROWTH_MAX),
        Growth("batches waiting", *queue, queue[1] <= queue[0] + _QUEUE_GROWTH_MAX),
        Growth("entries without a checkpoint", *behind, behind[1] <= behind[0] + _QUEUE_GROWTH_MAX),
    ]
