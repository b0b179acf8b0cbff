"""A fresh small world for each test that asks for one."""

from __future__ import annotations

import pytest

from tests.trade.escrow.world import World


@pytest.fixture
def world() -> World:
    return World()
