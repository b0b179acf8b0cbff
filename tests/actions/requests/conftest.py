"""The market on a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.conftest import Clock
from tests.market import Market, found_market


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def market(tmp_path: Path, clock: Clock) -> Iterator[Market]:
    ledger, keys = found_market(tmp_path / "data", clock)
    yield Market(ledger, keys)
    ledger.close()
