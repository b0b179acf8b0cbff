"""A witness in a fresh directory, with a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.actions.witness.open_witness import Witness, open_witness
from ledger.evidence.instant import Instant
from tests.witnessed_log import LOG_TIME_S

NAME = "witness.example/w1"


@dataclass
class SetClock:
    """A clock that stands until it is set."""

    time_s: int = LOG_TIME_S

    def __call__(self) -> Instant:
        return Instant(1_000 * self.time_s + 999)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def witness(tmp_path: Path, clock: SetClock) -> Iterator[Witness]:
    opened = open_witness(tmp_path / "w", name=NAME, clock=clock)
    yield opened
    opened.close()
