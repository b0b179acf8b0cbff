"""The market behind a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.buying import Buying, buying_in, found_buying


@pytest.fixture(scope="session")
def founded_market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return found_buying(tmp_path_factory.mktemp("market"))


@pytest.fixture
def buying(tmp_path: Path, founded_market: tuple[Path, dict[str, str]]) -> Iterator[Buying]:
    with buying_in(tmp_path, founded_market) as opened:
        yield opened
