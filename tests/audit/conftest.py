"""One honest ledger of more than a bundle, built once; each test works on a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.audit import long_log


@pytest.fixture(scope="session")
def honest_long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("long") / "data"
    long_log.build(data)
    return data


@pytest.fixture
def long(honest_long: Path, tmp_path: Path) -> Path:
    shutil.copytree(honest_long, tmp_path / "long")
    return tmp_path / "long"
