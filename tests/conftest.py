"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent

# Ledgers of tests are guarded like any other, in folders of the tests' own, which commands that they start inherit. Many
# tests work on copies of one ledger, so each test has a folder of its own, and a copy without a guard begins one.
_GUARDS = tempfile.TemporaryDirectory(prefix="suyuan-guards-")
os.environ["SUYUAN_GUARD"] = _GUARDS.name
os.environ["SUYUAN_GUARD_ABSENT"] = "begin"


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The folder of foreign test data; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("SUYUAN_CONFORMANCE", _CHECKOUT.parent / "shared" / "conformance"))
    if not folder.is_dir():
        pytest.skip(f"foreign test data not found at {folder}; set SUYUAN_CONFORMANCE")
    return folder


@pytest.fixture(autouse=True)
def guard_folder(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the guards of this test's ledgers lie; made when the first one is written."""
    folder = Path(_GUARDS.name) / uuid.uuid4().hex
    monkeypatch.setenv("SUYUAN_GUARD", str(folder))
    return folder
