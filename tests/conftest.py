"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent

# Ledgers of tests are guarded like any other, in a folder of the tests' own, which commands that they start inherit.
_GUARDS = tempfile.TemporaryDirectory(prefix="suyuan-guards-")
os.environ["SUYUAN_GUARD"] = _GUARDS.name


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The folder of foreign test data; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("SUYUAN_CONFORMANCE", _CHECKOUT.parent / "shared" / "conformance"))
    if not folder.is_dir():
        pytest.skip(f"foreign test data not found at {folder}; set SUYUAN_CONFORMANCE")
    return folder
