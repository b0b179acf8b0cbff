"""The demo world, built once for the tests of all its stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.actions.demo_world.build import STORY_MS, DemoWorld, build_demo_world
from ledger.actions.open_ledger import Ledger, open_ledger
from ledger.evidence.instant import Instant, parse_instant

START = parse_instant("2026-03-28T00:00:00.000Z")
TOLD = Instant(START + STORY_MS)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    return build_demo_world(tmp_path_factory.mktemp("world") / "data", clock=lambda: TOLD, start=START)


@pytest.fixture
def ledger(built: DemoWorld) -> Iterator[Ledger]:
    opened = open_ledger(built.data, clock=lambda: TOLD)
    yield opened
    opened.close()
