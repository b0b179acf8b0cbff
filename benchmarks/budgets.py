"""What the project holds itself to, on two cores, durable and with everything on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """`NOISY`: some rounds keep the budget and some do not, or none does while the floor swings by more than what is missing."""

    MET = "met"
    NOT_MET = "not met"
    NOISY = "cannot say (noisy)"


@dataclass(frozen=True, slots=True)
class Budget:
    """At least this rate, or at most this time or size."""

    value: float

    def judge(self, rounds: Sequence[float], *, is_rate: bool) -> Verdict:
        kept = [value >= self.value if is_rate else value <= self.value for value in rounds]
        return Verdict.MET if all(kept) else Verdict.NOISY if any(kept) else Verdict.NOT_MET

    def misses_by(self, rounds: Sequence[float], *, is_rate: bool) -> float:
        """The factor by which the best round is away from the budget; at most 1 if that round keeps it."""
        return self.value / max(rounds) if is_rate else min(rounds) / self.value


BUDGETS: Final = {
    "capture 500 a document, 4 clients, sequenced": Budget(20_000),
    "capture single, 16 clients, sequenced": Budget(3_000),
    "capture single, 16 clients, sequenced, p99": Budget(20),
    "capture single, 1 client, sequenced, p50": Budget(2),
    "capture single, 256 clients, published": Budget(2_000),
    "receipt, p99": Budget(5),
    "item page, p99": Budget(30),
    "item page, 4 clients": Budget(800),
    "item page, bytes with gzip": Budget(30_000),
    "item page, requests": Budget(1),
    "item page of 10,000 events": Budget(1_000),
    "item page of 10,000 events, bytes with gzip": Budget(30_000),
    "trace of a pallet": Budget(100),
    "audit of a data directory": Budget(80_000),
    "audit of a data directory, 2 processes": Budget(150_000),
    "escrow, batches of 100 records, 8 clients": Budget(5_000),
    "escrow replay with all invariants, one core": Budget(1_000_000 / 60),
    "escrow decision at 200/s, p99": Budget(50),
    "labels as PDF, each code decoded again": Budget(10_000 / 25),
    "suyuan verify, start to verdict": Budget(250),
    "bytes stored per event": Budget(1_400),
    "capture 500 a document, PostgreSQL": Budget(20_000),
    "growth, slowest step": Budget(16_000),
    "growth, last step over first": Budget(0.8),
    "growth, commit p99 of the last step": Budget(100),
    "receipt at a million events, p99": Budget(5),
    "item page at a million events, p99": Budget(30),
    "memory of the server at ten million events": Budget(400),
}
"""By the name of the figure."""

_GROWN: Final = "make bench FULL=1, or make grow"
NOT_IN_EVERY_RUN: Final = {
    "capture 500 a document, PostgreSQL": "there is no PostgreSQL store yet",
    "growth, slowest step": _GROWN,
    "growth, last step over first": _GROWN,
    "growth, commit p99 of the last step": _GROWN,
    "receipt at a million events, p99": _GROWN,
    "item page at a million events, p99": _GROWN,
    "memory of the server at ten million events": "make grow EVENTS=10000000",
}
"""Why a budget may have no figure in a run."""
